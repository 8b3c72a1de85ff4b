"""What a function needs that keeps a row of each call."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import boto3
from botocore.config import Config

from lambdas.domain.carriers import Carriers
from lambdas.domain.lake_row import Queue, Rows
from lambdas.store.customers import customer_key as hashed
from lambdas.store.lake import FirehoseLake
from lambdas.wiring import once, settings, task_root
from lambdas.wiring.clocks import use_pinned_zones
from lambdas.wiring.suppressing import customer_key

_PATIENT = Config(
    connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4}
)


@once
def lake() -> FirehoseLake | None:
    """None where there is no delivery stream to put rows into."""
    stream = os.environ.get("LAKE_STREAM")
    return FirehoseLake(boto3.client("firehose", config=_PATIENT), stream) if stream else None


@once
def rows() -> Rows:
    carriers = task_root() / "carriers.txt"
    secret = customer_key()
    return Rows(
        queues={
            queue.name: Queue(queue.pool, str(queue.purpose))
            for queue in settings().queues.values()
        },
        zone_of=_main_zones(),
        carriers=Carriers(lambda: carriers.read_text("utf-8")),
        hashed=lambda number: hashed(secret(), number),
    )


def _main_zones() -> Callable[[str], str]:
    """The zone in which most people of a region live, as outcomes are judged and reported by."""
    use_pinned_zones()
    data = Path(__file__).parents[1] / "domain" / "data" / "main_zones.json"
    zones: Mapping[str, str] = json.loads(data.read_text("utf-8"))["zones"]
    return lambda region: zones.get(region) or zones.get(region.partition("-")[0], "")
