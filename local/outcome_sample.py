"""A month of calls as counters of number and hour, made up from a seed: for evidence and a look.

Rates are as real ones are, 4 to 12 answers in a hundred calls by region and hour, and more where
the number shown is from nearby.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from lambdas.domain.local_hours import LocalHours
from lambdas.domain.outcomes import Cell, NumberHour, Outcome, hour_of
from lambdas.store import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGIONS: Mapping[str, float] = {
    "US-WA": 0.105, "US-NY": 0.065, "US-TX": 0.085, "US-CA": 0.07, "US-FL": 0.08, "US-IL": 0.075,
}  # fmt: skip
"""The share of calls that is answered where nothing else speaks for or against."""
TIERS: Mapping[str, tuple[float, float]] = {
    "answered_before": (0.06, 1.6), "city": (0.3, 1.25), "nearest": (0.22, 1.1),
    "area_code": (0.1, 1.0), "state": (0.2, 0.85), "country": (0.12, 0.65),
}  # fmt: skip
"""How often a tier is used, and what it does to the rate."""
FIRST, LAST = 9, 20
WEEKEND = 0.35
WRITERS = 8
BATCH = 25
EXPIRES = timedelta(days=400)


@dataclass(frozen=True)
class Calling:
    """How numbers call: how many calls in an hour, what a number does to the rate from some moment
    on, and a seed."""

    seed: int = 1
    per_hour: float = 4.0
    worn: Mapping[str, tuple[datetime, float]] = field(default_factory=dict)
    blocked: Mapping[str, float] = field(default_factory=dict)
    unprompted: Mapping[str, float] = field(default_factory=dict)
    invalid: float = 0.004
    tiers: Mapping[str, tuple[float, float]] = field(default_factory=lambda: TIERS)


def hours_of(
    number: str, since: datetime, until: datetime, calling: Calling, local: LocalHours
) -> Iterator[NumberHour]:
    """The hours of one number that have calls."""
    rng = random.Random(f"{calling.seed}|{number}")
    hour = hour_of(since)
    while hour < until:
        usual = calling.per_hour * (WEEKEND if hour.weekday() > 4 else 1.0)
        awake = [region for region in REGIONS if FIRST <= local.hour(region, hour) < LAST]
        calls = _poisson(rng, usual) if awake else 0
        cells = Counter(_call(rng, number, hour, awake, calling, local) for _ in range(calls))
        if rng.random() < calling.unprompted.get(number, 0.0005):
            cells[Cell("", "", rng.choice(list(REGIONS)), Outcome.UNPROMPTED)] += 1
        if cells:
            yield NumberHour(number, hour, cells)
        hour += timedelta(hours=1)


def _call(
    rng: random.Random,
    number: str,
    hour: datetime,
    awake: Sequence[str],
    calling: Calling,
    local: LocalHours,
) -> Cell:
    region = rng.choice(awake)
    [tier] = rng.choices(list(calling.tiers), [share for share, _ in calling.tiers.values()])
    then = local.hour(region, hour)
    rate = REGIONS[region] * calling.tiers[tier][1] * (1.25 if then >= 17 else 1.0)
    since, left = calling.worn.get(number, (hour, 1.0))
    rate *= left if hour >= since else 1.0
    return Cell("", tier, region, _outcome(rng, rate, number, calling))


def _outcome(rng: random.Random, rate: float, number: str, calling: Calling) -> Outcome:
    if rng.random() < calling.invalid:
        return Outcome.INVALID
    if rng.random() < calling.blocked.get(number, 0.007):
        return Outcome.NETWORK_BLOCKED
    if rng.random() < rate:
        return Outcome.SHORT if rng.random() < 0.12 else Outcome.ANSWERED
    if rng.random() < 0.03:
        return Outcome.RETURNED
    return rng.choices([Outcome.NO_ANSWER, Outcome.BUSY, Outcome.ABANDONED], [90, 6, 4])[0]


def _poisson(rng: random.Random, mean: float) -> int:
    passed, found = rng.expovariate(1.0), 0
    while passed < mean:
        passed += rng.expovariate(1.0)
        found += 1
    return found


def write(client: "DynamoDBClient", table: str, hours: Iterable[NumberHour]) -> int:
    """Put hours into the Usage table as they are kept there; how many."""
    items = iter(hours)
    written = 0
    with ThreadPoolExecutor(WRITERS) as writers:
        while some := list(islice(items, BATCH * WRITERS * 4)):
            parts = [some[start : start + BATCH] for start in range(0, len(some), BATCH)]
            list(writers.map(lambda part: _put(client, table, part), parts))
            written += len(some)
    return written


def write_own(
    client: "DynamoDBClient", table: str, numbers: Sequence[str], days: Iterable[datetime]
) -> None:
    """Say that these were queues' own numbers on those days."""
    for day in days:
        item: Any = {**keys.own_numbers(day), "numbers": {"SS": list(numbers)}}
        client.put_item(TableName=table, Item=item)


def _put(client: "DynamoDBClient", table: str, hours: Sequence[NumberHour]) -> None:
    request: Any = {table: [{"PutRequest": {"Item": item_of(hour)}} for hour in hours]}
    while request:
        request = client.batch_write_item(RequestItems=request).get("UnprocessedItems")


def item_of(hour: NumberHour) -> dict[str, Any]:
    """An hour as it stands in the table."""
    expires = int((hour.hour + EXPIRES).timestamp())
    cells = {cell.written(): {"N": str(calls)} for cell, calls in hour.cells.items()}
    return {**keys.outcomes(hour.number, hour.hour), **cells, "expires_at": {"N": str(expires)}}
