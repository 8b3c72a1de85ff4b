"""Choosing: which numbers of a directory may be shown to a destination, the best first.

Within a tier the order is a permutation that the contact's id seeds: every retry of one contact
sees the same order, load spreads evenly over the tier, and the next candidate costs the same
however large the pool is.
"""

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import gcd

from lambdas.domain.directory import Directory, Group
from lambdas.domain.phone import E164, NANP_CALLING_CODE, Phone
from lambdas.domain.rules import Rules
from lambdas.domain.settings import Tier

SHOWN_LATELY = "shown_lately"
LOOKS_LIKE_CUSTOMER = "looks_like_customer"


@dataclass(frozen=True, slots=True)
class Candidate:
    number: E164
    tier: Tier
    group: Group


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom a number is chosen: the destination, its state if known, and what it was shown."""

    destination: Phone
    state: str
    shown_lately: frozenset[int]
    contact_id: str


@dataclass(slots=True)
class Rejections:
    """How many numbers fell, by reason; grows while candidates are drawn."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str, numbers: int = 1) -> None:
        self.counts[reason] += numbers


def candidates(
    directory: Directory,
    wanted: Wanted,
    tiers: Sequence[Tier],
    rules: Rules,
    rejections: Rejections,
) -> Iterator[Candidate]:
    """Yield what may be shown, most local tier first. Lazy: a pick takes one, rarely a few more.

    Numbers with the destination's own area code and exchange come last in their tier, since they
    look like spoofing.
    """
    seen: set[int] = set()
    for tier in tiers:
        groups = []
        for group in _groups_of(directory, wanted, tier):
            if group.start in seen:
                continue
            seen.add(group.start)
            sample = str(directory.numbers[group.start])
            barred = rules.against(wanted.destination, group, sample)
            if barred:
                rejections.add(f"rule_{barred.id}", len(group))
            else:
                groups.append(group)
        if groups:
            yield from _within(directory, wanted, tier, groups, rejections)


def _groups_of(directory: Directory, wanted: Wanted, tier: Tier) -> Sequence[Group]:
    destination = wanted.destination
    if tier is Tier.AREA_CODE:
        groups = directory.by_area.get(destination.area_code, ())
        return [group for group in groups if group.region == destination.region]
    if tier is Tier.STATE:
        return directory.by_state.get((destination.region, wanted.state), ())
    if tier is Tier.COUNTRY:
        return directory.by_region.get(destination.region, ())
    if tier is Tier.TOLL_FREE:
        return directory.toll_free.get(destination.region, ())
    return ()


def _within(
    directory: Directory,
    wanted: Wanted,
    tier: Tier,
    groups: Sequence[Group],
    rejections: Rejections,
) -> Iterator[Candidate]:
    ends = list(accumulate(len(group) for group in groups))
    mirrored: list[tuple[int, Group]] = []
    for step in _permutation(ends[-1], f"{wanted.contact_id}|{tier}"):
        which = bisect_right(ends, step)
        group = groups[which]
        position = group.end - (ends[which] - step)
        digits = directory.numbers[position]
        if digits in wanted.shown_lately:
            rejections.add(SHOWN_LATELY)
        elif _mirrors(digits, wanted.destination):
            mirrored.append((position, group))
        else:
            yield Candidate(directory.number(position), tier, group)
    for position, group in mirrored:
        yield Candidate(directory.number(position), tier, group)


def _permutation(size: int, seed: str) -> Iterator[int]:
    """All of range(size) in an order that `seed` fixes, each step in constant time and memory."""
    digest = hashlib.sha256(seed.encode()).digest()
    start = int.from_bytes(digest[:8], "big") % size
    stride = int.from_bytes(digest[8:16], "big") % size or 1
    while gcd(stride, size) != 1:
        stride += 1
    for step in range(size):
        yield (start + step * stride) % size


def _mirrors(digits: int, destination: Phone) -> bool:
    """Whether a NANP number shares area code and exchange with the destination."""
    subscriber_digits = 4
    own = destination.e164
    if not own.startswith(f"+{NANP_CALLING_CODE}") or digits < 10**10:
        return False
    return str(digits)[:-subscriber_digits] == own[1:-subscriber_digits]
