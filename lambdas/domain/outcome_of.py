"""What a contact record says of one call: its class, the number that it showed, and its counter.

Source of the words: Amazon Connect Administrator Guide, "Contact records data model", reviewed
2026-11-22. Attributes of a contact are texts that any flow or agent's page may have written, and
that other contacts inherit: they count where the decision's id is this contact's own.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from lambdas.domain.ledger import Claim, decision_id
from lambdas.domain.outcomes import SHORT_CALL, Cell, Outcome, hour_of
from lambdas.domain.phone import (
    E164,
    STRICT_E164,
    NotAPhoneNumber,
    Phone,
    is_emergency,
    parse_address,
)
from lambdas.domain.places import PlaceFinder
from lambdas.domain.reasons import OBSERVED
from lambdas.domain.settings import Action, Tier

FILLED_BACK: Final = "filled_back"
"""The reason of a claim that no pick made: a call that the picker never saw, or could not claim."""

_ATTRIBUTE: Final = "local_presence_"
_OUTBOUND: Final = frozenset({"OUTBOUND", "CALLBACK", "API", "CAMPAIGN_PREVIEW"})
_ELSEWISE: Final = frozenset(
    {
        "TRANSFER", "QUEUE_TRANSFER", "EXTERNAL_OUTBOUND", "MONITOR", "DISCONNECT", "WEBRTC_API",
        "AGENT_REPLY", "FLOW",
    }
)  # fmt: skip
_NO_CALLS: Final = frozenset({"CHAT", "TASK", "EMAIL"})
_COMMITTED: Final = frozenset({"pool_exhausted", "pool_is_empty", "outside_percentage"})
"""Why the picker answered `default` to a call that it claimed. All others were not claimed, or it
could not tell."""
_TIERS: Final = frozenset(Tier)
_ARM: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")

_BY_MACHINE: Final = {
    "VOICEMAIL_BEEP": Outcome.MACHINE,
    "VOICEMAIL_NO_BEEP": Outcome.MACHINE,
    "FAX_MACHINE_DETECTED": Outcome.MACHINE,
    "AMD_UNANSWERED": Outcome.NO_ANSWER,
    "SIT_TONE_BUSY": Outcome.BUSY,
    "SIT_TONE_INVALID_NUMBER": Outcome.INVALID,
    "SIT_TONE_DETECTED": Outcome.OTHER,
}
_BY_REASON: Final = {
    "TELECOM_UNANSWERED": Outcome.NO_ANSWER,
    "TELECOM_TIMEOUT": Outcome.NO_ANSWER,
    "TELECOM_BUSY": Outcome.BUSY,
    "TELECOM_NUMBER_INVALID": Outcome.INVALID,
    "TELECOM_POTENTIAL_BLOCKING": Outcome.NETWORK_BLOCKED,
    "TELECOM_ORIGINATOR_CANCEL": Outcome.ABANDONED,
    "TELECOM_PROBLEM": Outcome.PLATFORM,
    "CUSTOMER_NEVER_ARRIVED": Outcome.PLATFORM,
    # Of campaigns; the last two, of which one is misspelled by Connect, were never dialled.
    "OUTBOUND_DESTINATION_ENDPOINT_ERROR": Outcome.PLATFORM,
    "OUTBOUND_RESOURCE_ERROR": Outcome.PLATFORM,
    "OUTBOUND_ATTEMPT_FAILED": Outcome.PLATFORM,
    "OUTBUND_PREVIEW_DISCARDED": Outcome.PLATFORM,
    "EXPIRED": Outcome.PLATFORM,
}
_NOBODY_HEARD: Final = frozenset({Outcome.ABANDONED, Outcome.PLATFORM, Outcome.OTHER})
_DID_NOT_RING: Final = frozenset({Outcome.STOPPED, Outcome.PLATFORM, Outcome.INVALID})


class Way(StrEnum):
    """Who called whom; UNTOLD where the record does not say it, or in words of a later Connect."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"
    UNTOLD = "untold"


class Call(NamedTuple):
    """A contact record's facts, in Connect's words and with "" or None for what it does not tell.

    `began` is when the contact was initiated, `answered` when the called party took it. `blocked`
    says that a network gave the header of a call that it blocked. `customer` and `system` are the
    ends' numbers; the system's is the queue's, whatever the call showed.
    """

    contact_id: str
    initiation: str = ""
    channel: str = ""
    began: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    updated: datetime | None = None
    reason: str = ""
    machine: str = ""
    blocked: bool = False
    customer: str = ""
    system: str = ""
    attributes: Mapping[str, str] = {}

    @property
    def moment(self) -> datetime | None:
        """When it began, as near as the record says. It decides the hour that counts the call."""
        return self.began or self.answered or self.ended


class Decided(NamedTuple):
    """What the picker decided on a call. `number` is "" where the queue's own was shown."""

    action: Action
    number: E164 | str
    tier: str
    arm: str
    reason: str

    @classmethod
    def by(cls, claim: Claim) -> "Decided":
        return cls(claim.action, claim.number, claim.tier, claim.arm, claim.reason)

    @property
    def committed(self) -> bool:
        """Whether the customer's ledger is sure to know of it."""
        return self.action is Action.DIAL or (
            self.action is Action.DEFAULT
            and (self.reason in _COMMITTED or self.reason.startswith(OBSERVED))
        )


class Facts(NamedTuple):
    """What one version of a contact says, before anything is asked of a store.

    `version` sorts as versions follow one another: those of one second, which is as exactly as
    Connect tells, have an order too, and equal ones say the same. `customer` is None where the
    record names no number that can be understood; `decided` where its attributes hold no decision
    of ours. `outcome` is of a call that we made; None where the record does not tell enough for
    any counter.
    """

    call: Call
    version: str
    way: Way
    customer: Phone | None
    region: str
    decided: Decided | None
    outcome: Outcome | None

    @property
    def borrowed(self) -> str:
        """The id of a callback's decision that was made on another contact: its whisper may have
        been told of that one, or the callback has inherited what an earlier call was told."""
        decision = self.call.attributes.get(f"{_ATTRIBUTE}decision", "") if self.decided else ""
        return "" if decision == decision_id(self.call.contact_id) else decision

    @property
    def answered(self) -> datetime | None:
        """When somebody took a call of ours, and stayed."""
        return self.call.answered if self.outcome is Outcome.ANSWERED else None

    @property
    def rang(self) -> datetime | None:
        """When the customer was rung by us, or may have been; None where they were not. A callback
        is initiated when the customer asks for it, perhaps hours before."""
        if self.outcome is None or self.outcome in _DID_NOT_RING:
            return None
        call = self.call
        if call.initiation == "CALLBACK":
            return call.answered or call.ended or call.began
        return call.moment


class Counted(NamedTuple):
    """The one counter that stands for a call: of a number's hour, its cell."""

    number: E164 | str
    hour: datetime
    cell: Cell


def facts_of(call: Call, places: PlaceFinder) -> Facts | None:
    """Understand a record; None for a contact that is no call of ours and will never be one."""
    way, customer = _way(call), _phone(call.customer)
    if way is None or (customer is None and is_emergency(call.customer)):
        return None
    decided = _decided(call) if way is Way.OUTBOUND else None
    outcome = None
    if way is Way.OUTBOUND and call.moment:
        outcome = _outcome(call, decided)
    region = _region(customer, places)
    version = _version(call, way, region, decided, outcome)
    return Facts(call, version, way, customer, region, decided, outcome)


def counted(facts: Facts, decided: Decided | None, rung_before: bool) -> Counted | None:
    """The counter of a call; None where the record does not tell which.

    `decided` is what the picker decided, by the attributes or by the ledger; `rung_before` whether
    the ledger tells that we had rung the customer.
    """
    moment = facts.call.moment
    if moment is None:
        return None
    if facts.way is Way.INBOUND and facts.customer:
        returned = Outcome.RETURNED if rung_before else Outcome.UNPROMPTED
        number, cell = _own(facts.call), Cell("", "", facts.region, returned)
    elif facts.way is Way.OUTBOUND and facts.outcome:
        arm, tier = (decided.arm, decided.tier) if decided else ("", "")
        number = decided.number if decided else ""
        cell = Cell(arm, tier if number else Tier.DEFAULT, facts.region, facts.outcome)
        number = number or _own(facts.call)
    else:
        return None
    return Counted(number, hour_of(moment), cell) if number else None


def shows_own(facts: Facts, decided: Decided | None) -> bool:
    """Whether a call of ours showed the queue's own number."""
    return facts.way is Way.OUTBOUND and not (decided and decided.number)


def _version(
    call: Call, way: Way, region: str, decided: Decided | None, outcome: Outcome | None
) -> str:
    answered = call.answered if outcome is Outcome.ANSWERED else None
    told = (way, call.moment, answered, region, outcome, call.system, *(decided or ()))
    written = "|".join(map(str, told)).encode("utf-8", "backslashreplace")
    digest = hashlib.sha256(written).hexdigest()[:12]
    return f"{call.updated:%Y-%m-%dT%H:%M:%S.%f}#{digest}" if call.updated else f"#{digest}"


def _way(call: Call) -> Way | None:
    if call.initiation in _ELSEWISE or call.channel in _NO_CALLS:
        return None
    if call.channel != "VOICE":
        return Way.UNTOLD
    if call.initiation in _OUTBOUND:
        return Way.OUTBOUND
    return Way.INBOUND if call.initiation == "INBOUND" else Way.UNTOLD


def _outcome(call: Call, decided: Decided | None) -> Outcome:
    found = _BY_MACHINE.get(call.machine)
    if found is None and call.answered:
        brief = call.ended is not None and call.ended - call.answered <= SHORT_CALL
        found = Outcome.SHORT if brief else Outcome.ANSWERED
    if found is None and call.blocked:
        found = Outcome.NETWORK_BLOCKED
    if found is None:
        found = _BY_REASON.get(call.reason, Outcome.OTHER)
    # A contact whose stopping came too late rang all the same, and the network tells how it went.
    if decided and decided.action is Action.BLOCK and found in _NOBODY_HEARD:
        return Outcome.STOPPED
    return found


def _decided(call: Call) -> Decided | None:
    """The decision that stands in the attributes, where it is this contact's."""
    told = {
        name.removeprefix(_ATTRIBUTE): text
        for name, text in call.attributes.items()
        if name.startswith(_ATTRIBUTE)
    }
    try:
        action = Action(told.get("action", ""))
    except ValueError:
        return None
    if not _is_own(told.get("decision", ""), call) and not _is_the_flows_own(action, told):
        return None
    number = told.get("caller_id", "") if action is Action.DIAL else ""
    if action is Action.DIAL and not _may_be_ours(number, call):
        return None
    tier, arm = told.get("tier", ""), told.get("arm", "")
    return Decided(
        action,
        number,
        tier if tier in _TIERS else "",
        arm if _ARM.fullmatch(arm) else "",
        told.get("reason", ""),
    )


def _is_own(decision: str, call: Call) -> bool:
    """Whether a decision was made on this contact. The whisper of a callback may be told of another
    contact than the record is about."""
    return decision == decision_id(call.contact_id) or (
        call.initiation == "CALLBACK" and bool(decision)
    )


def _is_the_flows_own(action: Action, told: Mapping[str, str]) -> bool:
    """Whether the flow itself decided, because the picker had failed: it knows no decision id."""
    return action is not Action.DIAL and told.get("reason") == "picker_failed"


def _own(call: Call) -> E164 | str:
    return call.system if _may_be_ours(call.system, call) else ""


def _may_be_ours(number: str, call: Call) -> bool:
    return bool(STRICT_E164.fullmatch(number)) and number != call.customer


def _phone(text: str) -> Phone | None:
    try:
        phone = parse_address(text)
    except NotAPhoneNumber:
        return None
    return phone if phone.valid else None


def _region(customer: Phone | None, places: PlaceFinder) -> str:
    if customer is None:
        return ""
    place = places.find(customer.e164) if customer.placed else None
    return f"{customer.region}-{place.state}" if place and place.state else customer.region
