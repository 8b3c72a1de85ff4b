"""Stops a contact that must not be dialled. Invoked by the whisper flow, never by people."""

from collections.abc import Mapping
from typing import Any

from lambdas import telemetry
from lambdas.connect.contacts import contacts
from lambdas.connect.flow_contact import contact_of
from lambdas.usecases.stop_contact import Patience, Stop, StopReason, stop_contact

# The flow's blocks wait 5 s, and 2 s for the last attempt.
BUDGET_S = 4.0
LAST_BUDGET_S = 1.5


def handler(event: Mapping[str, Any], context: object) -> dict[str, str]:  # noqa: ARG001
    """Reply ``{"stopped": "true" | "false", "reason": …}``, flat strings as the flow requires.

    With the parameter ``final`` set to ``"true"`` a failure is metered as BlockFailed: after it
    the whisper ends, and Connect rings the customer.
    """
    parameters = (event.get("Details") or {}).get("Parameters") or {}
    final = parameters.get("final") == "true"
    contact = contact_of(event)
    if contact is None:
        stop = Stop(StopReason.NOT_A_CONTACT, requests=0)
    else:
        patience = Patience(LAST_BUDGET_S if final else BUDGET_S)
        stop = stop_contact(contacts(), contact, patience)
    failed_for_good = final and not stop.stopped
    telemetry.record(
        "block_failed" if failed_for_good else "stop_contact",
        level="ERROR" if failed_for_good else "INFO",
        contact_id=contact.contact_id if contact else "",
        decision_id=parameters.get("decision") or "",
        blocked_for=parameters.get("reason") or "",
        stopped=stop.stopped,
        reason=stop.reason,
        code=stop.code,
        requests=stop.requests,
    )
    if failed_for_good:
        telemetry.metric("BlockFailed", 1)
    return {"stopped": "true" if stop.stopped else "false", "reason": stop.reason.value}
