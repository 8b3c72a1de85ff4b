"""Small experiments on an instance that is a sandbox: flows that are made and deleted, and a queue
that is set and set back. Nothing here runs without being asked for by name."""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.connect.pace import Pace
from lambdas.connect.queues import ConnectQueues, id_of
from lambdas.domain.adoption import Caller
from lambdas.usecases.adopt_queues import ValuesRefused
from local.smoke.questions import Answer, Learned, Question

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

CATALOGUE = "local/flow_runner/catalogue.json"
REFUSED = frozenset({"InvalidContactFlowException", "InvalidRequestException"})
_END: dict[str, Any] = {"Identifier": "end", "Type": "EndFlowExecution", "Parameters": {},
                        "Transitions": {}}  # fmt: skip
_DIAL: dict[str, Any] = {
    "Identifier": "dial", "Type": "CompleteOutboundCall", "Parameters": {},
    "Transitions": {"NextAction": "end", "Errors": [], "Conditions": []},
}  # fmt: skip

DIAL_ERRORS = Question(
    "errors-of-the-dial",
    "May the block that dials have a branch for errors?",
    "no, such a flow is refused",
    f"{CATALOGUE} (CompleteOutboundCall, errors)",
)
SHARES = Question(
    "shares-in-whispers",
    "May a whisper distribute by percentage?",
    "it is not relied on; the picker does it",
    f"{CATALOGUE} (DistributeByPercentage, unverified_in)",
)
TIME_LIMIT = Question(
    "usual-time-limit",
    "What is the time limit of a function's block that states none?",
    "every block states one",
    f"{CATALOGUE} (InvokeLambdaFunction, InvocationTimeLimitSeconds)",
)
DRAFTS = Question(
    "drafts-are-checked",
    "Is the content of a flow checked that is saved and not published?",
    "it is not",
    "local/connect_instance/instance.py (_create_flow)",
)
PARTIAL = Question(
    "partial-update",
    "Does an update of a queue's caller ID clear what it leaves out?",
    "it does, so all three are always sent",
    "lambdas/connect/queues.py (set_caller), local/connect_instance/instance.py",
)


@dataclass(frozen=True)
class Trials:
    """Experiments with one instance. `picker` is the ARN of the picker's alias."""

    client: "ConnectClient"
    instance_arn: str
    pace: Pace
    picker: str

    def flows(self) -> Iterator[Answer]:
        """Four flows, each deleted before the next is made."""
        dial = {**_DIAL, "Transitions": {
            **_DIAL["Transitions"],
            "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}],
        }}  # fmt: skip
        yield self._accepted(DIAL_ERRORS, [dial, _END], assumed=False)
        yield self._accepted(SHARES, [_shares(), _DIAL, _END], assumed=False)
        yield self._time_limit()
        broken = [{**_DIAL, "Type": "NoSuchBlock"}, _END]
        yield self._accepted(DRAFTS, broken, assumed=True, status="SAVED")

    def partial_update(self, queue: str) -> Iterator[Answer]:
        """Set the queue's name alone, to what it is, and look; then all three as they were."""
        queues = ConnectQueues(self.client, self.instance_arn, self.pace)
        before = queues.caller(queue)
        if not (before.name and (before.number or before.flow)):
            seen = "the queue has no name, or neither number nor flow"
            yield Answer(PARTIAL, Learned.OPEN, seen, "Take a queue that has all three.")
            return
        try:
            queues.set_caller(queue, Caller(name=before.name))
            now = queues.caller(queue)
        except ValuesRefused as problem:
            yield Answer(PARTIAL, Learned.OTHERWISE, f"such an update is refused: {problem}")
            return
        finally:
            queues.set_caller(queue, before)
        after = queues.caller(queue)
        lost = [name for name in Caller._fields if getattr(now, name) != getattr(before, name)]
        seen = f"it cleared {' and '.join(lost)}" if lost else "it kept number and flow"
        if after != before:
            what = f"Set the queue {queue} right: {before}."
            yield Answer(PARTIAL, Learned.OTHERWISE, f"{seen}, and could not be set back", what)
        elif lost:
            yield Answer(PARTIAL, Learned.AS_ASSUMED, f"{seen}; all three were set back")
        else:
            what = "Let the fake of the instance keep what is left out; nothing else changes."
            yield Answer(PARTIAL, Learned.OTHERWISE, seen, what)

    def _accepted(
        self,
        question: Question,
        blocks: Sequence[Mapping[str, Any]],
        *,
        assumed: bool,
        status: str = "PUBLISHED",
    ) -> Answer:
        made, problem = self._made(blocks, status)
        seen = "it was accepted" if made else f"it was refused: {problem}"
        left = self._deleted(made) if made else ""
        if bool(made) == assumed:
            return Answer(question, Learned.AS_ASSUMED, seen, left)
        what = f"Correct {question.where}."
        return Answer(question, Learned.OTHERWISE, seen, f"{what} {left}".strip())

    def _time_limit(self) -> Answer:
        """Accepted or not; and what the flow says of its limit when it is read again."""
        made, problem = self._made([_asking(self.picker), _END], "PUBLISHED")
        if not made:
            return Answer(TIME_LIMIT, Learned.AS_ASSUMED, f"such a flow is refused: {problem}")
        try:
            limit = self._limit_of(made)
        finally:
            left = self._deleted(made)
        seen = f"such a flow is accepted, and reads {limit or 'without a limit'}"
        what = f"Correct {TIME_LIMIT.where}: it is not required."
        return Answer(TIME_LIMIT, Learned.OTHERWISE, seen, f"{what} {left}".strip())

    def _limit_of(self, flow: str) -> str:
        answer = self.pace.ask(
            lambda: self.client.describe_contact_flow(
                InstanceId=id_of(self.instance_arn), ContactFlowId=flow
            )
        )
        actions = json.loads(answer["ContactFlow"]["Content"])["Actions"]
        asking = next(one for one in actions if one["Type"] == "InvokeLambdaFunction")
        limit = asking["Parameters"].get("InvocationTimeLimitSeconds")
        return f"{limit} s" if limit else ""

    def _made(self, blocks: Sequence[Mapping[str, Any]], status: str) -> tuple[str, str]:
        """The id of a flow of these blocks, or why it was refused."""
        content = {
            "Version": "2019-10-30", "StartAction": blocks[0]["Identifier"], "Metadata": {},
            "Actions": blocks,
        }  # fmt: skip
        try:
            answer = self.pace.ask(
                lambda: self.client.create_contact_flow(
                    InstanceId=id_of(self.instance_arn),
                    Name=f"Local presence trial {uuid.uuid4()} (to be deleted)",
                    Type="OUTBOUND_WHISPER",
                    Content=json.dumps(content),
                    Status=status,  # type: ignore[arg-type]
                )
            )
        except ClientError as error:
            if error.response["Error"].get("Code") not in REFUSED:
                raise
            return "", _problems(error)
        return answer["ContactFlowId"], ""

    def _deleted(self, flow: str) -> str:
        """Delete it; words where it stays."""
        with suppress(ClientError, BotoCoreError):
            self.pace.ask(
                lambda: self.client.delete_contact_flow(
                    InstanceId=id_of(self.instance_arn), ContactFlowId=flow
                )
            )
            return ""
        return f"The flow {flow} could not be deleted: delete it by hand."


def _shares() -> dict[str, Any]:
    half = {"NextAction": "dial", "Condition": {"Operator": "NumberLessThan", "Operands": ["51"]}}
    return {
        "Identifier": "share", "Type": "DistributeByPercentage", "Parameters": {},
        "Transitions": {
            "NextAction": "dial",
            "Errors": [{"ErrorType": "NoMatchingCondition", "NextAction": "dial"}],
            "Conditions": [half],
        },
    }  # fmt: skip


def _asking(function: str) -> dict[str, Any]:
    return {
        "Identifier": "ask", "Type": "InvokeLambdaFunction",
        "Parameters": {
            "LambdaFunctionARN": function,
            "ResponseValidation": {"ResponseType": "STRING_MAP"},
        },
        "Transitions": {
            "NextAction": "end",
            "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}],
            "Conditions": [],
        },
    }  # fmt: skip


def _problems(error: ClientError) -> str:
    told: Any = error.response
    words = [str(one.get("message", "")) for one in told.get("problems") or []]
    return "; ".join(filter(None, words)) or str(told["Error"].get("Message", ""))
