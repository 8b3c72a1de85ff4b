"""Log records and metrics, one line of JSON each on standard output.

Metrics are written in CloudWatch's embedded metric format, which Lambda's log stream turns into
metrics without an API call and so without a wait on the call path.
"""

import json
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

NAMESPACE = "LocalPresence"


class Metric(NamedTuple):
    """One value of the LocalPresence namespace.

    `unit` is one of CloudWatch's (Count, Milliseconds, Seconds, Bytes, None); `dimensions` name
    members of the record that carries the metric, and `also` further sets of them, each of which
    counts the value once more in series of its own.
    """

    name: str
    value: float
    unit: str = "Count"
    dimensions: tuple[str, ...] = ()
    also: tuple[tuple[str, ...], ...] = ()


def record(event: str, *metrics: Metric, **fields: object) -> None:
    """Write one structured log record; `event` names it, `fields` are JSON values.

    Metrics travel in the same line: log lines cost more than all else on the call path.
    """
    line: dict[str, object] = {"event": event, **fields}
    if metrics:
        line["_aws"] = {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [_directive(one) for one in metrics],
        }
        line |= {one.name: one.value for one in metrics}
    sys.stdout.write(json.dumps(line, separators=(",", ":"), default=str) + "\n")


def metric(name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
    """Write one metric on a line of its own; `dimensions` as in Queue="outbound-sales"."""
    record("metric", Metric(name, value, unit, tuple(sorted(dimensions))), **dimensions)


def _directive(one: Metric) -> dict[str, Sequence[object] | str]:
    return {
        "Namespace": NAMESPACE,
        "Dimensions": [one.dimensions, *one.also],
        "Metrics": [{"Name": one.name, "Unit": one.unit}],
    }
