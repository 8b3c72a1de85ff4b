"""Log records and metrics, one line of JSON each on standard output.

Metrics are written in CloudWatch's embedded metric format, which Lambda's log stream turns into
metrics without an API call and so without a wait on the call path.
"""

import json
import sys
import time
from collections.abc import Mapping

NAMESPACE = "LocalPresence"


def record(event: str, **fields: object) -> None:
    """Write one structured log record; `event` names it, `fields` are JSON values."""
    _write({"event": event, **fields})


def metric(name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
    """Write one metric of the LocalPresence namespace.

    `unit` is one of CloudWatch's (Count, Milliseconds, Seconds, Bytes, None). `dimensions` are
    names in CamelCase, such as Queue="outbound-sales".
    """
    _write(_embedded({name: value}, unit, dimensions))


def _embedded(
    values: Mapping[str, float], unit: str, dimensions: Mapping[str, str]
) -> dict[str, object]:
    return {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [sorted(dimensions)],
                    "Metrics": [{"Name": name, "Unit": unit} for name in values],
                }
            ],
        },
        **dimensions,
        **values,
    }


def _write(line: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(line, separators=(",", ":"), default=str) + "\n")
