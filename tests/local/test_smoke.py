"""A smoke test of a deployment: moto's account, the fake instance, and the real picker."""

import base64
import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

from lambdas import wiring
from lambdas.connect.pace import Pace
from lambdas.connect.queues import ONE_TRY
from lambdas.pick_caller_id.handler import handler
from lambdas.usecases.pick_caller_id import Picker
from lambdas.wiring import picking
from local import aws
from local.__main__ import main
from local.commands.smoke_command import findings
from local.connect_instance import Buckets, ConnectInstance, VirtualTime, serving
from local.connect_instance.model import Asked, Refused
from local.machine import ACCOUNT, environment
from local.smoke.account import REPLY, Deployed
from local.smoke.findings import Finding, State
from local.smoke.instance import differences
from stacks.config import Config, load
from stacks.whisper_content import whisper_content

NOW = datetime.now(UTC)
HOME = f"arn:aws:connect:us-east-1:{ACCOUNT}:instance/11111111-2222-3333-4444-555555555555"
TEXT = """
environment: example
account: "ACCOUNT"
instance: {arn: "HOME"}
modules: {inventory: false}
queues:
  sales:
    name: Sales
    caller_id_name: Example Sales
    default_number: {arn: "NUMBER"}
    pool: all
    purpose: service
    mode: observe
pools:
  all: {country: US}
"""
CALLEES = ("PickCallerId", "StopContact", "SuppressCustomer")
FLOW = "LocalPresence-example-Calling sales"
REPORT = "REPORT RequestId: 1\tDuration: {ms} ms\tBilled Duration: 13 ms\tInit Duration: 400 ms\n"


class Untouched:
    """A port of the picker: a dry run that uses it has touched something."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the dry run used {name}")

    def __call__(self, *_: object) -> Any:
        raise AssertionError("the dry run used a port")


def _picker() -> Picker:
    port: Any = Untouched()
    return Picker(
        claims=port, directories=port, places=port, rules=port, pools=port, modes=port,
        hours=port, screening=port, registers=port, worn=port,
    )  # fmt: skip


def _table() -> dict[str, Any]:
    keys = (("pk", "HASH"), ("sk", "RANGE"))
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name, _ in keys
            ],
        },
    }


def _function(role: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Role": role,
            "Code": {"ZipFile": "def handler(event, context): return {}"},
        },
    }


ALARM: dict[str, Any] = {
    "AlarmName": "exhausted",
    "AlarmDescription": "Every number was at its limit.",
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "EvaluationPeriods": 1,
    "MetricName": "Exhausted",
    "Namespace": "LocalPresence",
    "Period": 60,
    "Statistic": "Sum",
    "Threshold": 1,
}
UNKNOWN_TO_MOTO = {
    "LocalPresence-example-NumberPool": (
        "CustomerKey0A1B2C3D",
        "AWS::SecretsManager::Secret",
        "customer-key",
    ),
    "LocalPresence-example-Calling": ("Exhausted0A1B2C3D", "AWS::CloudWatch::Alarm", "exhausted"),
}
"""Resources of the stacks that moto's CloudFormation does not make."""


@dataclass
class Scene:
    """A deployment that is whole. Whatever a test spoils, it looks at with `found`."""

    config: Config
    file: Path
    session: boto3.Session
    instance: ConnectInstance
    time: VirtualTime
    address: str
    queue: str
    flow: str
    reply: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    milliseconds: float = 12.5
    invoked: list[dict[str, Any]] = field(default_factory=list)

    def look(self) -> list[Finding]:
        client = self.session.client("connect", endpoint_url=self.address, config=ONE_TRY)
        pace = Pace(monotonic=self.time.monotonic, sleep=self.time.sleep)
        deployed = Deployed(self.heard(), self.config)
        return list(findings(deployed, client, pace, NOW, lambda _words: None))

    def found(self, check: str) -> Finding:
        (one,) = [one for one in self.look() if one.check == check]
        return one

    def client(self, service: str) -> Any:
        return self.session.client(service)  # type: ignore[call-overload]

    def heard(self) -> boto3.Session:
        """A session whose Lambda runs the real picker, in this process."""
        session = boto3.Session(region_name="us-east-1")
        invoke: Any = self._invoke
        session.events.register("before-call.lambda.Invoke", invoke)
        session.events.register("after-call.cloudformation.ListStackResources", _list_more)
        return session

    def _invoke(self, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        event = json.loads(params["body"])
        self.invoked.append(event)
        with redirect_stdout(io.StringIO()):  # its log
            reply = self.reply or handler(event, None)
        answer: dict[str, Any] = {
            "LogResult": base64.b64encode(REPORT.format(ms=self.milliseconds).encode()).decode()
        }
        if self.error:
            answer["FunctionError"], reply = "Unhandled", {"errorType": self.error}
        answer["Payload"] = io.BytesIO(json.dumps(reply).encode())
        return AWSResponse("", 200, HTTPHeaders(), None), answer


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    time = VirtualTime()
    instance = ConnectInstance(arn=HOME, buckets=Buckets(time.monotonic))
    number = instance.numbers.add("+12065550100")
    text = TEXT.replace("ACCOUNT", ACCOUNT).replace("HOME", HOME)
    text = text.replace("NUMBER", instance.numbers.arn_of(instance.numbers.held[number]))
    file = tmp_path / "mine.yaml"
    file.write_text(text, "utf-8")
    config = load(file)
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(config.settings()), "utf-8")
    env = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_PROFILE": None,
        "AWS_ENDPOINT_URL_DYNAMODB": None,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "LAMBDA_TASK_ROOT": str(tmp_path),
    }
    monkeypatch.setattr(picking, "picker", _picker)
    with environment(env), mock_aws(), serving(instance) as address:
        wiring.reset()
        session = boto3.Session(region_name="us-east-1")
        picker, stopper = _deploy(session, instance)
        content = whisper_content("sales", config.queues["sales"], picker, stopper)
        flow = instance.add_flow(FLOW, content)
        queue = instance.add_queue(
            "Sales",
            OutboundCallerIdName="Example Sales",
            OutboundCallerIdNumberId=number,
            OutboundFlowId=flow,
        )
        instance.queues[queue].tags = {"local-presence": "example"}
        yield Scene(config, file, session, instance, time, address, queue, flow)
        wiring.reset()


def _deploy(session: boto3.Session, instance: ConnectInstance) -> tuple[str, str]:
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = session.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=trust)
    functions = {f"{name}Function0A1B2C3D": _function(role["Role"]["Arn"]) for name in CALLEES}
    names = ("NumberPoolTable", "UsageTable", "CustomersTable")
    resources = {
        "NumberPool": {f"{name}0A1B2C3D": _table() for name in names},
        "Calling": functions,
    }
    for part, made in resources.items():
        session.client("cloudformation").create_stack(
            StackName=f"LocalPresence-example-{part}",
            TemplateBody=json.dumps({"Resources": made}),
        )
    session.client("cloudwatch").put_metric_alarm(**ALARM)
    client = session.client("lambda")
    arns: dict[str, str] = {}
    for one in client.list_functions()["Functions"]:
        name, arn, more = one["FunctionName"], one["FunctionArn"], {}
        if "PickCallerId" in name:
            version = client.publish_version(FunctionName=name)["Version"]
            client.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
            arn, more = f"{arn}:live", {"Qualifier": "live"}
        client.add_permission(
            FunctionName=name,
            StatementId="connect",
            Action="lambda:InvokeFunction",
            Principal="connect.amazonaws.com",
            SourceArn=instance.arn,
            **more,
        )
        instance.around.functions.append(arn)
        arns[next(callee for callee in CALLEES if callee in name)] = arn
    _published(session, 40, sequence=1, published=1)
    return arns["PickCallerId"], arns["StopContact"]


def _published(session: boto3.Session, count: int, *, sequence: int, published: int) -> None:
    """The head of the pool as an import and the publisher leave it."""
    client = session.client("dynamodb")
    (table,) = [name for name in client.list_tables()["TableNames"] if "NumberPool" in name
                and "NumberPoolTable" in name]  # fmt: skip
    client.put_item(
        TableName=table,
        Item={
            "pk": {"S": "POOL#all"},
            "sk": {"S": "HEAD"},
            "sequence": {"N": str(sequence)},
            "next_sequence": {"N": str(sequence + 1)},
            "directory": {
                "M": {
                    "version": {"S": "v"},
                    "segments": {"L": []},
                    "previous": {"L": []},
                    "sequence": {"N": str(published)},
                    "count": {"N": str(count)},
                    "published_at": {"S": (NOW - timedelta(hours=5)).isoformat()},
                }
            },
        },
    )


def _list_more(parsed: dict[str, Any], **_: Any) -> None:
    told = parsed.get("StackResourceSummaries", [])
    part = "Calling" if any("Function" in one["LogicalResourceId"] for one in told) else ""
    name = f"LocalPresence-example-{part or 'NumberPool'}"
    if told:
        members = ("LogicalResourceId", "ResourceType", "PhysicalResourceId")
        told.append(dict(zip(members, UNKNOWN_TO_MOTO[name], strict=True)))


def test_a_whole_deployment_is_found_whole_and_nothing_is_changed(scene: Scene) -> None:
    found = scene.look()

    assert [one for one in found if one.state is not State.OK] == []
    seen = {one.check: one.seen for one in found}
    assert seen["directory of all"] == "40 numbers, published 5 h ago"
    assert seen["mode of sales"] == "observe, as the config begins"
    assert seen["flow of sales"] == "as the config renders it"
    assert seen["picker's alias"] == "live leads to version 1"
    assert "number +12065550100" in seen["queue sales"]
    assert len([check for check in seen if check.startswith("the instance lists")]) == 3
    assert all(one.startswith(("List", "Describe")) for one in scene.instance.asked)
    assert scene.instance.buckets.refused == 0


def test_the_dry_run_is_no_call_for_the_real_picker(scene: Scene) -> None:
    assert "12.5 ms" in scene.found("picker, dry run").seen

    assert len(scene.invoked) == 2
    assert set(handler(scene.invoked[0], None)) == REPLY
    assert handler(scene.invoked[0], None)["reason"] == "not_a_voice_contact"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ({"reply": {"action": "default"}}, "lacks arm"),
        ({"reply": dict.fromkeys(REPLY, "x") | {"place": None}}, "cannot read"),
        ({"reply": dict.fromkeys(REPLY, "") | {"reason": "queue_not_configured"}},
         "another config is deployed"),
        ({"reply": dict.fromkeys(REPLY, "") | {"action": "dial", "reason": ""}}, "decided dial"),
        ({"error": "ImportModuleError"}, "it failed: ImportModuleError"),
        ({"milliseconds": 950.0}, "950.0 ms"),
    ],
)  # fmt: skip
def test_a_picker_that_replies_otherwise_is_told(
    scene: Scene, spoil: dict[str, Any], words: str
) -> None:
    for name, value in spoil.items():
        setattr(scene, name, value)

    found = scene.found("picker, dry run")

    assert found.state is State.WRONG
    assert words in found.seen


def test_a_flow_that_somebody_changed_is_told_by_its_blocks(scene: Scene) -> None:
    flow = scene.instance.flows[scene.flow]
    content = json.loads(flow.content)
    asking = next(one for one in content["Actions"] if one["Type"] == "InvokeLambdaFunction")
    asking["Parameters"]["InvocationTimeLimitSeconds"] = "8"
    flow.content = json.dumps(content)

    found = scene.found("flow of sales")

    assert found.state is State.WRONG
    assert asking["Identifier"] in found.seen


def test_where_blocks_are_drawn_and_their_order_are_no_difference(scene: Scene) -> None:
    content = json.loads(scene.instance.flows[scene.flow].content)
    moved = {**content, "Metadata": {"x": 1}, "Actions": content["Actions"][::-1]}

    assert differences(json.dumps(moved), json.dumps(content)) == []
    assert differences("not a flow", json.dumps(content)) == ["its content, which cannot be read"]


def test_a_flow_that_is_gone_and_one_never_published_are_told(scene: Scene) -> None:
    scene.instance.flows[scene.flow].published = False
    assert "never published" in scene.found("flow of sales").seen

    del scene.instance.flows[scene.flow]
    assert "is not there" in scene.found("flow of sales").seen


def test_a_queue_with_another_number_is_told(scene: Scene) -> None:
    other = scene.instance.numbers.add("+12065550111")
    scene.instance.queues[scene.queue].caller["OutboundCallerIdNumberId"] = other

    found = scene.found("queue sales")

    assert found.state is State.WRONG
    assert found.seen == "number is +12065550111 instead of +12065550100"


def test_a_function_that_the_instance_does_not_list_is_told(scene: Scene) -> None:
    listed = scene.instance.around.functions
    listed.remove(next(arn for arn in listed if arn.endswith(":live")))

    assert scene.found("the instance lists the picker").state is State.WRONG
    assert scene.found("the instance lists the stopper").state is State.OK


def test_a_right_of_another_instance_is_none(scene: Scene) -> None:
    client = scene.client("lambda")
    name = next(one["FunctionName"] for one in client.list_functions()["Functions"]
                if "StopContact" in one["FunctionName"])  # fmt: skip
    client.remove_permission(FunctionName=name, StatementId="connect")
    assert scene.found("right to invoke the stopper").seen == "given to no instance"

    other = HOME.replace("1111", "9999")
    client.add_permission(
        FunctionName=name, StatementId="connect", Action="lambda:InvokeFunction",
        Principal="connect.amazonaws.com", SourceArn=other,
    )  # fmt: skip
    found = scene.found("right to invoke the stopper")
    assert (found.state, found.seen) == (State.WRONG, f"given to {other}")


def test_an_alias_that_leads_to_no_version_is_told(scene: Scene) -> None:
    client = scene.client("lambda")
    name = next(one["FunctionName"] for one in client.list_functions()["Functions"]
                if "PickCallerId" in one["FunctionName"])  # fmt: skip
    client.update_alias(FunctionName=name, Name="live", FunctionVersion="$LATEST")

    assert scene.found("picker's alias").state is State.WRONG


@pytest.mark.parametrize(
    ("count", "sequence", "published", "words"),
    [(0, 2, 2, "0 numbers"), (40, 2, 1, "older than the last upload"), (0, 0, 0, "ever uploaded")],
)
def test_a_directory_that_helps_no_call_is_told(
    scene: Scene, count: int, sequence: int, published: int, words: str
) -> None:
    _published(scene.session, count, sequence=sequence, published=published)

    found = scene.found("directory of all")

    assert found.state is State.WRONG
    assert words in found.seen


def test_alarms_that_ring_or_have_no_data_are_told(scene: Scene) -> None:
    client = scene.client("cloudwatch")

    client.set_alarm_state(AlarmName="exhausted", StateValue="ALARM", StateReason="x")
    found = scene.found("alarm exhausted")
    assert found.state is State.WRONG
    assert "Every number was at its limit." in found.fix

    client.delete_alarms(AlarmNames=["exhausted"])
    assert scene.found("alarm exhausted").seen == "it is not there"


def test_a_deployment_that_is_not_there_is_told_and_hinders_no_other_check(scene: Scene) -> None:
    scene.client("cloudformation").delete_stack(StackName="LocalPresence-example-Calling")

    found = {one.check: one for one in scene.look()}

    assert found["stack Calling"].state is State.WRONG
    assert found["stack NumberPool"].state is State.OK
    assert found["directory of all"].state is State.OK
    assert found["queue sales"].state is State.OK


def test_what_credentials_may_not_see_is_unknown(scene: Scene) -> None:
    def refuse(asked: Asked) -> None:
        if asked.name == "ListLambdaFunctions":
            raise Refused("AccessDeniedException", "no")

    scene.instance.before = refuse

    found = scene.found("functions of the instance")

    assert found.state is State.UNKNOWN
    assert "AccessDeniedException" in found.seen


def test_the_command_tells_each_check_and_ends_with_3_where_one_is_wrong(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = aws.Account(scene.heard(), f"arn:aws:iam::{ACCOUNT}:user/ada")
    monkeypatch.setattr(aws, "account_of", lambda *_: account)
    arguments = ["smoke", "--config", str(scene.file), "--endpoint", scene.address]
    scene.client("cloudwatch").set_alarm_state(
        AlarmName="exhausted", StateValue="ALARM", StateReason="x"
    )

    code = main([*arguments, "--json"])
    told = json.loads(capsys.readouterr().out)

    assert code == 3
    assert told["wrong"] >= 1
    states = {one["check"]: one["state"] for one in told["findings"]}
    assert states["alarm exhausted"] == "wrong"
    assert states["queue sales"] == "ok"

    assert main(arguments) == 3
    assert "alarm exhausted" in capsys.readouterr().out
