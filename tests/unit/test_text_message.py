"""Messages as Amazon SNS hands them over, and as it might."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lambdas.connect.text_message import NotAMessage, texts_of

EVENT = json.loads((Path(__file__).parents[1] / "events" / "inbound_text.json").read_text("utf-8"))


def notice(message: Any, **changed: Any) -> dict[str, Any]:
    told = message if isinstance(message, str) else json.dumps(message)
    return {"Records": [{"Sns": {"Message": told, **changed}}]}


def test_a_documented_message_is_read_whole() -> None:
    [text] = texts_of(EVENT)
    assert (text.sender, text.recipient, text.body) == ("+12065550123", "+12125550101", "STOP")
    assert text.id == "cae173d2-66b9-564c-8309-21f858e9fb84"
    assert text.published_id == "wJalrXUtnFEMI"
    assert text.at == datetime(2026, 11, 2, 18, tzinfo=UTC)


@pytest.mark.parametrize("told", [{}, {"messageBody": None, "originationNumber": 5}])
def test_what_is_missing_or_strange_reads_as_absent(told: dict[str, Any]) -> None:
    [text] = texts_of(notice(told, MessageId="m-1", Timestamp="yesterday"))
    assert (text.sender, text.body, text.id, text.at) == ("", "", "m-1", None)


NO_MESSAGES = ["", "STOP +12065550123", "[1]", '"STOP"', "[" * 100_000]


@pytest.mark.parametrize("message", NO_MESSAGES, ids=range(len(NO_MESSAGES)))
def test_what_is_no_message_is_told_without_quoting_it(message: str) -> None:
    with pytest.raises(NotAMessage) as raised:
        list(texts_of(notice(message)))
    assert str(raised.value) in ("not JSON", "no object")


def test_an_event_without_records_holds_no_message() -> None:
    assert list(texts_of({})) == list(texts_of({"Records": None})) == []
