"""The United States' ZIP codes: where they are, and the town that each is in or nearest to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from math import floor, sqrt
from typing import NamedTuple

from lambdas.domain.gazetteer import NO_TOWN
from tools.places.encoding import Section, in_units, items
from tools.places.geometry import Position, distance_km
from tools.places.states import postal_states
from tools.places.towns import Town

_REGION = "US"
_DIGITS = 5
_CELL_DEGREES = 0.5
_FARTHEST_KM = 30
_KM_OF_A_HEAD = 0.0097
"""A town of n heads reaches about this × √n km: 3 400 heads a km², as Seattle has."""
_SMALLEST_KM = 1.0
_WITHIN = 0.25
"""So near to a town's centre, in its reaches, nothing smaller is nearer: no quarter of a city."""

_KM_OF_A_DEGREE = 111.0
"""Somewhat less than a degree of latitude is long (111.19 km)."""

_Numbered = tuple[int, Town, str]


class _Reaching(NamedTuple):
    number: int
    position: Position
    state: str
    reach: float
    farthest: float


def zip_sections(towns: Iterable[_Numbered]) -> Iterator[Section]:
    """The sections of ZIP codes."""
    codes = zip_positions()
    near = _Neighbours(towns)
    states = postal_states(_REGION)
    units = [in_units(position) for position in codes.values()]
    yield "ZIPS", "I", items("I", codes)
    yield "ZLAT", "h", items("h", (latitude for latitude, _ in units))
    yield "ZLON", "h", items("h", (longitude for _, longitude in units))
    told = (near.town(at, states(str(code).zfill(_DIGITS))) for code, at in codes.items())
    yield "ZTWN", "I", items("I", told)


def zip_positions() -> dict[int, Position]:
    """ZIP code → position, ascending: the Census Bureau's and GeoNames', as zip2info has them."""
    table = import_module("zip2info._data").ZIP_INFO
    return {
        code: (latitude, longitude)
        for code, (_, latitude, longitude) in sorted(table.items())
        if latitude is not None and longitude is not None
    }


class _Neighbours:
    def __init__(self, towns: Iterable[_Numbered]) -> None:
        self._cells: defaultdict[tuple[int, int], list[_Reaching]] = defaultdict(list)
        for number, town, state in towns:
            reach = _SMALLEST_KM + _KM_OF_A_HEAD * sqrt(town.population)
            one = _Reaching(number, town.position, state, reach, max(_FARTHEST_KM, reach))
            self._cells[_cell(town.position)].append(one)

    def town(self, position: Position, state: str) -> int:
        """The town that reaches a position best, of that state where it is known."""
        row, column = _cell(position)
        best, number = float("inf"), NO_TOWN
        for cell in ((row + r, column + c) for r in (-1, 0, 1) for c in (-1, 0, 1)):
            for one in self._cells.get(cell, ()):
                if state and one.state != state:
                    continue
                # Most are ruled out by their latitude alone, before any distance is measured.
                nearest = _KM_OF_A_DEGREE * abs(position[0] - one.position[0])
                if nearest > one.farthest or nearest > best * one.reach:
                    continue
                away = distance_km(position, one.position)
                if away <= one.farthest:
                    best, number = min((best, number), (max(away / one.reach, _WITHIN), one.number))
        return number


def _cell(position: Position) -> tuple[int, int]:
    return floor(position[0] / _CELL_DEGREES), floor(position[1] / _CELL_DEGREES)
