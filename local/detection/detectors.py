"""Detectors: each gives the numbers that are watched a level an hour; the higher, the more speaks
against the number."""

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from operator import add
from typing import Protocol

from lambdas.domain.reputation import (
    ALTERNATIVES,
    HALF_LIFE_DAYS,
    Baseline,
    Doubt,
    Signal,
    Sum,
    sums,
    todays_factors,
)
from local.detection.world import HOURS, Hour

LATELY = 4
"""Hours of the others that tell how the day goes."""
NOTHING = -math.inf
Levels = Mapping[str, float]
"""Of each watched number."""
DAY = len(HOURS)


class Detector(Protocol):
    """Learns the calls of one hour and says the levels after it."""

    def after(self, hour: Hour) -> Mapping[str, Levels]:
        """The levels by the name of the variant."""


class Ours:
    """The sequential test against pool, region, hour and day; and by the way, what it would be
    with answers alone, and what rivals would be if they had the same expectation."""

    def __init__(self, watched: Sequence[str]) -> None:
        self._baseline = Baseline()
        self._doubts = {number: Doubt() for number in watched}
        self._lately: deque[Mapping[str, Sum]] = deque(maxlen=LATELY)
        self._helped = Helped(watched)

    def after(self, hour: Hour) -> Mapping[str, Levels]:
        self._lately.append(sums(hour.calls, self._baseline))
        lately = {
            number: reduce(add, (past[number] for past in self._lately)) for number in hour.calls
        }
        today = todays_factors(lately)
        expected = {}
        for number, doubt in self._doubts.items():
            self._doubts[number] = doubt.after(hour.calls[number], self._baseline, today[number])
            expected[number] = self._lately[-1][number].expected * today[number].answers
        for calls in hour.calls.values():
            self._baseline.learn(calls)
        self._baseline.age(1 / DAY)
        return {
            OURS: {number: doubt.level for number, doubt in self._doubts.items()},
            BY_ANSWERS: {number: _by_answers(doubt) for number, doubt in self._doubts.items()},
            **self._helped.after(hour, expected),
        }


OURS = "ours"
BY_ANSWERS = "ours, answers alone"
LENT = ("CUSUM, our baseline", "z of a week, our baseline")
"""Rivals that are lent our expectation."""
_ANSWERS = [index for index, one in enumerate(ALTERNATIVES) if one.signals == (Signal.ANSWERS,)]


def _by_answers(doubt: Doubt) -> float:
    return math.log(max(1.0, sum(doubt.odds[index] for index in _ANSWERS) / len(_ANSWERS)))


class Helped:
    """Rivals that are lent our expectation for region, hour and day."""

    def __init__(self, watched: Sequence[str]) -> None:
        self._watched = watched
        self._weeks = {days: Window(days) for days in (7, 14)}
        self._levels = {share: dict.fromkeys(watched, 0.0) for share in SHARES}

    def after(self, hour: Hour, expected: Mapping[str, float]) -> Mapping[str, Levels]:
        told: dict[str, Levels] = {}
        for share, levels in self._levels.items():
            for number in self._watched:
                made, answered = hour.totals[number]
                rate = expected[number] / made
                levels[number] = max(0.0, levels[number] + _step(share, rate, made, answered))
            told[f"{LENT[0]}|to {share}"] = dict(levels)
        new = {number: (expected[number], hour.totals[number][1]) for number in self._watched}
        for days, window in self._weeks.items():
            window.add(new)
            told[f"{LENT[1]}|{days} days"] = {
                number: (due - came) / math.sqrt(due) if due else NOTHING
                for number, (due, came) in window.totals.items()
            }
        return told


class FixedThreshold:
    """The answer rate of the last days, once there are so many calls."""

    def __init__(self, watched: Sequence[str], least: int, days: int) -> None:
        self._watched = watched
        self._window = Window(days)
        self._least = least
        self.variant = f"fixed threshold|{days} days, from {least} calls on"

    def after(self, hour: Hour) -> Mapping[str, Levels]:
        self._window.add({number: hour.totals[number] for number in self._watched})
        return {
            self.variant: {
                number: -answered / made if made >= self._least else NOTHING
                for number, (made, answered) in self._window.totals.items()
            }
        }


class TwoProportions:
    """The week of a number against the week of all others: the z of two proportions."""

    def __init__(self, watched: Sequence[str], days: int) -> None:
        self._watched = watched
        self._window = Window(days)
        self._name = f"two proportions|{days} days"

    def after(self, hour: Hour) -> Mapping[str, Levels]:
        everybody = tuple(map(sum, zip(*hour.totals.values(), strict=True)))
        self._window.add(
            {number: hour.totals[number] for number in self._watched}
            | {EVERYBODY: (everybody[0], everybody[1])}
        )
        totals = self._window.totals
        all_made, all_answered = totals[EVERYBODY]
        return {
            self._name: {
                number: _z(*totals[number], all_made, all_answered) for number in self._watched
            }
        }


EVERYBODY = "everybody"


class Cusum:
    """Cumulated log-likelihood of a fall to a share of the pool's rate. The rate is that of weeks
    or, to keep up with bad days, of the last hours."""

    def __init__(self, watched: Sequence[str], half_life_days: float) -> None:
        self._watched = watched
        self._kept = 0.5 ** (1 / DAY / half_life_days)
        self._name = f"CUSUM|pool's rate of {half_life_days:g} days, to"
        self._answers, self._calls = 2.0, 25.0
        self._levels = {share: dict.fromkeys(watched, 0.0) for share in SHARES}

    def after(self, hour: Hour) -> Mapping[str, Levels]:
        if self._kept < QUICK:
            # The hour itself tells how the day goes; rates of weeks are those before it.
            self._learn(hour)
        rate = self._answers / self._calls
        told: dict[str, Levels] = {}
        for share, levels in self._levels.items():
            for number in self._watched:
                step = _step(share, rate, *hour.totals[number])
                levels[number] = max(0.0, levels[number] + step)
            told[f"{self._name} {share}"] = dict(levels)
        if self._kept >= QUICK:
            self._learn(hour)
        return told

    def _learn(self, hour: Hour) -> None:
        for made, answered in hour.totals.values():
            self._answers += answered
            self._calls += made
        self._answers *= self._kept
        self._calls *= self._kept


QUICK = 0.99
SHARES = (0.7, 0.5, 0.3, 0.2)


def _step(share: float, rate: float, made: int, answered: int) -> float:
    missed = math.log((1 - share * rate) / (1 - rate))
    return answered * math.log(share) + (made - answered) * missed


class Window:
    """Two sums of each number within the last days."""

    def __init__(self, days: int) -> None:
        self.totals: dict[str, tuple[float, float]] = {}
        self._length = days * DAY
        self._hours: deque[Mapping[str, tuple[float, float]]] = deque()

    def add(self, new: Mapping[str, tuple[float, float]]) -> None:
        self._hours.append(new)
        old = self._hours.popleft() if len(self._hours) > self._length else {}
        for number, (more, got) in new.items():
            first, second = self.totals.get(number, (0, 0))
            less, lost = old.get(number, (0, 0))
            self.totals[number] = (first + more - less, second + got - lost)


def _z(made: float, answered: float, all_made: float, all_answered: float) -> float:
    others_made, others_answered = all_made - made, all_answered - answered
    if not made or not others_made:
        return NOTHING
    together = all_answered / all_made
    spread = together * (1 - together) * (1 / made + 1 / others_made)
    if not spread:
        return 0.0
    return (others_answered / others_made - answered / made) / math.sqrt(spread)


Maker = Callable[[Sequence[str]], Detector]
DETECTORS: Sequence[Maker] = (
    Ours,
    *(
        partial(FixedThreshold, least=least, days=days)
        for least, days in ((20, 7), (50, 7), (100, 7), (200, 7), (200, 14), (400, 14), (400, 28))
    ),
    *(partial(TwoProportions, days=days) for days in (7, 14, 28)),
    *(partial(Cusum, half_life_days=days) for days in (HALF_LIFE_DAYS, 0.4)),
)
