"""Contacts of one country without a local number, and which of them a number in a place serves."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdas.domain.geometry import Position
from lambdas.domain.names import cities
from lambdas.domain.settings import PoolSettings, Tier
from local.coverage.neighbours import Neighbours
from local.coverage.offers import Offer
from local.coverage.tally import LOCAL_TIERS, Sort

_OFFERED_TOO = (Tier.AREA_CODE, Tier.STATE, Tier.COUNTRY)


class Point(NamedTuple):
    """Contacts that a new number serves alike. `by` are the local tiers that they would be served
    by: those that the pool tries before what they get now."""

    position: Position | None
    cities: frozenset[str]
    state: str
    area_codes: tuple[str, ...]
    by: tuple[Tier, ...]


class Demand:
    """The contacts of one country, as weighted points."""

    def __init__(self, sorts: Iterable[Sort], pool: PoolSettings) -> None:
        self._before = {
            tier: [other for other in pool.tiers[: pool.tiers.index(tier)] if other in _OFFERED_TOO]
            for tier in pool.tiers
            if tier in LOCAL_TIERS
        }
        counts: dict[Point, int] = {}
        for sort in sorts:
            point = self._point(sort, pool)
            if point.by:
                counts[point] = counts.get(point, 0) + sort.count
        self._points = list(counts)
        self.weights = list(counts.values())
        self._neighbours = Neighbours(
            [point.position if Tier.NEAREST in point.by else None for point in self._points],
            self.weights,
            pool.radius_km,
        )
        self._of_city: dict[str, list[int]] = {}
        for index, point in enumerate(self._points):
            if Tier.CITY in point.by:
                for city in point.cities:
                    self._of_city.setdefault(city, []).append(index)

    def _point(self, sort: Sort, pool: PoolSettings) -> Point:
        where = sort.alike.where
        now = pool.tiers.index(sort.tier) if sort.tier in pool.tiers else len(pool.tiers)
        by = tuple(tier for tier in self._before if pool.tiers.index(tier) < now)
        # Only where an area code is tried before a place do contacts differ by it.
        codes = where.area_codes if any(map(self._before.get, by)) else ()
        return Point(where.position, where.cities, where.state, codes, by)

    def at_most(self, offer: Offer) -> int:
        """No less than the contacts that a number there serves; quick."""
        near = self._neighbours.at_most(offer.position) if offer.position else 0
        return near + sum(self.weights[index] for index in self._same_city(offer))

    def served(self, offer: Offer) -> list[int]:
        """The points that a number there serves, each once."""
        near = self._neighbours.within(offer.position) if offer.position else []
        by = {Tier.NEAREST: near, Tier.CITY: list(self._same_city(offer))}
        found: dict[int, Tier] = {}
        for tier in reversed(self._before):  # the tier that the pool tries first stands at last
            found |= dict.fromkeys(by[tier], tier)
        if not any(self._before.values()):
            return list(found)
        return [index for index, tier in found.items() if not self._outdone(offer, index, tier)]

    def _same_city(self, offer: Offer) -> Iterator[int]:
        names = cities(offer.place)
        seen: set[int] = set()
        for city in names:
            for index in self._of_city.get(city, ()):
                state = self._points[index].state
                if index not in seen and (not state or not offer.state or state == offer.state):
                    seen.add(index)
                    yield index

    def _outdone(self, offer: Offer, index: int, tier: Tier) -> bool:
        """Whether the pool tries a tier first that the same number would be shown by."""
        point = self._points[index]
        offered = {
            Tier.AREA_CODE: offer.area_code in point.area_codes,
            Tier.STATE: bool(point.state) and offer.state == point.state,
            Tier.COUNTRY: True,
        }
        return any(offered[other] for other in self._before[tier])
