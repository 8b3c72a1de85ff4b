"""The dashboard: what customers see, what is stopped, how fast, and what runs short."""

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.config import Config
from stacks.constructs.alarms import HOUR, NAMESPACE

QUARTER = cdk.Duration.minutes(15)
HALF, THIRD, HEIGHT = 12, 8, 7
ACTIONS = {"dial": "pool's number", "default": "own number", "block": "blocked"}
MODES = {"on": "on", "percent": "percent", "observe": "observe", "off": "off"}
WAYS = {
    "agent": "agents, flows",
    "text": "messages",
    "disposition": "dispositions",
    "api": "API",
    "file": "files",
}


class Dashboard(Construct):
    """One CloudWatch dashboard, of metrics that the functions write in their log lines anyway."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, slow_pick_ms: float
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        rows = [
            [self._tiers(), self._actions()],
            [self._blocks(), self._latency(slow_pick_ms), self._shortage()],
            [self._modes(), self._resting(), self._numbers()],
            self._outcomes(),
            self._intake(),
        ]
        cloudwatch.Dashboard(
            self,
            "Board",
            dashboard_name=f"LocalPresence-{config.environment}",
            default_interval=cdk.Duration.days(1),
            widgets=[row for row in rows if row],
        )

    def _tiers(self) -> cloudwatch.IWidget:
        used = {str(tier): None for pool in self._config.pools.values() for tier in pool.tiers}
        dialled = [_sum("Picks", tier.replace("_", " "), Action="dial", Tier=tier) for tier in used]
        others = [
            _sum("Picks", ACTIONS[action], Action=action, Tier="default")
            for action in ("default", "block")
        ]
        return _graph("What customers see, by tier", [*dialled, *others], stacked=True, width=HALF)

    def _actions(self) -> cloudwatch.IWidget:
        lines = [
            _sum("Picks", f"{queue}: {words}", Action=action, Queue=queue)
            for queue in self._config.watched
            for action, words in ACTIONS.items()
        ]
        return _graph("What was done, by queue", lines, width=HALF)

    def _blocks(self) -> cloudwatch.IWidget:
        lines = [
            _sum("Picks", f"{queue}: blocked", Action="block", Queue=queue)
            for queue in self._config.watched
        ]
        failed = _sum("BlockFailed", "not stopped: it rang")
        return _graph("Blocked calls", [*lines, failed])

    def _latency(self, slow_ms: float) -> cloudwatch.IWidget:
        lines = [
            cloudwatch.Metric(
                namespace=NAMESPACE,
                metric_name="PickMilliseconds",
                dimensions_map={"Queue": queue},
                statistic=statistic,
                period=QUARTER,
                label=f"{queue}: {statistic}",
            )
            for queue in self._config.watched
            for statistic in ("p50", "p99")
        ]
        return _graph("Milliseconds of a pick", lines, limit=slow_ms, limit_words="alarm")

    def _shortage(self) -> cloudwatch.IWidget:
        lines = [
            _sum(metric, f"{queue}: {words}", Queue=queue)
            for queue in self._config.watched
            for metric, words in (
                ("Exhausted", "no number left"),
                ("StoreUnavailable", "no answer"),
            )
        ]
        return _graph("Numbers ran out, store out of reach", lines)

    def _modes(self) -> cloudwatch.IWidget:
        lines = [_sum("Picks", words, Mode=mode) for mode, words in MODES.items()]
        return _graph("Calls by the mode of their queue", lines, stacked=True)

    def _resting(self) -> cloudwatch.IWidget:
        lines = [
            cloudwatch.MathExpression(
                expression=f"100 * r{at} / (r{at} + s{at})",
                using_metrics={
                    f"r{at}": _latest("NumbersResting", pool),
                    f"s{at}": _latest("NumbersInPool", pool),
                },
                label=pool,
                period=HOUR,
            )
            for at, pool in enumerate(self._config.pools)
        ]
        return _graph("Percent of a pool that rests", lines)

    def _numbers(self) -> cloudwatch.IWidget:
        lines = [
            _latest(metric, pool, f"{pool}: {words}")
            for pool in self._config.pools
            for metric, words in (("NumbersInPool", "shown"), ("NumbersWithheld", "withheld"))
        ]
        return _graph("Numbers of a pool", lines)

    def _outcomes(self) -> list[cloudwatch.IWidget]:
        if not self._config.counts_outcomes:
            return []
        counted = [
            _sum("OutcomesCounted", "counted"),
            _sum("OutcomeRecordsUnread", "not understood"),
            _sum("OutcomesFailed", "to be tried again"),
        ]
        lag = cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name="OutcomeLag",
            statistic="Maximum",
            period=QUARTER,
            label="slowest",
        )
        judged = self._config.modules.reputation
        width = THIRD if judged else HALF
        return [
            _graph("Contact records of calls", counted, width=width),
            _graph("Seconds from a contact record to its counter", [lag], width=width),
            *([self._judged()] if judged else []),
        ]

    def _judged(self) -> cloudwatch.IWidget:
        """What the judge of numbers does in each hour; in `observe`, what it would do."""
        lines = [
            line
            for pool in self._config.pools
            for line in (
                _sum("NumbersRested", f"{pool}: put to rest", period=HOUR, Pool=pool),
                _sum("NumbersThatWouldRest", f"{pool}: would rest", period=HOUR, Pool=pool),
                _latest("NumbersWaitingToRest", pool, f"{pool}: no room to rest"),
            )
        ]
        return _graph("Worn numbers, by the hour", lines)

    def _intake(self) -> list[cloudwatch.IWidget]:
        widgets: list[cloudwatch.IWidget] = []
        if self._config.modules.number_intake:
            uploads = [
                _sum(metric, f"{pool}: {words}", period=HOUR, Pool=pool)
                for pool in self._config.pools
                for metric, words in (("Imports", "files"), ("ImportsRefused", "with faults"))
            ]
            widgets.append(_graph("Uploads of numbers", uploads, width=HALF))
        if self._config.modules.suppression:
            entered = [
                _sum("Suppressions", words, period=HOUR, Way=way) for way, words in WAYS.items()
            ]
            refused = _sum("SuppressionsRefused", "not understood", period=HOUR)
            widgets.append(
                _graph("People not to be called any more", [*entered, refused], width=HALF)
            )
        return widgets


def _sum(
    name: str, label: str, period: cdk.Duration = QUARTER, **dimensions: str
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map=dimensions,
        statistic="Sum",
        period=period,
        label=label,
    )


def _latest(name: str, pool: str, label: str | None = None) -> cloudwatch.Metric:
    """What was counted within the hour; the publisher counts at least once."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"Pool": pool},
        statistic="Maximum",
        period=HOUR,
        label=label,
    )


def _graph(
    title: str,
    lines: Iterable[cloudwatch.IMetric],
    *,
    stacked: bool = False,
    width: int = THIRD,
    limit: float | None = None,
    limit_words: str = "",
) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title=title,
        left=list(lines),
        stacked=stacked,
        width=width,
        height=HEIGHT,
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        left_annotations=[]
        if limit is None
        else [cloudwatch.HorizontalAnnotation(value=limit, label=limit_words)],
    )
