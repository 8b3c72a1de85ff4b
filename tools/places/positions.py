"""Where the places are: each prefix's town, or else the centre of its area code."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tools.places.geometry import Position, centre, distance_km, spread_km
from tools.places.likeness import LENGTHS_DIFFER, alike
from tools.places.regions import calling_code_of, region_of
from tools.places.spellings import spellings, towns_named
from tools.places.towns import Town, Towns, folded, towns_of
from tools.places.villages import villages

LANDS = Path(__file__).with_name("lands.json")

_AREA_DIGITS = 3
_SHORTEST_AREA = {"1": 3}
_NEIGHBOURS = 3
_ONE_TOWN_KM = 20
_WIDEST_AREA_KM = 150
_NEAR_KM = 60
_KM_A_DEGREE = 111
_KNOWN_TO_ALL = (10_000, 50_000)


class Named(NamedTuple):
    """What a prefix is described as; `is_state` says that the description is a state's alone."""

    description: str
    name: str
    state: str
    is_state: bool


class Located(NamedTuple):
    """A position, and whether it is an area's centre instead of a town's place."""

    position: Position
    centre: bool


class _Place(NamedTuple):
    """What is located once: a name within an area (the first digits of its prefixes)."""

    calling_code: str
    region: str
    area: str
    name: str
    state: str


class _Area(NamedTuple):
    middle: Position
    spread: float


class Lands:
    """Names that are states, islands or regions, and name no town; reviewed by hand."""

    def __init__(self) -> None:
        table = json.loads(LANDS.read_text(encoding="utf-8"))
        self._lands = {region: frozenset(names) for region, names in table["lands"].items()}
        self._towns: dict[str, dict[str, str]] = table["towns"]
        self._words = frozenset(table["land_words"])

    def town(self, region: str, what: Named) -> tuple[str, str]:
        """The town that a name means, and its state; ("", …) where it names none."""
        towns = self._towns.get(region, {})
        for key in (f"{what.name}, {what.state}", what.name):
            if key in towns:
                town, _, state = towns[key].partition(", ")
                return town, state or what.state
        lands = self._lands.get(region, ())
        if what.is_state or what.name in lands or self._is_called_land(what.name):
            return "", what.state
        return what.name, what.state

    def _is_called_land(self, name: str) -> bool:
        words = name.split()
        return len(words) > 1 and (words[-1] in self._words or words[:2] == ["Republic", "of"])


class Locator:
    """Locates places by name, by state, and by the towns with neighbouring prefixes."""

    def __init__(self, named: Mapping[str, Named]) -> None:
        lands = Lands()
        self.regions = {prefix: region_of(prefix) for prefix in named}
        self._places = {}
        for prefix, what in named.items():
            code, region = calling_code_of(prefix), self.regions[prefix]
            area = prefix[: len(code) + _AREA_DIGITS]
            town, state = lands.town(region, what)
            self._places[prefix] = _Place(code, region, area, town, state)
        self._towns = towns_of(set(self.regions.values()))
        self._located: dict[_Place, Town | None] = {}
        self._candidates = cache(self._look_up)
        self._middle_of = cache(self._middle_of_state)
        self._areas: dict[tuple[str, str], _Area] = {}
        self._members: defaultdict[tuple[str, str], set[Position]] = defaultdict(set)

    def town_naming(self) -> frozenset[str]:
        """The prefixes whose descriptions name a town."""
        return frozenset(prefix for prefix, place in self._places.items() if place.name)

    def locate(self) -> dict[str, Located]:
        """The position of every prefix that has one."""
        wanted = sorted({place for place in self._places.values() if place.name})
        for place in wanted:
            town = self._sure(place)
            if town:
                self._join(place, town)
        for place in wanted:
            self._located[place] = self._town(place)
        self._members.clear()
        self._areas.clear()
        for place in wanted:
            town = self._located[place]
            if town:
                self._join(place, town)
        found = {place: self._position(place) for place in set(self._places.values())}
        return {
            prefix: located for prefix, place in self._places.items() if (located := found[place])
        }

    def towns(self) -> dict[str, Town]:
        """The town that each prefix was located by, where one was found; after `locate`."""
        return {
            prefix: town
            for prefix, place in self._places.items()
            if (town := self._located.get(place))
        }

    def _position(self, place: _Place) -> Located | None:
        town = self._located.get(place)
        if town:
            return Located(town.position, centre=False)
        middle = self._centre(place)
        return Located(middle, centre=True) if middle else None

    def _centre(self, place: _Place) -> Position | None:
        shortest = len(place.calling_code) + _SHORTEST_AREA.get(place.calling_code, 1)
        for head in _heads(place.area, shortest - 1):
            area = self._area(place.region, head, 1)
            if area and (area.spread <= _WIDEST_AREA_KM or len(head) > shortest):
                return area.middle
        return self._middle_of(place.region, place.state)

    def _middle_of_state(self, region: str, state: str) -> Position | None:
        by_state = self._towns.get(region, Towns()).by_state
        if state and state in by_state:
            return _area_of({town.position for town in by_state[state]}).middle
        whole = {town.position for towns in by_state.values() for town in towns}
        country = _area_of(whole) if whole else None
        return country.middle if country and country.spread <= _WIDEST_AREA_KM else None

    def _join(self, place: _Place, town: Town) -> None:
        for head in _heads(place.area, len(place.calling_code)):
            self._members[place.region, head].add(town.position)

    def _area(self, region: str, head: str, least: int) -> _Area | None:
        members = self._members.get((region, head), set())
        if len(members) < least:
            return None
        if (region, head) not in self._areas:
            self._areas[region, head] = _area_of(members)
        return self._areas[region, head]

    def _neighbourhood(self, place: _Place) -> _Area | None:
        for head in _heads(place.area, len(place.calling_code)):
            area = self._area(place.region, head, _NEIGHBOURS)
            if area:
                return area
        return None

    def _look_up(
        self, calling_code: str, region: str, name: str, state: str
    ) -> tuple[tuple[tuple[Town, ...], ...], ...]:
        """Per town that the name lists, the candidates, in groups of falling likelihood."""
        towns = self._towns.get(region, Towns())
        found = []
        for part in towns_named(name):
            groups = []
            for spelling in spellings(calling_code, part):
                for table in (towns.named, towns.nicknamed):
                    fitting = [
                        town
                        for town in table.get(folded(spelling), ())
                        if not state or town.state == state
                    ]
                    if fitting:
                        groups.append(tuple(fitting))
            found.append(tuple(groups))
        return tuple(found)

    def _of(self, place: _Place) -> tuple[tuple[tuple[Town, ...], ...], ...]:
        return self._candidates(place.calling_code, place.region, place.name, place.state)

    def _sure(self, place: _Place) -> Town | None:
        """The only town of the name, so that it can tell where its neighbours are."""
        for groups in self._of(place):
            for first, *others in groups[:1]:
                if all(distance_km(first.position, o.position) <= _ONE_TOWN_KM for o in others):
                    return first
        return None

    def _town(self, place: _Place) -> Town | None:
        neighbourhood = self._neighbourhood(place)
        chosen = [self._choose(groups, neighbourhood, place) for groups in self._of(place)]
        found = [town for town in chosen if town]
        if not found:
            found = list(self._alike(place, neighbourhood))
        if not found and neighbourhood:
            found = list(self._villages(place, neighbourhood))
        return max(found, key=lambda town: (town.population, -town.number), default=None)

    def _choose(
        self, groups: tuple[tuple[Town, ...], ...], area: _Area | None, place: _Place
    ) -> Town | None:
        for towns in groups:
            if area is None:
                return towns[0]
            near = [t for t in towns if _within(area, t)]
            if near:
                return near[0]
        if groups and area and place.state:
            return min(groups[0], key=lambda t: distance_km(t.position, area.middle))
        # Far from its neighbours: a homonym, unless it is too large to be taken for another.
        if groups and groups[0][0].population >= _KNOWN_TO_ALL[len(groups[0]) > 1]:
            return groups[0][0]
        return None

    def _villages(self, place: _Place, area: _Area) -> Iterator[Town]:
        """A village of that name among the neighbours; the first is the surest."""
        for part in towns_named(place.name):
            for spelling in spellings(place.calling_code, part):
                for village in villages().get((place.region, folded(spelling)), ()):
                    states = {place.state, village.state} - {""}
                    if len(states) < 2 and _within(area, village):
                        yield village

    def _alike(self, place: _Place, area: _Area | None) -> Iterator[Town]:
        """A town of nearly that name, where state or neighbours make it sure enough."""
        if not place.state and (area is None or area.spread > _WIDEST_AREA_KM):
            return
        towns = self._towns.get(place.region, Towns())
        for part in towns_named(place.name):
            wanted = folded(part)
            for name, town in towns.shaped_as(wanted, LENGTHS_DIFFER):
                if (
                    (not place.state or town.state == place.state)
                    and (area is None or _within(area, town))
                    and alike(wanted, name)
                ):
                    yield town


def _area_of(positions: set[Position]) -> _Area:
    middle = centre(sorted(positions))
    return _Area(middle, spread_km(positions, middle))


def _within(area: _Area, town: Town) -> bool:
    reach = max(_NEAR_KM, 3 * area.spread)
    if abs(town.position[0] - area.middle[0]) * _KM_A_DEGREE > reach:
        return False
    return distance_km(town.position, area.middle) <= reach


def _heads(prefix: str, shortest: int) -> Iterator[str]:
    """The prefix and its beginnings, the longest first, all longer than `shortest` digits."""
    return (prefix[:length] for length in range(len(prefix), shortest, -1))
