"""What picks cost: request units and Lambda at a dated table of list prices."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from local.simulation.memory_store import Meter, Request

TABLE = Path(__file__).parents[1] / "prices.json"
MILLION = 1_000_000


@dataclass(frozen=True)
class Prices:
    """Dollars of one region on one day, and how long requests are taken to last, in milliseconds.

    `left_out` says in words what is not counted.
    """

    region: str
    day: str
    source: str
    left_out: str
    write_unit: float
    read_unit: float
    invocation: float
    gigabyte_second: float
    own_ms: float
    request_ms: Mapping[Request, float]

    @property
    def pick_seconds_per_request(self) -> Mapping[Request, float]:
        return {request: ms / 1000 for request, ms in self.request_ms.items()}


@cache
def prices() -> Prices:
    """The table in local/prices.json."""
    table: dict[str, Any] = json.loads(TABLE.read_text("utf-8"))
    took = table["assumed_milliseconds"]
    return Prices(
        region=table["region"],
        day=table["day"],
        source=table["source"],
        left_out=table["left_out"],
        write_unit=table["dynamodb"]["million_write_request_units"] / MILLION,
        read_unit=table["dynamodb"]["million_read_request_units"] / MILLION,
        invocation=table["lambda"]["million_requests"] / MILLION,
        gigabyte_second=table["lambda"]["gigabyte_second"],
        own_ms=took["own"],
        request_ms={request: took[request.value] for request in Request},
    )


@dataclass(frozen=True)
class Costs:
    """Dollars for a million picks, by what they are paid for."""

    write_units: float
    read_units: float
    lambda_requests: float
    lambda_duration: float

    @property
    def total(self) -> float:
        return self.write_units + self.read_units + self.lambda_requests + self.lambda_duration


def costs(meter: Meter, picks: int, memory_mb: int, table: Prices) -> Costs:
    """What a million picks like these cost with a function of that much memory."""
    each = MILLION / max(1, picks)
    waited = sum(table.request_ms[request] * count for request, count in meter.requests.items())
    seconds = (waited + table.own_ms * picks) / 1000
    return Costs(
        write_units=meter.write_units * each * table.write_unit,
        read_units=meter.read_units * each * table.read_unit,
        lambda_requests=picks * each * table.invocation,
        lambda_duration=seconds * each * memory_mb / 1024 * table.gigabyte_second,
    )
