"""Calls of a pool whose answer rates are as real ones: 4 to 12 in 100, by region, hour and day."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lambdas.domain.reputation import Call

NUMBERS = 40
REGIONS = 8
DAYS = 60
ONSET_DAY = 30
HOURS = tuple(range(9, 19))
CALLS_AN_HOUR = 4
AT_HOME = 0.8
"""Most calls of a number go to the region that it is local to."""
USUAL, LEAST, MOST = 0.075, 0.04, 0.12
BY_HOUR = (0.75, 0.9, 1.05, 1.1, 1.0, 0.9, 0.95, 1.1, 1.2, 1.15)
REGIONS_DIFFER, DAYS_DIFFER = 0.25, 0.10
"""Standard deviations of the logarithm."""
BAD_AFTERNOON, THEN_ANSWERED = 0.07, 0.55
"""The share of days on whose afternoon everybody is answered less, and by how much."""
NOON = 5


@dataclass(frozen=True)
class Hour:
    """One calling hour: the calls of each number, by the number's index."""

    day: int
    calls: Sequence[Sequence[Call]]


def hours(seed: int, worn: Mapping[int, float]) -> Iterator[Hour]:
    """Hours of a world; `worn` says by index which numbers fall to what share of their answers on
    the day of the onset."""
    random_ = random.Random(seed)
    regions = [math.exp(random_.gauss(0, REGIONS_DIFFER)) for _ in range(REGIONS)]
    for day in range(DAYS):
        mood = math.exp(random_.gauss(0, DAYS_DIFFER))
        bad_afternoon = random_.random() < BAD_AFTERNOON
        for index, hour in enumerate(HOURS):
            then = mood * (THEN_ANSWERED if bad_afternoon and index >= NOON else 1.0)
            calls = []
            for number in range(NUMBERS):
                share = worn.get(number, 1.0) if day >= ONSET_DAY else 1.0
                made: dict[int, list[int]] = {}
                for _ in range(CALLS_AN_HOUR):
                    home = random_.random() < AT_HOME
                    region = number % REGIONS if home else random_.randrange(REGIONS)
                    usual = USUAL * regions[region] * BY_HOUR[index]
                    chance = min(MOST, max(LEAST, usual)) * then * share
                    made.setdefault(region, []).append(random_.random() < chance)
                calls.append(
                    [Call(region, hour, len(got), sum(got)) for region, got in made.items()]
                )
            yield Hour(day, calls)
