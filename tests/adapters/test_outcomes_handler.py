"""The function that counts outcomes: batches of a stream, damaged records, failures in between."""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from lambdas import telemetry, wiring
from lambdas.domain.outcome_of import Call, Facts, facts_of
from lambdas.domain.outcomes import Cell, Outcome
from lambdas.domain.phone import E164
from lambdas.domain.places import PlaceFinder
from lambdas.record_outcomes.handler import handler
from lambdas.store.outcome_writes import DynamoOutcomeWrites
from lambdas.usecases.record_outcome import Change, Refused
from lambdas.wiring import outcomes
from local.contact_records import OWN, Maker, contact_record, decided
from tests.adapters.conftest import House
from tests.adapters.test_outcomes_writing import KEPT, NOW, PERSON, counters, make_store
from tests.unit.builders import NOON, NanpStates

OURS = E164("+12065550123")
MINUTE = timedelta(minutes=1)


@dataclass
class Function:
    """The handler with its tables; `store` may be another, and `told` is its log."""

    house: House
    store: Any
    told: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, *records: Any) -> list[str]:
        answer = handler(batch(records), None)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def metrics(self) -> dict[str, Any]:
        return next(told for told in reversed(self.told) if told["event"] == "outcomes")


@pytest.fixture
def function(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Function]:
    made = Function(house, make_store(house))

    def record(event: str, *metrics: telemetry.Metric, **fields: Any) -> None:
        made.told.append({"event": event, **fields, **{one.name: one.value for one in metrics}})

    monkeypatch.setattr(outcomes, "outcomes", lambda: made.store)
    monkeypatch.setattr(outcomes, "places", NanpStates)
    monkeypatch.setattr(outcomes, "ledger_kept", lambda: KEPT)
    monkeypatch.setattr(telemetry, "record", record)
    wiring.use_clock(lambda: NOW)
    yield made
    wiring.use_clock(None)


def batch(records: Iterable[Any]) -> dict[str, Any]:
    def item(number: int, record: Any) -> dict[str, Any]:
        data = record if isinstance(record, bytes) else json.dumps(record).encode()
        return {"kinesis": {"sequenceNumber": str(number), "data": base64.b64encode(data).decode()}}

    return {"Records": [item(number, record) for number, record in enumerate(records, start=1)]}


def call(contact_id: str, number: str = OURS, **told: Any) -> dict[str, Any]:
    attributes = decided(contact_id, number=number)
    usual = {"customer": PERSON, "began": NOON, "attributes": attributes}
    return contact_record(contact_id, **{**usual, "reason": "TELECOM_BUSY", **told})


BUSY = Cell("", "city", "US-WA", Outcome.BUSY)


def test_a_batch_is_counted_and_told(function: Function) -> None:
    chat = call("chat", channel="CHAT")
    old = call("old", began=NOON - timedelta(days=99))
    plain = call("plain", attributes={}, reason="TELECOM_UNANSWERED")
    assert function(call("c-1"), call("c-2"), call("c-1"), chat, old, plain) == []

    no_answer = Cell("", "default", "US-WA", Outcome.NO_ANSWER)
    assert counters(function.house) == {(OURS, NOON, BUSY): 2, (OWN, NOON, no_answer): 1}
    told = function.metrics()
    lag = (NOW - NOON).total_seconds() - 80
    assert (told["OutcomeRecords"], told["OutcomesCounted"], told["OutcomeLag"]) == (6, 3, lag)
    assert (told["OutcomeRecordsUnread"], told["OutcomesFailed"]) == (0, 0)
    assert (told["known"], told["passed_over"], told["filled_back"]) == (0, 1, 1)

    assert function(call("c-1"), call("c-2")) == []
    assert counters(function.house)[OURS, NOON, BUSY] == 2
    assert function.metrics()["known"] == 2


def test_of_a_contact_that_comes_twice_in_a_batch_the_newest_counts(function: Function) -> None:
    newest = call("c-1", reason="TELECOM_UNANSWERED", updated=NOON + 9 * MINUTE)
    for records in ([newest, call("c-1")], [call("c-1"), newest], [call("c-1")]):
        assert function(*records) == []
        cell = BUSY._replace(outcome=Outcome.NO_ANSWER)
        assert counters(function.house) == {(OURS, NOON, cell): 1}
    assert [told["OutcomesCounted"] for told in function.told] == [1, 0, 0]


def test_what_is_no_record_stops_nothing(function: Function) -> None:
    damaged: list[Any] = [
        b"", b"{", b"[]", b"null", b"\xff\xfe", {"ContactId": ""}, {"ContactId": 7},
        {"ContactId": "x" * 3_000}, {"ContactId": "\ud83d"}, b"[" * 100_000,
    ]  # fmt: skip
    odd: list[Any] = [
        {"ContactId": "bare"},
        call("no-times") | dict.fromkeys(("InitiationTimestamp", "DisconnectTimestamp")),
        call("year-9999") | {"InitiationTimestamp": "9999-12-31T23:59:59Z"},
        call("updated-9999") | {"LastUpdateTimestamp": "9999-12-31T23:59:59Z"},
        call("texts") | {"Attributes": "none", "SystemEndpoint": 5, "Agent": [], "Queue": ""},
        call("naïve ☎") | {"Channel": None},
        call("no-year") | {"LastUpdateTimestamp": "0001-01-01T00:00:00+05:00"},
        call("half-text") | {"SystemEndpoint": {"Address": "\ud83d", "Type": "TELEPHONE_NUMBER"}},
        call("half-reason") | {"Attributes": {"local_presence_reason": "\ud83d"}},
        call("callback-9999", initiation="CALLBACK", reason="TELECOM_TIMEOUT", attributes={})
        | {"DisconnectTimestamp": "9999-12-31T23:59:59Z"},
    ]
    assert function(*damaged, *odd, call("good")) == []
    assert counters(function.house)[OURS, NOON, BUSY] == 4
    told = function.metrics()
    assert told["OutcomeRecordsUnread"] == len(damaged)
    assert sum(one["event"] == "outcome_record_unread" for one in function.told) == len(damaged)


def test_a_record_that_nothing_was_prepared_for_keeps_no_other_from_being_counted(
    function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(told: Call, places: PlaceFinder) -> Facts | None:
        if told.contact_id == "c-2":
            raise LookupError("+12067000142 is nobody's business")
        return facts_of(told, places)

    monkeypatch.setattr("lambdas.record_outcomes.handler.facts_of", odd)
    assert function(call("c-1"), call("c-2"), call("c-3")) == ["2"]
    assert counters(function.house) == {(OURS, NOON, BUSY): 2}
    [told] = [one for one in function.told if one["event"] == "outcome_record_failed"]
    assert told == {
        "event": "outcome_record_failed", "level": "ERROR", "at": "2", "problem": "LookupError",
    }  # fmt: skip


class FailsFor:
    """A store that cannot write some contacts."""

    def __init__(self, real: DynamoOutcomeWrites, contacts: set[str]) -> None:
        self._real, self.contacts = real, contacts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def write(self, change: Change) -> Refused | None:
        if change.contact_id in self.contacts:
            raise ConnectionError("+12067000142 is nobody's business")
        return self._real.write(change)


def test_what_failed_is_delivered_again_and_all_else_is_counted(function: Function) -> None:
    failing = FailsFor(function.store, {"c-2"})
    function.store = failing
    later = call("c-2", reason="TELECOM_UNANSWERED", updated=NOON + 9 * MINUTE)
    assert function(call("c-1"), call("c-2"), call("c-3"), later) == ["2", "4"]
    assert counters(function.house) == {(OURS, NOON, BUSY): 2}
    assert function.metrics()["OutcomesFailed"] == 2
    [told] = [one for one in function.told if one["event"] == "outcome_not_recorded"]
    assert told == {
        "event": "outcome_not_recorded", "level": "ERROR", "contact_id": "c-2",
        "problem": "ConnectionError",
    }  # fmt: skip

    failing.contacts = set()
    assert function(call("c-2"), call("c-3"), later) == []
    no_answer = BUSY._replace(outcome=Outcome.NO_ANSWER)
    assert counters(function.house) == {(OURS, NOON, BUSY): 2, (OURS, NOON, no_answer): 1}


def test_a_busy_hour_of_one_number_is_counted_whole(function: Function) -> None:
    assert function(*(call(f"c-{index}") for index in range(80))) == []
    assert counters(function.house) == {(OURS, NOON, BUSY): 80}


def test_made_records_are_all_understood(function: Function) -> None:
    maker = Maker(seed=3, begins=NOON - timedelta(days=2), days=1)
    records = [version for index in range(40) for version in maker.contact(index).versions]
    assert function(*records) == []
    assert function.metrics()["OutcomeRecords"] == len(records)
    assert function.metrics()["OutcomeRecordsUnread"] == 0
