"""A day of sample values for each metric of ours: made up from its name, the same every time."""

import hashlib
import random
from collections.abc import Mapping
from math import exp
from typing import Final

from local.dashboard.definition import Line

DAY = 24 * 3600
CALLS_AT_NOON = 90.0
"""Calls of one queue within five minutes at the height of the day."""

TIERS: Final[Mapping[str, float]] = {
    "answered_before": 0.18,
    "city": 0.24,
    "nearest": 0.2,
    "area_code": 0.12,
    "state": 0.1,
    "country": 0.05,
}
ACTIONS: Final[Mapping[str, float]] = {"dial": 0.88, "default": 0.08, "block": 0.04}
MODES: Final[Mapping[str, float]] = {"on": 0.55, "percent": 0.35, "observe": 0.1, "off": 0.0}
WAYS: Final[Mapping[str, float]] = {
    "agent": 6, "text": 9, "disposition": 4, "api": 2, "file": 14,
}  # fmt: skip
A_DAY_OF: Final[Mapping[str, float]] = {
    "BlockFailed": 0.4, "Exhausted": 10, "StoreUnavailable": 1.5,
    "Imports": 5, "ImportsRefused": 1.5, "SuppressionsRefused": 3,
    "OutcomesCounted": 9_000, "OutcomeRecordsUnread": 2, "OutcomesFailed": 1,
    "NumbersRested": 6, "NumbersThatWouldRest": 9,
}  # fmt: skip
STANDING: Final[Mapping[str, float]] = {
    "NumbersInPool": 480, "NumbersResting": 34, "NumbersWithheld": 11,
    "NumbersWaitingToRest": 0,
}  # fmt: skip


def values(line: Line) -> list[tuple[int, float]]:
    """(second of the day, value) of each period. Raises KeyError for a metric without a sample."""
    chance = random.Random(_seed(line))
    return [
        (second, _value(line, second + line.period / 2, chance))
        for second in range(0, DAY, line.period)
    ]


def _value(line: Line, second: float, chance: random.Random) -> float:
    busy = _busy(second)
    per_day = line.period / DAY
    if line.metric == "Picks":
        mean = CALLS_AT_NOON * line.period / 300 * busy * _share(line.dimensions)
    elif line.metric == "PickMilliseconds":
        slow = line.statistic == "p99"
        return (95 if slow else 14) * (0.7 + 0.4 * busy) * chance.lognormvariate(0, 0.25)
    elif line.metric == "OutcomeLag":
        return 45 * (0.6 + 0.6 * busy) * chance.lognormvariate(0, 0.3)
    elif line.metric in STANDING:
        scale = 1 + int(_seed(line, "Pool"), 16) % 5 / 4
        return float(round(STANDING[line.metric] * scale * (1 + 0.08 * int(second / 14400) / 6)))
    elif line.metric == "Suppressions":
        mean = WAYS[line.dimensions["Way"]] * 4 * per_day * busy * 2
    else:
        mean = A_DAY_OF[line.metric] * per_day * busy * 2
    return float(_poisson(mean, chance))


def _share(dimensions: Mapping[str, str]) -> float:
    """The part of one queue's calls, or of two queues' where the queue is not told."""
    told = dict(dimensions)
    if "Mode" in told:
        return 2 * MODES[told["Mode"]]
    if "Queue" in told:
        return ACTIONS[told["Action"]]
    if told["Action"] == "dial":
        return 2 * ACTIONS["dial"] * TIERS.get(told["Tier"], 0.03)
    return 2 * ACTIONS[told["Action"]]


def _busy(second: float) -> float:
    """From 0 at night to 1 in the forenoon and afternoon."""
    hour = second / 3600
    return min(exp(-(((hour - 11) / 2.4) ** 2)) + 0.9 * exp(-(((hour - 16) / 2.2) ** 2)), 1.0)


def _poisson(mean: float, chance: random.Random) -> int:
    if mean > 50:
        return max(round(chance.gauss(mean, mean**0.5)), 0)
    limit, product, count = exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def _seed(line: Line, *only: str) -> str:
    names = only or tuple(line.dimensions)
    told = [line.metric * (not only), *(line.dimensions[name] for name in names)]
    return hashlib.sha256("|".join(told).encode()).hexdigest()
