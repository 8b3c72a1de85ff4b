"""What of a deployment lies outside Amazon Connect: stacks, functions, tables, alarms."""

import base64
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from lambdas.store import keys
from lambdas.store.modes import read_modes
from lambdas.store.pool_rows import head_of
from local import aws
from local.smoke.findings import Finding, ok, unknown, wrong

if TYPE_CHECKING:
    import boto3

    from stacks.config import Config

PICKER, STOPPER, SUPPRESSOR = (
    "PickCallerIdFunction",
    "StopContactFunction",
    "SuppressCustomerFunction",
)
LIVE: Final = "live"
REPLY: Final = frozenset(
    {
        "action", "caller_id", "tier", "reason", "decision_id", "arm", "region", "place", "state",
        "time_zones", "distance_km", "message", "opens_at", "brand", "call_reason",
    }
)  # fmt: skip
"""The keys that the flow finds in every reply of the picker."""
SLOW_MS: Final = 900.0
WAITS: Final = timedelta(hours=1)
"""So long a new alarm may have no data."""
DESCRIBED_AT_ONCE: Final = 100
_FUNCTION = "AWS::Lambda::Function"
_DEPLOY = "Deploy the config: make deploy CONFIG=..."
_DURATION = re.compile(r"^REPORT .*?\sDuration: ([0-9.]+) ms", re.MULTILINE)


@dataclass(frozen=True)
class Deployed:
    """A deployment by its config and a session of its account."""

    session: "boto3.Session"
    config: "Config"

    @property
    def parts(self) -> tuple[str, ...]:
        """The stacks that the config has."""
        modules = self.config.modules
        wanted = (
            ("NumberPool", True),
            ("Calling", modules.calling),
            ("OptingOut", self.config.customers_can_stop_calls),
            ("Outcomes", self.config.counts_outcomes),
            ("Inventory", modules.inventory and modules.calling),
        )
        lists = self.config.lists_of_queues.values() if modules.calling else ()
        return (
            *(part for part, there in wanted if there),
            *(part for one in lists for part in one.parts),
        )

    def stack(self, part: str) -> str:
        """The name of one of the stacks."""
        return f"LocalPresence-{self.config.environment}-{part}"

    def function(self, beginning: str) -> str:
        """The physical name of a function of the Calling stack. Raises LocalError without one."""
        return aws.resource(self.session, self.config, _FUNCTION, beginning, "Calling")

    @cached_property
    def picker(self) -> str:
        """The ARN of the picker's alias, as the stack makes it. Raises LocalError without one."""
        return f"{self._function_arn(PICKER)}:{LIVE}"

    @cached_property
    def stopper(self) -> str:
        """The ARN of the function that stops a call."""
        return self._function_arn(STOPPER)

    @cached_property
    def suppressor(self) -> str:
        """The ARN of the function that flows enter suppressions with."""
        return self._function_arn(SUPPRESSOR)

    def log_group(self) -> str:
        """The log group that the picker writes to."""
        name = self.function(PICKER)
        told = self.session.client("lambda").get_function_configuration(FunctionName=name)
        return str((told.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}")

    def callees(self) -> dict[str, str]:
        """Names and ARNs of the functions that the instance invokes."""
        found = {"picker": self.picker, "stopper": self.stopper}
        if self.config.modules.suppression:
            found["suppressor"] = self.suppressor
        return found

    def _function_arn(self, beginning: str) -> str:
        client = self.session.client("lambda")
        told = client.get_function_configuration(FunctionName=self.function(beginning))
        return str(told["FunctionArn"])

    def stacks(self) -> Iterator[Finding]:
        """Whether they are there, and whether their last deployment went through."""
        client = self.session.client("cloudformation")
        for part in self.parts:
            name = self.stack(part)
            check = f"stack {part}"
            try:
                (told,) = client.describe_stacks(StackName=name)["Stacks"]
            except ClientError as error:
                if "does not exist" not in error.response["Error"].get("Message", ""):
                    raise
                yield wrong(check, f"{name} is not there", _DEPLOY)
                continue
            status = told["StackStatus"]
            if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}:
                yield ok(check, f"{name}: {status}")
            elif status.endswith("_IN_PROGRESS"):
                yield unknown(check, f"{name}: {status}", "Look again when it is through.")
            else:
                fix = "Its last deployment did not go through: read its events, deploy again."
                yield wrong(check, f"{name}: {status}", fix)

    def alias(self) -> Iterator[Finding]:
        """Whether the picker's alias leads to one version, and that to code that runs."""
        check = "picker's alias"
        client = self.session.client("lambda")
        name = self.function(PICKER)
        told = client.get_alias(FunctionName=name, Name=LIVE)
        version = told["FunctionVersion"]
        if not version.isdigit():
            yield wrong(check, f"{LIVE} leads to {version}, which changes under calls", _DEPLOY)
            return
        more = (told.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        if more:
            shares = ", ".join(f"{share:.0%} to {other}" for other, share in more.items())
            seen = f"{LIVE} leads to version {version}, {shares}: a deployment is under way"
            yield unknown(check, seen, "Look again in ten minutes.")
        state = client.get_function_configuration(FunctionName=name, Qualifier=LIVE).get("State")
        if state in {None, "Active"}:
            yield ok(check, f"{LIVE} leads to version {version}")
        else:
            yield wrong(check, f"version {version} is {state}", "Invoke it once, or deploy again.")

    def permissions(self) -> Iterator[Finding]:
        """Whether the instance, and no other, may invoke each function."""
        client = self.session.client("lambda")
        for what, arn in self.callees().items():
            check = f"right to invoke the {what}"
            try:
                policy = json.loads(client.get_policy(**_named(arn))["Policy"])
            except client.exceptions.ResourceNotFoundException:
                policy = {"Statement": []}
            sources = [_source(one) for one in policy["Statement"] if _is_for_connect(one)]
            if self.config.instance.arn in sources:
                yield ok(check, "the instance has it")
            else:
                seen = f"given to {', '.join(sources)}" if sources else "given to no instance"
                yield wrong(check, seen, f"{_DEPLOY} Until then calls take the flow's error path.")

    def tables(self) -> Iterator[Finding]:
        """Whether the three tables answer."""
        client = self.session.client("dynamodb")
        for name in (
            aws.number_pool_table(self.session, self.config),
            aws.usage_table(self.session, self.config),
            aws.customers_table(self.session, self.config)[0],
        ):
            status = client.describe_table(TableName=name)["Table"]["TableStatus"]
            check = f"table {name}"
            if status in {"ACTIVE", "UPDATING"}:
                yield ok(check, status)
            else:
                yield wrong(check, status, "Without it the picker chooses no number.")

    def directories(self, now: datetime) -> Iterator[Finding]:
        """For each pool: what the pickers read, how old it is, and whether it is the newest."""
        client = self.session.client("dynamodb")
        table = aws.number_pool_table(self.session, self.config)
        for pool in self.config.pools:
            check = f"directory of {pool}"
            answer = client.get_item(TableName=table, Key=keys.head(pool), ConsistentRead=True)
            item = answer.get("Item", {})
            head = head_of(item)
            if not head.sequence:
                fix = f"Upload a file to numbers/{pool}/ of the uploads bucket."
                yield wrong(check, "no number was ever uploaded", fix)
                continue
            published = item.get("directory", {}).get("M", {}).get("published_at", {}).get("S", "")
            age = (
                f", published {_ago(now - datetime.fromisoformat(published))}" if published else ""
            )
            seen = f"{head.count} numbers{age}"
            if head.published_sequence < head.sequence:
                fix = "Look again in a minute; if it stays, read the publisher's log."
                yield wrong(check, f"{seen}, older than the last upload", fix)
            elif not head.count:
                yield wrong(check, seen, "Each is removed, resting or withheld: upload others.")
            else:
                yield ok(check, seen)

    def modes(self) -> Iterator[Finding]:
        """What stands for each queue: what was set at run time, else the config's first mode."""
        client = self.session.client("dynamodb")
        found = read_modes(client, aws.number_pool_table(self.session, self.config))
        for key, queue in self.config.queues.items():
            how = "set at run time" if key in found else "as the config begins"
            yield ok(f"mode of {key}", f"{found.get(key, queue.mode)}, {how}")

    def alarms(self, now: datetime) -> Iterator[Finding]:
        """Whether every alarm of the stacks is there, able to ring, and not ringing."""
        wanted = [name for part in self.parts for name in self._alarms_of(part)]
        client = self.session.client("cloudwatch")
        told: dict[str, Any] = {}
        for begin in range(0, len(wanted), DESCRIBED_AT_ONCE):
            names = wanted[begin : begin + DESCRIBED_AT_ONCE]
            answer = client.describe_alarms(AlarmNames=names, MaxRecords=DESCRIBED_AT_ONCE)
            told |= {one["AlarmName"]: one for one in answer["MetricAlarms"]}
        quiet = 0
        for name in wanted:
            found = list(_alarm(name, told.get(name), now))
            quiet += not found
            yield from found
        if wanted:
            yield ok("alarms", f"{quiet} of {len(wanted)} are there and quiet")
        else:
            yield wrong("alarms", "the stacks have none", _DEPLOY)

    def _alarms_of(self, part: str) -> Iterator[str]:
        client = self.session.client("cloudformation")
        pages = client.get_paginator("list_stack_resources").paginate(StackName=self.stack(part))
        for page in pages:
            for one in page["StackResourceSummaries"]:
                if one["ResourceType"] == "AWS::CloudWatch::Alarm":
                    yield one["PhysicalResourceId"]

    def dry_run(self) -> Iterator[Finding]:
        """Ask the picker about a contact that is no call, twice: it replies, and touches nothing.

        The first time may start a container; the second tells how long a reply takes.
        """
        check = "picker, dry run"
        client = self.session.client("lambda")
        key = next(iter(self.config.queues))
        for _ in range(2):
            answer = client.invoke(
                FunctionName=self.picker, Payload=json.dumps(no_call(key)), LogType="Tail"
            )
        reply = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            seen = f"it failed: {reply.get('errorType', '')}"
            yield wrong(check, seen, "Read its log group; calls take the flow's error path.")
            return
        if problem := reply_problem(reply):
            yield wrong(check, problem, _DEPLOY)
            return
        log = base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace")
        took = _DURATION.search(log)
        if took is None:
            yield unknown(check, "it replied; how fast, its log does not tell", "Look again.")
        elif float(took[1]) >= SLOW_MS:
            seen = f"it replied in {took[1]} ms"
            yield wrong(check, seen, "Give picker.memory_mb more; read its log for what is slow.")
        else:
            yield ok(check, f"it replied in {took[1]} ms, with every key")


def no_call(queue: str) -> dict[str, Any]:
    """A flow's event of a contact that is no call: the picker decides before it reads anything."""
    contact = {"ContactId": f"smoke-{uuid.uuid4()}", "Channel": "CHAT"}
    return {"Name": "ContactFlowEvent",
            "Details": {"ContactData": contact, "Parameters": {"queue": queue}}}  # fmt: skip


def reply_problem(reply: Any) -> str:
    """What is wrong with a reply to `no_call`; "" for nothing."""
    if not isinstance(reply, dict):
        return "it replied with something else than keys and values"
    if missing := sorted(REPLY - set(reply)):
        return f"its reply lacks {', '.join(missing)}"
    if not all(isinstance(value, str) for value in reply.values()):
        return "its reply has values that flows cannot read"
    if reply["reason"] == "queue_not_configured":
        return "it does not know the config's first queue: another config is deployed"
    if (reply["action"], reply["reason"]) != ("default", "not_a_voice_contact"):
        return f"it decided {reply['action']} because of {reply['reason']}"
    return ""


def _alarm(name: str, told: Any, now: datetime) -> Iterator[Finding]:
    check = f"alarm {name}"
    if told is None:
        yield wrong(check, "it is not there", _DEPLOY)
        return
    if not told.get("ActionsEnabled", True):
        yield wrong(check, "its actions are switched off", "Switch them on: nobody would hear it.")
    since = now - told.get("StateUpdatedTimestamp", now)
    if told["StateValue"] == "ALARM":
        because = told.get("AlarmDescription", "")
        yield wrong(check, f"ringing, since {_ago(since)}", f"{because} See docs/runbook.md.")
    elif told["StateValue"] == "INSUFFICIENT_DATA" and since > WAITS:
        yield unknown(check, f"without data, since {_ago(since)}", "Look at its metric.")


def _named(arn: str) -> Any:
    name, _, qualifier = arn.partition(":function:")[2].partition(":")
    return {"FunctionName": name, **({"Qualifier": qualifier} if qualifier else {})}


def _is_for_connect(statement: Any) -> bool:
    principal = statement.get("Principal")
    service = principal.get("Service") if isinstance(principal, dict) else principal
    return statement.get("Effect") == "Allow" and service == "connect.amazonaws.com"


def _source(statement: Any) -> str:
    for conditions in (statement.get("Condition") or {}).values():
        for name, value in conditions.items():
            if name.lower() == "aws:sourcearn":
                return str(value)
    return "every instance"


def _ago(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    if hours < 1:
        return f"{max(0, age.total_seconds()) / 60:.0f} min ago"
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} days ago"
