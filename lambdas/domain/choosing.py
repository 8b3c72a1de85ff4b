"""Choosing: which numbers of a directory may be shown to a destination, the best first.

Within a tier the order is a permutation that the contact's id seeds: every retry of one contact
sees the same order, load spreads evenly over the tier, and the next candidate costs the same
however large the pool is.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from math import gcd
from typing import NamedTuple
from zlib import crc32

from lambdas.domain.directory import Directory
from lambdas.domain.geometry import great_circle_km
from lambdas.domain.phone import E164, NANP_CALLING_CODE, Kind, Phone
from lambdas.domain.rejections import SHOWN_LATELY, Rejections
from lambdas.domain.rules import Effect, Rule, Rules, Traits, Verdict
from lambdas.domain.settings import PoolSettings, Tier
from lambdas.domain.shelves import Group, Shelf, on_shelves
from lambdas.domain.whereabouts import Whereabouts

SUBSCRIBER_DIGITS = 4
FULL_WEIGHT = 255


class Candidate(NamedTuple):
    """A number that may be shown. `distance_km` is None where one of the two places is not known;
    `discouraged` is the rule that speaks against it without forbidding it; `row` is where the
    directory has it."""

    number: E164
    tier: Tier
    group: Group
    distance_km: float | None
    discouraged: Rule | None
    row: int


class Wanted(NamedTuple):
    """For whom a number is chosen: the destination, where it is, what it was shown lately (as
    integers of the digits), and the number of ours that the customer answered last."""

    destination: Phone
    whereabouts: Whereabouts
    purpose: str
    shown_lately: frozenset[int] = frozenset()
    answered: Phone | None = None
    contact_id: str = ""


class _Level(NamedTuple):
    """Shelves that are equally local; a tier by distance has one for each distance."""

    seed: str
    shelves: Sequence[Shelf]


def candidates(
    directory: Directory,
    wanted: Wanted,
    pool: PoolSettings,
    rules: Rules,
    rejections: Rejections,
) -> Iterator[Candidate]:
    """Yield what may be shown, most local tier first. Lazy: a pick takes one, rarely a few more.

    What a rule discourages comes behind what none does, in each tier; and numbers with the
    destination's own area code and exchange come last in theirs, since they look like spoofing.
    A number is yielded once, in its best tier.
    """
    return _Choice(directory, wanted, pool, rules, rejections).candidates()


class _Choice:
    def __init__(
        self,
        directory: Directory,
        wanted: Wanted,
        pool: PoolSettings,
        rules: Rules,
        rejections: Rejections,
    ) -> None:
        self._directory = directory
        self._wanted = wanted
        self._pool = pool
        self._rules = rules
        self._rejections = rejections
        self._done: set[int] = set()
        self._answered = -1

    def candidates(self) -> Iterator[Candidate]:
        for tier in self._pool.tiers:
            if tier is Tier.ANSWERED_BEFORE:
                yield from self._answered_before()
            else:
                yield from self._of_tier(tier)

    def _answered_before(self) -> Iterator[Candidate]:
        """The number that the customer answered, also if it was shown lately: it is known."""
        answered = self._wanted.answered
        if answered is None:
            return
        found = _shelf_of(self._directory, answered)
        if found is None:
            return
        shelf, group, index = found
        if group.start in self._done and answered.digits not in self._wanted.shown_lately:
            return  # an earlier tier yielded it
        effect, rule = self._verdict(shelf.traits)
        if effect is Effect.FORBIDDEN and rule:
            self._rejections.bar(rule, shelf.traits, Tier.ANSWERED_BEFORE, 1)
            return
        self._answered = answered.digits
        yield self._candidate(index, Tier.ANSWERED_BEFORE, group, rule)

    def _of_tier(self, tier: Tier) -> Iterator[Candidate]:
        """What nothing speaks against, then what is discouraged, then what looks like spoofing."""
        alike: list[Candidate] = []
        discouraged: list[_Level] = []
        drawn: list[Shelf] = []
        for level in self._levels(tier):
            good, poor = self._sorted_out(tier, level.shelves)
            drawn += [*good, *poor]
            if poor:
                discouraged.append(_Level(f"{level.seed}|discouraged", poor))
            if good:
                yield from self._drawn(tier, _Level(level.seed, good), alike)
        for level in discouraged:
            yield from self._drawn(tier, level, alike)
        yield from alike
        self._done.update(group.start for shelf in drawn for group in shelf.groups)

    def _levels(self, tier: Tier) -> Iterator[_Level]:
        if tier is Tier.NEAREST:
            at = self._wanted.whereabouts.position
            if at is None:
                return
            region = self._wanted.destination.region
            for away, near in self._directory.shelves.near(region, at, self._pool.radius_km):
                yield _Level(f"{tier}|{away}", near)
        elif shelves := _shelves_of(self._directory, self._wanted, tier):
            yield _Level(tier, shelves)

    def _sorted_out(self, tier: Tier, shelves: Iterable[Shelf]) -> tuple[list[Shelf], list[Shelf]]:
        """Shelves that nothing speaks against, and discouraged ones; forbidden ones are noted."""
        good: list[Shelf] = []
        poor: list[Shelf] = []
        for shelf in shelves:
            effect, rule = self._verdict(shelf.traits)
            if effect is Effect.FORBIDDEN and rule:
                self._rejections.bar(rule, shelf.traits, tier, shelf.size)
            else:
                (poor if effect is Effect.DISCOURAGED else good).append(shelf)
        return good, poor

    def _verdict(self, traits: Traits) -> Verdict:
        return self._rules.verdict(self._wanted.destination, self._wanted.purpose, traits)

    def _drawn(self, tier: Tier, level: _Level, alike: list[Candidate]) -> Iterator[Candidate]:
        """The numbers of a level in the contact's order; those that look alike are put aside.

        A number of less than full weight waits in proportion for the rest of its level.
        """
        directory, wanted = self._directory, self._wanted
        shelves = level.shelves
        ends = list(accumulate(shelf.size for shelf in shelves))
        seed = f"{wanted.contact_id}|{level.seed}"
        waiting: list[Candidate] = []
        for step in _permutation(ends[-1], seed):
            which = bisect_right(ends, step)
            shelf = shelves[which]
            place = step - (ends[which] - shelf.size)
            group_index = bisect_right(shelf.ends, place)
            group = shelf.groups[group_index]
            if group.start in self._done:
                continue
            index = group.end - (shelf.ends[group_index] - place)
            digits = directory.numbers[index]
            if digits == self._answered:
                continue
            if digits in wanted.shown_lately:
                self._rejections.add(SHOWN_LATELY, E164(f"+{digits}"), tier)
                continue
            _, rule = self._verdict(shelf.traits)
            candidate = self._candidate(index, tier, group, rule)
            if looks_alike(candidate.number, wanted.destination):
                alike.append(candidate)
            elif directory.weights[index] < FULL_WEIGHT and _waits(
                directory.weights[index], digits, seed
            ):
                waiting.append(candidate)
            else:
                yield candidate
        yield from waiting

    def _candidate(self, index: int, tier: Tier, group: Group, rule: Rule | None) -> Candidate:
        at = self._wanted.whereabouts.position
        distance = great_circle_km(at, group.position) if at and group.position else None
        return Candidate(self._directory.number(index), tier, group, distance, rule, index)


def _shelves_of(directory: Directory, wanted: Wanted, tier: Tier) -> Sequence[Shelf]:
    shelves, region, where = directory.shelves, wanted.destination.region, wanted.whereabouts
    if tier is Tier.CITY:
        found = [shelves.city(region, where.state, city) for city in sorted(where.cities)]
        return found[0] if len(found) == 1 else _without_twins(found)
    if tier is Tier.AREA_CODE:
        return _flat(shelves.area_code(region, code) for code in where.area_codes)
    if tier is Tier.STATE:
        return shelves.state(region, where.state)
    whole_country: Callable[[str], Sequence[Shelf]] | None = {
        Tier.COUNTRY: shelves.country,
        Tier.MOBILE: shelves.mobile,
        Tier.NATIONAL: shelves.national,
        Tier.GOLDEN_TOLL_FREE: shelves.golden,
        Tier.TOLL_FREE: shelves.toll_free,
    }.get(tier)
    return whole_country(region) if whole_country else ()


def _flat(found: Iterable[Sequence[Shelf]]) -> Sequence[Shelf]:
    return [shelf for shelves in found for shelf in shelves]


def _without_twins(found: Iterable[Sequence[Shelf]]) -> Sequence[Shelf]:
    """Shelves of several towns; what names two of them stands on the shelf of each."""
    groups = {group.start: group for shelf in _flat(found) for group in shelf.groups}
    return on_shelves(list(groups.values()))


def _shelf_of(directory: Directory, number: Phone) -> tuple[Shelf, Group, int] | None:
    """The shelf, group and index of a number; None where the directory does not list it."""
    shelves = directory.shelves
    if number.kind is Kind.TOLL_FREE:
        looked_at = shelves.toll_free(number.region)
    else:
        looked_at = shelves.area_code(number.region, number.area_code)
    for shelf in looked_at:
        for group in shelf.groups:
            index = bisect_left(directory.numbers, number.digits, group.start, group.end)
            if index < group.end and directory.numbers[index] == number.digits:
                return shelf, group, index
    return None


def _permutation(size: int, seed: str) -> Iterator[int]:
    """All of range(size) in an order that `seed` fixes, each step in constant time and memory."""
    digest = hashlib.sha256(seed.encode()).digest()
    start = int.from_bytes(digest[:8], "big") % size
    stride = int.from_bytes(digest[8:16], "big") % size or 1
    while gcd(stride, size) != 1:
        stride += 1
    for step in range(size):
        yield (start + step * stride) % size


def _waits(weight: int, digits: int, seed: str) -> bool:
    """Whether a number of this weight lets others go first; by chance that the contact fixes."""
    return crc32(f"{digits}|{seed}".encode()) % FULL_WEIGHT >= weight


def looks_alike(number: E164, destination: Phone) -> bool:
    """Whether a number could pass for a neighbour of the customer's own, as spoofed ones do: in the
    NANP, one of the same area code and exchange."""
    alike = number[:-SUBSCRIBER_DIGITS] == destination.e164[:-SUBSCRIBER_DIGITS]
    return alike and number.startswith(f"+{NANP_CALLING_CODE}")
