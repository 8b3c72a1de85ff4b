"""A message that AWS End User Messaging received on a number of ours, as SNS hands it to Lambda.

Source: AWS End User Messaging SMS User Guide, "Two-way SMS messaging"; the shape is that of
tests/events/inbound_text.json.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple


class InboundText(NamedTuple):
    """A received message. Absent text is "". `published_id` names the message that it answers,
    where one is known."""

    id: str
    sender: str
    recipient: str
    body: str
    keyword: str
    published_id: str
    at: datetime | None


class NotAMessage(ValueError):
    """The notification holds no message. The text quotes nothing of it."""


def texts_of(event: Mapping[str, Any]) -> Iterator[InboundText]:
    """The messages of an event of SNS, mostly one. Raises NotAMessage."""
    for record in event.get("Records") or []:
        yield _read(record.get("Sns") or {})


def _read(notice: Mapping[str, Any]) -> InboundText:
    try:
        told = json.loads(notice.get("Message") or "")
    except (TypeError, ValueError, RecursionError) as problem:
        raise NotAMessage("not JSON") from problem
    if not isinstance(told, dict):
        raise NotAMessage("no object")
    return InboundText(
        id=_text(told.get("inboundMessageId")) or _text(notice.get("MessageId")),
        sender=_text(told.get("originationNumber")).strip(),
        recipient=_text(told.get("destinationNumber")).strip(),
        body=_text(told.get("messageBody")),
        keyword=_text(told.get("messageKeyword")),
        published_id=_text(told.get("previousPublishedMessageId")),
        at=_time(notice.get("Timestamp")),
    )


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""


def _time(told: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(_text(told))
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC)
