"""Detectors side by side: tuned to the same share of false rests, then timed on worn numbers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import inf

from local.detection.detectors import RIVALS, Detector, FixedThreshold, Ours
from local.detection.world import CALLS_AN_HOUR, NUMBERS, ONSET_DAY, hours

FALSE_RESTS = 0.01
OURS = "ours"
HALVED, FIFTH = 0.5, 0.2
FIRST_WORN = 10_000
"""Seeds of worlds with worn numbers begin here: none that a detector was tuned on."""
ADD_ON_CALLS, ADD_ON_RATE = 20, 0.08
"""What an add-on for dialling software publishes: from 20 calls on, rest under 8 % answered."""
PROCESSES = 2


@dataclass(frozen=True)
class Delay:
    """Calls from the beginning of the wear until the rest; `missed` were not noticed in a month."""

    median: float
    ninety: float
    missed: int
    calls: Sequence[float]


@dataclass(frozen=True)
class Trial:
    """What came of it, by detector, and for the two kinds of wear by the share that is left."""

    seeds: int
    months: int
    limits: Mapping[str, float]
    delays: Mapping[float, Mapping[str, Delay]]
    healthy_rested_by_add_on: float
    false_rests_at_stated_limit: float


def detectors() -> dict[str, Detector]:
    """Ours, and each variant of the rivals under its name and number."""
    named: dict[str, Detector] = {OURS: Ours()}
    for name, variants in RIVALS.items():
        named |= {f"{name} {index}": make() for index, make in enumerate(variants, start=1)}
    return named


def trial(seeds: int, stated_limit: float, say: Callable[[str], None]) -> Trial:
    """Tune on `seeds` healthy worlds, then time on as many in which numbers wear out."""
    highest: dict[str, list[float]] = {}
    with ProcessPoolExecutor(PROCESSES) as pool:
        for done, peaks in enumerate(pool.map(_peaks, range(seeds), chunksize=4), start=1):
            for name, values in peaks.items():
                highest.setdefault(name, []).extend(values)
            say(f"{done} of {seeds} healthy months")
        limits = {name: _limit(values) for name, values in highest.items() if name != "add-on"}
        timed: dict[float, dict[str, list[float]]] = {HALVED: {}, FIFTH: {}}
        time = partial(_delays, limits=limits)
        worn = range(FIRST_WORN, FIRST_WORN + seeds)
        for done, found in enumerate(pool.map(time, worn, chunksize=4), start=1):
            for share, name, calls in found:
                timed[share].setdefault(name, []).append(calls)
            say(f"{done} of {seeds} months with worn numbers")
    months = len(highest[OURS])
    return Trial(
        seeds,
        months,
        limits,
        {share: _of_the_best(values) for share, values in timed.items()},
        sum(highest["add-on"]) / months,
        sum(level >= stated_limit for level in highest[OURS]) / months,
    )


def _levels(
    seed: int, worn: Mapping[int, float]
) -> Iterator[tuple[int, dict[str, Sequence[float]]]]:
    """From the onset on: how many calls each number has made since, and the levels."""
    running = detectors()
    calls = 0
    for hour in hours(seed, worn):
        levels = {name: detector.after(hour.calls) for name, detector in running.items()}
        if hour.day >= ONSET_DAY:
            calls += CALLS_AN_HOUR
            yield calls, levels


def _peaks(seed: int) -> dict[str, list[float]]:
    """The highest level of each number of a healthy month; for the add-on whether it would rest."""
    peaks: dict[str, list[float]] = {name: [-inf] * NUMBERS for name in detectors()}
    add_on = FixedThreshold(ADD_ON_CALLS)
    rested = [0.0] * NUMBERS
    for hour in hours(seed, {}):
        levels = add_on.after(hour.calls)
        if hour.day >= ONSET_DAY:
            rested = [
                max(before, float(level > -ADD_ON_RATE and level != -inf))
                for before, level in zip(rested, levels, strict=True)
            ]
    for _, found in _levels(seed, {}):
        for name, levels in found.items():
            peaks[name] = [max(pair) for pair in zip(peaks[name], levels, strict=True)]
    return {**peaks, "add-on": rested}


def _limit(peaks: Sequence[float]) -> float:
    """The level that the given share of healthy months passes."""
    return sorted(peaks)[int(len(peaks) * (1 - FALSE_RESTS))]


def _delays(seed: int, limits: Mapping[str, float]) -> list[tuple[float, str, float]]:
    """One number is halved and another falls to a fifth: calls until each detector rests it."""
    worn = {seed % NUMBERS: HALVED, (seed + NUMBERS // 2 + 1) % NUMBERS: FIFTH}
    found: dict[tuple[float, str], float] = {}
    for calls, levels in _levels(seed, worn):
        for number, share in worn.items():
            for name, values in levels.items():
                if values[number] > limits[name]:
                    found.setdefault((share, name), calls)
    return [
        (share, name, found.get((share, name), inf)) for share in worn.values() for name in limits
    ]


def _of_the_best(timed: Mapping[str, Sequence[float]]) -> dict[str, Delay]:
    """Each rival by that of its variants which is fastest here."""
    best: dict[str, Delay] = {}
    for variant, calls in timed.items():
        name = variant.rstrip("0123456789 ")
        delay = _delay(calls)
        if name not in best or (delay.median, delay.ninety) < (
            best[name].median,
            best[name].ninety,
        ):
            best[name] = delay
    return best


def _delay(calls: Sequence[float]) -> Delay:
    ordered = sorted(calls)
    return Delay(
        ordered[len(ordered) // 2],
        ordered[int(len(ordered) * 0.9)],
        sum(each == inf for each in ordered),
        ordered,
    )
