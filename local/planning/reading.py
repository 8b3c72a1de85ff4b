"""What a living instance holds, read slowly: two requests a second, as Amazon Connect wants it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.connect.pace import Pace
from lambdas.connect.queues import TAG, ConnectQueues, caller_of, id_of
from lambdas.domain.adoption import Caller
from lambdas.domain.whisper import Whisper
from lambdas.usecases.adopt_queues import QueueUnknown

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

Json = Any
WHISPER = "OUTBOUND_WHISPER"


@dataclass(frozen=True)
class LiveQueue:
    """A queue as it is now. `made_by` is the environment of ours that made it, "" for none."""

    id: str
    name: str
    caller: Caller
    enabled: bool = True
    made_by: str = ""


@dataclass(frozen=True)
class Live:
    """What was read. Queues by id; whispers' names by id; numbers (E.164) by id.

    `foreign` holds numbers that were asked for and are not the instance's. `unread` are flows whose
    content cannot be read.
    """

    queues: Mapping[str, LiveQueue]
    names: Mapping[str, str]
    flows: Mapping[str, str]
    whispers: Mapping[str, Whisper | None]
    unread: frozenset[str]
    numbers: Mapping[str, str]
    foreign: frozenset[str]
    hours: frozenset[str]
    record_streams: tuple[str, ...]

    def flow_named(self, name: str) -> str:
        """The id of a whisper by its name; "" where there is none."""
        return next((made for made, known in self.flows.items() if known == name), "")


@dataclass(frozen=True)
class Asked:
    """What the plan has to know: existing queues by id, names of those to be made, numbers by id,
    and the flow names that are ours."""

    existing: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    our_flows: frozenset[str]
    hours: bool


class Reader:
    """Reads one instance."""

    def __init__(self, client: "ConnectClient", instance_arn: str, pace: Pace) -> None:
        self._client = client
        self._pace = pace
        self._queues = ConnectQueues(client, instance_arn, pace)
        self._instance = id_of(instance_arn)

    def read(self, asked: Asked, say: Callable[[str], None]) -> Live:
        """Everything that the plan needs. Raises botocore's errors."""
        say("Reading queues, flows and numbers of the instance")
        names = {
            one["Id"]: one["Name"]
            for one in self._pages("list_queues", "QueueSummaryList", QueueTypes=["STANDARD"])
        }
        flows = {
            one["Id"]: one["Name"]
            for one in self._pages(
                "list_contact_flows",
                "ContactFlowSummaryList",
                ContactFlowTypes=["OUTBOUND_WHISPER"],
            )
        }
        numbers = self._numbers()
        wanted = {made for made, name in names.items() if name in asked.names}
        queues = dict(self._described(sorted(wanted | asked.existing)))
        say("Reading the whisper flows of queues that exist")
        ours = {made for made, name in flows.items() if name in asked.our_flows}
        present = {queues[made].caller.flow for made in asked.existing if made in queues}
        whispers, unread = self._whispers(sorted(present - ours - {""}))
        foreign = {made for made in asked.numbers - set(numbers) if not self._queues.holds(made)}
        hours = (
            self._pages("list_hours_of_operations", "HoursOfOperationSummaryList")
            if asked.hours
            else ()
        )
        return Live(
            queues=queues,
            names=names,
            flows=flows,
            whispers=whispers,
            unread=frozenset(unread),
            numbers=numbers,
            foreign=frozenset(foreign),
            hours=frozenset(one["Arn"] for one in hours),
            record_streams=tuple(self._record_streams()),
        )

    def _described(self, queues: Iterable[str]) -> Iterator[tuple[str, LiveQueue]]:
        for made in queues:
            try:
                told = self._queues.describe(made)
            except QueueUnknown:
                continue
            yield (
                made,
                LiveQueue(
                    id=made,
                    name=told["Name"],
                    caller=caller_of(told),
                    enabled=told.get("Status", "ENABLED") == "ENABLED",
                    made_by=(told.get("Tags") or {}).get(TAG, ""),
                ),
            )

    def _whispers(self, flows: Iterable[str]) -> tuple[dict[str, Whisper | None], set[str]]:
        found: dict[str, Whisper | None] = {}
        unread: set[str] = set()
        for flow in flows:
            try:
                found[flow] = self._queues.whisper(flow)
            except ValueError:
                unread.add(flow)
        return found, unread

    def _numbers(self) -> dict[str, str]:
        """The instance's numbers, and those of the traffic distribution groups that it is in."""
        found: dict[str, str] = {}
        for target in (self._queues.instance_arn, *sorted(self._queues.groups())):
            for one in self._pages(
                "list_phone_numbers_v2", "ListPhoneNumbersSummaryList", instance=False,
                TargetArn=target,
            ):  # fmt: skip
                found[one["PhoneNumberId"]] = one["PhoneNumber"]
        return found

    def _record_streams(self) -> Iterator[str]:
        for one in self._pages(
            "list_instance_storage_configs", "StorageConfigs", ResourceType="CONTACT_TRACE_RECORDS"
        ):
            stream, fire = one.get("KinesisStreamConfig"), one.get("KinesisFirehoseConfig")
            yield (stream or {}).get("StreamArn") or (fire or {}).get("FirehoseArn") or "elsewhere"

    def _pages(
        self, operation: str, member: str, *, instance: bool = True, **more: Json
    ) -> list[dict[str, Json]]:
        request = getattr(self._client, operation)
        given = {"InstanceId": self._instance, **more} if instance else more
        found: list[dict[str, Json]] = []
        token = ""
        while True:
            step = {**given, "NextToken": token} if token else given
            answer = self._pace.ask(lambda step=step: request(**step))  # type: ignore[misc]
            found += answer[member]
            token = answer.get("NextToken", "")
            if not token:
                return found
