"""What counters must be, worked out by itself from records as they are: no code of the product's.

One pass over the contacts, of each the version that was updated last, and a table of words.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from local.contact_records import REGIONS, Made

Json = Mapping[str, Any]
Cell = tuple[str, str, str]
"""Number, hour as "2026-11-02T10", and arm|tier|region|outcome."""

DECISIONS: Final = uuid.UUID("5d0b2d5c-6f9b-4c43-9b0a-6a1a6a0f6d61")
OURS: Final = ("OUTBOUND", "CALLBACK", "API", "CAMPAIGN_PREVIEW")
FAILED: Final = {
    "TELECOM_UNANSWERED": "no_answer", "TELECOM_TIMEOUT": "no_answer", "TELECOM_BUSY": "busy",
    "TELECOM_NUMBER_INVALID": "invalid", "TELECOM_POTENTIAL_BLOCKING": "network_blocked",
    "TELECOM_ORIGINATOR_CANCEL": "abandoned", "TELECOM_PROBLEM": "platform",
    "CUSTOMER_NEVER_ARRIVED": "platform",
}  # fmt: skip
MACHINES: Final = {
    "VOICEMAIL_BEEP": "machine", "VOICEMAIL_NO_BEEP": "machine", "FAX_MACHINE_DETECTED": "machine",
    "SIT_TONE_BUSY": "busy",
}  # fmt: skip


def counters(contacts: Iterable[Made]) -> Counter[Cell]:
    """All counters, none that is zero."""
    found: Counter[Cell] = Counter()
    for made in contacts:
        cell = cell_of(newest(made), made)
        if cell:
            found[cell] += 1
    return found


def newest(made: Made) -> Json:
    return max(made.versions, key=lambda record: record["LastUpdateTimestamp"])


def cell_of(record: Json, made: Made) -> Cell | None:
    """The counter of a record; None where it tells none."""
    if record.get("Channel") != "VOICE":
        return None
    began = (
        record["InitiationTimestamp"]
        or record["ConnectedToSystemTimestamp"]
        or record.get("DisconnectTimestamp")
    )
    hour = str(began)[:13]
    customer = _address(record.get("CustomerEndpoint"))
    system = _address(record["SystemEndpoint"])
    region = next((name for start, name in REGIONS.items() if customer.startswith(start)), "")
    if record["InitiationMethod"] == "INBOUND":
        outcome = "returned" if made.rung_before else "unprompted"
        return (system, hour, f"-|-|{region}|{outcome}") if customer and system else None
    if record["InitiationMethod"] not in OURS:
        return None
    _, number, tier, arm = decision(record, made)
    outcome = outcome_of(record, made)
    shown = number or system
    tier = tier if number else "default"
    return (shown, hour, f"{arm or '-'}|{tier}|{region or '-'}|{outcome}") if shown else None


def decision(record: Json, made: Made) -> tuple[str, str, str, str]:
    """Action, number, tier and arm: by the attributes where they are this contact's, else by what
    the picker wrote into the ledger of a customer whom the record names."""
    told = record["Attributes"]
    action = told.get("local_presence_action", "")
    own = _is_own(record, made)
    inherited = record["InitiationMethod"] == "CALLBACK" and "local_presence_decision" in told
    if action and (own or inherited or told["local_presence_reason"] == "picker_failed"):
        number = told.get("local_presence_caller_id", "")
        tier, arm = told.get("local_presence_tier", ""), told.get("local_presence_arm", "")
        return action, number, tier, arm
    claimed = made.claimed if record.get("CustomerEndpoint") else None
    return claimed or ("", "", "", "")


def _is_own(record: Json, made: Made) -> bool:
    decision_id = str(uuid.uuid5(DECISIONS, made.contact_id))
    return bool(record["Attributes"].get("local_presence_decision") == decision_id)


def outcome_of(record: Json, made: Made) -> str:
    """The class of a call of ours."""
    outcome = _heard(record)
    blocked = decision(record, made)[0] == "block"
    return "stopped" if blocked and outcome in ("other", "abandoned", "platform") else outcome


def _heard(record: Json) -> str:
    machine = MACHINES.get(record["AnsweringMachineDetectionStatus"] or "")
    if machine:
        return machine
    answered, ended = record["ConnectedToSystemTimestamp"], record.get("DisconnectTimestamp")
    if answered:
        brief = ended and (_moment(ended) - _moment(answered)).total_seconds() <= 6
        return "short" if brief else "answered"
    if "connect:BlockReasonHeader" in record["SegmentAttributes"]:
        return "network_blocked"
    return FAILED.get(record["DisconnectReason"] or "", "other")


def rang(record: Json, made: Made) -> bool:
    """Whether the record tells of a ring of ours that the ledger of a customer should know."""
    return (
        record.get("Channel") == "VOICE"
        and record["InitiationMethod"] in OURS
        and bool(record.get("CustomerEndpoint"))
        and outcome_of(record, made) not in ("platform", "invalid", "stopped")
    )


def never_claimed(made: Made) -> bool:
    """Whether the picker had not written of the contact. What a callback carries of another
    contact's decision says nothing of it."""
    dialled = any(
        version["Attributes"].get("local_presence_action") == "dial" and _is_own(version, made)
        for version in made.versions
    )
    return not made.claimed and not dialled


def answered(record: Json, made: Made) -> tuple[str, str] | None:
    """When a number of ours was answered, and which."""
    if not rang(record, made) or outcome_of(record, made) != "answered":
        return None
    number = decision(record, made)[1]
    return (record["ConnectedToSystemTimestamp"], number) if number else None


def _address(endpoint: Json | None) -> str:
    return endpoint["Address"] if endpoint else ""


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
