"""The function that suppresses: events of flows and direct calls in, flat texts out."""

import json
from typing import Any

import pytest

from lambdas import wiring
from lambdas.suppress_customer.handler import handler
from lambdas.usecases.suppress import Known
from lambdas.wiring import suppressing
from tests.unit.builders import NOON
from tests.unit.fakes import MemorySuppressions

PERSON = "+12065550142"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> MemorySuppressions:
    made = MemorySuppressions()
    monkeypatch.setattr(suppressing, "suppressions", lambda: made)
    monkeypatch.setattr(suppressing, "known", lambda: Known(("Example",)))
    monkeypatch.setattr(wiring, "now", lambda: NOON)
    return made


def flow(**parameters: str) -> dict[str, Any]:
    data = {
        "ContactId": "c1",
        "Channel": "VOICE",
        "CustomerEndpoint": {"Address": PERSON, "Type": "TELEPHONE_NUMBER"},
    }
    return {"Details": {"ContactData": data, "Parameters": parameters}, "Name": "ContactFlowEvent"}


def test_a_flow_suppresses_the_contacts_customer(
    store: MemorySuppressions, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = handler(flow(reason="do not call", agent="ada", brand="example"), None)

    assert reply == {
        "accepted": "true",
        "changed": "true",
        "reason": "do_not_call",
        "message": "No more calls for Example for good."
        " This customer is on the do-not-call list of the company.",
    }
    [one] = store.stands[PERSON].values()
    assert (one.by, one.through, one.brand) == ("ada", "agent", "Example")
    told = json.loads(capsys.readouterr().out)
    assert (told["event"], told["to"], told["accepted"]) == ("suppression", "+1206*******", True)


def test_a_guide_may_tell_another_number_than_the_contacts(store: MemorySuppressions) -> None:
    handler(flow(number="+442079460123", reason="opt-out", by="bob", through="key_press"), None)

    [one] = store.stands["+442079460123"].values()
    assert (one.by, one.through) == ("bob", "key_press")
    assert PERSON not in store.stands


def test_a_flow_without_a_reason_is_told_and_counted(
    store: MemorySuppressions, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = handler(flow(), None)

    assert (reply["accepted"], reply["changed"], reply["reason"]) == (
        "false", "false", "unknown_reason",
    )  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert told["SuppressionsRefused"] == 1
    assert PERSON not in str(told)


def test_a_direct_call_suppresses_and_lifts(store: MemorySuppressions) -> None:
    told = {"number": "(206) 555-0142", "country": "US", "reason": "stop", "by": "crm"}

    assert handler(told, None)["changed"] == "true"
    assert handler(told, None)["changed"] == "false"
    assert store.stands[PERSON]["opt_out||"].through == "api"

    lifting = {"number": PERSON, "lift": True, "by": "ada"}
    assert handler(lifting, None)["reason"] == "nobody_says_why"
    assert handler({**lifting, "why": "signed"}, None) == {
        "accepted": "true", "changed": "true", "reason": "lifted",
        "message": "What stood is lifted.",
    }  # fmt: skip
    assert store.stands[PERSON] == {}


def test_lifting_one_reason_leaves_the_others(store: MemorySuppressions) -> None:
    handler({"number": PERSON, "reason": "stop"}, None)
    handler({"number": PERSON, "reason": "deceased"}, None)

    handler({"number": PERSON, "lift": "deceased", "by": "ada", "why": "lives"}, None)

    assert list(store.stands[PERSON]) == ["opt_out||"]


@pytest.mark.parametrize(
    "unread",
    [{"brand": ["Example Care"]}, {"purpose": 7}, {"reason": ["stop"]}, {"lift": 1},
     {"lift": ["stop"]}, {"why": True}],
)  # fmt: skip
def test_nothing_is_lifted_where_a_part_of_the_request_cannot_be_read(
    store: MemorySuppressions, unread: dict[str, Any]
) -> None:
    handler({"number": PERSON, "reason": "stop"}, None)
    handler({"number": PERSON, "reason": "deceased"}, None)

    asked = {"number": PERSON, "lift": True, "by": "ada", "why": "signed", **unread}
    assert handler(asked, None)["accepted"] == "false"

    assert len(store.stands[PERSON]) == 2


def test_the_log_holds_no_more_than_known_ways(
    store: MemorySuppressions, capsys: pytest.CaptureFixture[str]
) -> None:
    handler({"number": PERSON, "reason": "stop", "through": f"call from {PERSON}"}, None)

    told = capsys.readouterr().out
    assert json.loads(told)["through"] == "other"
    assert PERSON not in told


def test_a_flow_cannot_lift(store: MemorySuppressions) -> None:
    handler(flow(reason="stop"), None)

    handler(flow(reason="stop", lift="true", by="ada", why="because"), None)

    assert list(store.stands[PERSON]) == ["opt_out||"]


@pytest.mark.parametrize(
    "event",
    [None, [], {}, {"Details": None}, {"Details": {"Parameters": [], "ContactData": 7}},
     {"number": 12065550142, "reason": ["stop"]}, {"number": PERSON, "reason": None}, "stop"],
)  # fmt: skip
def test_whatever_comes_in_flat_texts_come_out(store: MemorySuppressions, event: Any) -> None:
    reply = handler(event, None)

    assert set(reply) == {"accepted", "changed", "reason", "message"}
    assert all(isinstance(value, str) for value in reply.values())
    assert reply["accepted"] == "false"
