"""The inventory: when it looks, what wakes it, what it is told, and when it is not there."""

import json
from collections.abc import Callable

import pytest

from lambdas.domain.settings import Settings
from stacks.config import ConfigError
from tests.stacks.synthesis import Synthesised
from tests.stacks.variants import changed


def test_it_looks_every_hour(shipped: Synthesised) -> None:
    rule = shipped.one("AWS::Events::Rule", "LookRule")["Properties"]

    assert rule["ScheduleExpression"] == "rate(1 hour)"
    assert shipped.named(rule["Targets"][0]["Arn"]) == "InventoryFunction.Arn"
    assert shipped.named(rule["Targets"][0]["DeadLetterConfig"]["Arn"]) == "Failures.Arn"


def test_cloudtrail_wakes_it_when_a_number_comes_or_goes(shipped: Synthesised) -> None:
    rule = shipped.one("AWS::Events::Rule", "Changes")["Properties"]

    assert rule["EventPattern"] == {
        "source": ["aws.connect"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {
            "eventSource": ["connect.amazonaws.com"],
            "eventName": [
                "ClaimPhoneNumber", "ImportPhoneNumber", "ReleasePhoneNumber", "UpdatePhoneNumber",
            ],
        },
    }  # fmt: skip
    assert shipped.named(rule["Targets"][0]["Arn"]) == "InventoryFunction.Arn"


def test_only_its_two_rules_may_invoke_it_and_fill_its_queue(shipped: Synthesised) -> None:
    sources = [
        shipped.named(one["Properties"]["SourceArn"])
        for one in shipped.of_type("AWS::Lambda::Permission").values()
        if shipped.named(one["Properties"]["FunctionName"]) == "InventoryFunction"
    ]
    policy = shipped.one("AWS::SQS::QueuePolicy", "FailuresPolicy")["Properties"]["PolicyDocument"]
    allowed = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
    fillers = {shipped.named(one["Condition"]["ArnEquals"]["aws:SourceArn"]) for one in allowed}

    assert sorted(sources) == ["Changes.Arn", "LookRule.Arn"]
    assert fillers == {"Changes.Arn", "LookRule.Arn"}


def test_it_is_told_the_instance_and_every_queues_own_number(shipped: Synthesised) -> None:
    """Numbers that are claimed by the environment, which is small; those of the config by the
    settings."""
    told = shipped.one("AWS::Lambda::Function", "Inventory")["Properties"]["Environment"][
        "Variables"
    ]

    arn = "arn:aws:connect:us-east-1:111122223333"
    instance = f"{arn}:instance/11111111-2222-3333-4444-555555555555"
    assert told["TARGET_ARNS"] == f'["{instance}"]'
    assert shipped.named(told["QUEUE_NUMBERS"]) == (
        '{"outbound-sales":"QueueoutboundsalesNumber.PhoneNumberArn"}'
    )
    settings = json.loads((shipped.artifact("Inventory") / "settings.json").read_text("utf-8"))
    assert Settings.from_json(settings).own_numbers({"outbound-sales": "claimed"}) == {
        "outbound-service": f"{arn}:phone-number/aaaaaaaa-1111-2222-3333-444444444444",
        "outbound-sales": "claimed",
    }
    assert shipped.named(told["UPLOADS_BUCKET"]) == "UploadsBucket"


@pytest.mark.parametrize(("name", "period"), [("Drift", 3600), ("Refused", 3600)])
def test_drift_and_an_unbelievable_listing_ring_until_the_next_look(
    shipped: Synthesised, name: str, period: int
) -> None:
    alarm = shipped.one("AWS::CloudWatch::Alarm", f"Inventory{name}")["Properties"]

    assert (alarm["Period"], alarm["Threshold"], alarm["Statistic"]) == (period, 1, "Sum")
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"


def test_without_an_instance_to_ask_there_is_no_inventory(
    synthesised: Callable[[str], Synthesised],
) -> None:
    assert not synthesised("without_modules").of_type("AWS::Events::Rule") or not [
        name
        for name in synthesised("without_modules").of_type("AWS::Lambda::Function")
        if name.startswith("Inventory")
    ]


@pytest.mark.parametrize(
    ("text", "words", "reason"),
    [
        ("every_hours: 0", "at least 1", "it would never look"),
        ("every_hours: 48", "at most 24", "a number that is gone would fail for days"),
        ("traffic_distribution_groups: [group-one]", "ARN", "no ARN"),
    ],
)
def test_mistakes_of_the_inventory_are_told(text: str, words: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=words):
        changed(("every_hours: 1", text))
    assert reason
