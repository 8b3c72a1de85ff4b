"""One call: the queue's real flow, run for a contact, with the real functions behind it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.cloud import LocalCloud
from local.errors import LocalError
from local.flow_runner import Agent, Contact, Ended, Endpoint, Outcome, Queue, run
from local.functions import Invocation
from local.loading import Queue as LoadedQueue

Json = Any

_CONTACTS = uuid.UUID("0f2b3a9e-7b0c-4d0b-8a54-3c9d5a0e8f21")
AGENT = Agent("agent.one", "Ada", "Agent")


@dataclass(frozen=True)
class Call:
    """What an agent does: dial `to` on a queue. `to` is None when the number is withheld."""

    to: str | None
    queue: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    contact_id: str | None = None
    channel: str = "VOICE"
    endpoint_type: str = "TELEPHONE_NUMBER"
    initiation_method: str = "OUTBOUND"
    has_queue: bool = True


@dataclass(frozen=True)
class Dial:
    """What the flow in fact did with one call, and what the functions said on the way.

    `action` is `dial` (with `caller_id`), `default` (the queue's own number was shown), `block`
    (the contact was stopped before anyone was rung) or `none` (not a call). `shown` is the number
    that the customer saw, or an empty text.
    """

    call: Call
    queue: LoadedQueue
    contact_id: str
    at: datetime
    action: str
    shown: str
    outcome: Outcome
    decision: Mapping[str, Json]
    invocations: Sequence[Invocation]

    def text(self, name: str) -> str:
        """A member of the picker's decision; an empty text where there was none."""
        return str(self.decision.get(name, ""))

    @property
    def caller_id(self) -> str:
        """The local number that was shown; an empty text unless the action is `dial`."""
        return self.shown if self.action == "dial" else ""

    @property
    def reason(self) -> str:
        """Why: the picker's reason, or what the flow remembered where the picker failed."""
        return self.text("reason") or self.outcome.attributes.get("local_presence_reason", "")

    @property
    def tier(self) -> str:
        """How local the shown number is."""
        return self.text("tier") if self.action == "dial" else "default"

    def as_json(self) -> dict[str, Json]:
        """One line of `dial --json`."""
        return {
            "to": self.call.to,
            "action": self.action,
            "caller_id": self.caller_id,
            "tier": self.tier,
            "reason": self.reason,
            "message": self.text("message"),
            "opens_at": self.text("opens_at") or None,
            "region": self.text("region"),
            "place": self.text("place"),
            "state": self.text("state"),
            "time_zones": self.text("time_zones").split(),
            "distance_km": float(away) if (away := self.text("distance_km")) else None,
            "known_by": self.text("known_by"),
            "rejected": dict(self.decision.get("rejected", {})),
            "shown": self.shown,
            "queue": self.queue.key,
            "decision_id": self.text("decision_id"),
            "contact_id": self.contact_id,
            "at": self.at.isoformat(),
            "trace": [
                {
                    "id": step.identifier,
                    "type": step.type,
                    "branch": step.branch,
                    "ms": round(step.milliseconds, 1),
                    **({"note": step.note} if step.note else {}),
                }
                for step in self.outcome.trace
            ],
        }


def dial(cloud: LocalCloud, call: Call) -> Dial:
    """Run the queue's outbound whisper flow for one call.

    Raises LocalError when the queue has no flow or a function's handler is missing, and
    FlowError where the flow did what Connect would not.
    """
    queue = cloud.queue(call.queue)
    if queue.flow_arn not in cloud.loaded.flows:
        raise LocalError(f"Queue {queue.key} has no outbound whisper flow of this app.")
    contact_id = call.contact_id or _next_contact_id(cloud)
    contact = _contact(cloud, call, queue, contact_id)
    cloud.connect.contacts.begin(contact_id)
    invocations: list[Invocation] = []
    mistakes: list[LocalError] = []

    def invoke(arn: str, event: dict[str, Json], _seconds_left: float) -> Json:
        try:
            done = cloud.invoke(arn, event)
        except LocalError as mistake:  # ours, not the handler's: no error branch may hide it
            mistakes.append(mistake)
            raise
        invocations.append(done)
        contact.stopped = cloud.connect.contacts.is_stopped(contact_id)
        return done.payload

    at = cloud.clock.now()
    outcome = run(
        cloud.loaded.flows[queue.flow_arn][1],
        contact,
        invoke,
        clock=cloud.seconds,
        coverage=cloud.coverage[queue.flow_arn],
    )
    if mistakes:
        raise mistakes[0]
    action, shown = _what_happened(outcome)
    decision = _decision(invocations)
    return Dial(call, queue, contact_id, at, action, shown, outcome, decision, tuple(invocations))


def _contact(cloud: LocalCloud, call: Call, queue: LoadedQueue, contact_id: str) -> Contact:
    return Contact(
        contact_id=contact_id,
        instance_arn=cloud.loaded.instance_arn,
        queue=Queue(queue.name, queue.arn, queue.default_number or None)
        if call.has_queue
        else None,
        customer=Endpoint(call.to, call.endpoint_type) if call.to is not None else None,
        channel=call.channel,
        initiation_method=call.initiation_method,
        agent=AGENT,
        attributes=call.attributes,
    )


def _next_contact_id(cloud: LocalCloud) -> str:
    """Distinct for every dial of a state, and the same again for the same order of dials."""
    cloud.state.dials += 1
    return str(uuid.uuid5(_CONTACTS, str(cloud.state.dials)))


def _what_happened(outcome: Outcome) -> tuple[str, str]:
    if outcome.dialled is not None:
        action = "dial" if outcome.dialled.by == "number" else "default"
        return action, outcome.dialled.caller_id
    return ("block" if outcome.ended is Ended.STOPPED else "none"), ""


def _decision(invocations: Sequence[Invocation]) -> Mapping[str, Json]:
    for invocation in invocations:
        for record in invocation.records("decision"):
            return record
    return {}
