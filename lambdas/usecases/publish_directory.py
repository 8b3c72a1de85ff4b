"""Publish a pool: what its imports committed, less what rests or is withheld, packed for the
pickers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from lambdas.domain.choosing import FULL_WEIGHT
from lambdas.domain.directory import Listing, pack
from lambdas.domain.intake import Direction, Member
from lambdas.domain.phone import E164
from lambdas.domain.registry import WHOLE

TRIES = 5


class PointerMoved(Exception):
    """The pool changed while it was being published; read it again."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A pool at one committed sequence.

    `held` are numbers that rest or rested, with the epoch second at which they return; `removed`
    are numbers that imports took out and that are not settled yet; `withheld` may not be shown for
    now; `returned` are numbers on probation with the day of their return, from which they warm up
    again; `version` is the directory's that is published now, "" for none.
    """

    pool: str
    sequence: int
    version: str
    published_sequence: int
    members: Sequence[Member]
    held: Mapping[E164, int]
    removed: Mapping[E164, int]
    withheld: frozenset[E164] = frozenset()
    returned: Mapping[E164, int] = field(default_factory=dict)


class Standing(NamedTuple):
    """How many numbers of a pool pickers may show, and how many rest or are withheld."""

    shown: int
    resting: int
    withheld: int


class PublishingStore(Protocol):
    def snapshot(self, pool: str) -> Snapshot | None: ...

    def settle(self, snapshot: Snapshot) -> None:
        """Make numbers that an import removed unusable at once."""

    def publish(
        self, snapshot: Snapshot, segments: Mapping[str, bytes], count: int, now: datetime
    ) -> None:
        """Write what is new of the segments, move the pointer, and forget the rests that are over.
        Raises PointerMoved."""


class ReturningStore(PublishingStore, Protocol):
    def has_returned(self, pool: str, now: datetime) -> bool:
        """Whether the time of a number has come that the published directory lacks."""


Shares = Callable[[str, Sequence[Member]], Mapping[E164, int]]
"""How often numbers of a pool are shown by their papers, in percent; others as any number."""


def alike(_pool: str, _members: Sequence[Member]) -> Mapping[E164, int]:
    """The shares where no papers count."""
    return {}


def publish_directory(
    pool: str, store: PublishingStore, now: datetime, shares: Shares = alike
) -> int | None:
    """Publish one pool as committed; the count of numbers shown, None where nothing is to do.

    The papers are read with the numbers, so that a number which is new in a pool that asks for some
    is not shown before it has them.
    """
    for _ in range(TRIES):
        snapshot = store.snapshot(pool)
        if snapshot is None:
            return None
        store.settle(snapshot)
        listings = list(_listings(snapshot, now, shares(pool, snapshot.members)))
        try:
            store.publish(snapshot, pack(listings), len(listings), now)
        except PointerMoved:
            continue
        return len(listings)
    raise PointerMoved(f"pool {pool} changed {TRIES} times while it was being published")


def publish_returned(
    pools: Iterable[str], store: ReturningStore, now: datetime, shares: Shares = alike
) -> dict[str, int | None]:
    """Publish the pools in which a rest has ended since they were published last."""
    return {
        pool: publish_directory(pool, store, now, shares)
        for pool in pools
        if store.has_returned(pool, now)
    }


def _listings(snapshot: Snapshot, now: datetime, shares: Mapping[E164, int]) -> Iterable[Listing]:
    second = now.timestamp()
    for member in snapshot.members:
        if member.direction is Direction.INBOUND or snapshot.held.get(member.e164, 0) > second:
            continue
        share = shares.get(member.e164, WHOLE)
        if member.e164 in snapshot.withheld or not share:
            continue
        yield Listing(
            e164=member.e164,
            region=member.region,
            state=member.state,
            area_code=member.area_code,
            place=member.place,
            kind=member.kind,
            position=member.position,
            ownership=member.ownership,
            golden=member.golden,
            weight=max(1, round(FULL_WEIGHT * share / WHOLE)),
            activated_on=max(member.activated_on, snapshot.returned.get(member.e164, 0)),
        )
