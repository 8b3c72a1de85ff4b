"""A deployment in moto's account and on the fake instance, with the real picker."""

import base64
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.loaders import create_loader
from moto import mock_aws

from lambdas import wiring
from lambdas.connect.pace import Pace
from lambdas.connect.queues import ONE_TRY
from lambdas.pick_caller_id.handler import handler
from lambdas.usecases.pick_caller_id import Picker
from lambdas.wiring import picking
from local.commands.smoke_command import findings
from local.connect_instance import Buckets, ConnectInstance, VirtualTime, serving
from local.machine import ACCOUNT, environment
from local.smoke.account import Deployed
from local.smoke.findings import Finding
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
_MODELS = create_loader()
CALLEES = ("PickCallerId", "StopContact", "SuppressCustomer")
FLOW = "LocalPresence-example-Calling sales"
REPORT = "REPORT RequestId: 1\tDuration: {ms} ms\tBilled Duration: 13 ms\tInit Duration: 400 ms\n"


class Untouched:
    """A port of the picker: a dry run that uses it has touched something."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the dry run used {name}")

    def __call__(self, *_: object) -> Any:
        raise AssertionError("the dry run used a port")


def _session() -> boto3.Session:
    """Sessions read the services' models once together: Connect's alone takes a moment."""
    session = boto3.Session(region_name="us-east-1")
    session._session.register_component("data_loader", _MODELS)  # boto3 has no other way
    return session


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

    @property
    def pace(self) -> Pace:
        """Connect's pace, in a time that passes only when somebody waits."""
        return Pace(monotonic=self.time.monotonic, sleep=self.time.sleep)

    def look(self) -> list[Finding]:
        client = self.session.client("connect", endpoint_url=self.address, config=ONE_TRY)
        deployed = Deployed(self.heard(), self.config)
        return list(findings(deployed, client, self.pace, NOW, lambda _words: None))

    def found(self, check: str) -> Finding:
        (one,) = [one for one in self.look() if one.check == check]
        return one

    def client(self, service: str) -> Any:
        return self.session.client(service)  # type: ignore[call-overload]

    def heard(self) -> boto3.Session:
        """A session whose Lambda runs the real picker, in this process."""
        session = _session()
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


@contextmanager
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The deployment, until the end."""
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
        session = _session()
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
    head_of_pool(session, 40, sequence=1, published=1)
    return arns["PickCallerId"], arns["StopContact"]


def head_of_pool(session: boto3.Session, count: int, *, sequence: int, published: int) -> None:
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
