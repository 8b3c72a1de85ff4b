"""Whether a number is answered as often as the same calls from other numbers would be.

A number's answers are held against what its pool is answered at that hour, in those regions and on
that very day, so that a bad afternoon or a region where nobody answers is not taken for a bad
number. Doubt grows by a sequential test (Shiryaev and Roberts, over several alternatives): with a
limit of A it reaches the limit, for a healthy number, not before A steps on average, whatever the
rates are, as long as the expectation is right.
"""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

HALF_LIFE_DAYS = 14.0
"""Rates of a pool change within weeks: older calls count half."""
PRIOR_ANSWERS, PRIOR_CALLS = 2.0, 25.0
"""A pool of which nothing is known is taken to be answered by 8 in 100."""
PULL_OF_THE_POOL = 20.0
"""A region or an hour counts as the whole pool does until it has some twenty calls of its own."""
PULL_OF_THE_USUAL = 15.0
"""A day counts as any other until so many answers more or less were expected of the others."""
ALTERNATIVES = (0.5, 0.25)
"""What a worn number may fall to: half of its answers, as a labelled one, or a quarter."""
HIGHEST_EXPECTATION = 0.95


class Call(NamedTuple):
    """Calls of one number within one step: where they went, the hour (0-23) in which they were
    made, how many they were and how many were answered."""

    region: Hashable
    hour: int
    made: int
    answered: int


@dataclass(slots=True)
class Rate:
    """Answers and calls, of which older ones count less and less."""

    answers: float = PRIOR_ANSWERS
    calls: float = PRIOR_CALLS

    @property
    def value(self) -> float:
        return self.answers / self.calls

    def towards(self, other: float, pull: float) -> float:
        """The rate, drawn towards another as if by so many calls."""
        return (self.answers + pull * other) / (self.calls + pull)

    def add(self, made: int, answered: int) -> None:
        self.answers += answered
        self.calls += made

    def age(self, kept: float) -> None:
        self.answers *= kept
        self.calls *= kept


@dataclass(slots=True)
class Baseline:
    """How often calls of a pool are answered, by region and by hour of the day."""

    pool: Rate = field(default_factory=Rate)
    regions: dict[Hashable, Rate] = field(default_factory=dict)
    hours: dict[int, Rate] = field(default_factory=dict)

    def expects(self, region: Hashable, hour: int) -> float:
        """The chance that a call is answered, from what region and hour do to the pool's rate."""
        pool = self.pool.value
        there = self.regions.get(region, _NOTHING).towards(pool, PULL_OF_THE_POOL)
        then = self.hours.get(hour, _NOTHING).towards(pool, PULL_OF_THE_POOL)
        return min(HIGHEST_EXPECTATION, there * then / pool)

    def learn(self, calls: Iterable[Call]) -> None:
        """Take in what was answered."""
        for call in calls:
            for rate in (
                self.pool,
                self.regions.setdefault(call.region, Rate()),
                self.hours.setdefault(call.hour, Rate()),
            ):
                rate.add(call.made, call.answered)

    def age(self, days: float) -> None:
        """Let so many days go by."""
        kept = 0.5 ** (days / HALF_LIFE_DAYS)
        for rate in (self.pool, *self.regions.values(), *self.hours.values()):
            rate.age(kept)


_NOTHING = Rate(0.0, 0.0)


class Sum(NamedTuple):
    """Answers that came, and answers that the baseline expected."""

    answered: int
    expected: float


def sums(calls_of: Mapping[str, Sequence[Call]], baseline: Baseline) -> dict[str, Sum]:
    """What each number was answered, against what the baseline expected of its calls."""
    return {
        number: Sum(
            sum(call.answered for call in calls),
            sum(call.made * baseline.expects(call.region, call.hour) for call in calls),
        )
        for number, calls in calls_of.items()
    }


def todays_factor(others: Iterable[Sum]) -> float:
    """How much more or less than usual the other numbers are answered just now; 1 is as usual."""
    answered = expected = 0.0
    for one in others:
        answered += one.answered
        expected += one.expected
    return (answered + PULL_OF_THE_USUAL) / (expected + PULL_OF_THE_USUAL)


class Doubt(NamedTuple):
    """How much speaks against a number: for each alternative the odds, summed over every moment
    at which the number may have begun to wear out. All are 0 for a number that is new."""

    odds: tuple[float, ...] = (0.0,) * len(ALTERNATIVES)

    @property
    def level(self) -> float:
        """The natural logarithm of the doubt, for people and plots; what is below 1 counts as 1."""
        return math.log(max(1.0, self.value))

    @property
    def value(self) -> float:
        return sum(self.odds) / len(self.odds)

    def after(self, calls: Iterable[Call], baseline: Baseline, factor: float) -> "Doubt":
        """The doubt after one more step, such as an hour, in which the number made these calls."""
        logs = [0.0] * len(self.odds)
        for call in calls:
            expected = baseline.expects(call.region, call.hour) * factor
            healthy = min(HIGHEST_EXPECTATION, expected)
            for index, share in enumerate(ALTERNATIVES):
                missed = math.log((1 - share * healthy) / (1 - healthy))
                logs[index] += call.answered * math.log(share)
                logs[index] += (call.made - call.answered) * missed
        return Doubt(
            tuple((1 + odds) * math.exp(log) for odds, log in zip(self.odds, logs, strict=True))
        )


def limit_for(false_rests: float, steps: int) -> float:
    """The doubt at which a number rests, for a share of false rests within so many steps.

    1 % of healthy numbers in a month of 300 calling hours: limit_for(0.01, 300) is 30 000.
    """
    return steps / false_rests
