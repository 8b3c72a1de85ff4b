"""CloudWatch alarms, judged on this machine: which state a definition has on given data."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, NamedTuple

from local.errors import LocalError

Json = Any
Dimensions = frozenset[tuple[str, str]]

_COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}
_STATISTICS: Final[Mapping[str, Callable[[list[float]], float]]] = {
    "Sum": sum,
    "Maximum": max,
    "Minimum": min,
    "Average": lambda values: sum(values) / len(values),
    "SampleCount": lambda values: float(len(values)),
}
_UNDERSTOOD: Final = frozenset({
    "ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmName", "ComparisonOperator",
    "DatapointsToAlarm", "Dimensions", "EvaluationPeriods", "ExtendedStatistic", "MetricName",
    "Namespace", "OKActions", "Period", "Statistic", "Tags", "Threshold", "TreatMissingData",
})  # fmt: skip


class Datum(NamedTuple):
    """One value of a metric at a moment in seconds."""

    namespace: str
    metric: str
    dimensions: Dimensions
    at: float
    value: float


@dataclass(frozen=True)
class Rule:
    """The definition of an alarm. Periods are in seconds."""

    namespace: str
    metric: str
    dimensions: Dimensions
    statistic: str
    period: int
    threshold: float
    comparison: str
    periods: int
    of_them: int
    missing: str

    def rings(self, data: Iterable[Datum], now: float) -> bool:
        """Whether the alarm is on at a moment: `of_them` of its last `periods` breach."""
        series = (self.namespace, self.metric, self.dimensions)
        mine = [one for one in data if (one.namespace, one.metric, one.dimensions) == series]
        end = (int(now) // self.period + 1) * self.period
        breaching = 0
        for past in range(self.periods):
            begin = end - (past + 1) * self.period
            values = [one.value for one in mine if begin <= one.at < begin + self.period]
            if values:
                value = self._statistic(values)
                breaching += _COMPARISONS[self.comparison](value, self.threshold)
            else:
                breaching += self.missing == "breaching"
        return breaching >= self.of_them

    def ever_rings(self, data: Iterable[Datum]) -> bool:
        """Whether it is on at the end of any period that the data reach into, or just after."""
        kept = list(data)
        if not kept:
            return self.rings(kept, 0)
        first, last = min(one.at for one in kept), max(one.at for one in kept)
        steps = range(int(first // self.period), int(last // self.period) + 2)
        return any(self.rings(kept, step * self.period) for step in steps)

    def _statistic(self, values: list[float]) -> float:
        if self.statistic in _STATISTICS:
            return _STATISTICS[self.statistic](values)
        rank = ceil(float(self.statistic.removeprefix("p")) / 100 * len(values))
        return sorted(values)[max(rank, 1) - 1]


def rule_of(properties: Mapping[str, Json], text: Callable[[Json], str]) -> Rule:
    """The rule of an AWS::CloudWatch::Alarm; `text` makes references of dimensions into texts.

    Raises LocalError for what is not judged here: expressions, anomalies, other properties.
    """
    strange = set(properties) - _UNDERSTOOD
    missing = properties.get("TreatMissingData", "missing")
    if strange or missing not in ("notBreaching", "breaching"):
        raise LocalError(f"An alarm says what is not judged here: {sorted(strange)}, {missing}.")
    periods = int(properties["EvaluationPeriods"])
    return Rule(
        namespace=properties["Namespace"],
        metric=properties["MetricName"],
        dimensions=frozenset(
            (one["Name"], text(one["Value"])) for one in properties.get("Dimensions", [])
        ),
        statistic=properties.get("Statistic") or properties["ExtendedStatistic"],
        period=int(properties["Period"]),
        threshold=float(properties["Threshold"]),
        comparison=properties["ComparisonOperator"],
        periods=periods,
        of_them=int(properties.get("DatapointsToAlarm", periods)),
        missing=missing,
    )


def logged(printed: str, at: float) -> list[Datum]:
    """The metrics in what a function printed, as CloudWatch reads embedded metrics.

    Raises LocalError where CloudWatch would drop one: a dimension or value that the line lacks.
    """
    found = []
    for line in printed.splitlines():
        record = json.loads(line) if line.startswith("{") else {}
        for directive in record.get("_aws", {}).get("CloudWatchMetrics", []):
            for names in directive["Dimensions"]:
                pairs = [(name, record.get(name)) for name in names]
                if not all(isinstance(value, str) and value for _, value in pairs):
                    raise LocalError(f"A metric has an empty dimension: {pairs}")
                for metric in directive["Metrics"]:
                    value = record.get(metric["Name"])
                    if not isinstance(value, int | float):
                        raise LocalError(f"{metric['Name']} is no number: {value!r}")
                    series = frozenset((name, str(told)) for name, told in pairs)
                    found.append(
                        Datum(directive["Namespace"], metric["Name"], series, at, float(value))
                    )
    return found
