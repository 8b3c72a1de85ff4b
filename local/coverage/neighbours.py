"""Points within a fixed distance of each other, found through a grid of cubes in space.

Positions stand as points on the unit sphere, so neither poles nor the date line are special, and
"within so many kilometres" is the length of a chord. The same reckoning as the pick's, to the
metre: see lambdas/domain/geometry.py.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import cos, floor, pi, radians, sin

from lambdas.domain.geometry import EARTH_KM, METRE, Position

REACH = 2
"""Cubes on each side that can hold a neighbour: their edge is half the chord."""

_Vector = tuple[float, float, float]
_Cube = tuple[int, int, int]
_OFFSETS = tuple(product(range(-REACH, REACH + 1), repeat=3))


class Neighbours:
    """Weighted points, some of them without a position. Built once, asked often."""

    def __init__(
        self, positions: Sequence[Position | None], weights: Sequence[int], radius_km: float
    ) -> None:
        chord = 2 * sin(min((radius_km + METRE / 2) / EARTH_KM, pi) / 2)
        self._farthest = chord * chord
        self._edge = chord / REACH
        self._cubes: dict[_Cube, list[tuple[float, float, float, int]]] = {}
        self._weights: dict[_Cube, int] = {}
        for index, position in enumerate(positions):
            if position is not None:
                vector = _vector(position)
                cube = self._cube(vector)
                self._cubes.setdefault(cube, []).append((*vector, index))
                self._weights[cube] = self._weights.get(cube, 0) + weights[index]

    def at_most(self, position: Position) -> int:
        """No less than the weight of the points within the radius; quick."""
        weights = self._weights
        return sum(weights.get(cube, 0) for cube in self._around(_vector(position)))

    def within(self, position: Position) -> list[int]:
        """The indexes of the points within the radius."""
        farthest = self._farthest
        x, y, z = vector = _vector(position)
        found: list[int] = []
        for cube in self._around(vector):
            found.extend(
                index
                for a, b, c, index in self._cubes.get(cube, ())
                if (a - x) * (a - x) + (b - y) * (b - y) + (c - z) * (c - z) <= farthest
            )
        return found

    def _around(self, vector: _Vector) -> Iterator[_Cube]:
        x, y, z = self._cube(vector)
        return ((x + i, y + j, z + k) for i, j, k in _OFFSETS)

    def _cube(self, vector: _Vector) -> _Cube:
        edge = self._edge
        return floor(vector[0] / edge), floor(vector[1] / edge), floor(vector[2] / edge)


def _vector(position: Position) -> _Vector:
    latitude, longitude = radians(position[0]), radians(position[1])
    level = cos(latitude)
    return level * cos(longitude), level * sin(longitude), sin(latitude)
