"""Contact records as Connect sends them, made up from a seed: for tests, evidence and a look.

The shape is that of tests/events/contact_record_outbound.json. A contact has several versions, as
Connect sends a record again when it changes; `delivered` brings them late, twice and mixed up.
"""

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from lambdas.domain.ledger import decision_id

Json = dict[str, Any]

INSTANCE: Final = (
    "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
)
QUEUE: Final = "Outbound sales"
OWN: Final = "+12065550199"
BEGINS: Final = datetime(2026, 11, 2, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
_PLACEHOLDER: Final = "1970-01-01T00:00:00.001Z"
_PHONE: Final = "TELEPHONE_NUMBER"

REGIONS: Final[Mapping[str, str]] = {
    "+1206": "US-WA", "+1503": "US-OR", "+1212": "US-NY", "+1415": "US-CA", "+1512": "US-TX",
    "+1604": "CA-BC", "+4420": "GB", "+6149": "AU",
}  # fmt: skip
"""How customers' numbers begin, and the region that outcomes count them in."""
_FIRST_LINES: Final = {"+4420": 79_460_000, "+6149": 1_570_000}
NUMBERS: Final = tuple(
    f"+1{area}555{line:04d}" for area in ("206", "212", "415", "512") for line in range(100, 115)
)
TIERS: Final = ("answered_before", "city", "nearest", "area_code", "state", "country")


def written(moment: datetime | None) -> str | None:
    """A moment as Connect writes it: to the second, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None


def contact_record(
    contact_id: str,
    *,
    customer: str | None,
    began: datetime,
    answered: datetime | None = None,
    ended: datetime | None = None,
    updated: datetime | None = None,
    reason: str | None = None,
    machine: str | None = None,
    initiation: str = "OUTBOUND",
    channel: str = "VOICE",
    system: str | None = OWN,
    attributes: Mapping[str, str] | None = None,
    queue: str = QUEUE,
    blocked: str = "",
) -> Json:
    """One record whole, as JSON. `blocked` is the header that a network sent with a call that it
    blocked."""
    ended = ended or (answered or began) + 20 * SECOND
    talked = round((ended - answered).total_seconds()) if answered else 0
    segments: Json = {"connect:Subtype": {"ValueString": "connect:Telephony"}}
    if blocked:
        segments["connect:BlockReasonHeader"] = {"ValueString": blocked}
    return {
        "AWSAccountId": "111122223333",
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "Agent": {
            "ARN": f"{INSTANCE}/agent/1cc79f82-0000-0000-0000-000000000000",
            "AfterContactWorkDuration": 12,
            "AfterContactWorkEndTimestamp": written(ended + 12 * SECOND),
            "AfterContactWorkStartTimestamp": written(ended),
            "AgentInteractionDuration": talked,
            "ConnectedToAgentTimestamp": written(answered) or _PLACEHOLDER,
            "CustomerHoldDuration": 0,
            "DeviceInfo": {"PlatformName": "Windows"},
            "LongestHoldDuration": 0,
            "NumberOfHolds": 0,
            "RoutingProfile": {"ARN": f"{INSTANCE}/routing-profile/a", "Name": "Outbound"},
            "StateTransitions": [],
            "Username": "ada",
        },
        "AgentConnectionAttempts": 1,
        "AnsweringMachineDetectionStatus": machine,
        "Attributes": dict(attributes or {}),
        "Campaign": {"CampaignId": ""},
        "Channel": channel,
        "ConnectedToSystemTimestamp": written(answered),
        "ContactId": contact_id,
        "CustomerEndpoint": _endpoint(customer),
        "CustomerVoiceActivity": None,
        "DisconnectDetails": {"PotentialDisconnectIssue": None},
        "DisconnectReason": reason,
        "DisconnectTimestamp": written(ended),
        "InitialContactId": None,
        "InitiationMethod": initiation,
        "InitiationTimestamp": written(began),
        "InstanceARN": INSTANCE,
        "LastUpdateTimestamp": written(updated or ended + 60 * SECOND),
        "MediaStreams": [{"Type": "AUDIO"}],
        "NextContactId": None,
        "OutboundStrategy": None,
        "PreviousContactId": None,
        "QualityMetrics": {"Agent": {"Audio": {"QualityScore": 4.5}}},
        "Queue": {
            "ARN": f"{INSTANCE}/queue/de51469a-0000-0000-0000-000000000000",
            "DequeueTimestamp": None,
            "Duration": 0,
            "EnqueueTimestamp": _PLACEHOLDER,
            "Name": queue,
        },
        "Recordings": None,
        "References": [],
        "SegmentAttributes": segments,
        "SystemEndpoint": _endpoint(system),
        "Tags": {"aws:connect:instanceId": INSTANCE.rpartition("/")[2]},
        "TransferCompletedTimestamp": None,
        "TransferredToEndpoint": None,
    }


def _endpoint(number: str | None) -> Json | None:
    return {"Address": number, "Type": _PHONE} if number else None


def decided(
    contact_id: str,
    action: str = "dial",
    number: str = "",
    tier: str = "city",
    reason: str = "local_number",
    arm: str = "",
) -> dict[str, str]:
    """The attributes that our flow leaves on a contact that the picker decided on."""
    told = {
        "local_presence_action": action,
        "local_presence_reason": reason,
        "local_presence_tier": tier if action == "dial" else "default",
        "local_presence_decision": decision_id(contact_id),
        "local_presence_arm": arm,
    }
    return told | ({"local_presence_caller_id": number} if action == "dial" else {})


@dataclass(frozen=True)
class Made:
    """One contact: its versions from the first to the last, and what the picker had written of it
    in the customer's ledger, (action, number, tier, arm), None where it had not."""

    contact_id: str
    customer: str
    versions: Sequence[Json]
    claimed: tuple[str, str, str, str] | None = None
    rung_before: bool = False


@dataclass(frozen=True)
class Maker:
    """Makes contacts out of a seed, each by itself: the same index is the same contact.

    They begin within `days` from `begins`. `customers` is how many people there are; calls of
    theirs come from others than calls of ours go to, half of whom we had rung before.
    """

    seed: int = 1
    begins: datetime = BEGINS
    days: float = 5.0
    customers: int = 20_000
    numbers: Sequence[str] = NUMBERS
    own: Sequence[str] = (OWN, "+12125550199")
    late: float = 0.3
    damaged: float = 0.04
    _prefixes: Sequence[str] = field(default=tuple(REGIONS))

    def contact(self, index: int) -> Made:
        """The contact of that number."""
        rng = random.Random(f"{self.seed}|{index}")
        contact_id = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        [kind] = rng.choices(list(_KINDS), list(_KINDS.values()))
        began = self.begins + timedelta(seconds=rng.randrange(int(self.days * 86_400)))
        if kind == "inbound":
            return self._inbound(rng, contact_id, began)
        if kind == "other":
            return self._elsewhere(rng, contact_id, began)
        return self._outbound(rng, kind, contact_id, began)

    def number_of(self, person: int) -> str:
        """The number of one of the customers: never one that any of ours can be."""
        prefix = self._prefixes[person % len(self._prefixes)]
        line = person // len(self._prefixes)
        if prefix.startswith("+1"):
            return f"{prefix}{700 + line // 10_000}{line % 10_000:04d}"
        return f"{prefix}{_FIRST_LINES[prefix] + line}"

    def _person(self, rng: random.Random, rings_us: bool = False, known: bool = False) -> str:
        """Of ten people eight are rung, one rings us who was rung before, and one who never was."""
        within = rng.randrange(self.customers // 80) * 8 + rng.randrange(8)
        decade = 8 if rings_us and known else 9 if rings_us else rng.randrange(8)
        return self.number_of((within // 8 * 10 + decade) * 8 + within % 8)

    def _inbound(self, rng: random.Random, contact_id: str, began: datetime) -> Made:
        known = rng.random() < 0.5
        customer = self._person(rng, rings_us=True, known=known)
        first = contact_record(
            contact_id,
            customer=customer,
            began=began,
            answered=began,
            ended=began + rng.randrange(5, 300) * SECOND,
            reason="CUSTOMER_DISCONNECT",
            initiation="INBOUND",
            system=rng.choice([*self.numbers, *self.own]),
        )
        return Made(contact_id, customer, self._versions(rng, first), rung_before=known)

    def _elsewhere(self, rng: random.Random, contact_id: str, began: datetime) -> Made:
        """Contacts that are no calls of ours: transfers, supervisors, chats."""
        customer = self._person(rng)
        way = rng.choice(["TRANSFER", "QUEUE_TRANSFER", "EXTERNAL_OUTBOUND", "MONITOR", "API"])
        record = contact_record(
            contact_id,
            customer=customer,
            began=began,
            answered=began,
            initiation=way,
            channel="CHAT" if way == "API" else "VOICE",
            attributes=decided(contact_id, number=rng.choice(self.numbers)),
        )
        return Made(contact_id, customer, self._versions(rng, record, whole=True))

    def _outbound(self, rng: random.Random, kind: str, contact_id: str, began: datetime) -> Made:
        customer = self._person(rng)
        way = rng.choices(["OUTBOUND", "API", "CALLBACK", "CAMPAIGN_PREVIEW"], [90, 4, 4, 2])[0]
        number, tier = rng.choice(self.numbers), rng.choice(TIERS)
        arm = rng.choice(["", "", "", "local"])
        system = None if way == "CALLBACK" else rng.choice(self.own)
        claimed: tuple[str, str, str, str] | None = None
        attributes: Mapping[str, str] = {}
        if kind == "dial":
            attributes = decided(contact_id, "dial", number, tier, arm=arm)
            claimed = ("dial", number, tier, arm)
        elif kind == "claim alone":
            claimed = ("dial", number, tier, arm)
        elif kind == "default":
            arm = "default" if arm else ""
            reason = "outside_percentage" if arm else f"observed_would_show_{tier}"
            attributes = decided(contact_id, "default", reason=reason, arm=arm)
            claimed = ("default", "", "default", arm)
        elif kind == "failed":
            attributes = {
                "local_presence_action": "default",
                "local_presence_reason": "picker_failed",
            }
        elif kind == "off":
            attributes = decided(contact_id, "default", reason="queue_is_off")
        elif kind == "blocked":
            attributes = decided(contact_id, "block", reason="suppressed_opt_out")
        elif kind == "inherited":  # of the contact before: it says nothing of this one
            attributes = decided(f"{contact_id}-before", "dial", number, tier)
        outcome = rng.choices(list(_ENDINGS), list(_ENDINGS.values()))[0]
        if kind == "blocked":
            outcome = "CONTACT_FLOW_DISCONNECT"
        first = _ended(
            rng, outcome, contact_id=contact_id, customer=customer, began=began, initiation=way,
            system=system, attributes=attributes,
        )  # fmt: skip
        return Made(contact_id, customer, self._versions(rng, first), claimed)

    def _versions(self, rng: random.Random, first: Json, whole: bool = False) -> list[Json]:
        """The record as it was first sent, and as it was sent again when it changed."""
        versions = [first]
        while rng.random() < self.late and len(versions) < 4:
            changed = _changed(rng, versions[-1], self.own)
            seconds = rng.choice([1, 5, 60, 3_600, 86_400])
            before = datetime.fromisoformat(versions[-1]["LastUpdateTimestamp"])
            changed["LastUpdateTimestamp"] = written(before + seconds * SECOND)
            versions.append(changed)
        if whole:
            return versions
        return [
            _damaged(rng, version) if rng.random() < self.damaged else version
            for version in versions
        ]


_KINDS: Final = {
    "dial": 60, "claim alone": 5, "default": 8, "failed": 2, "off": 4, "elsewhere": 4,
    "blocked": 3, "inherited": 2, "inbound": 8, "other": 4,
}  # fmt: skip
_ENDINGS: Final = {
    "answered": 9, "short": 3, "voicemail": 8, "TELECOM_UNANSWERED": 45, "TELECOM_TIMEOUT": 6,
    "TELECOM_BUSY": 6, "TELECOM_NUMBER_INVALID": 4, "TELECOM_POTENTIAL_BLOCKING": 2,
    "TELECOM_ORIGINATOR_CANCEL": 8, "TELECOM_PROBLEM": 2, "CUSTOMER_NEVER_ARRIVED": 1,
    "header": 1, "busy tone": 1, "": 2, "OTHER": 1, "SOMETHING_NEW": 1,
}  # fmt: skip
_MACHINES: Final = ("VOICEMAIL_BEEP", "VOICEMAIL_NO_BEEP", "FAX_MACHINE_DETECTED")


def _ended(rng: random.Random, outcome: str, *, began: datetime, **told: Any) -> Json:
    """A call of ours that ended in one of `_ENDINGS`."""
    rang = rng.randrange(4, 40) * SECOND
    answered = began + rang
    if outcome in ("answered", "short", "voicemail"):
        lasted = rng.randrange(7) if outcome == "short" else rng.randrange(7, 400)
        return contact_record(
            began=began,
            answered=answered,
            ended=answered + lasted * SECOND,
            reason=rng.choice(["CUSTOMER_DISCONNECT", "AGENT_DISCONNECT"]),
            machine=rng.choice(_MACHINES) if outcome == "voicemail" else None,
            **told,
        )
    if outcome == "header":
        header = "v=analytics1;url=https://example.com"
        return contact_record(began=began, ended=answered, reason="OTHER", blocked=header, **told)
    if outcome == "busy tone":
        return contact_record(
            began=began, ended=answered, reason=None, machine="SIT_TONE_BUSY", **told
        )
    return contact_record(began=began, ended=answered, reason=outcome or None, **told)


def _changed(rng: random.Random, record: Json, own: Sequence[str]) -> Json:
    """The record as a later version has it: mostly of what counters do not care for."""
    changed = {**record, "Attributes": dict(record["Attributes"])}
    began = datetime.fromisoformat(record["InitiationTimestamp"])
    match rng.randrange(10):
        case 0:  # by which it may come to count in another hour
            minutes = rng.choice([-90, -40, 40, 90])
            changed["InitiationTimestamp"] = written(began + timedelta(minutes=minutes))
        case 1 if record["ConnectedToSystemTimestamp"]:
            changed["AnsweringMachineDetectionStatus"] = rng.choice([*_MACHINES, "HUMAN_ANSWERED"])
        case 2 if not record["ConnectedToSystemTimestamp"]:
            changed["DisconnectReason"] = rng.choice(
                ["TELECOM_BUSY", "TELECOM_UNANSWERED", "TELECOM_PROBLEM"]
            )
        case 3 if record["InitiationMethod"] == "OUTBOUND":
            changed["SystemEndpoint"] = _endpoint(rng.choice(own))
        case _:
            changed["Attributes"]["note"] = f"call {rng.randrange(100)}"
    return changed


def _damaged(rng: random.Random, record: Json) -> Json:
    """The record without something, or with words that no Connect of today knows."""
    damaged = dict(record)
    match rng.randrange(8):
        case 0:
            damaged["InitiationTimestamp"] = None
        case 1:
            del damaged["CustomerEndpoint"]
        case 2:
            damaged["SystemEndpoint"] = None
        case 3:
            damaged["DisconnectReason"] = "A_REASON_OF_2031"
        case 4:
            damaged["InitiationMethod"] = "HOLOGRAM"
        case 5:
            damaged["AnsweringMachineDetectionStatus"] = "ROBOT_ANSWERED"
        case 6:
            del damaged["DisconnectTimestamp"]
        case _:
            del damaged["Channel"]
    return damaged


def delivered(
    made: Sequence[Made], rng: random.Random, twice: float = 0.06, apart: int = 2_000
) -> Iterator[Json]:
    """Every version of every contact at least once, in the order of `order`."""
    versions = [len(contact.versions) for contact in made]
    for contact, version in order(versions, rng, twice, apart):
        yield made[contact].versions[version]


def order(
    versions: Sequence[int], rng: random.Random, twice: float = 0.06, apart: int = 2_000
) -> list[tuple[int, int]]:
    """In which order so many versions of each contact come: pairs of contact and version. `twice`
    of them come again, and none more than `apart` places from where it belongs."""
    placed: list[tuple[float, int, int]] = []
    position = 0
    for contact, count in enumerate(versions):
        for version in range(count):
            position += 1
            times = 1 + (rng.random() < twice) + (rng.random() < twice / 4)
            placed += [(position + rng.uniform(0, apart), contact, version) for _ in range(times)]
    placed.sort()
    return [(contact, version) for _, contact, version in placed]
