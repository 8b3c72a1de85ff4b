"""What a report tells: how calls were answered in some days, held against the four weeks before.

A line is said to be answered more or less only where chance does not explain it. Numbers are never
ranked by their rate: the worst of a thousand is so by chance. What speaks against one is its doubt
(lambdas.domain.reputation), and those with few calls are told as one sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from lambdas.domain.intervals import Interval, wilson
from lambdas.domain.lifecycle import State
from lambdas.domain.outcomes import Tally

DAYS = 7
BEFORE = timedelta(days=28)
LEAST_CALLS = 100
"""Of fewer calls nothing is told: at one answer in twelve, chance alone makes 3 to 15 of them."""
OWN = ""
"""The pool that queues' own numbers are counted in."""


class Verdict(StrEnum):
    """What a difference is; FEW where there are too few calls to tell."""

    MORE = "more"
    LESS = "less"
    CHANCE = "chance"
    FEW = "few"


class Period(NamedTuple):
    """The days that a report is of, and from when on the weeks before them count."""

    since: datetime
    until: datetime
    before: datetime

    @classmethod
    def ending(cls, now: datetime, days: int = DAYS) -> "Period":
        """Whole UTC days, the last of which was over when `now` came."""
        until = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        since = until - timedelta(days=days)
        return cls(since, until, since - BEFORE)

    @property
    def days(self) -> int:
        return (self.until - self.since).days


class Standing(NamedTuple):
    """What became of a number and why.

    `level` and `limit` are logarithms of its doubt and of the doubt at which it rests; `until` is
    the end of a rest, of one that it would have in `observe`, or None. `waits` says that it cannot
    rest yet, for the pool's share is full.
    """

    number: str
    pool: str
    state: State
    level: float = 0.0
    limit: float = 0.0
    until: datetime | None = None
    would_rest: bool = False
    waits: bool = False
    words: str = ""

    @property
    def is_notable(self) -> bool:
        """Whether something has been done about it, or would be."""
        return self.state in (State.RESTING, State.RETIRED) or self.would_rest or self.waits


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table. `expected` are the answers that the same calls get elsewhere, 0 where
    nobody compares; `verdict` holds the answers against them, `change` against the weeks before."""

    name: str
    now: Tally
    before: Tally
    expected: float = 0.0
    verdict: Verdict = Verdict.CHANCE
    change: Verdict = Verdict.CHANCE

    @property
    def interval(self) -> Interval:
        return wilson(self.now.answered, self.now.made)


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A number with enough calls to tell its rate. `expected` as in Line."""

    number: str
    pool: str
    now: Tally
    before: Tally
    expected: float
    standing: Standing | None = None

    @property
    def interval(self) -> Interval:
        return wilson(self.now.answered, self.now.made)


class OwnLine(NamedTuple):
    """A queue's own number, which calls show where no local one is chosen. `busiest` are the calls
    of its busiest hour."""

    number: str
    now: Tally
    before: Tally
    busiest: int
    busiest_at: datetime | None


class Few(NamedTuple):
    """Numbers with too few calls to tell, together; `idle` made none."""

    numbers: int
    now: Tally
    before: Tally
    idle: int


class Day(NamedTuple):
    day: date
    tally: Tally


class Reach(NamedTuple):
    """Calls of a pool to a region: with numbers from nearby, and with others."""

    pool: str
    region: str
    near: Tally
    far: Tally


class Spoofed(NamedTuple):
    """A number that more people called unprompted than chance explains."""

    number: str
    pool: str
    unprompted: int
    expected: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told. Lines are the largest first, but hours as they come and numbers in order.

    `spread` says how much more the days differ than chance lets them; changes take it into account.
    """

    period: Period
    total: Line
    spread: float
    days: Sequence[Day]
    pools: Sequence[Line]
    tiers: Sequence[Line]
    regions: Sequence[Line]
    hours: Sequence[Line]
    arms: Sequence[Line]
    numbers: Sequence[NumberLine]
    few: Few
    own: Sequence[OwnLine]
    reaches: Sequence[Reach]
    spoofed: Sequence[Spoofed]
    sizes: Mapping[str, int]
    standings: Sequence[Standing] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no call was counted, neither now nor before."""
        return not any((*self.total.now, *self.total.before))


NEAR = frozenset({"answered_before", "city", "nearest", "area_code"})
"""Tiers of numbers from nearby."""
