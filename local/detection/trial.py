"""Detectors side by side: tuned to the same share of false rests, then timed on worn numbers."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from math import inf, nan
from typing import NamedTuple

from local.detection.detectors import DETECTORS, NOTHING, FixedThreshold, Maker
from local.detection.world import ONSET_DAY, Wear, World, hours, names

FIRST_WORN = 10_000
"""Seeds of worlds with worn numbers begin here: none that a detector was tuned on."""
ADD_ON_CALLS, ADD_ON_RATE = 20, 0.08
"""What an add-on for dialling software publishes: from 20 calls on, rest under 8 % answered."""
ADD_ON = "published rule"
AT_ONCE = 4
"""Worlds that a process is given at a time."""

Records = Sequence[tuple[int, float]]
"""Where a level rose above all before it: the calls since the onset, and the level."""


class Delay(NamedTuple):
    """Calls from the beginning of the wear until the rest; `missed` of `of` were not noticed."""

    median: float
    ninety: float
    missed: int
    of: int


@dataclass(frozen=True)
class Trial:
    """What came of it, by variant: the highest level of each healthy number within a month, in
    order; and for each kind of wear how the levels of the worn numbers rose."""

    world: World
    seeds: int
    peaks: Mapping[str, Sequence[float]]
    records: Mapping[Wear, Mapping[str, Sequence[Records]]]
    rested_by_add_on: float

    @property
    def months(self) -> int:
        """Healthy number-months that the detectors are tuned on."""
        return self.seeds * self.world.numbers

    def limit(self, variant: str, false_rests: float) -> float:
        """The level that no more than the given share of healthy months passes."""
        peaks = self.peaks[variant]
        return peaks[len(peaks) - 1 - int(len(peaks) * false_rests)]

    def passing(self, variant: str, limit: float) -> float:
        """The share of healthy months that reach a limit."""
        peaks = self.peaks[variant]
        below = bisect_right(peaks, limit, key=lambda level: level + 1e-12)
        return 1 - below / len(peaks)

    def calls(self, wear: Wear, variant: str, limit: float) -> list[float]:
        """Calls until each worn number passed the limit, in order; infinite if it never did."""
        return sorted(
            next((calls for calls, level in records if level > limit), inf)
            for records in self.records[wear][variant]
        )

    def delay(self, wear: Wear, variant: str, limit: float) -> Delay:
        """The delay at a limit."""
        calls = self.calls(wear, variant, limit)
        return Delay(
            calls[len(calls) // 2],
            calls[int(len(calls) * 0.9)],
            sum(each == inf for each in calls),
            len(calls),
        )

    def best(self, wear: Wear, family: str, false_rests: float) -> str:
        """Which variant of a detector notices this wear soonest, at that share of false rests."""
        return min(
            (variant for variant in self.peaks if variant.split("|")[0] == family),
            key=lambda variant: self.delay(wear, variant, self.limit(variant, false_rests))[:3],
        )


def trial(
    pool: Executor,
    world: World,
    wears: Sequence[Wear],
    seeds: int,
    say: Callable[[str], None],
    makers: Sequence[Maker] = DETECTORS,
) -> Trial:
    """Play `seeds` healthy worlds, and as many in which one number wears out in each way."""
    peaks: dict[str, list[float]] = {}
    for done, found in enumerate(
        pool.map(partial(_peaks, world, makers), range(seeds), chunksize=AT_ONCE), start=1
    ):
        for variant, levels in found.items():
            peaks.setdefault(variant, []).extend(levels)
        if not done % 20:
            say(f"{world}: {done} of {seeds} healthy months")
    records: dict[Wear, dict[str, list[Records]]] = {wear: {} for wear in wears}
    worn = range(FIRST_WORN, FIRST_WORN + seeds)
    for done, timed in enumerate(
        pool.map(partial(_records, world, makers, tuple(wears)), worn, chunksize=AT_ONCE), start=1
    ):
        for wear, of_each in timed.items():
            for variant, rises in of_each.items():
                records[wear].setdefault(variant, []).append(rises)
        if not done % 20:
            say(f"{world}: {done} of {seeds} months with worn numbers")
    rested = peaks.pop(ADD_ON)
    return Trial(
        world,
        seeds,
        {variant: sorted(levels) for variant, levels in peaks.items()},
        records,
        sum(rested) / len(rested) if rested else nan,
    )


def _levels(
    seed: int,
    world: World,
    makers: Sequence[Maker],
    worn: Mapping[str, Wear],
    watched: Sequence[str],
) -> Iterator[tuple[int, Mapping[str, Mapping[str, float]]]]:
    """From the onset on: how many calls each number has made since, and the levels."""
    running = [make(watched) for make in makers]
    calls = 0
    for hour in hours(seed, world, worn):
        levels = {
            variant: of_each
            for detector in running
            for variant, of_each in detector.after(hour).items()
        }
        if hour.day >= ONSET_DAY:
            calls += world.calls_an_hour
            yield calls, levels


def _peaks(world: World, makers: Sequence[Maker], seed: int) -> dict[str, list[float]]:
    """The highest level of each number of a healthy month; for the add-on whether it would rest."""
    numbers = names(world)
    peaks: dict[str, dict[str, float]] = {}
    for _, levels in _levels(seed, world, makers, {}, numbers):
        for variant, of_each in levels.items():
            highest = peaks.setdefault(variant, dict.fromkeys(numbers, NOTHING))
            for number, level in of_each.items():
                if level > highest[number]:
                    highest[number] = level
    add_on = FixedThreshold([], ADD_ON_CALLS, 7).variant
    rested = {
        number: float(NOTHING < -ADD_ON_RATE < level)
        for number, level in peaks.get(add_on, {}).items()
    }
    return {
        variant: list(highest.values()) for variant, highest in (peaks | {ADD_ON: rested}).items()
    }


def _records(
    world: World, makers: Sequence[Maker], wears: Sequence[Wear], seed: int
) -> dict[Wear, dict[str, Records]]:
    """One number wears out in each of the ways: how far its levels rise."""
    numbers = names(world)
    apart = len(numbers) // len(wears)
    worn = {
        numbers[(seed + index * (apart + 1)) % len(numbers)]: wear
        for index, wear in enumerate(wears)
    }
    found: dict[Wear, dict[str, list[tuple[int, float]]]] = {wear: {} for wear in wears}
    for calls, levels in _levels(seed, world, makers, worn, list(worn)):
        for number, wear in worn.items():
            for variant, of_each in levels.items():
                rises = found[wear].setdefault(variant, [])
                if not rises or of_each[number] > rises[-1][1]:
                    rises.append((calls, of_each[number]))
    return {wear: dict(of_each) for wear, of_each in found.items()}
