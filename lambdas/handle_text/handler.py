"""Heeds messages that people send back: no more calls, a wrong number, or calls again.

Raises where the store does not answer, so that Lambda tries again; what fails for good is in no
queue, for a queue would hold the person's number (docs/decisions/opt-outs-by-sms.md).
"""

from collections.abc import Mapping
from typing import Any

from lambdas import telemetry, wiring
from lambdas.connect.text_message import InboundText, NotAMessage, texts_of
from lambdas.domain.phone import masked
from lambdas.domain.text_replies import Meaning
from lambdas.telemetry import Metric
from lambdas.usecases.heed import Heeded, Text, heed_text
from lambdas.wiring import heeding


def handler(event: Mapping[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001
    """Return how many messages changed what stands: `changed`."""
    try:
        return {"changed": sum(_heed(text) for text in texts_of(event))}
    except NotAMessage as problem:  # and never will be one
        telemetry.record("text_unread", Metric("TextsUnread", 1), why=str(problem))
        return {"changed": 0}


def _heed(text: InboundText) -> bool:
    meaning = heeding.replies().meaning(text.body or text.keyword)
    if meaning is None:
        telemetry.record("text", id=text.id, sender=masked(text.sender), meaning="")
        return False
    now = wiring.now()
    told = Text(text.sender, meaning, text.at or now)
    try:
        heeded = heed_text(told, heeding.suppressions(), now, heeding.known())
    except Exception as problem:
        telemetry.record(
            "text_not_heeded",
            Metric("TextsNotHeeded", 1),
            level="ERROR",
            id=text.id,
            sender=masked(text.sender),
            meaning=meaning,
            problem=type(problem).__name__,
        )
        raise
    _tell(text, meaning, heeded)
    return heeded.changed


def _tell(text: InboundText, meaning: str, heeded: Heeded) -> None:
    metrics = [] if heeded.accepted else [Metric("SuppressionsRefused", 1)]
    if heeded.changed and meaning is not Meaning.RESUME:
        metrics.append(Metric("Suppressions", 1, dimensions=("Way",)))
    telemetry.record(
        "text",
        *metrics,
        Way="text",
        id=text.id,
        sender=masked(text.sender),
        meaning=meaning,
        reason=heeded.reason,
        accepted=heeded.accepted,
        changed=heeded.changed,
        overtaken=heeded.overtaken,
    )
