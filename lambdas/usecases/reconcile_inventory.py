"""List the numbers that the instance holds, and let no call show one that it does not.

A run lists page by page. Each page is kept with the token of the next in one transaction, so that a
run which is broken off anywhere goes on where it stood; then it compares with the pools, and each
number changes in a transaction of its own, only while this run is the one under way. Nothing is
claimed or released.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lambdas.domain.inventory import (
    WORDS,
    Holding,
    Listing,
    Mark,
    Pooled,
    Reconciled,
    State,
    is_believable,
    not_held,
    reconcile,
)
from lambdas.domain.rows import Member
from lambdas.domain.withholding import Withheld
from lambdas.usecases.withhold import Withholding, WithholdingStore

BY = "inventory"
EVERYWHERE = ""
"""Listed last, in place of a target: every number of the account in the region."""

KEPT_FOR_A_REQUEST = 5.0
"""Seconds that must be left to ask for another page, or to change another number."""

ALIVE_EVERY = 100
"""Changes of numbers after which a run says that it is still at work."""


class NotFinished(Exception):
    """The time was over. What is done is kept, and the same request goes on from there."""


class Unbelievable(Exception):
    """The listing cannot be true, and nothing was changed by it."""


class RunLost(Exception):
    """Another run has begun; this one changes nothing any more."""


class StaleToken(Exception):
    """Amazon Connect does not know the token of the next page any more."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer; `token` is that of the next page, "" for the last one."""

    numbers: Sequence[Holding]
    token: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: the target that is listed (an index, past the end when all are), the
    token of its next page, and the count of pages that are kept."""

    run: str
    targets: tuple[str, ...]
    target: int = 0
    token: str = ""
    pages: int = 0

    @property
    def is_listed(self) -> bool:
        return self.target >= len(self.targets)


class NumberLister(Protocol):
    """Amazon Connect's list of numbers, at a rate that it takes."""

    def page(self, target: str, token: str) -> Page:
        """A page of a target's numbers (EVERYWHERE: of the account's). Raises StaleToken."""


class InventoryStore(Protocol):
    """Runs of the inventory and the numbers that they listed."""

    def begin(self, by: str, targets: tuple[str, ...], now: datetime) -> Progress | None:
        """Take up the run that was broken off, or begin one. None while another is at work: then
        that one is told to go round again."""

    def keep(self, progress: Progress, page: Page, now: datetime) -> Progress:
        """Keep a page, and go on to the next page or target. Raises RunLost."""

    def restart(self, progress: Progress, by: str, now: datetime) -> Progress:
        """Begin the run anew. Raises RunLost."""

    def alive(self, progress: Progress, now: datetime) -> None:
        """Say that the run is still at work. Raises RunLost."""

    def listed(self, run: str) -> Iterable[Holding]:
        """All that a run listed."""

    def last(self) -> Sequence[Holding]:
        """All that the last finished run listed."""

    def is_news(self, digest: str) -> bool:
        """Whether the last finished run found something else."""

    def finish(self, progress: Progress, digest: str, now: datetime) -> bool:
        """Make the run the last one; whether somebody asked for another round meanwhile. Raises
        RunLost."""

    def abandon(self, progress: Progress) -> None:
        """Forget a run of which nothing may follow."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What was found, and what a run did about it. `is_news`: it differs from the last run's.

    `withheld` and `returned` are the numbers that changed; `refused` had left their pool by then.
    """

    reconciled: Reconciled
    withheld: Sequence[Mark]
    returned: Sequence[Mark]
    refused: Sequence[Mark]
    is_news: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """What a run compares: the pools by name, and the queues' own numbers (ARNs) by queue."""

    pools: Sequence[str]
    members: Callable[[str], Iterable[Member]]
    withholding: Callable[[str], WithholdingStore]
    queue_numbers: Mapping[str, str]


def reconcile_inventory(
    targets: Sequence[str],
    stock: Stock,
    lister: NumberLister,
    store: InventoryStore,
    *,
    by: str,
    now: Callable[[], datetime],
    left: Callable[[], float],
    tell: Callable[[Inventory], None],
) -> bool | None:
    """One run: whether another round was asked for meanwhile; None when another run is at work.
    Raises NotFinished, RunLost or Unbelievable.

    `left` tells the seconds that there are, `by` names the request: the same one takes up at once
    what it had begun, others only what nobody works on any more. `tell` hears what was found,
    before the run counts as finished: once at least.
    """
    progress = store.begin(by, (*targets, EVERYWHERE), now())
    if progress is None:
        return None
    progress = _list(progress, lister, store, by=by, now=now, left=left)
    listing = Listing.of(store.listed(progress.run), targets, store.last())
    if not is_believable(listing):
        store.abandon(progress)
        raise Unbelievable(
            f"Amazon Connect listed no number at all for {', '.join(targets)}, and an instance with"
            " queues holds at least one. Nothing was changed."
        )
    withholding = stock.withholding(progress.run)
    pools = [_pooled(name, stock, withholding) for name in stock.pools]
    reconciled = reconcile(listing, pools, stock.queue_numbers)
    states = {found.number: found.state for found in reconciled.found}
    changed: list[Mark] = []
    refused: list[Mark] = []
    for count, mark in enumerate(reconciled.marks):
        _need(left)
        if count % ALIVE_EVERY == 0:
            store.alive(progress, now())
        state = states.get(mark.number, State.HELD)
        made = withholding.change(_change(mark, state, now()))
        (changed if made else refused).append(mark)
    digest = _digest(reconciled)
    tell(
        Inventory(
            reconciled,
            [mark for mark in changed if mark.withhold],
            [mark for mark in changed if not mark.withhold],
            refused,
            bool(changed) or store.is_news(digest),
        )
    )
    return store.finish(progress, digest, now())


def _list(
    progress: Progress,
    lister: NumberLister,
    store: InventoryStore,
    *,
    by: str,
    now: Callable[[], datetime],
    left: Callable[[], float],
) -> Progress:
    while not progress.is_listed:
        _need(left)
        try:
            page = lister.page(progress.targets[progress.target], progress.token)
        except StaleToken:
            if not progress.token:
                raise
            progress = store.restart(progress, by, now())
            continue
        progress = store.keep(progress, page, now())
    return progress


def _pooled(name: str, stock: Stock, withholding: WithholdingStore) -> Pooled:
    withheld = withholding.withheld(name)
    marked = frozenset(number for number, reasons in withheld.items() if not_held(reasons))
    return Pooled(name, list(stock.members(name)), marked)


def _change(mark: Mark, state: State, at: datetime) -> Withholding:
    words = WORDS[state] if mark.withhold else "The instance holds it again."
    return Withholding(mark.number, mark.pool, Withheld.NOT_HELD, mark.withhold, BY, at, words)


def _digest(reconciled: Reconciled) -> str:
    """The same for the same drift, so that it is told once."""
    drift = (f"{one.number}{one.arn} {one.state} {one.pool}{one.queue}" for one in reconciled.drift)
    return hashlib.sha256("\n".join(sorted(drift)).encode()).hexdigest()


def _need(left: Callable[[], float]) -> None:
    if left() < KEPT_FOR_A_REQUEST:
        raise NotFinished("The time was over; what is done is kept, and the next run goes on.")
