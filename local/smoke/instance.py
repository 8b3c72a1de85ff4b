"""What of a deployment lies in Amazon Connect: queues, whisper flows, functions that it lists."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.connect.pace import Pace
from lambdas.connect.queues import id_of
from local.planning.judging import Plan, QueuePlan, Step, asked, flow_name, plan
from local.planning.reading import Live, Reader
from local.smoke.findings import Finding, looked, ok, wrong
from local.toolchain import Say
from stacks.whisper_content import whisper_content

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

    from local.smoke.account import Deployed
    from stacks.config import Config

_DEPLOY = "Deploy the config: make deploy CONFIG=..."
NO_FLOW = frozenset({"ResourceNotFoundException", "ContactFlowNotPublishedException"})


@dataclass(frozen=True)
class Instance:
    """The config's instance, read at the pace that Connect allows."""

    client: "ConnectClient"
    config: "Config"
    pace: Pace

    @property
    def arn(self) -> str:
        """Its ARN; the caller looked that there is one."""
        return str(self.config.instance.arn)

    def findings(self, deployed: "Deployed", say: Say) -> Iterator[Finding]:
        """Everything that is to be looked at here. Errors of the first read are the caller's."""
        live = Reader(self.client, self.arn, self.pace).read(asked(self.config), say)
        yield from queues(plan(self.config, live))
        say("Reading the whisper flows as they are deployed")
        for key in self.config.queues:
            yield from looked(f"flow of {key}", lambda key=key: self.flow(key, live, deployed))  # type: ignore[misc]
        yield from looked("functions of the instance", lambda: self.listed(deployed))

    def flow(self, key: str, live: Live, deployed: "Deployed") -> Iterator[Finding]:
        """Whether the flow does, block by block, what the config says."""
        check = f"flow of {key}"
        made = live.flow_named(flow_name(self.config, key))
        if not made:
            yield wrong(check, f"{flow_name(self.config, key)} is not there", _DEPLOY)
            return
        wanted = whisper_content(key, self.config.queues[key], deployed.picker, deployed.stopper)
        try:
            answer = self.pace.ask(
                lambda: self.client.describe_contact_flow(
                    InstanceId=id_of(self.arn), ContactFlowId=made
                )
            )
        except ClientError as error:
            if error.response["Error"].get("Code") not in NO_FLOW:
                raise
            yield wrong(check, "it was never published", _DEPLOY)
            return
        differing = differences(answer["ContactFlow"]["Content"], wanted)
        if differing:
            seen = f"it differs from the config's in {', '.join(differing)}"
            yield wrong(check, seen, f"Somebody changed it, or the config is newer. {_DEPLOY}")
        else:
            yield ok(check, "as the config renders it")

    def listed(self, deployed: "Deployed") -> Iterator[Finding]:
        """Whether the instance lists each function: its flows may name no other."""
        found: set[str] = set()
        token = ""
        while True:
            more: Any = {"NextToken": token} if token else {}
            answer = self.pace.ask(
                lambda more=more: self.client.list_lambda_functions(  # type: ignore[misc]
                    InstanceId=id_of(self.arn), **more
                )
            )
            found |= set(answer["LambdaFunctions"])
            token = answer.get("NextToken", "")
            if not token:
                break
        for what, arn in deployed.callees().items():
            check = f"the instance lists the {what}"
            yield ok(check, "yes") if arn in found else wrong(check, "no", _DEPLOY)


def queues(found: Plan) -> Iterator[Finding]:
    """For each queue: name, number and whisper flow as the config has them."""
    for queue in found.queues:
        yield _queue(queue)
    for words in found.refused:
        yield wrong("contact records", words, "See docs/adoption.md.")


def _queue(queue: QueuePlan) -> Finding:
    check = f"queue {queue.key}"
    if queue.step is Step.NOTHING:
        return ok(check, ", ".join(f"{one.name} {one.live}" for one in queue.fields))
    if queue.step is Step.REFUSE:
        return wrong(check, " ".join(queue.refused), "See docs/adoption.md.")
    if queue.step is Step.MAKE:
        return wrong(check, "it is not there", _DEPLOY)
    differing = [
        f"{one.name} is {one.live or 'none'} instead of {one.wanted or 'none'}"
        for one in queue.fields
        if one.changes
    ]
    fix = f"Somebody changed it, or the config is newer. {_DEPLOY}"
    return wrong(check, "; ".join(differing), fix)


def differences(live: str, wanted: str) -> list[str]:
    """What differs between two flows in what they do: blocks by name, and the start. Where blocks
    are drawn in the designer makes no difference, nor does the order they are written in."""
    try:
        one, other = _does(live), _does(wanted)
    except (ValueError, KeyError, TypeError):
        return ["its content, which cannot be read"]
    return [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]


def _does(content: str) -> dict[str, Any]:
    flow = json.loads(content)
    blocks = {block["Identifier"]: _block(block) for block in flow["Actions"]}
    return {"the start": flow["StartAction"], "the version": flow["Version"], **blocks}


def _block(block: dict[str, Any]) -> dict[str, Any]:
    told = dict(block.get("Transitions") or {})
    errors = sorted(told.get("Errors") or [], key=lambda one: str(one["ErrorType"]))
    return {
        "Type": block["Type"],
        "Parameters": block.get("Parameters") or {},
        "NextAction": told.get("NextAction"),
        "Errors": errors,
        "Conditions": told.get("Conditions") or [],
    }
