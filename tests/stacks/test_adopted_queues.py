"""Queues that exist: none is made, each gets a flow, and one custom resource sets them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lambdas.domain.whisper import WhisperSetting, whisper_of
from stacks.constructs.adopted_queues import TYPE
from tests.stacks.synthesis import Synthesised
from tests.stacks.test_grants import INSTANCE, WRITE_KEY, grants

KEYS = ["outbound-service", "outbound-sales"]
CHANGE = "connect:UpdateQueueOutboundCallerConfig"


@pytest.fixture(scope="module")
def app(synthesised: Callable[[str], Synthesised]) -> Synthesised:
    return synthesised("adopted")


@pytest.fixture(scope="module")
def properties(app: Synthesised) -> Mapping[str, Any]:
    found: Mapping[str, Any] = app.one(TYPE)["Properties"]
    return found


def _flow(app: Synthesised, queue: Mapping[str, Any]) -> Mapping[str, Any]:
    logical_id = queue["Flow"]["Fn::GetAtt"][0]
    flow: Mapping[str, Any] = app.of_type("AWS::Connect::ContactFlow")[logical_id]["Properties"]
    return flow


def _content(app: Synthesised, queue: Mapping[str, Any]) -> str:
    parts = _flow(app, queue)["Content"]["Fn::Join"][1]
    return "".join(part if isinstance(part, str) else app.named(part) for part in parts)


def test_no_queue_is_made_and_no_hours(app: Synthesised, properties: Mapping[str, Any]) -> None:
    assert not app.of_type("AWS::Connect::Queue")
    assert not app.of_type("AWS::Connect::HoursOfOperation")
    assert [queue["Key"] for queue in properties["Queues"]] == KEYS


def test_a_queue_keeps_its_number_unless_the_config_gives_one(
    app: Synthesised, properties: Mapping[str, Any]
) -> None:
    service, sales = properties["Queues"]

    assert service["Number"] == ""
    assert app.named(sales["Number"]).endswith("Number.PhoneNumberArn")
    assert service["Queue"] == "99999999-1111-2222-3333-444444444444"
    assert service["CallerIdName"] == "Example Care"


@pytest.mark.parametrize("number", [0, 1])
def test_what_the_resource_is_told_of_a_flow_is_what_the_flow_does(
    app: Synthesised, properties: Mapping[str, Any], number: int
) -> None:
    queue = properties["Queues"][number]
    whisper = whisper_of(_content(app, queue))

    told = {WhisperSetting(name): value for name, value in queue["WhisperSettings"].items()}
    assert told == whisper.settings
    does = {deed for deed in whisper.does if not deed.startswith("InvokeLambdaFunction")}
    assert set(properties["WhisperDoes"]) == does
    assert _flow(app, queue)["Type"] == "OUTBOUND_WHISPER"


def test_settings_that_the_config_states_are_told_apart_from_defaults(
    properties: Mapping[str, Any],
) -> None:
    service, sales = properties["Queues"]

    assert service["Said"] == ["analytics", "flow_logging", "recording", "voice"]
    assert sales["Said"] == ["flow_logging", "recording"]
    assert service["WhisperSettings"]["voice"] == "Joanna neural"


def test_the_resource_waits_longer_than_its_function_takes_and_lambda_does_not_retry(
    app: Synthesised, properties: Mapping[str, Any]
) -> None:
    function = app.one("AWS::Lambda::Function", "AdoptedQueuesAdoptQueues")["Properties"]
    invoked = app.one("AWS::Lambda::EventInvokeConfig", "AdoptedQueues")["Properties"]

    assert int(properties["ServiceTimeout"]) > function["Timeout"] == 900
    assert invoked["MaximumRetryAttempts"] == 0
    assert invoked["FunctionName"] == {"Ref": properties["ServiceToken"]["Fn::GetAtt"][0]}


def test_rights_outlive_the_resource_that_needs_them(
    app: Synthesised, properties: Mapping[str, Any]
) -> None:
    """CloudFormation deletes the resource before what it depends on."""
    logical_id = properties["ServiceToken"]["Fn::GetAtt"][0]
    needed = app.of_type("AWS::Lambda::Function")[logical_id]["DependsOn"]

    assert any("RoleDefaultPolicy" in name for name in needed)


def test_the_function_has_exactly_the_rights_that_it_uses(app: Synthesised) -> None:
    numbers = "arn:aws:connect:us-east-1:111122223333:phone-number/*"

    assert grants(app, "AdoptedQueuesAdoptQueues") == {
        "AdoptedQueuesAdoptQueuesLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "NumberPoolTable.Arn": {
            "dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem",
        },
        f"{INSTANCE}/queue/*": {"connect:DescribeQueue", CHANGE},
        f"{INSTANCE}/contact-flow/*": {"connect:DescribeContactFlow", CHANGE},
        numbers: {"connect:DescribePhoneNumber", CHANGE},
        "*": {"connect:ListTrafficDistributionGroups"},
        "Key.Arn through dynamodb": WRITE_KEY,
    }  # fmt: skip


def test_the_request_fits_into_an_event_for_a_hundred_queues(
    properties: Mapping[str, Any],
) -> None:
    one = len(json.dumps(properties["Queues"][0]))

    assert 100 * (one + 200) < 256_000
