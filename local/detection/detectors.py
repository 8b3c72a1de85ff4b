"""Detectors: each gives every number a level an hour; the higher, the more speaks against it."""

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from operator import add
from typing import Protocol

from lambdas.domain.reputation import (
    HALF_LIFE_DAYS,
    Baseline,
    Call,
    Doubt,
    Sum,
    sums,
    todays_factors,
)
from local.detection.world import HOURS, NUMBERS

WEEK = 7 * len(HOURS)
LATELY = 4
"""Hours of the others that tell how the day goes."""
NOTHING = -math.inf


class Detector(Protocol):
    """Learns the calls of one hour and says the level of each number after it."""

    def after(self, calls: Sequence[Sequence[Call]]) -> Sequence[float]: ...


class Ours:
    """The sequential test against pool, region, hour and day."""

    def __init__(self) -> None:
        self._baseline = Baseline()
        self._doubts = {str(number): Doubt() for number in range(NUMBERS)}
        self._lately: deque[Mapping[str, Sum]] = deque(maxlen=LATELY)

    def after(self, calls: Sequence[Sequence[Call]]) -> Sequence[float]:
        named = {str(number): made for number, made in enumerate(calls)}
        self._lately.append(sums(named, self._baseline))
        lately = {number: reduce(add, (hour[number] for hour in self._lately)) for number in named}
        today = todays_factors(lately)
        for number, made in named.items():
            doubt = self._doubts[number]
            self._doubts[number] = doubt.after(made, self._baseline, today[number])
        for made in calls:
            self._baseline.learn(made)
        self._baseline.age(1 / len(HOURS))
        return [doubt.level for doubt in self._doubts.values()]


class FixedThreshold:
    """The answer rate of the last week, once there are so many calls."""

    def __init__(self, least: int) -> None:
        self._week = _Weeks()
        self._least = least

    def after(self, calls: Sequence[Sequence[Call]]) -> Sequence[float]:
        self._week.add(calls)
        return [
            -answered / made if made >= self._least else NOTHING
            for made, answered in self._week.totals
        ]


class TwoProportions:
    """The week of a number against the week of all others: the z of two proportions."""

    def __init__(self) -> None:
        self._week = _Weeks()

    def after(self, calls: Sequence[Sequence[Call]]) -> Sequence[float]:
        self._week.add(calls)
        all_made = sum(made for made, _ in self._week.totals)
        all_answered = sum(answered for _, answered in self._week.totals)
        return [
            _z(made, answered, all_made - made, all_answered - answered)
            for made, answered in self._week.totals
        ]


class Cusum:
    """Cumulated log-likelihood of a fall to `share` of the pool's own rate of all hours."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._answers, self._calls = 2.0, 25.0
        self._levels = [0.0] * NUMBERS

    def after(self, calls: Sequence[Sequence[Call]]) -> Sequence[float]:
        rate = self._answers / self._calls
        missed = math.log((1 - self._share * rate) / (1 - rate))
        for number, made in enumerate(calls):
            answered = sum(call.answered for call in made)
            lost = sum(call.made for call in made) - answered
            step = answered * math.log(self._share) + lost * missed
            self._levels[number] = max(0.0, self._levels[number] + step)
        for made in calls:
            for call in made:
                self._answers += call.answered
                self._calls += call.made
        kept = 0.5 ** (1 / len(HOURS) / HALF_LIFE_DAYS)
        self._answers *= kept
        self._calls *= kept
        return list(self._levels)


class _Weeks:
    """Calls and answers of each number within the last seven days."""

    def __init__(self) -> None:
        self.totals = [(0, 0)] * NUMBERS
        self._hours: deque[Sequence[tuple[int, int]]] = deque()

    def add(self, calls: Sequence[Sequence[Call]]) -> None:
        new = [
            (sum(call.made for call in made), sum(call.answered for call in made)) for made in calls
        ]
        self._hours.append(new)
        old = self._hours.popleft() if len(self._hours) > WEEK else [(0, 0)] * NUMBERS
        self.totals = [
            (made + more - less, answered + got - lost)
            for (made, answered), (more, got), (less, lost) in zip(
                self.totals, new, old, strict=True
            )
        ]


def _z(made: int, answered: int, others_made: int, others_answered: int) -> float:
    if not made or not others_made:
        return NOTHING
    together = (answered + others_answered) / (made + others_made)
    spread = together * (1 - together) * (1 / made + 1 / others_made)
    if not spread:
        return 0.0
    return (others_answered / others_made - answered / made) / math.sqrt(spread)


RIVALS: Mapping[str, Sequence[Callable[[], Detector]]] = {
    "fixed threshold": [partial(FixedThreshold, least) for least in (20, 50, 100, 200)],
    "two proportions": [TwoProportions],
    "CUSUM": [partial(Cusum, share) for share in (0.5, 0.3, 0.2)],
}
