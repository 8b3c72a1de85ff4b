"""Queues, flows and the functions that they call."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.stacks.synthesis import Resource, Synthesised

QUEUES = {"outbound-service": "Outbound service", "outbound-sales": "Outbound sales"}
LONGEST_ASSOCIATED_ARN = 140
LONGEST_FUNCTION_NAME = 64


def _queue(app: Synthesised, key: str) -> Resource:
    found = [
        queue
        for queue in app.of_type("AWS::Connect::Queue").values()
        if queue["Metadata"]["LocalPresence"]["queue"] == key
    ]
    assert len(found) == 1
    return found[0]


def _flow(app: Synthesised, key: str) -> Resource:
    config = _queue(app, key)["Properties"]["OutboundCallerConfig"]
    logical_id = config["OutboundFlowArn"]["Fn::GetAtt"][0]
    return app.of_type("AWS::Connect::ContactFlow")[logical_id]


def _content(app: Synthesised, key: str) -> Mapping[str, Any]:
    parts = _flow(app, key)["Properties"]["Content"]["Fn::Join"][1]
    text = "".join(part if isinstance(part, str) else app.named(part) for part in parts)
    flow: Mapping[str, Any] = json.loads(text)
    return flow


def _action(app: Synthesised, key: str, kind: str) -> Mapping[str, Any]:
    actions = [a for a in _content(app, key)["Actions"] if a["Type"] == kind]
    parameters: Mapping[str, Any] = actions[0]["Parameters"]
    return parameters


@pytest.mark.parametrize("key", QUEUES)
def test_every_queue_has_a_name_a_number_a_flow_and_a_callers_name(
    shipped: Synthesised, key: str
) -> None:
    properties = _queue(shipped, key)["Properties"]
    config = properties["OutboundCallerConfig"]

    assert properties["Name"] == QUEUES[key]
    assert 0 < len(config["OutboundCallerIdName"]) <= 15
    assert config["OutboundCallerIdNumberArn"]
    assert config["OutboundFlowArn"]
    assert shipped.named(properties["HoursOfOperationArn"]) == "AlwaysOpen.HoursOfOperationArn"


@pytest.mark.parametrize("key", QUEUES)
def test_every_flow_is_an_outbound_whisper_that_waits_for_its_permissions(
    shipped: Synthesised, key: str
) -> None:
    flow = _flow(shipped, key)

    assert flow["Properties"]["Type"] == "OUTBOUND_WHISPER"
    assert flow["Properties"]["State"] == "ACTIVE"
    needed = set(flow["DependsOn"])
    for kind in ("AWS::Lambda::Permission", "AWS::Connect::IntegrationAssociation"):
        found = {name for name in shipped.of_type(kind) if name.startswith("Invoke")}
        callees = {name for name in found if name.startswith(("InvokePicker", "InvokeStopper"))}
        assert len(callees) == 2
        assert callees <= needed


def test_the_longest_flow_fits_into_connect(shipped: Synthesised) -> None:
    for flow in shipped.of_type("AWS::Connect::ContactFlow").values():
        assert len(json.dumps(flow["Properties"]["Content"])) <= 256_000


@pytest.mark.parametrize("key", QUEUES)
def test_the_flow_asks_for_its_own_queue_at_the_alias(shipped: Synthesised, key: str) -> None:
    asked = _action(shipped, key, "InvokeLambdaFunction")

    assert asked["LambdaFunctionARN"] == "PickCallerIdLiveAlias"
    assert asked["LambdaInvocationAttributes"]["queue"] == key


@pytest.mark.parametrize("key", QUEUES)
@pytest.mark.parametrize("known", ["postal_code", "city", "state", "latitude", "longitude"])
def test_the_flow_passes_what_is_known_of_the_customers_whereabouts(
    shipped: Synthesised, key: str, known: str
) -> None:
    asked = _action(shipped, key, "InvokeLambdaFunction")

    assert asked["LambdaInvocationAttributes"][known] == f"$.Attributes.{known}"


@pytest.mark.parametrize(
    ("key", "recorded", "blocked", "reason"),
    [
        ("outbound-service", ["Agent", "Customer"], False, "on_error: default dials"),
        ("outbound-sales", ["Agent"], True, "on_error: block stops the call"),
    ],
)
def test_the_flow_records_and_fails_as_configured(
    shipped: Synthesised, key: str, recorded: list[str], blocked: bool, reason: str
) -> None:
    behavior = _action(shipped, key, "UpdateContactRecordingBehavior")
    operands = [
        condition["Condition"]["Operands"]
        for action in _content(shipped, key)["Actions"]
        if action["Type"] == "Compare"
        for condition in action["Transitions"]["Conditions"]
    ]

    assert behavior["RecordingBehavior"]["RecordedParticipants"] == recorded
    assert ("AnalyticsBehavior" in behavior) == (len(recorded) == 2)
    assert (["NONE"] not in operands) == blocked, reason


def test_claimed_numbers_outlive_the_stack_and_belong_to_the_instance(
    shipped: Synthesised,
) -> None:
    number = shipped.one("AWS::Connect::PhoneNumber")

    assert number["Properties"]["CountryCode"] == "US"
    assert number["Properties"]["Type"] == "DID"
    assert number["Properties"]["Prefix"] == "+1206"
    assert number["Properties"]["TargetArn"].endswith("555555555555")
    assert number["DeletionPolicy"] == number["UpdateReplacePolicy"] == "Retain"


def test_a_number_that_the_instance_holds_is_used_by_its_arn(shipped: Synthesised) -> None:
    config = _queue(shipped, "outbound-service")["Properties"]["OutboundCallerConfig"]

    assert config["OutboundCallerIdNumberArn"].startswith("arn:aws:connect:us-east-1:111122223333:")


def test_made_hours_are_all_day_every_day(shipped: Synthesised) -> None:
    days = shipped.one("AWS::Connect::HoursOfOperation")["Properties"]["Config"]

    assert len({day["Day"] for day in days}) == 7
    midnight = {"Hours": 0, "Minutes": 0}
    assert all(day["StartTime"] == day["EndTime"] == midnight for day in days)


def test_associated_arns_fit_into_connects_140_characters(shipped: Synthesised) -> None:
    associations = shipped.of_type("AWS::Connect::IntegrationAssociation").values()
    associated = {shipped.named(a["Properties"]["IntegrationArn"]) for a in associations}

    assert associated == {
        "PickCallerIdLiveAlias", "StopContactFunction.Arn", "SuppressCustomerFunction.Arn",
    }  # fmt: skip
    for function in shipped.of_type("AWS::Lambda::Function").values():
        assert "FunctionName" not in function["Properties"]  # CloudFormation's own, at most 64
    longest_region = "us-gov-west-1"
    longest = f"arn:aws-us-gov:lambda:{longest_region}:111122223333:function:"
    assert len(longest) + LONGEST_FUNCTION_NAME + len(":live") <= LONGEST_ASSOCIATED_ARN


def test_a_new_picker_gets_a_tenth_of_the_calls_first_and_goes_back_on_an_alarm(
    shipped: Synthesised,
) -> None:
    group = shipped.one("AWS::CodeDeploy::DeploymentGroup")["Properties"]
    alias = shipped.one("AWS::Lambda::Alias")

    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert set(group["AutoRollbackConfiguration"]["Events"]) == {
        "DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM",
    }  # fmt: skip
    watched = {shipped.named(a["Name"]) for a in group["AlarmConfiguration"]["Alarms"]}
    assert watched == {f"PickCallerIdLive{what}" for what in ("Errors", "Throttles", "Slow")}
    update = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    assert update["DeploymentGroupName"]["Ref"].startswith("PickCallerIdLiveCanary")
    assert alias["Properties"]["Name"] == "live"


def test_the_picker_knows_its_tables_and_key(shipped: Synthesised) -> None:
    function = shipped.one("AWS::Lambda::Function", "PickCallerId")["Properties"]

    variables = {k: shipped.named(v) for k, v in function["Environment"]["Variables"].items()}
    assert variables == {
        "NUMBER_POOL_TABLE": "NumberPoolTable",
        "USAGE_TABLE": "UsageTable",
        "CUSTOMERS_TABLE": "CustomersTable",
        "CUSTOMER_KEY_SECRET_ARN": "CustomerKey",
        "LOG_LEVEL": "INFO",
    }


def test_snapshots_are_an_option_on_published_versions(
    shipped: Synthesised, synthesised: Callable[[str], Synthesised]
) -> None:
    plain = shipped.one("AWS::Lambda::Function", "PickCallerId")["Properties"]
    snapped = synthesised("taken_over").one("AWS::Lambda::Function", "PickCallerId")["Properties"]

    assert "SnapStart" not in plain
    assert snapped["SnapStart"] == {"ApplyOn": "PublishedVersions"}


def test_a_sandbox_makes_its_instance_and_claims_for_it(
    synthesised: Callable[[str], Synthesised],
) -> None:
    app = synthesised("sandbox")

    instance = app.one("AWS::Connect::Instance")["Properties"]
    number = app.one("AWS::Connect::PhoneNumber")["Properties"]
    permission = app.one("AWS::Lambda::Permission", "InvokePicker")["Properties"]
    assert instance["InstanceAlias"] == "local-presence-play"
    assert instance["Attributes"]["OutboundCalls"] is True
    assert app.named(number["TargetArn"]) == app.named(permission["SourceArn"]) == "Sandbox.Arn"
    assert not app.of_type("AWS::CodeDeploy::DeploymentGroup")


def test_marketing_that_dials_after_an_error_is_warned_about(
    synthesised: Callable[[str], Synthesised],
) -> None:
    texts = [path.read_text() for path in synthesised("sandbox").folder.glob("*.json")]

    assert any("queues.calls.on_error" in text and "Consider block" in text for text in texts)


def test_the_example_gives_no_warning(shipped: Synthesised) -> None:
    texts = "".join(path.read_text() for path in shipped.folder.glob("*.json"))

    assert "aws:cdk:warning" not in texts
