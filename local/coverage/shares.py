"""Contacts counted by tier, state, country and town."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from lambdas.domain.geometry import Position
from lambdas.domain.settings import PoolSettings, Tier
from local.coverage.tally import Sort

K = TypeVar("K", bound=Hashable)


class Share(NamedTuple):
    """So many contacts, and how many of them get a local number."""

    contacts: int
    local: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 of no contacts."""
        return self.local / self.contacts if self.contacts else 0.0


class Town(NamedTuple):
    """A place that contacts are in, as a map shows it."""

    region: str
    state: str
    place: str
    position: Position
    share: Share


def by_tier(sorts: Iterable[Sort], pool: PoolSettings) -> Mapping[Tier, int]:
    """Contacts by tier, in the pool's order, the queue's own number last.

    Nobody is counted under the number that a customer answered before: that is not in the files.
    """
    counts: Counter[Tier] = Counter()
    for found in sorts:
        counts[found.tier] += found.count
    tiers = (tier for tier in pool.tiers if tier is not Tier.ANSWERED_BEFORE)
    return {tier: counts[tier] for tier in (*tiers, Tier.DEFAULT)}


def by_state(sorts: Iterable[Sort]) -> Mapping[str, Share]:
    """Contacts by ISO 3166-2 code ("US-WA"), or by country where the state is not known."""

    def code(found: Sort) -> str:
        state = found.alike.where.state
        return f"{found.alike.region}-{state}" if state else found.alike.region

    return _shares(sorts, code)


def by_region(sorts: Iterable[Sort]) -> Mapping[str, Share]:
    """Contacts by country (ISO 3166-1 alpha-2)."""
    return _shares(sorts, lambda found: found.alike.region)


def total(sorts: Iterable[Sort]) -> Share:
    """All contacts."""
    counted = [(found.count, found.count * found.is_local) for found in sorts]
    return Share(sum(count for count, _ in counted), sum(local for _, local in counted))


def towns(sorts: Iterable[Sort]) -> Sequence[Town]:
    """Contacts by town, as far as a position is known, each town at one position: a postal code's
    would single people out. The most contacts first."""
    placed: dict[tuple[str, str, str], list[Sort]] = {}
    for found in sorts:
        where = found.alike.where
        if where.position:
            placed.setdefault((found.alike.region, where.state, where.place), []).append(found)
    found_towns = [
        Town(*name, _middle(members), total(members)) for name, members in placed.items()
    ]
    return sorted(found_towns, key=lambda town: (-town.share.contacts, town[:3]))


def distances(sorts: Iterable[Sort]) -> tuple[float, float] | None:
    """Kilometres to the number shown, of contacts with a number from the neighbourhood: the median
    and the 95th percentile. None where there is no such contact."""
    counted = sorted(
        (found.distance_km, found.count)
        for found in sorts
        if found.tier is Tier.NEAREST and found.distance_km is not None
    )
    number = sum(count for _, count in counted)
    if not number:
        return None
    return _at(counted, 0.5 * number), _at(counted, 0.95 * number)


def _at(counted: Sequence[tuple[float, int]], wanted: float) -> float:
    seen = 0
    for distance, count in counted:
        seen += count
        if seen >= wanted:
            return distance
    return counted[-1][0]


def _middle(members: Sequence[Sort]) -> Position:
    number = sum(found.count for found in members)
    positions = [(found.alike.where.position or (0.0, 0.0), found.count) for found in members]
    common = max(positions, key=lambda one: one[1])[0]
    if len(positions) == 1 or max(abs(at[1] - common[1]) for at, _ in positions) > 180:
        return common
    return (
        round(sum(at[0] * count for at, count in positions) / number, 2),
        round(sum(at[1] * count for at, count in positions) / number, 2),
    )


def _shares(sorts: Iterable[Sort], key: Callable[[Sort], K]) -> Mapping[K, Share]:
    contacts: Counter[K] = Counter()
    local: Counter[K] = Counter()
    for found in sorts:
        name = key(found)
        contacts[name] += found.count
        local[name] += found.count * found.is_local
    return {name: Share(count, local[name]) for name, count in contacts.most_common()}
