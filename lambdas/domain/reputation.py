"""Whether a number is answered as often as the same calls from other numbers would be.

What becomes of a number's calls is held against what its pool sees at that hour, in those regions
and on that very day, so that a bad afternoon or a region where nobody answers is not taken for a
bad number. Three signals speak: answers, short calls among the answers, and calls that the network
blocked. Doubt grows by a sequential test (Shiryaev and Roberts, over several alternatives): with a
limit of A it reaches the limit, for a healthy number, not before A steps on average, whatever the
rates are, as long as the expectation is right.
"""

import math
import operator
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Self

HALF_LIFE_DAYS = 14.0
"""Rates of a pool change within weeks: older calls count half."""
HIGHEST_EXPECTATION = 0.95
MOST_IN_A_STEP = 3.0
"""No step multiplies the odds by more than twenty (e³): calls of one hour are not independent."""
HIGHEST_ODDS = 1e9
"""Above any limit, and low enough to come down again once a number is answered as others are."""


class Signal(StrEnum):
    """What speaks against a number."""

    ANSWERS = "answers"
    SHORT = "short"
    BLOCKED = "blocked"


class Alternative(NamedTuple):
    """What a worn number may have come to: by how much the odds of an answer, of an answered
    call's being short and of a blocked call have changed; and its weight in the doubt."""

    weight: float
    answers: float = 1.0
    short: float = 1.0
    blocked: float = 1.0

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What speaks in it."""
        return tuple(signal for signal, odds in zip(Signal, self[1:], strict=True) if odds != 1)


ALTERNATIVES = (
    Alternative(0.35, answers=1 / 2),
    Alternative(0.35, answers=1 / 4),
    Alternative(0.025, short=2),
    Alternative(0.025, short=4),
    Alternative(0.075, blocked=3),
    Alternative(0.075, blocked=10),
    Alternative(0.05, answers=1 / 2, blocked=3),
    Alternative(0.05, answers=1 / 4, blocked=3),
)
"""The weights add up to 1, which keeps the bound on false rests. Answers have most of it, since
every deployment sees them; short calls have the least, as few of the few answered calls tell
little."""


class Call(NamedTuple):
    """Calls of one number within one step: where they went, the hour (0-23) in which they were
    made, how many they were, how many were answered, how many of the answered ended at once, and
    how many the network blocked."""

    region: Hashable
    hour: int
    made: int
    answered: int
    short: int = 0
    blocked: int = 0


class Expected(NamedTuple):
    """The chances that a call is answered, that an answered call is short, that one is blocked."""

    answers: float
    short: float
    blocked: float


class Today(NamedTuple):
    """How much more or less than usual just now: 1 is as usual."""

    answers: float = 1.0
    short: float = 1.0
    blocked: float = 1.0


class _Nature(NamedTuple):
    """What is taken of a signal before anything is known: its rate, and how much weighs against
    it. Calls are attempts or, for short calls, answers."""

    rate: float
    as_if_calls: float
    """A pool of which nothing is known is taken to have made so many calls at that rate."""
    pull_of_the_pool: float
    """A region or an hour counts as its pool does until it has so many calls of its own."""
    pull_of_the_usual: float
    """A day counts as any other until so many more or less were expected of the others."""
    least: float


_ANSWERS = _Nature(0.08, 25.0, 20.0, 15.0, 0.0)
_SHORT = _Nature(0.10, 20.0, 20.0, 5.0, 0.02)
_BLOCKED = _Nature(0.01, 100.0, 100.0, 3.0, 0.005)
"""Where hardly a call is blocked or short, one of them is no sign of anything: hence the least."""


@dataclass(slots=True)
class Past:
    """What became of calls, of which older ones count less and less."""

    made: float = 0.0
    answered: float = 0.0
    short: float = 0.0
    blocked: float = 0.0

    def add(self, call: Call) -> None:
        self.made += call.made
        self.answered += call.answered
        self.short += call.short
        self.blocked += call.blocked

    def age(self, kept: float) -> None:
        self.made *= kept
        self.answered *= kept
        self.short *= kept
        self.blocked *= kept


@dataclass(slots=True)
class Baseline:
    """What becomes of calls of a pool, by region and by hour of the day."""

    pool: Past = field(default_factory=Past)
    regions: dict[Hashable, Past] = field(default_factory=dict)
    hours: dict[int, Past] = field(default_factory=dict)

    def expects(self, region: Hashable, hour: int) -> Expected:
        """The chances of a call, from what region and hour do to the pool's rates."""
        pool = self.pool
        there = self.regions.get(region, _NOTHING)
        then = self.hours.get(hour, _NOTHING)
        return Expected(
            _chance(
                _ANSWERS,
                (pool.answered, pool.made),
                (there.answered, there.made),
                (then.answered, then.made),
            ),
            _chance(
                _SHORT,
                (pool.short, pool.answered),
                (there.short, there.answered),
                (then.short, then.answered),
            ),
            _chance(
                _BLOCKED,
                (pool.blocked, pool.made),
                (there.blocked, there.made),
                (then.blocked, then.made),
            ),
        )

    def learn(self, calls: Iterable[Call]) -> None:
        """Take in what became of calls."""
        for call in calls:
            self.pool.add(call)
            self.regions.setdefault(call.region, Past()).add(call)
            self.hours.setdefault(call.hour, Past()).add(call)

    def age(self, days: float) -> None:
        """Let so many days go by."""
        kept = 0.5 ** (days / HALF_LIFE_DAYS)
        for past in (self.pool, *self.regions.values(), *self.hours.values()):
            past.age(kept)


_NOTHING = Past()


def _chance(
    nature: _Nature,
    pool: tuple[float, float],
    there: tuple[float, float],
    then: tuple[float, float],
) -> float:
    usual = _drawn(pool, nature.rate, nature.as_if_calls)
    chance = (
        _drawn(there, usual, nature.pull_of_the_pool)
        * _drawn(then, usual, nature.pull_of_the_pool)
        / usual
    )
    return min(HIGHEST_EXPECTATION, max(nature.least, chance))


def _drawn(rate: tuple[float, float], towards: float, pull: float) -> float:
    return (rate[0] + pull * towards) / (rate[1] + pull)


class Sum(NamedTuple):
    """What became of calls, and what the baseline expected of them."""

    answered: float = 0.0
    expected: float = 0.0
    short: float = 0.0
    short_expected: float = 0.0
    blocked: float = 0.0
    blocked_expected: float = 0.0
    made: float = 0.0

    def __add__(self, other: object) -> "Sum":
        if not isinstance(other, Sum):
            return NotImplemented
        return Sum(*map(operator.add, self, other))


def sums(calls_of: Mapping[str, Sequence[Call]], baseline: Baseline) -> dict[str, Sum]:
    """What became of each number's calls, against what the baseline expected of them."""
    known: dict[tuple[Hashable, int], Expected] = {}
    found: dict[str, Sum] = {}
    for number, calls in calls_of.items():
        answered = short = blocked = made = 0
        answers_due = short_due = blocked_due = 0.0
        for call in calls:
            expected = known.get(call[:2])
            if expected is None:
                expected = known[call[:2]] = baseline.expects(call.region, call.hour)
            made += call.made
            answered += call.answered
            short += call.short
            blocked += call.blocked
            answers_due += call.made * expected.answers
            short_due += call.answered * expected.short
            blocked_due += call.made * expected.blocked
        found[number] = Sum(answered, answers_due, short, short_due, blocked, blocked_due, made)
    return found


def todays_factor(others: Iterable[Sum]) -> Today:
    """How much more or less than usual the other numbers are answered just now, and by how much
    more of their calls are short or blocked; fewer of those than usual count as usual."""
    return _today(_total(others))


def todays_factors(lately: Mapping[str, Sum]) -> dict[str, Today]:
    """For each number the factor of all the others."""
    total = _total(lately.values())
    return {number: _today(Sum(*map(operator.sub, total, mine))) for number, mine in lately.items()}


def _total(sums_: Iterable[Sum]) -> Sum:
    return Sum(*map(math.fsum, zip(*sums_, strict=True)))


def _today(others: Sum) -> Today:
    return Today(
        _factor(_ANSWERS, others.answered, others.expected),
        max(1.0, _factor(_SHORT, others.short, others.short_expected)),
        max(1.0, _factor(_BLOCKED, others.blocked, others.blocked_expected)),
    )


def _factor(nature: _Nature, happened: float, expected: float) -> float:
    pull = nature.pull_of_the_usual
    return (max(0.0, happened) + pull) / (max(0.0, expected) + pull)


class Seen(NamedTuple):
    """What one signal has shown since it began to speak against the number: how strongly (a
    logarithm, 0 at the beginning), how often it happened, of how many calls, and how often it
    was to be expected."""

    height: float = 0.0
    happened: float = 0.0
    calls: float = 0.0
    expected: float = 0.0

    def after(self, step: float, happened: float, calls: float, expected: float) -> "Seen":
        height = self.height + step
        if height <= 0:
            return _UNSEEN
        return Seen(
            min(height, MOST_HEIGHT),
            self.happened + happened,
            self.calls + calls,
            self.expected + expected,
        )


MOST_HEIGHT = math.log(HIGHEST_ODDS)
_UNSEEN = Seen()


class Voice(NamedTuple):
    """A signal, its part of the doubt (0 to 1), and what it has shown lately."""

    signal: Signal
    part: float
    seen: Seen


class Doubt(NamedTuple):
    """How much speaks against a number: for each alternative the odds, summed over every moment
    at which the number may have begun to wear out. All are 0 for a number that is new."""

    odds: tuple[float, ...] = (0.0,) * len(ALTERNATIVES)
    seen: tuple[Seen, ...] = (_UNSEEN,) * len(Signal)

    @property
    def level(self) -> float:
        """The natural logarithm of the doubt, for people and plots; what is below 1 counts as 1."""
        return math.log(max(1.0, self.value))

    @property
    def value(self) -> float:
        return sum(one.weight * odds for one, odds in zip(ALTERNATIVES, self.odds, strict=True))

    @property
    def signals(self) -> tuple[Voice, ...]:
        """The signals, by how much of the doubt is theirs; two that speak together share it."""
        whole = self.value or 1.0
        parts = dict.fromkeys(Signal, 0.0)
        for one, odds in zip(ALTERNATIVES, self.odds, strict=True):
            for signal in one.signals:
                parts[signal] += one.weight * odds / whole / len(one.signals)
        voices = [
            Voice(signal, parts[signal], seen)
            for signal, seen in zip(Signal, self.seen, strict=True)
        ]
        return tuple(sorted(voices, key=lambda voice: -voice.part))

    @property
    def leading(self) -> Voice:
        """The signal that speaks most against the number."""
        return self.signals[0]

    def after(self, calls: Sequence[Call], baseline: Baseline, factor: Today) -> "Doubt":
        """The doubt after one more step, such as an hour, in which the number made these calls."""
        if not any(call.made for call in calls):
            return self
        answered = sum(call.answered for call in calls)
        short = sum(call.short for call in calls)
        blocked = sum(call.blocked for call in calls)
        logs = [
            answered * math.log(one.answers)
            + short * math.log(one.short)
            + blocked * math.log(one.blocked)
            for one in ALTERNATIVES
        ]
        made, answers_due, short_due, blocked_due = 0, 0.0, 0.0, 0.0
        for call in calls:
            usual = baseline.expects(call.region, call.hour)
            shortness = min(HIGHEST_EXPECTATION, usual.short * factor.short)
            blocking = min(HIGHEST_EXPECTATION, usual.blocked * factor.blocked)
            answers = min(HIGHEST_EXPECTATION, usual.answers * factor.answers, 1 - blocking)
            made += call.made
            answers_due += call.made * answers
            short_due += call.answered * shortness
            blocked_due += call.made * blocking
            for index, one in enumerate(ALTERNATIVES):
                logs[index] -= call.made * math.log1p(
                    (one.answers - 1) * answers + (one.blocked - 1) * blocking
                )
                if call.answered and one.short != 1:
                    logs[index] -= call.answered * math.log1p((one.short - 1) * shortness)
        logs = [min(log, MOST_IN_A_STEP) for log in logs]
        return Doubt(
            tuple(
                min(HIGHEST_ODDS, (1 + odds) * math.exp(log))
                for odds, log in zip(self.odds, logs, strict=True)
            ),
            (
                self.seen[0].after(logs[_MILDEST[0]], answered, made, answers_due),
                self.seen[1].after(logs[_MILDEST[1]], short, answered, short_due),
                self.seen[2].after(logs[_MILDEST[2]], blocked, made, blocked_due),
            ),
        )

    def written(self) -> tuple[float, ...]:
        """All of it as numbers, for a table."""
        return (*self.odds, *(number for seen in self.seen for number in seen))

    @classmethod
    def read(cls, numbers: Sequence[float]) -> Self:
        """What was written; a number begins anew where a later version has written otherwise."""
        count = len(ALTERNATIVES)
        if len(numbers) != count + len(Signal) * len(_UNSEEN):
            return cls()
        rest = iter(map(float, numbers[count:]))
        return cls(
            tuple(map(float, numbers[:count])),
            tuple(Seen(*(next(rest) for _ in _UNSEEN)) for _ in Signal),
        )


_MILDEST = tuple(
    next(index for index, one in enumerate(ALTERNATIVES) if one.signals == (signal,))
    for signal in Signal
)


def limit_for(false_rests: float, steps: int) -> float:
    """The doubt at which a number rests, for a share of false rests within so many steps.

    1 % of healthy numbers in a month of 300 calling hours: limit_for(0.01, 300) is 30 000.
    """
    return steps / false_rests
