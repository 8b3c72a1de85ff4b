"""Finds one call on a living instance, and reads what there is to read about it.

Amazon Connect runs a queue's outbound whisper for calls that an agent dials, and for callbacks. A
call that its API places runs another flow; so a person dials, and this watches.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.connect.contact_record import ContactRecord
from lambdas.connect.pace import Pace
from lambdas.connect.queues import id_of
from local.errors import LocalError
from local.toolchain import Say

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

LOOK_EVERY_S = 5.0
EARLIER = timedelta(minutes=1)
"""Clocks differ: a call that began so long before the watch may be the one."""
LOOKED_AT = 200
"""Other calls of the instance that are looked at, at most, for whom they rang."""
SET_FROM = datetime(1970, 1, 2, tzinfo=UTC)
"""Connect writes a time that there is none of as the first millisecond of 1970."""


@dataclass(frozen=True)
class Decided:
    """One line of the picker's log about the contact."""

    queue: str
    action: str
    reason: str
    caller_id: str
    arm: str
    milliseconds: float


@dataclass(frozen=True)
class Call:
    """One call, as far as it could be read. `record` is None where no stream told it."""

    contact_id: str
    began: datetime
    initiation: str
    customer: str
    system: str
    answered: bool
    agent_connected: bool
    ended: bool
    disconnect: str
    attributes: Mapping[str, str]
    decisions: tuple[Decided, ...] = ()
    record: ContactRecord | None = None
    unread: tuple[str, ...] = ()
    """What could not be read, and why."""


@dataclass(frozen=True)
class Patience:
    """How long all of it may take. Time is passed in, so that tests need not wait."""

    seconds: float
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def turns(self) -> Iterator[None]:
        """Again and again until the time is over; the first at once."""
        until = self.monotonic() + self.seconds
        yield
        while self.monotonic() + LOOK_EVERY_S <= until:
            self.sleep(LOOK_EVERY_S)
            yield

    def lasting(self, seconds: float) -> "Patience":
        """The same time, so long at most."""
        most = min(seconds, self.seconds)
        return Patience(most, self.monotonic, self.sleep, self.now)


@dataclass
class Watch:
    """Contacts of one instance."""

    client: "ConnectClient"
    instance_arn: str
    pace: Pace
    patience: Patience
    _others: set[str] = field(default_factory=set)

    def dialled(self, number: str, since: datetime, say: Say) -> str:
        """The id of the contact that rings the number. Raises LocalError when none came."""
        say("Waiting for the call")
        for _ in self.patience.turns():
            for contact in self._began(since - EARLIER):
                if contact in self._others:
                    continue
                if len(self._others) >= LOOKED_AT:
                    raise LocalError(
                        f"{LOOKED_AT} other calls began meanwhile: too many to look at each. Take "
                        "the call's id from the agent workspace, and give it with --contact."
                    )
                told = self._described(contact)
                if (told.get("CustomerEndpoint") or {}).get("Address") == number:
                    return contact
                self._others.add(contact)
        raise LocalError(
            f"No such call began within {self.patience.seconds / 60:.0f} minutes. If one did, give "
            "its id with --contact."
        )

    def over(self, contact: str, say: Say) -> Call:
        """The contact once it has ended, or as it is when the time is over."""
        say("Waiting for the end of the call")
        told: Mapping[str, Any] = {}
        for _ in self.patience.turns():
            told = self._described(contact)
            if _is_set(told.get("DisconnectTimestamp")):
                break
        return _call(contact, told, self._attributes(contact))

    def _began(self, since: datetime) -> list[str]:
        """Calls that agents dialled, the newest first."""
        answer = self.pace.ask(
            lambda: self.client.search_contacts(
                InstanceId=id_of(self.instance_arn),
                TimeRange={
                    "Type": "INITIATION_TIMESTAMP",
                    "StartTime": since,
                    "EndTime": self.patience.now() + EARLIER,
                },
                SearchCriteria={"Channels": ["VOICE"], "InitiationMethods": ["OUTBOUND"]},
                Sort={"FieldName": "INITIATION_TIMESTAMP", "Order": "DESCENDING"},
                MaxResults=100,
            )
        )
        return [one["Id"] for one in answer["Contacts"]]

    def _described(self, contact: str) -> Mapping[str, Any]:
        try:
            answer = self.pace.ask(
                lambda: self.client.describe_contact(
                    InstanceId=id_of(self.instance_arn), ContactId=contact
                )
            )
        except ClientError as error:
            if error.response["Error"].get("Code") != "ResourceNotFoundException":
                raise
            raise LocalError(f"The instance has no contact {contact}.") from error
        return dict(answer["Contact"])

    def _attributes(self, contact: str) -> Mapping[str, str]:
        answer = self.pace.ask(
            lambda: self.client.get_contact_attributes(
                InstanceId=id_of(self.instance_arn), InitialContactId=contact
            )
        )
        return dict(answer["Attributes"])

    def record_stream(self) -> str:
        """The ARN of the Kinesis stream that contact records go to; "" where they go elsewhere."""
        answer = self.pace.ask(
            lambda: self.client.list_instance_storage_configs(
                InstanceId=id_of(self.instance_arn), ResourceType="CONTACT_TRACE_RECORDS"
            )
        )
        configs: list[Any] = list(answer["StorageConfigs"])
        for one in configs:
            if stream := (one.get("KinesisStreamConfig") or {}).get("StreamArn"):
                return str(stream)
        return ""


def _call(contact: str, told: Mapping[str, Any], attributes: Mapping[str, str]) -> Call:
    return Call(
        contact_id=contact,
        began=told["InitiationTimestamp"],
        initiation=str(told.get("InitiationMethod") or ""),
        customer=_address(told, "CustomerEndpoint"),
        system=_address(told, "SystemEndpoint"),
        answered=_is_set(told.get("ConnectedToSystemTimestamp")),
        agent_connected=_is_set((told.get("AgentInfo") or {}).get("ConnectedToAgentTimestamp")),
        ended=_is_set(told.get("DisconnectTimestamp")),
        disconnect=str(told.get("DisconnectReason") or ""),
        attributes=attributes,
    )


def _address(told: Mapping[str, Any], end: str) -> str:
    return str((told.get(end) or {}).get("Address") or "")


def _is_set(moment: Any) -> bool:
    return isinstance(moment, datetime) and moment >= SET_FROM
