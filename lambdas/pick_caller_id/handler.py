"""The caller-ID picker: Connect's flow event in, flat strings out."""

import gc
import os
import re
import time
from typing import Any

from lambdas import telemetry, wiring
from lambdas.connect import flow_event
from lambdas.domain.geometry import Position
from lambdas.domain.phone import masked
from lambdas.domain.settings import Action, QueueSettings
from lambdas.domain.whereabouts import Knowledge
from lambdas.telemetry import Metric
from lambdas.usecases.picking import Contact, Decision
from lambdas.wiring import picking

EXHAUSTED = ("pool_exhausted", "pool_is_empty")


def handler(event: dict[str, Any], context: object) -> dict[str, str]:  # noqa: ARG001
    """Decide on one call. Replies within a second, always with the same keys, all strings."""
    started = time.perf_counter()
    asked = flow_event.parse(event)
    queue = wiring.settings().queue(asked.parameter("queue"), asked.queue_name)
    if queue is None:
        decision = Decision(asked.contact_id, Action.DEFAULT, "queue_not_configured")
    else:
        contact = _contact(asked, queue)
        picker = picking.picker()
        remaining = wiring.deadline(picking.limits().pick)
        picking.patience().until(remaining)
        decision = picker.pick(contact, wiring.now(), remaining)
    milliseconds = (time.perf_counter() - started) * 1000
    _tell(decision, asked, queue, milliseconds)
    return _decided(decision) | _branding(queue)


def _contact(asked: flow_event.FlowEvent, queue: QueueSettings) -> Contact:
    return Contact(
        contact_id=re.sub(r"\s", "_", asked.contact_id),
        channel=asked.channel,
        address=asked.customer_address,
        address_type=asked.customer_address_type,
        queue=queue,
        own_number=asked.system_address,
        knowledge=Knowledge(
            postal_code=asked.parameter("postal_code").strip(),
            city=asked.parameter("city").strip(),
            state=asked.parameter("state").strip(),
            position=_position(asked.parameter("latitude"), asked.parameter("longitude")),
        ),
    )


def _position(latitude: str, longitude: str) -> Position | None:
    """Degrees as the flow knows them; None for what is no position on the Earth."""
    try:
        position = float(latitude), float(longitude)
    except ValueError:
        return None
    on_earth = abs(position[0]) <= 90 and abs(position[1]) <= 180
    return position if on_earth else None


def _branding(queue: QueueSettings | None) -> dict[str, str]:
    """Who calls and why, for the customer's display. The queue's own: nothing is read for it."""
    return {
        "brand": queue.brand if queue else "",
        "call_reason": queue.call_reason if queue else "",
    }


def _decided(decision: Decision) -> dict[str, str]:
    return {
        "action": decision.action.value,
        "caller_id": decision.caller_id,
        "tier": decision.tier.value,
        "reason": decision.reason,
        "decision_id": decision.decision_id,
        "arm": decision.arm,
        "region": decision.destination.region if decision.destination else "",
        "place": decision.place,
        "state": decision.state,
        "time_zones": " ".join(decision.time_zones),
        "distance_km": "" if decision.distance_km is None else f"{decision.distance_km:.1f}",
        "message": decision.message,
        "opens_at": decision.opens_at.isoformat() if decision.opens_at else "",
    }


def _mode(decision: Decision) -> str:
    """What the queue's mode made of the call; "none" where nothing was decided."""
    if decision.reason == "queue_is_off":
        return "off"
    if decision.arm or decision.reason == "outside_percentage":
        return "percent"
    if decision.reason.startswith("observed_"):
        return "observe"
    decided = decision.action is not Action.DEFAULT or decision.reason in EXHAUSTED
    return "on" if decided else "none"


def _tell(
    decision: Decision,
    asked: flow_event.FlowEvent,
    queue: QueueSettings | None,
    milliseconds: float,
) -> None:
    metrics = [
        Metric("Picks", 1, "Count", ("Action", "Queue"), (("Action", "Tier"), ("Mode",))),
        Metric("PickMilliseconds", round(milliseconds, 2), "Milliseconds", ("Queue",)),
    ]
    if decision.reason in EXHAUSTED:
        metrics.append(Metric("Exhausted", 1, dimensions=("Queue",)))
    if decision.reason in ("store_unavailable", "out_of_time"):
        metrics.append(Metric("StoreUnavailable", 1, dimensions=("Queue",)))
    if decision.reason == "do_not_call_register_too_old":
        metrics.append(Metric("RegisterTooOld", 1, dimensions=("Queue",)))
    telemetry.record(
        "decision",
        *metrics,
        **_decided(decision),
        contact_id=asked.contact_id,
        Queue=queue.counted_as if queue else "unknown",
        queue_key=queue.key if queue else "",
        Action=decision.action.value,
        Tier=decision.tier.value,
        Mode=_mode(decision),
        pool=queue.pool if queue else "",
        purpose=queue.purpose if queue else "",
        to=masked(asked.customer_address or ""),
        known_by=decision.known_by,
        rejected=decision.rejected,
        fallen=decision.fallen,
        failure=decision.failure,
        rule=decision.rule,
        lifted=[{"rule": rule, "because": why} for rule, why in decision.lifted],
    )


# Lambda prepares a container, or the snapshot of one, before the first call comes in.
if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
    if os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] == "snap-start":
        picking.prepare_snapshot()
    else:
        picking.prepare(connect=True)
    gc.freeze()
gc.enable()
