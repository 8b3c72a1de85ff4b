"""Each alarm: on what, from which value on, and to whom."""

import re

import pytest

from tests.stacks.synthesis import ROOT, Resource, Synthesised

RUNBOOK = ROOT / "docs" / "runbook.md"

ALARMS = [
    ("PickCallerIdLiveErrors", "Errors", 1, "a pick failed"),
    ("PickCallerIdLiveThrottles", "Throttles", 1, "a pick was refused"),
    ("PickCallerIdLiveSlow", "Duration", 900, "an answer must come within a second"),
    ("StopContactErrors", "Errors", 1, "a blocked call may have rung"),
    ("StopContactThrottles", "Throttles", 1, "a blocked call may have rung"),
    ("StopContactBlockFailed", "BlockFailed", 1, "a blocked call rang"),
    ("SuppressCustomerErrors", "Errors", 1, "a wish not to be called was not kept"),
    ("SuppressCustomerThrottles", "Throttles", 1, "a wish not to be called was not kept"),
    ("SuppressCustomerRefused", "SuppressionsRefused", 1, "a wish was not understood"),
    ("ImportSuppressionsErrors", "Errors", 1, "a file failed once"),
    ("ImportSuppressionsRefused", "SuppressionRowsRefused", 1, "people may still be called"),
    ("SuppressionFilesPeopleFailedFile", "ApproximateAgeOfOldestMessage", 60, "given up"),
    ("SuppressionFilesRegistersFailedFile", "ApproximateAgeOfOldestMessage", 60, "given up"),
    ("PublishDirectoryErrors", "Errors", 1, "pickers do not learn of changes"),
    ("PublishDirectoryThrottles", "Throttles", 1, "pickers learn late"),
    ("DirectoryFeedStale", "IteratorAge", 60_000, "rest must reach pickers within a minute"),
    ("DirectoryFeedFailed", "ApproximateNumberOfMessagesVisible", 1, "a batch was given up"),
    ("ImportNumbersErrors", "Errors", 1, "an upload failed once"),
    ("ImportNumbersThrottles", "Throttles", 1, "an upload waits"),
    ("ImportNumbersSlow", "Duration", 480_000, "an upload comes near the limit of 10 minutes"),
    ("UploadQueueFailedUpload", "ApproximateAgeOfOldestMessage", 60, "an upload was given up"),
    ("InventoryErrors", "Errors", 1, "which numbers are held is not known"),
    ("InventoryThrottles", "Throttles", 1, "the inventory waits"),
    ("InventorySlow", "Duration", 720_000, "a run comes near the limit of 15 minutes"),
    ("InventoryFailed", "ApproximateNumberOfMessagesVisible", 1, "a run was given up"),
    ("JudgeNumbersErrors", "Errors", 1, "a look at the numbers failed"),
    ("JudgeNumbersSlow", "Duration", 720_000, "a look comes near the limit of 15 minutes"),
    ("JudgeNumbersFailed", "ApproximateNumberOfMessagesVisible", 1, "nothing is judged since"),
    ("HeedLabelsErrors", "Errors", 1, "labelled numbers may still be shown"),
    ("LabelsFailedFile", "ApproximateAgeOfOldestMessage", 60, "a file of labels was given up"),
    ("ReportErrors", "Errors", 1, "the weekly report failed once"),
    ("ReportSlow", "Duration", 720_000, "the report comes near the limit of 15 minutes"),
    ("ReportFailed", "ApproximateNumberOfMessagesVisible", 1, "the report was not mailed"),
    ("ReportUnsure", "ReportsUnsure", 1, "nobody knows whether the report was mailed"),
    ("RegistryErrors", "Errors", 1, "papers are not kept, or nobody looks what is due"),
    ("RegistryThrottles", "Throttles", 1, "the registry waits"),
    ("RegistrySlow", "Duration", 480_000, "a check comes near the limit of 10 minutes"),
    ("PapersFailedUpload", "ApproximateAgeOfOldestMessage", 60, "a file or a check was given up"),
    ("AlarmsoutboundserviceExhausted", "Exhausted", 1, "the pool is too small"),
    ("AlarmsoutboundserviceStoreUnavailable", "StoreUnavailable", 1, "the store is away"),
    ("AlarmsoutboundsalesExhausted", "Exhausted", 1, "the pool is too small"),
    ("AlarmsoutboundsalesStoreUnavailable", "StoreUnavailable", 1, "the store is away"),
]


@pytest.mark.parametrize(("name", "metric", "threshold", "reason"), ALARMS)
def test_the_alarm_rings_from_its_threshold_on(
    shipped: Synthesised, name: str, metric: str, threshold: int, reason: str
) -> None:
    alarm = shipped.one("AWS::CloudWatch::Alarm", name)["Properties"]

    assert alarm["MetricName"] == metric, reason
    assert alarm["Threshold"] == threshold, reason
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["Period"] == 60


@pytest.mark.parametrize(("queue", "allowed"), [("outbound-service", 12), ("outbound-sales", 10)])
def test_a_queues_own_number_may_make_as_many_calls_an_hour_as_one_of_its_pool(
    shipped: Synthesised, queue: str, allowed: int
) -> None:
    found = [
        alarm["Properties"]
        for alarm in _on(shipped, "Picks")
        if _dimensions(alarm) == {"Action": "default", "Queue": queue}
    ]

    assert len(found) == 1
    assert found[0]["Statistic"] == "Sum"
    assert found[0]["Period"] == 3600
    assert found[0]["EvaluationPeriods"] == 1
    assert found[0]["Threshold"] == allowed + 1
    assert found[0]["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"


def test_every_alarm_has_its_entry_in_the_runbook(shipped: Synthesised) -> None:
    entries = set(re.findall(r"^### `(\w+)`", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE))
    alarms = {
        re.sub(
            "^Alarms(outboundservice|outboundsales)", "AlarmsQUEUE", shipped.named({"Ref": name})
        )
        for name in shipped.of_type("AWS::CloudWatch::Alarm")
    }

    assert entries == alarms


def test_every_entry_of_the_runbook_says_what_it_means_where_to_look_and_what_to_do() -> None:
    _, *entries = RUNBOOK.read_text(encoding="utf-8").split("\n### `")
    for entry in entries:
        told = entry.split("\n## ")[0]
        for word in ("**Means.**", "**Look.**", "**Do.**"):
            assert word in told, entry.split("`")[0]


def test_every_alarm_tells_people_what_it_means(shipped: Synthesised) -> None:
    for name, alarm in shipped.of_type("AWS::CloudWatch::Alarm").items():
        actions = alarm["Properties"]["AlarmActions"]
        assert [shipped.named(action) for action in actions] == ["Alarms"], name
        assert len(alarm["Properties"]["AlarmDescription"]) > 20, name


def test_silence_of_a_metric_is_no_alarm(shipped: Synthesised) -> None:
    alarms = shipped.of_type("AWS::CloudWatch::Alarm").values()

    assert {alarm["Properties"]["TreatMissingData"] for alarm in alarms} == {"notBreaching"}


@pytest.mark.parametrize("metric", ["Exhausted", "StoreUnavailable"])
def test_our_own_metrics_are_watched_per_queue(shipped: Synthesised, metric: str) -> None:
    watched = [_dimensions(alarm) for alarm in _on(shipped, metric)]

    assert watched == [{"Queue": "outbound-service"}, {"Queue": "outbound-sales"}]


def test_a_failed_block_is_watched_over_all_queues(shipped: Synthesised) -> None:
    assert [_dimensions(alarm) for alarm in _on(shipped, "BlockFailed")] == [{}]


def test_the_picker_is_watched_at_the_alias_that_connect_calls(shipped: Synthesised) -> None:
    alarm = shipped.one("AWS::CloudWatch::Alarm", "PickCallerIdLiveSlow")["Properties"]

    resource = next(d["Value"] for d in alarm["Dimensions"] if d["Name"] == "Resource")
    assert shipped.named(resource) == "PickCallerIdFunction:live"
    assert alarm["ExtendedStatistic"] == "p99"


def test_alarms_may_publish_to_their_encrypted_topic(shipped: Synthesised) -> None:
    policy = shipped.one("AWS::SNS::TopicPolicy", "Alarms")["Properties"]["PolicyDocument"]
    allowed = [s for s in policy["Statement"] if s["Effect"] == "Allow"]

    assert [(s["Principal"], s["Action"]) for s in allowed] == [
        ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish")
    ]
    assert allowed[0]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def _on(app: Synthesised, metric: str) -> list[Resource]:
    alarms = app.of_type("AWS::CloudWatch::Alarm").values()
    found = [alarm for alarm in alarms if alarm["Properties"]["MetricName"] == metric]
    assert {alarm["Properties"]["Namespace"] for alarm in found} == {"LocalPresence"}
    return found


def _dimensions(alarm: Resource) -> dict[str, str]:
    return {d["Name"]: d["Value"] for d in alarm["Properties"].get("Dimensions", [])}
