"""Calls of a pool whose answer rates are as real ones: 4 to 12 in 100, by region, hour and day."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lambdas.domain.reputation import Call

REGIONS = 8
DAYS = 60
ONSET_DAY = 30
HOURS = tuple(range(9, 19))
STEPS = (DAYS - ONSET_DAY) * len(HOURS)
"""Calling hours from the onset to the end: a month's."""
AT_HOME = 0.8
"""Most calls of a number go to the region that it is local to."""
USUAL, LEAST, MOST = 0.075, 0.04, 0.12
BY_HOUR = (0.75, 0.9, 1.05, 1.1, 1.0, 0.9, 0.95, 1.1, 1.2, 1.15)
REGIONS_DIFFER, DAYS_DIFFER = 0.25, 0.10
"""Standard deviations of the logarithm."""
BAD_AFTERNOON, THEN_ANSWERED = 0.07, 0.55
"""The share of days on whose afternoon everybody is answered less, and by how much."""
NOON = 5
SHORT, BLOCKED = 0.12, 0.01
"""In a world with signs: short calls among the answered, and calls that the network blocks."""
SIGNS_DIFFER = 0.3


class Wear(NamedTuple):
    """What becomes of a number's calls from the onset on: the share of its answers that is left,
    and by how much the shares of short and of blocked calls rise."""

    answers: float
    short: float = 1.0
    blocked: float = 1.0


HALVED, FIFTH = Wear(0.5), Wear(0.2)
LABELLED, BADLY_LABELLED = Wear(0.5, 2.0, 4.0), Wear(0.2, 3.0, 10.0)
"""As if a label brought the other signs with it. How strongly is an assumption."""
NO_WEAR = Wear(1.0)


class World(NamedTuple):
    """What is played: a pool of so many numbers that each make so many calls an hour, and whether
    short calls and blocking are seen in it."""

    numbers: int = 40
    calls_an_hour: int = 4
    has_signs: bool = False


@dataclass(frozen=True)
class Hour:
    """One calling hour: the calls of each number, and how many it made and were answered."""

    day: int
    hour: int
    calls: Mapping[str, Sequence[Call]]
    totals: Mapping[str, tuple[int, int]]


def names(world: World) -> list[str]:
    """The numbers of a world."""
    return [f"number {index}" for index in range(1, world.numbers + 1)]


def hours(seed: int, world: World, worn: Mapping[str, Wear]) -> Iterator[Hour]:
    """Hours of a world; `worn` says which numbers wear out, on the day of the onset."""
    random_ = random.Random(seed)
    regions = [math.exp(random_.gauss(0, REGIONS_DIFFER)) for _ in range(REGIONS)]
    signs = [math.exp(random_.gauss(0, SIGNS_DIFFER)) for _ in range(REGIONS)]
    numbers = names(world)
    for day in range(DAYS):
        mood = math.exp(random_.gauss(0, DAYS_DIFFER))
        bad_afternoon = random_.random() < BAD_AFTERNOON
        for index, hour in enumerate(HOURS):
            then = mood * (THEN_ANSWERED if bad_afternoon and index >= NOON else 1.0)
            usual = [
                min(MOST, max(LEAST, USUAL * region * BY_HOUR[index])) * then for region in regions
            ]
            calls = {}
            totals = {}
            for home, number in enumerate(numbers):
                wear = worn.get(number, NO_WEAR) if day >= ONSET_DAY else NO_WEAR
                made = _made(random_, home % REGIONS, world.calls_an_hour)
                calls[number] = [
                    _became(random_, (region, hour, count), usual[region], wear, signs)
                    if world.has_signs
                    else Call(region, hour, count, _of(random_, count, usual[region] * wear[0]))
                    for region, count in made.items()
                ]
                totals[number] = (
                    world.calls_an_hour,
                    sum([call.answered for call in calls[number]]),
                )
            yield Hour(day, hour, calls, totals)


def _made(random_: random.Random, home: int, count: int) -> dict[int, int]:
    """How many calls go to which region."""
    made: dict[int, int] = {}
    for _ in range(count):
        # One draw for both: whether the call goes home, and to which region if it does not.
        drawn = random_.random()
        region = home if drawn < AT_HOME else int((drawn - AT_HOME) / (1 - AT_HOME) * REGIONS)
        made[region] = made.get(region, 0) + 1
    return made


def _of(random_: random.Random, count: int, chance: float) -> int:
    return sum([random_.random() < chance for _ in range(count)])


def _became(
    random_: random.Random,
    made: tuple[int, int, int],
    answers: float,
    wear: Wear,
    signs: Sequence[float],
) -> Call:
    region, hour, count = made
    blocked = _of(random_, count, BLOCKED * signs[region] * wear.blocked)
    answered = _of(random_, count - blocked, answers * wear.answers)
    short = _of(random_, answered, SHORT * signs[-1 - region] * wear.short)
    return Call(region, hour, count, answered, short, blocked)
