"""Connect's contact record, read defensively: members may be missing or null, new ones appear.

Source: Amazon Connect Administrator Guide, "Contact records data model"; the shapes are those of
tests/events/contact_record_*.json. Connect delivers a record at least once, and again when it
changes: `contact_id` and `last_update` tell one delivery from another.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

PHONE = "TELEPHONE_NUMBER"
_PLACEHOLDERS_END = datetime(1970, 1, 2, tzinfo=UTC)
"""Connect writes a time that is not set as the first millisecond of 1970."""


class Initiation(StrEnum):
    """How a contact began."""

    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"
    TRANSFER = "TRANSFER"
    CALLBACK = "CALLBACK"
    API = "API"
    QUEUE_TRANSFER = "QUEUE_TRANSFER"
    EXTERNAL_OUTBOUND = "EXTERNAL_OUTBOUND"
    MONITOR = "MONITOR"
    DISCONNECT = "DISCONNECT"
    WEBRTC_API = "WEBRTC_API"
    AGENT_REPLY = "AGENT_REPLY"
    FLOW = "FLOW"
    CAMPAIGN_PREVIEW = "CAMPAIGN_PREVIEW"
    UNKNOWN = ""


class DisconnectReason(StrEnum):
    """Why a contact ended. The misspelling is Connect's own."""

    CUSTOMER_DISCONNECT = "CUSTOMER_DISCONNECT"
    AGENT_DISCONNECT = "AGENT_DISCONNECT"
    THIRD_PARTY_DISCONNECT = "THIRD_PARTY_DISCONNECT"
    TELECOM_PROBLEM = "TELECOM_PROBLEM"
    BARGED = "BARGED"
    CONTACT_FLOW_DISCONNECT = "CONTACT_FLOW_DISCONNECT"
    OTHER = "OTHER"
    TELECOM_BUSY = "TELECOM_BUSY"
    TELECOM_NUMBER_INVALID = "TELECOM_NUMBER_INVALID"
    TELECOM_POTENTIAL_BLOCKING = "TELECOM_POTENTIAL_BLOCKING"
    TELECOM_UNANSWERED = "TELECOM_UNANSWERED"
    TELECOM_TIMEOUT = "TELECOM_TIMEOUT"
    TELECOM_ORIGINATOR_CANCEL = "TELECOM_ORIGINATOR_CANCEL"
    CUSTOMER_NEVER_ARRIVED = "CUSTOMER_NEVER_ARRIVED"
    OUTBOUND_DESTINATION_ENDPOINT_ERROR = "OUTBOUND_DESTINATION_ENDPOINT_ERROR"
    OUTBOUND_RESOURCE_ERROR = "OUTBOUND_RESOURCE_ERROR"
    OUTBOUND_ATTEMPT_FAILED = "OUTBOUND_ATTEMPT_FAILED"
    OUTBOUND_PREVIEW_DISCARDED = "OUTBUND_PREVIEW_DISCARDED"
    EXPIRED = "EXPIRED"
    UNKNOWN = ""


class Machine(StrEnum):
    """What the detection of answering machines found, where it ran."""

    HUMAN_ANSWERED = "HUMAN_ANSWERED"
    VOICEMAIL_BEEP = "VOICEMAIL_BEEP"
    VOICEMAIL_NO_BEEP = "VOICEMAIL_NO_BEEP"
    AMD_UNANSWERED = "AMD_UNANSWERED"
    AMD_UNRESOLVED = "AMD_UNRESOLVED"
    AMD_UNRESOLVED_SILENCE = "AMD_UNRESOLVED_SILENCE"
    AMD_NOT_APPLICABLE = "AMD_NOT_APPLICABLE"
    SIT_TONE_BUSY = "SIT_TONE_BUSY"
    SIT_TONE_INVALID_NUMBER = "SIT_TONE_INVALID_NUMBER"
    SIT_TONE_DETECTED = "SIT_TONE_DETECTED"
    FAX_MACHINE_DETECTED = "FAX_MACHINE_DETECTED"
    AMD_ERROR = "AMD_ERROR"
    UNKNOWN = ""


class Endpoint(NamedTuple):
    """One end of a contact."""

    address: str
    type: str

    @property
    def phone(self) -> str:
        """The number of a telephone, "" of anything else."""
        return self.address if self.type == PHONE else ""


class Agent(NamedTuple):
    """The agent of a contact, and how the time was spent."""

    arn: str
    username: str
    connected: datetime | None
    interaction: timedelta | None
    after_work: timedelta | None
    after_work_began: datetime | None
    after_work_ended: datetime | None
    customer_held: timedelta | None
    longest_hold: timedelta | None
    holds: int
    routing_profile: str


class Queue(NamedTuple):
    """The queue that a contact waited in or was dialled from."""

    arn: str
    name: str
    entered: datetime | None
    left: datetime | None
    waited: timedelta | None


class ContactRecord(NamedTuple):
    """One contact record. Absent text is "", absent times and parts are None.

    An enumeration that is absent or that a later Connect invented reads as `UNKNOWN`; the words
    themselves are in `disconnect_words` and `initiation_words`. `blocked_by` is the header that a
    network gives with a call that it blocked (SIP 603+).
    """

    contact_id: str
    initial_contact_id: str
    previous_contact_id: str
    next_contact_id: str
    account: str
    instance_arn: str
    channel: str
    initiation: Initiation
    initiation_words: str
    began: datetime | None
    answered: datetime | None
    ended: datetime | None
    last_update: datetime | None
    disconnect: DisconnectReason
    disconnect_words: str
    potential_issue: str
    machine: Machine
    customer: Endpoint | None
    system: Endpoint | None
    transferred_to: Endpoint | None
    transferred: datetime | None
    attributes: Mapping[str, str]
    agent: Agent | None
    agent_attempts: int
    queue: Queue | None
    campaign: str
    tags: Mapping[str, str]
    segment_attributes: Mapping[str, str]
    blocked_by: str

    @property
    def moment(self) -> datetime | None:
        """When the contact was over, as near as the record says: the same in every delivery."""
        return self.ended or self.began or self.last_update


class NotAContactRecord(ValueError):
    """The bytes are no contact record. The text says what is missing, and quotes nothing."""


def read(data: bytes | str) -> ContactRecord:
    """Read one record's JSON. Raises NotAContactRecord."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as problem:
        raise NotAContactRecord("not JSON") from problem
    return parse(told)


def parse(told: Any) -> ContactRecord:
    """Understand one record; keys count in any case. Raises NotAContactRecord without an id."""
    record = _members(told)
    contact_id = _text(record.get("contactid"))
    if not contact_id:
        raise NotAContactRecord("no ContactId")
    segments = _segments(record.get("segmentattributes"))
    return ContactRecord(
        contact_id=contact_id,
        initial_contact_id=_text(record.get("initialcontactid")),
        previous_contact_id=_text(record.get("previouscontactid")),
        next_contact_id=_text(record.get("nextcontactid")),
        account=_text(record.get("awsaccountid")),
        instance_arn=_text(record.get("instancearn")),
        channel=_text(record.get("channel")).upper(),
        initiation=_one_of(Initiation, record.get("initiationmethod")),
        initiation_words=_text(record.get("initiationmethod")),
        began=_time(record.get("initiationtimestamp")),
        answered=_time(record.get("connectedtosystemtimestamp")),
        ended=_time(record.get("disconnecttimestamp")),
        last_update=_time(record.get("lastupdatetimestamp")),
        disconnect=_one_of(DisconnectReason, record.get("disconnectreason")),
        disconnect_words=_text(record.get("disconnectreason")),
        potential_issue=_text(
            _members(record.get("disconnectdetails")).get("potentialdisconnectissue")
        ),
        machine=_one_of(Machine, record.get("answeringmachinedetectionstatus")),
        customer=_endpoint(record.get("customerendpoint")),
        system=_endpoint(record.get("systemendpoint")),
        transferred_to=_endpoint(record.get("transferredtoendpoint")),
        transferred=_time(record.get("transfercompletedtimestamp")),
        attributes=_texts(record.get("attributes")),
        agent=_agent(record.get("agent")),
        agent_attempts=_whole(record.get("agentconnectionattempts")),
        queue=_queue(record.get("queue")),
        campaign=_text(_members(record.get("campaign")).get("campaignid")),
        tags=_texts(record.get("tags")),
        segment_attributes=segments,
        blocked_by=segments.get("connect:BlockReasonHeader", ""),
    )


def _agent(told: Any) -> Agent | None:
    agent = _members(told)
    if not agent:
        return None
    return Agent(
        arn=_text(agent.get("arn")),
        username=_text(agent.get("username")),
        connected=_time(agent.get("connectedtoagenttimestamp")),
        interaction=_seconds(agent.get("agentinteractionduration")),
        after_work=_seconds(agent.get("aftercontactworkduration")),
        after_work_began=_time(agent.get("aftercontactworkstarttimestamp")),
        after_work_ended=_time(agent.get("aftercontactworkendtimestamp")),
        customer_held=_seconds(agent.get("customerholdduration")),
        longest_hold=_seconds(agent.get("longestholdduration")),
        holds=_whole(agent.get("numberofholds")),
        routing_profile=_text(_members(agent.get("routingprofile")).get("name")),
    )


def _queue(told: Any) -> Queue | None:
    queue = _members(told)
    if not queue:
        return None
    return Queue(
        arn=_text(queue.get("arn")),
        name=_text(queue.get("name")),
        entered=_time(queue.get("enqueuetimestamp")),
        left=_time(queue.get("dequeuetimestamp")),
        waited=_seconds(queue.get("duration")),
    )


def _endpoint(told: Any) -> Endpoint | None:
    endpoint = _members(told)
    address = _text(endpoint.get("address")).strip()
    return Endpoint(address, _text(endpoint.get("type"))) if address else None


def _members(told: Any) -> Mapping[str, Any]:
    """An object's members by their small-lettered names: Connect writes both cases."""
    return {str(name).lower(): value for name, value in told.items()} if _is_map(told) else {}


def _is_map(told: Any) -> bool:
    return isinstance(told, dict)


def _texts(told: Any) -> Mapping[str, str]:
    """An object of texts as it is, without members that are none."""
    if not _is_map(told):
        return {}
    return {str(name): value for name, value in told.items() if isinstance(value, str)}


def _segments(told: Any) -> Mapping[str, str]:
    """Segment attributes as plain texts: each is an object with its value."""
    if not _is_map(told):
        return {}
    plain = {
        name: _text(_members(value).get("valuestring")) if _is_map(value) else value
        for name, value in told.items()
    }
    return _texts({name: value for name, value in plain.items() if value})


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""


def _time(told: Any) -> datetime | None:
    if not isinstance(told, str):
        return None
    try:
        at = datetime.fromisoformat(told)
        at = at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):  # the last as it is in UTC no year that there is
        return None
    return at if at >= _PLACEHOLDERS_END else None


def _seconds(told: Any) -> timedelta | None:
    whole = isinstance(told, int | float) and not isinstance(told, bool)
    try:
        return timedelta(seconds=told) if whole and told >= 0 else None
    except (OverflowError, ValueError):  # no number of seconds at all
        return None


def _whole(told: Any) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) else 0


E = TypeVar("E", Initiation, DisconnectReason, Machine)


def _one_of(kind: type[E], told: Any) -> E:
    try:
        return kind(_text(told))
    except ValueError:
        return kind("")
