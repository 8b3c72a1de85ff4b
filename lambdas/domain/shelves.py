"""Where each tier looks: the groups of a directory by city, area code, state, country and site.

A shelf holds groups that are alike in all that a rule may ask. Rules are decided once a shelf, and
the numbers of a shelf can be counted through without a look at its groups: what a pick costs does
not grow with the pool.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from operator import itemgetter
from typing import NamedTuple

from lambdas.domain.geometry import Position, Sites
from lambdas.domain.names import cities
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import Kind
from lambdas.domain.rules import Traits

NATIONAL_KINDS = frozenset({Kind.UAN, Kind.VOIP})
KEPT_SHELVES = 50_000
NOWHERE = (0, 0)


class Group(NamedTuple):
    """Numbers `start` to `end` (exclusive) of the directory, alike in all that these fields say.

    `series` is the longest prefix, of those that rules name, with which all of them begin.
    """

    region: str
    state: str
    area_code: str
    place: str
    kind: Kind
    position: Position | None
    ownership: Ownership
    golden: bool
    series: str
    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start

    @property
    def traits(self) -> Traits:
        return Traits(self.region, self.kind, self.ownership, self.series)


class Shelf(NamedTuple):
    """Groups that no rule tells apart; `ends` counts their numbers up, group by group."""

    traits: Traits
    groups: Sequence[Group]
    ends: Sequence[int]

    @property
    def size(self) -> int:
        return self.ends[-1]


Span = tuple[int, int]


class Shelves:
    """What each tier looks at, for a directory whose groups are sorted by region and state.

    Built once, by `unpack`, and by halves: what is asked for is put on shelves when it is first
    asked for, so that a directory of many towns is ready at once.
    """

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups = groups
        self._regions: dict[str, Span] = {}
        self._states: dict[tuple[str, str], Span] = {}
        self._areas: dict[tuple[str, str], list[Group]] = {}
        start = 0
        for (region, state), members in groupby(groups, key=itemgetter(0, 1)):
            end = start
            for group in members:
                self._areas.setdefault((region, group.area_code), []).append(group)
                end += 1
            self._states[region, state] = (start, end)
            self._regions[region] = (self._regions.get(region, (start, end))[0], end)
            start = end
        self._made: dict[tuple[str, ...], Sequence[Shelf]] = {}
        self._cities: dict[tuple[str, str], Mapping[str, Sequence[Group]]] = {}
        self._sites: dict[str, Sites[Group]] = {}

    def city(self, region: str, state: str, city: str) -> Sequence[Shelf]:
        """Numbers of a city by its folded name; of another state's city of that name, none.

        A state that is not known, the destination's or the number's, keeps nothing out.
        """
        return self._once(("city", region, state, city), lambda: self._in_city(region, state, city))

    def area_code(self, region: str, area_code: str) -> Sequence[Shelf]:
        """Numbers of an area code, or those of none, for "". No toll-free ones."""
        return self._once(
            ("area", region, area_code),
            lambda: [
                group
                for group in self._areas.get((region, area_code), ())
                if group.kind is not Kind.TOLL_FREE
            ],
        )

    def state(self, region: str, state: str) -> Sequence[Shelf]:
        if not state:
            return ()
        span = self._states.get((region, state), NOWHERE)
        return self._once(
            ("state", region, state),
            lambda: [group for group in self._span(span) if group.kind is not Kind.TOLL_FREE],
        )

    def country(self, region: str) -> Sequence[Shelf]:
        """All but toll-free ones."""
        return self._of_country(region, "all", lambda group: group.kind is not Kind.TOLL_FREE)

    def mobile(self, region: str) -> Sequence[Shelf]:
        return self._of_country(region, "mobile", lambda group: group.kind is Kind.MOBILE)

    def national(self, region: str) -> Sequence[Shelf]:
        """Numbers of the whole country: company-wide ones and those of internet telephony."""
        return self._of_country(region, "national", lambda group: group.kind in NATIONAL_KINDS)

    def toll_free(self, region: str) -> Sequence[Shelf]:
        return self._of_country(region, "free", lambda group: group.kind is Kind.TOLL_FREE)

    def golden(self, region: str) -> Sequence[Shelf]:
        """Toll-free numbers that people recognise."""
        return self._of_country(
            region, "golden", lambda group: group.kind is Kind.TOLL_FREE and group.golden
        )

    def near(
        self, region: str, position: Position, radius_km: float
    ) -> Iterator[tuple[float, Sequence[Shelf]]]:
        """Kilometres and shelves, the nearest first, equal distances together."""
        if region not in self._sites:
            self._sites[region] = Sites(
                [
                    (group.position, group)
                    for group in self._span(self._regions.get(region, NOWHERE))
                    if group.position and group.kind is not Kind.TOLL_FREE
                ]
            )
        for found in self._sites[region].near(position, radius_km):
            yield found.distance_km, on_shelves(found.sites)

    def _span(self, span: Span) -> Sequence[Group]:
        return self._groups[span[0] : span[1]]

    def _of_country(
        self, region: str, what: str, wanted: Callable[[Group], bool]
    ) -> Sequence[Shelf]:
        span = self._regions.get(region, NOWHERE)
        return self._once(
            (what, region), lambda: [group for group in self._span(span) if wanted(group)]
        )

    def _in_city(self, region: str, state: str, city: str) -> list[Group]:
        if state:
            states = [each for each in (state, "") if (region, each) in self._states]
        else:
            states = [each for at, each in self._states if at == region]
        return [group for each in states for group in self._towns(region, each).get(city, ())]

    def _towns(self, region: str, state: str) -> Mapping[str, Sequence[Group]]:
        towns = self._cities.get((region, state))
        if towns is None:
            found: dict[str, list[Group]] = {}
            for group in self._span(self._states[region, state]):
                if group.place and group.kind is not Kind.TOLL_FREE:
                    for city in cities(group.place):
                        found.setdefault(city, []).append(group)
            towns = self._cities[region, state] = found
        return towns

    def _once(self, key: tuple[str, ...], groups: Callable[[], Sequence[Group]]) -> Sequence[Shelf]:
        shelves = self._made.get(key)
        if shelves is None:
            shelves = on_shelves(groups())
            if len(self._made) < KEPT_SHELVES:
                self._made[key] = shelves
        return shelves


def on_shelves(groups: Sequence[Group]) -> Sequence[Shelf]:
    """Groups sorted out by what rules ask for, in their own order."""
    if not groups:
        return ()
    found: dict[Traits, list[Group]] = {}
    for group in groups:
        found.setdefault(group.traits, []).append(group)
    return [
        Shelf(traits, alike, list(accumulate(group.size for group in alike)))
        for traits, alike in found.items()
    ]
