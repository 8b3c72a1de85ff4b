"""Heeds what agents chose at the end of a contact, as the contact records tell it.

Connect delivers a record at least once and again when it changes; the same one changes nothing.
"""

from collections.abc import Mapping
from typing import Any

from lambdas import telemetry, wiring
from lambdas.connect import deliveries
from lambdas.connect.contact_record import ContactRecord, Initiation, NotAContactRecord, read
from lambdas.connect.deliveries import Delivery
from lambdas.domain.phone import masked
from lambdas.telemetry import Metric
from lambdas.usecases.heed import Disposition, heed_disposition
from lambdas.wiring import heeding, record_files

NOT_THE_CUSTOMERS = frozenset({Initiation.EXTERNAL_OUTBOUND, Initiation.MONITOR})
"""Contacts whose other end is a colleague, or a number that the call was handed to."""


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Heed each record of the batch; return as `batchItemFailures` those to deliver again."""
    return deliveries.each(event, record_files.files(), _heeded)


def _heeded(delivery: Delivery) -> bool:
    """Whether the record need not be delivered again."""
    try:
        record = read(delivery.data)
    except NotAContactRecord as problem:
        telemetry.record(
            "contact_record_unread",
            Metric("ContactRecordsUnread", 1),
            at=delivery.at,
            why=str(problem),
        )
        return True
    told = _disposition(record)
    if told is None:
        return True
    try:
        _heed(record, told)
    except Exception as problem:  # noqa: BLE001 - whatever it is, the others of the batch go on
        telemetry.record(
            "disposition_not_heeded",
            level="ERROR",
            contact_id=record.contact_id,
            customer=masked(told.number),
            problem=type(problem).__name__,
        )
        return False
    return True


def _disposition(record: ContactRecord) -> Disposition | None:
    """What the agent chose, where it stands for a reason not to call."""
    known = heeding.dispositions()
    words = record.attributes.get(known.attribute, "")
    reason = known.reason(words)
    customer = record.customer.phone if record.customer else ""
    if reason is None or not customer or record.initiation in NOT_THE_CUSTOMERS:
        return None
    agent = record.agent.username if record.agent else ""
    return Disposition(customer, words, reason, agent, record.moment or wiring.now())


def _heed(record: ContactRecord, told: Disposition) -> None:
    heeded = heed_disposition(told, heeding.suppressions(), wiring.now(), heeding.known())
    metrics = [] if heeded.accepted else [Metric("SuppressionsRefused", 1)]
    if heeded.changed:
        metrics.append(Metric("Suppressions", 1, dimensions=("Way",)))
    telemetry.record(
        "disposition",
        *metrics,
        Way="disposition",
        contact_id=record.contact_id,
        customer=masked(told.number),
        reason=heeded.reason,
        accepted=heeded.accepted,
        changed=heeded.changed,
        overtaken=heeded.overtaken,
    )
