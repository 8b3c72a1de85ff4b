"""What chance alone explains: intervals of shares, and which of many differences are none of it.

Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference"
(1927), for a share; Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate" (1995).
"""

from collections.abc import Iterable, Sequence
from math import erfc, sqrt
from typing import NamedTuple

Z_95 = 1.959963984540054
FALSE_DISCOVERIES = 0.05
"""Of the differences that are told, so many in a hundred may be chance."""


class Interval(NamedTuple):
    """Where the true value lies, with 95 % confidence."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def wilson(hits: int, of: int) -> Interval:
    """The interval of a share by Wilson's score; (0, 1) of nothing."""
    if not of:
        return Interval(0.0, 1.0)
    share, square = hits / of, Z_95 * Z_95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z_95 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    low = 0.0 if not hits else max(0.0, middle - half)
    return Interval(low, 1.0 if hits == of else min(1.0, middle + half))


def change(now: tuple[int, int], before: tuple[int, int], spread: float = 1.0) -> float:
    """How likely chance alone moves a share so far, each given as hits and of how many. `spread`
    allows for days that differ by more than chance."""
    total = now[1] + before[1]
    if not now[1] or not before[1]:
        return 1.0
    share = (now[0] + before[0]) / total
    variance = share * (1 - share) * (1 / now[1] + 1 / before[1]) * spread
    return chance(now[0] / now[1], before[0] / before[1], variance)


def spread_of(days: Iterable[tuple[int, int]]) -> float:
    """How much more days differ than chance alone lets them: 1 where they do not."""
    counted = [(hits, of) for hits, of in days if of]
    total = sum(of for _, of in counted)
    share = sum(hits for hits, _ in counted) / total if total else 0.0
    if len(counted) < _FEWEST_DAYS or not 0 < share < 1:
        return 1.0
    square = sum((hits - of * share) ** 2 / (of * share * (1 - share)) for hits, of in counted)
    return max(1.0, square / (len(counted) - 1))


_FEWEST_DAYS = 5


def chance(found: float, expected: float, variance: float) -> float:
    """How likely chance alone brings something as far from what is expected."""
    if variance <= 0:
        return 1.0
    return erfc(abs(found - expected) / sqrt(2 * variance))


def discoveries(chances: Sequence[float], rate: float = FALSE_DISCOVERIES) -> list[bool]:
    """Which of many differences to tell, so that few of those told are chance."""
    ordered = sorted(range(len(chances)), key=chances.__getitem__)
    told = 0
    for rank, index in enumerate(ordered, start=1):
        if chances[index] <= rate * rank / len(chances):
            told = rank
    found = [False] * len(chances)
    for index in ordered[:told]:
        found[index] = True
    return found
