"""Every alarm rings on what is really emitted when it must, and is silent when it must be.

AWS's metrics carry the names and dimensions that AWS gives them for the templates' resources; ours
are what the real handlers print. An alarm on anything else fails here.
"""

from collections.abc import Callable, Iterator

import pytest

from lambdas import wiring
from lambdas.domain.inventory import State
from lambdas.domain.registry import Trouble
from lambdas.domain.settings import Mode
from lambdas.store.mailed import Mailing
from local.alarm_rules import Datum, Rule, logged, rule_of
from local.dashboard.definition import read
from local.errors import LocalError
from tests.stacks.emitting import Handlers, names_of_aws
from tests.stacks.synthesis import Synthesised

OURS = "LocalPresence"
SERVICE, SALES = "outbound-service", "outbound-sales"
MINUTES = 30

Emitted = Callable[[Handlers], list[Datum]]

LOUD_AND_QUIET: dict[tuple[str, str], tuple[Emitted, Emitted]] = {
    ("BlockFailed", ""): (lambda the: the.block_failed(), lambda _: []),
    ("SuppressionsRefused", ""): (
        lambda the: the.suppression_refused(),
        lambda the: the.suppression_refused("opt-out"),
    ),
    ("SuppressionRowsRefused", ""): (lambda the: the.rows_refused(), lambda _: []),
    ("NumbersNotHeld", ""): (
        lambda the: the.drift(State.NOT_HELD),
        lambda the: the.drift(State.HELD),
    ),
    ("InventoryRefused", ""): (
        lambda the: the.inventory_refused(),
        lambda the: the.drift(State.HELD),
    ),
    ("UrgentGaps", ""): (
        lambda the: the.gaps(Trouble.OVERDUE),
        lambda the: the.gaps(Trouble.DUE_SOON),
    ),
    ("NumbersWaitingToRest", ""): (
        lambda the: the.judged(waiting=1),
        lambda the: the.judged(waiting=0),
    ),
    ("HoursToJudge", ""): (
        lambda the: the.judged(behind=12),
        lambda the: the.judged(behind=1),
    ),
    ("ReportsUnsure", ""): (
        lambda the: the.report(Mailing.UNDER_WAY),
        lambda the: the.report(Mailing.SENT) + the.report(Mailing.OURS),
    ),
    ("Exhausted", SERVICE): (
        lambda the: the.picks(SERVICE, 1, Mode.ON, "empty"),
        lambda the: the.picks(SERVICE, 1, Mode.ON) + the.picks(SALES, 1, Mode.ON, "empty"),
    ),
    ("Exhausted", SALES): (
        lambda the: the.picks(SALES, 1, Mode.ON, "empty"),
        lambda the: the.picks(SALES, 1, Mode.OBSERVE, "empty"),
    ),
    ("StoreUnavailable", SERVICE): (
        lambda the: the.picks(SERVICE, 1, Mode.ON, "away"),
        lambda the: the.picks(SERVICE, 1, Mode.ON),
    ),
    ("StoreUnavailable", SALES): (
        lambda the: the.picks(SALES, 1, Mode.ON, "away"),
        lambda the: the.picks(SALES, 1, Mode.ON) + the.picks(SERVICE, 1, Mode.ON, "away"),
    ),
    ("Picks", SERVICE): (
        lambda the: the.picks(SERVICE, 13, Mode.OFF),
        lambda the: the.picks(SERVICE, 12, Mode.OFF) + the.picks(SALES, 13, Mode.OFF),
    ),
    ("Picks", SALES): (
        lambda the: the.picks(SALES, 11, Mode.OFF),
        lambda the: the.picks(SALES, 10, Mode.OFF),
    ),
}
"""What is emitted when an alarm of ours must ring, and when it must not, by metric and queue."""


@pytest.fixture
def handlers(
    shipped: Synthesised, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Handlers]:
    yield Handlers(shipped, monkeypatch, capsys)
    wiring.reset()


@pytest.fixture(scope="module")
def rules(shipped: Synthesised) -> dict[str, Rule]:
    return {
        name: rule_of(alarm["Properties"], shipped.named)
        for name, alarm in shipped.of_type("AWS::CloudWatch::Alarm").items()
    }


def test_every_alarm_on_our_own_metrics_rings_on_what_a_handler_prints(
    rules: dict[str, Rule], handlers: Handlers
) -> None:
    ours = {name: rule for name, rule in rules.items() if rule.namespace == OURS}
    assert {_key(rule) for rule in ours.values()} == set(LOUD_AND_QUIET)

    for name, rule in ours.items():
        loud, quiet = LOUD_AND_QUIET[_key(rule)]
        assert rule.ever_rings(loud(handlers)), f"{name} is silent when it must ring"
        assert not rule.ever_rings(quiet(handlers)), f"{name} rings in quiet"


def _key(rule: Rule) -> tuple[str, str]:
    return rule.metric, dict(rule.dimensions).get("Queue", "")


def test_every_alarm_on_aws_metrics_rings_on_what_aws_emits(
    shipped: Synthesised, rules: dict[str, Rule]
) -> None:
    emitted = names_of_aws(shipped)
    timeouts = {
        shipped.named({"Ref": name}): 1000.0 * function["Properties"]["Timeout"]
        for name, function in shipped.of_type("AWS::Lambda::Function").items()
    }

    for name, rule in rules.items():
        if rule.namespace == OURS:
            continue
        assert (rule.namespace, rule.metric, rule.dimensions) in emitted, f"{name}: nobody emits it"
        timeout = timeouts.get(dict(rule.dimensions).get("FunctionName", ""), 0.0)
        assert rule.ever_rings(_trouble(rule, timeout)), f"{name} is silent when it must ring"
        assert not rule.ever_rings(_calm(rule)), f"{name} rings in quiet"
        assert not rule.ever_rings([]), f"{name} rings where nothing happens"


def _trouble(rule: Rule, timeout_ms: float) -> list[Datum]:
    """Half an hour of the trouble, as the service would tell of it."""
    if rule.metric == "Duration":
        # One invocation after the other, each as long as is too long.
        assert rule.threshold <= timeout_ms, "no invocation lasts so long"
        each = rule.threshold / 1000
        ends = [each * (1 + turn) for turn in range(max(int(MINUTES * 60 / each), 1))]
        return [_datum(rule, at, rule.threshold) for at in ends]
    if rule.metric == "DeliveryToS3.DataFreshness":
        return [_datum(rule, 60.0 * minute, 300.0 * minute) for minute in range(MINUTES)]
    if rule.metric == "ApproximateAgeOfOldestMessage":
        return [_datum(rule, 60.0 * minute, 60.0 * minute) for minute in range(MINUTES)]
    if rule.metric == "IteratorAge":
        return [_datum(rule, 60.0 * minute, 60_000.0 * minute) for minute in range(MINUTES)]
    if rule.metric == "ApproximateNumberOfMessagesVisible":
        return [_datum(rule, 60.0 * minute, 1.0) for minute in range(MINUTES)]
    return [_datum(rule, 60.0, 1.0)]  # one error, one throttle, one loss


def _calm(rule: Rule) -> list[Datum]:
    """Half an hour of ordinary work."""
    value = {"Duration": rule.threshold * 0.9, "IteratorAge": 500.0}.get(rule.metric, 0.0)
    return [_datum(rule, 60.0 * minute, value) for minute in range(MINUTES)]


def _datum(rule: Rule, at: float, value: float) -> Datum:
    return Datum(rule.namespace, rule.metric, rule.dimensions, at, value)


def test_the_dashboard_shows_nothing_that_no_handler_writes(
    shipped: Synthesised, handlers: Handlers
) -> None:
    """Each graph's name and dimensions are those of something that a handler printed."""
    body = shipped.one("AWS::CloudWatch::Dashboard")["Properties"]["DashboardBody"]
    lines = [line for widget in read(_plain(body)) for line in widget.lines if line.metric]
    picked = handlers.picks(SERVICE, 1, Mode.ON) + handlers.picks(SALES, 1, Mode.OFF)
    printed = [
        *picked,
        *handlers.picks(SERVICE, 1, Mode.ON, "empty"),
        *handlers.picks(SERVICE, 1, Mode.ON, "away"),
        *handlers.block_failed(),
        *handlers.published(),
        *handlers.upload(),
        *handlers.suppression_refused(),
        *handlers.suppression_refused("opt-out"),
        *handlers.outcomes(),
        *handlers.judged(),
    ]
    shapes = {(one.metric, frozenset(dict(one.dimensions))) for one in printed}

    assert {line.namespace for line in lines} == {OURS}
    assert {(line.metric, frozenset(line.dimensions)) for line in lines} <= shapes
    pools = {dict(one.dimensions)["Pool"] for one in printed if one.metric == "NumbersResting"}
    assert pools == {line.dimensions["Pool"] for line in lines if line.metric == "NumbersResting"}
    modes = {dict(one.dimensions)["Mode"] for one in picked if dict(one.dimensions).get("Mode")}
    assert modes == {"on", "off"}


def _plain(body: object) -> str:
    match body:
        case str():
            return body
        case {"Fn::Join": [_, parts]}:
            return "".join(part if isinstance(part, str) else "us-east-1" for part in parts)
    raise AssertionError(body)


RULE = Rule(
    "N", "M", frozenset(), "Sum", 60, 2, "GreaterThanOrEqualToThreshold", 3, 2, "notBreaching"
)


def _at(*moments: float) -> list[Datum]:
    return [Datum("N", "M", frozenset(), at, 1.0) for at in moments]


@pytest.mark.parametrize(
    ("data", "rings"),
    [
        (_at(0, 1, 61, 62), True),  # two of three minutes reach two
        (_at(0, 1, 121, 122), True),  # not side by side, still two of three
        (_at(0, 1, 181, 182), False),  # three minutes apart
        (_at(59, 60, 119, 120), False),  # one or two in each minute of the clock
        (_at(0, 1), False),
        ([], False),
    ],
)
def test_periods_are_judged_by_the_clock_and_so_many_of_them(
    data: list[Datum], rings: bool
) -> None:
    assert RULE.ever_rings(data) is rings


def test_a_metric_of_other_dimensions_is_another_metric() -> None:
    other = [one._replace(dimensions=frozenset({("Queue", "x")})) for one in _at(0, 1, 61, 62)]

    assert not RULE.ever_rings(other)


@pytest.mark.parametrize(("rank", "value"), [("p50", 50.0), ("p99", 99.0), ("p100", 100.0)])
def test_percentiles_are_of_the_values(rank: str, value: float) -> None:
    data = [Datum("N", "M", frozenset(), 1.0, float(one)) for one in range(1, 101)]
    base = Rule(
        "N", "M", frozenset(), rank, 60, value, "GreaterThanOrEqualToThreshold", 1, 1, "breaching"
    )

    assert base.rings(data, 0)
    assert not Rule(**{**base.__dict__, "threshold": value + 0.5}).rings(data, 0)


def test_what_is_not_judged_is_refused() -> None:
    with pytest.raises(LocalError, match="Metrics"):
        rule_of({"Metrics": [], "TreatMissingData": "breaching"}, str)


def test_a_metric_with_an_empty_dimension_is_refused_as_by_cloudwatch() -> None:
    line = (
        '{"Queue":"","Picks":1,"_aws":{"CloudWatchMetrics":[{"Namespace":"N",'
        '"Dimensions":[["Queue"]],"Metrics":[{"Name":"Picks"}]}]}}'
    )
    with pytest.raises(LocalError, match="empty dimension"):
        logged(line, 0)
