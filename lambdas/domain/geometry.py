"""Distances on the Earth, and the sites nearest to a point.

Great-circle distances on a sphere of the mean radius (IUGG: 6 371.0088 km); the error against the
ellipsoid is below 0.6 %.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import asin, cos, floor, inf, pi, radians, sin, sqrt
from typing import Generic, NamedTuple, TypeVar

EARTH_KM = 6371.0088
NARROW_DEGREES = 0.25
WIDE_DEGREES = 1.0
FEW_SITES = 4_000
METRE = 0.001

Position = tuple[float, float]
"""Latitude and longitude in degrees."""

_Vector = tuple[float, float, float]
_Cell = tuple[int, int]
T = TypeVar("T")


def great_circle_km(one: Position, other: Position) -> float:
    """Kilometres between two positions, to the metre."""
    return _km(_squared(_vector(one), _vector(other)))


class Found(NamedTuple, Generic[T]):
    """Sites that lie equally far away, to the metre."""

    distance_km: float
    sites: list[T]


class Sites(Generic[T]):
    """Things at positions, found from the nearest on; built once, asked often.

    A grid of cells: a question looks at its own cell, then at the ring of cells around it, ring by
    ring, and tells what no unseen cell can be nearer than. Few sites stand in larger cells.
    """

    def __init__(self, sites: Sequence[tuple[Position, T]]) -> None:
        self._degrees = WIDE_DEGREES if len(sites) < FEW_SITES else NARROW_DEGREES
        self._around = int(360 / self._degrees)
        cells: dict[_Cell, list[tuple[Position, int, T]]] = {}
        for order, (position, site) in enumerate(sites):
            cells.setdefault(self._cell(position), []).append((position, order, site))
        self._cells: Mapping[_Cell, list[tuple[Position, int, T]]] = cells
        self._vectors: dict[_Cell, list[tuple[_Vector, int, T]]] = {}

    def near(self, position: Position, radius_km: float) -> Iterator[Found[T]]:
        """Sites at most `radius_km` away, the nearest first; equally far ones in the order in which
        they were given. Lazy."""
        origin = _vector(position)
        farthest = _chord(radius_km + METRE / 2) ** 2
        waiting: list[tuple[float, int, T]] = []
        # A metre more: what is rounded to the radius lies within it.
        for cells, seen_km in self._rings(position, radius_km + METRE):
            for cell in cells:
                if cell not in self._cells:
                    continue
                for vector, order, site in self._vectors.get(cell) or self._measured(cell):
                    squared = _squared(origin, vector)
                    if squared <= farthest:
                        heapq.heappush(waiting, (squared, order, site))
            # A metre less than was seen, so that equal distances come together.
            nearest_unseen = _chord(max(seen_km - METRE, 0)) ** 2 if seen_km < inf else inf
            while waiting and waiting[0][0] < nearest_unseen:
                squared, _, site = heapq.heappop(waiting)
                found = Found(_km(squared), [site])
                while waiting and _km(waiting[0][0]) == found.distance_km:
                    found.sites.append(heapq.heappop(waiting)[2])
                yield found

    def _rings(
        self, position: Position, radius_km: float
    ) -> Iterator[tuple[Iterable[_Cell], float]]:
        """Cells ring by ring, with the kilometres within which nothing is left unseen."""
        row, column = self._cell(position)
        ring = 0
        seen_km = 0.0
        while seen_km <= radius_km:
            width = 2 * ring + 1
            if width >= self._around or width * width > 8 * len(self._cells):
                # Fewer cells hold a site than this ring has.
                yield self._from_ring(row, column, ring), inf
                return
            seen_km = self._edge_km(position, row, column, ring)
            yield self._ring(row, column, ring), seen_km if seen_km <= radius_km else inf
            ring += 1

    def _from_ring(self, row: int, column: int, ring: int) -> Iterator[_Cell]:
        for cell in self._cells:
            around = abs(cell[1] - column)
            if max(abs(cell[0] - row), min(around, self._around - around)) >= ring:
                yield cell

    def _ring(self, row: int, column: int, ring: int) -> Iterable[_Cell]:
        if not ring:
            return ((row, column),)
        around = self._around
        columns = [across % around for across in range(column - ring, column + ring + 1)]
        rows = range(row - ring + 1, row + ring)
        return [
            *((row - ring, across) for across in columns),
            *((row + ring, across) for across in columns),
            *((along, columns[0]) for along in rows),
            *((along, columns[-1]) for along in rows),
        ]

    def _edge_km(self, position: Position, row: int, column: int, ring: int) -> float:
        """How near the edge of the square of cells up to `ring` comes."""
        latitude, longitude = position
        degrees = self._degrees
        south = latitude - ((row - ring) * degrees - 90)
        north = ((row + ring + 1) * degrees - 90) - latitude
        west = longitude - ((column - ring) * degrees - 180)
        east = ((column + ring + 1) * degrees - 180) - longitude
        # The nearest point of a meridian lies poleward, so a small circle's width is not it.
        away = min(west, east)
        sideways = asin(cos(radians(latitude)) * sin(radians(away))) if away < 90 else pi / 2
        return EARTH_KM * min(radians(south), radians(north), sideways)

    def _measured(self, cell: _Cell) -> "list[tuple[_Vector, int, T]]":
        made = [(_vector(position), order, site) for position, order, site in self._cells[cell]]
        self._vectors[cell] = made
        return made

    def _cell(self, position: Position) -> _Cell:
        latitude, longitude = position
        degrees = self._degrees
        column = floor((longitude + 180) / degrees) % self._around
        return floor((latitude + 90) / degrees), column


def _vector(position: Position) -> _Vector:
    latitude, longitude = radians(position[0]), radians(position[1])
    level = cos(latitude)
    return level * cos(longitude), level * sin(longitude), sin(latitude)


def _squared(one: _Vector, other: _Vector) -> float:
    x, y, z = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return x * x + y * y + z * z


def _chord(km: float) -> float:
    return 2 * sin(min(km / EARTH_KM, pi) / 2)


def _km(squared: float) -> float:
    return round(2 * EARTH_KM * asin(min(sqrt(squared) / 2, 1.0)), 3)
