"""Queues, whisper flows and numbers of one instance, as far as taking over queues needs them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import ClientError

from lambdas.connect.pace import Pace
from lambdas.domain.adoption import Caller
from lambdas.domain.whisper import Whisper, whisper_of
from lambdas.usecases.adopt_queues import QueueUnknown, ValuesRefused

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

ONE_TRY = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1})
"""A client's settings: repeating is the pace's matter."""

TAG = "local-presence"
"""The tag that the stacks put on all they make; its value is the environment."""

_MEMBERS = {
    "OutboundCallerIdName": "name",
    "OutboundCallerIdNumberId": "number",
    "OutboundFlowId": "flow",
}
_UNKNOWN = frozenset({"ResourceNotFoundException"})
_NO_SUCH_NUMBER = _UNKNOWN | {"InvalidParameterException"}
_NOT_TAKEN = _NO_SUCH_NUMBER | {"InvalidRequestException"}


def id_of(arn: str) -> str:
    """Connect's id within an ARN; an id stays what it is."""
    return arn.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class ConnectQueues:
    """The LiveQueues of an instance (by its ARN). Flows and numbers are read once."""

    client: "ConnectClient"
    instance_arn: str
    pace: Pace
    _whispers: dict[str, Whisper | None] = field(default_factory=dict)
    _makers: dict[str, str] = field(default_factory=dict)
    _held: dict[str, bool] = field(default_factory=dict)

    def caller(self, queue: str) -> Caller:
        return caller_of(self.describe(queue))

    def describe(self, queue: str) -> dict[str, Any]:
        """The queue as Connect tells it. Raises QueueUnknown."""
        try:
            answer = self.pace.ask(
                lambda: self.client.describe_queue(InstanceId=self._instance, QueueId=queue)
            )
        except ClientError as problem:
            if _code(problem) in _UNKNOWN:
                raise QueueUnknown(queue) from problem
            raise
        told: dict[str, Any] = dict(answer["Queue"])
        self._makers[queue] = (told.get("Tags") or {}).get(TAG, "")
        return told

    def made_by(self, queue: str) -> str:
        if queue not in self._makers:
            self.describe(queue)
        return self._makers[queue]

    def set_caller(self, queue: str, caller: Caller) -> None:
        """All three together: Connect clears what is left out."""
        values = caller._asdict()
        config: Any = {member: values[name] for member, name in _MEMBERS.items() if values[name]}
        try:
            self.pace.ask(
                lambda: self.client.update_queue_outbound_caller_config(
                    InstanceId=self._instance, QueueId=queue, OutboundCallerConfig=config
                )
            )
        except ClientError as problem:
            if _code(problem) not in _NOT_TAKEN:
                raise
            words = problem.response["Error"].get("Message", "")
            raise ValuesRefused(
                f"Amazon Connect refuses the values of {queue}: {words}"
            ) from problem

    def whisper(self, flow: str) -> Whisper | None:
        """Raises ValueError for a flow whose content cannot be read."""
        if flow not in self._whispers:
            self._whispers[flow] = self._read(flow)
        return self._whispers[flow]

    def _read(self, flow: str) -> Whisper | None:
        try:
            answer = self.pace.ask(
                lambda: self.client.describe_contact_flow(
                    InstanceId=self._instance, ContactFlowId=flow
                )
            )
        except ClientError as problem:
            if _code(problem) in _UNKNOWN:
                return None
            if _code(problem) == "ContactFlowNotPublishedException":
                raise ValueError("the flow was never published") from problem
            raise
        return whisper_of(answer["ContactFlow"]["Content"])

    def holds(self, number: str) -> bool:
        """Whether the number is the instance's, or of a traffic distribution group of it."""
        if number not in self._held:
            self._held[number] = self._holds(number)
        return self._held[number]

    def _holds(self, number: str) -> bool:
        try:
            answer = self.pace.ask(lambda: self.client.describe_phone_number(PhoneNumberId=number))
        except ClientError as problem:
            if _code(problem) in _NO_SUCH_NUMBER:
                return False
            raise
        told = answer["ClaimedPhoneNumberSummary"]
        target = told.get("TargetArn", "")
        return target == self.instance_arn or (
            ":traffic-distribution-group/" in target and target in self.groups()
        )

    def groups(self) -> frozenset[str]:
        """ARNs of the traffic distribution groups that the instance is in."""
        found: list[str] = []
        token = ""
        while True:
            more: Any = {"NextToken": token} if token else {}
            answer = self.pace.ask(
                lambda more=more: self.client.list_traffic_distribution_groups(  # type: ignore[misc]
                    InstanceId=self._instance, **more
                )
            )
            found += [one["Arn"] for one in answer.get("TrafficDistributionGroupSummaryList", [])]
            token = answer.get("NextToken", "")
            if not token:
                return frozenset(found)

    @property
    def _instance(self) -> str:
        return id_of(self.instance_arn)


def caller_of(queue: dict[str, Any]) -> Caller:
    """The three values of a queue as Connect tells it."""
    config = queue.get("OutboundCallerConfig") or {}
    return Caller(
        config.get("OutboundCallerIdName") or "",
        id_of(config.get("OutboundCallerIdNumberId") or ""),
        id_of(config.get("OutboundFlowId") or ""),
    )


def _code(problem: ClientError) -> str:
    return str(problem.response.get("Error", {}).get("Code", ""))
