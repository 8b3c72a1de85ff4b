"""The directory publisher: records of the NumberPool table's stream in, a new directory out.

Every hour a schedule asks it for the numbers whose rest has ended, of which no record tells. Then
it also counts how many numbers of each pool rest.
"""

from collections.abc import Mapping
from typing import Any

from lambdas import telemetry, wiring
from lambdas.store.keys import HEAD, POOL_PREFIX
from lambdas.telemetry import Metric
from lambdas.usecases.publish_directory import Standing, publish_directory, publish_returned
from lambdas.wiring import numbers


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Publish each pool that the records change, once however many records there are."""
    store, now, shares = numbers.publishing(), wiring.now(), numbers.shares
    if "Records" in event:
        changed = {_pool(record) for record in event["Records"] if _matters(record)}
        published = {pool: publish_directory(pool, store, now, shares) for pool in sorted(changed)}
    else:
        published = publish_returned(sorted(wiring.settings().pools), store, now, shares)
    for pool in published if "Records" in event else sorted(wiring.settings().pools):
        _count(pool, store.standing(pool, now))
    shown = {pool: count for pool, count in published.items() if count is not None}
    for pool, count in shown.items():
        telemetry.record("directory", pool=pool, numbers=count)
    return {"published": shown}


def _count(pool: str, standing: Standing | None) -> None:
    if standing is None:
        return
    telemetry.record(
        "pool",
        Metric("NumbersInPool", standing.shown, dimensions=("Pool",)),
        Metric("NumbersResting", standing.resting, dimensions=("Pool",)),
        Metric("NumbersWithheld", standing.withheld, dimensions=("Pool",)),
        Pool=pool,
    )


def _pool(record: Mapping[str, Any]) -> str:
    key: str = record["dynamodb"]["Keys"]["pk"]["S"]
    return key.removeprefix(POOL_PREFIX)


def _matters(record: Mapping[str, Any]) -> bool:
    """Whether a record of a pool asks for a new directory. A head's does not when what it has
    committed is published already: it tells of a lock, or of the pointer that we moved."""
    change = record["dynamodb"]
    if not change["Keys"]["pk"]["S"].startswith(POOL_PREFIX):
        return False
    if change["Keys"]["sk"]["S"] != HEAD:
        return True
    head = change.get("NewImage", {})
    published = head.get("directory", {}).get("M", {}).get("sequence")
    return bool(published != head.get("sequence"))
