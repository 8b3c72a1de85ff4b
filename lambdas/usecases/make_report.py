"""Read counters of all numbers, and make a report of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Protocol

from lambdas.domain.local_hours import LocalHours
from lambdas.domain.outcomes import NumberHour
from lambdas.domain.phone import E164
from lambdas.domain.report import DAYS, OWN, Period, Report, Standing
from lambdas.domain.report_sums import Sums

READERS = 12
"""Numbers that are read at once."""
_AHEAD = 8 * READERS
"""Numbers that are read before they are added up: a month of all of them would fill the memory."""


class Outcomes(Protocol):
    """Counters of what became of calls."""

    def hours(self, number: E164, since: datetime, until: datetime) -> Sequence[NumberHour]: ...

    def own_numbers(self, since: datetime, until: datetime) -> frozenset[E164]: ...


@dataclass(frozen=True, slots=True)
class Stock:
    """What a report is made of: the pools by name, their numbers, what became of these, counters.

    `own` says whether queues' own numbers are told of, too.
    """

    pools: Sequence[str]
    members: Callable[[str], Iterable[E164]]
    standings: Callable[[str], Iterable[Standing]]
    outcomes: Outcomes
    own: bool = True


def make_report(stock: Stock, local: LocalHours, now: datetime, days: int = DAYS) -> Report:
    """The report of the whole UTC days that were over at `now`."""
    period = Period.ending(now, days)
    sums = Sums(period, local)
    numbers = [(pool, number) for pool in stock.pools for number in stock.members(pool)]
    if stock.own:
        # A number of a pool that a queue has for its own is the pool's.
        ours = {number for _, number in numbers}
        own = stock.outcomes.own_numbers(period.before, period.until)
        numbers += [(OWN, number) for number in sorted(own - ours)]
    for (pool, number), hours in _read(stock.outcomes, numbers, period):
        sums.add(pool, number, hours)
    return sums.report(standing for pool in stock.pools for standing in stock.standings(pool))


def _read(
    outcomes: Outcomes, numbers: Iterable[tuple[str, E164]], period: Period
) -> Iterator[tuple[tuple[str, E164], Sequence[NumberHour]]]:
    def hours(one: tuple[str, E164]) -> Sequence[NumberHour]:
        return outcomes.hours(one[1], period.before, period.until)

    waiting = iter(numbers)
    with ThreadPoolExecutor(READERS) as readers:
        while some := list(islice(waiting, _AHEAD)):
            yield from zip(some, readers.map(hours, some), strict=True)
