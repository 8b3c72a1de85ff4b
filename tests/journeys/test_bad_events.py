"""Whatever Connect says, a call is dialled, shows the default, or is blocked on purpose."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.cloud import LocalCloud
from local.dialling import Call, dial
from tests.journeys.conftest import upload

LENIENT, STRICT = "outbound-service", "outbound-sales"
CUSTOMER = "+12065550187"
NOON_IN_SEATTLE = datetime(2026, 12, 2, 20, tzinfo=UTC)
INSTANCE = "arn:aws:connect:us-east-1:111122223333:instance/c8c0e68d-2200-4265-82c0-000000000002"


@pytest.fixture(scope="module", autouse=True)
def _numbers(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = "\n".join(f"+1206555{last:04}" for last in range(100, 140))
    upload(cloud, tmp_path_factory.mktemp("pool") / "pool.csv", f"number\n{rows}\n", "service")


@dataclass(frozen=True)
class Case:
    reason: str
    call: Call
    action: str
    why: str = ""


CASES = [
    Case("a chat", Call(CUSTOMER, channel="CHAT"), "none"),
    Case("a task", Call(CUSTOMER, channel="TASK"), "none"),
    Case("a reply by e-mail", Call("a@example.com", channel="EMAIL"), "none"),
    Case("a channel that is not invented yet", Call(CUSTOMER, channel="HOLOGRAM"), "none"),
    Case("a withheld number", Call(None), "default"),
    Case("an empty number", Call(""), "default"),
    Case("the word that carriers put for a withheld number", Call("anonymous"), "default"),
    Case("a SIP address", Call("sip:someone@example.com", endpoint_type="SIP"), "default"),
    Case("a type of endpoint of tomorrow", Call(CUSTOMER, endpoint_type="TELEPATHY"), "default"),
    Case("a number without its country", Call("2065550187"), "default"),
    Case("a number too long for any plan", Call("+1206555018712345678"), "default"),
    Case("digits that mean nothing", Call("+999123"), "default"),
    Case("an emergency number", Call("911"), "default"),
    Case("an emergency number where the queue blocks", Call("+44999", STRICT), "default"),
    Case("an initiation method of tomorrow", Call(CUSTOMER, initiation_method="DREAM"), "dial"),
    Case("a transfer to the outside", Call(CUSTOMER, initiation_method="TRANSFER"), "dial"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.reason)
def test_a_strange_contact_ends_as_it_must(cloud: LocalCloud, case: Case) -> None:
    done = dial(cloud, case.call)
    assert done.action == case.action, done.as_json()
    assert cloud.failures() == []
    assert all("no time" not in step.note for step in done.outcome.trace)


NULL_EVENT = {
    "Details": {
        "ContactData": {
            "Attributes": {},
            "Channel": "VOICE",
            "ContactId": "5ca32fbd-8f92-46af-92a5-6b0f970f0efe",
            "CustomerEndpoint": None,
            "InitialContactId": "5ca32fbd-8f92-46af-92a5-6b0f970f0efe",
            "InitiationMethod": "API",
            "InstanceARN": INSTANCE,
            "MediaStreams": {"Customer": {"Audio": None}},
            "PreviousContactId": "5ca32fbd-8f92-46af-92a5-6b0f970f0efe",
            "Queue": None,
            "SystemEndpoint": None,
        },
        "Parameters": {},
    },
    "Name": "ContactFlowEvent",
}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (NULL_EVENT, "Connect's smallest event: null endpoints, null queue"),
        ({"Details": {"ContactData": None, "Parameters": None}}, "no contact"),
        ({"Details": {}}, "no details"),
        ({}, "nothing"),
        ({"Details": {"ContactData": {"Channel": 7, "Queue": "x"}, "Parameters": []}}, "nonsense"),
        ([], "not even an object"),
    ],
)
def test_an_event_without_its_members_gets_flat_strings(
    cloud: LocalCloud, event: Any, reason: str
) -> None:
    answer = cloud.function_of("pick_caller_id").invoke(event)
    assert answer.payload["action"] in ("default", "block"), reason
    assert all(isinstance(value, str) for value in answer.payload.values())
    assert answer.milliseconds < 1000


def test_a_call_without_a_queue_fails_like_in_connect_but_the_picker_answers(
    cloud: LocalCloud,
) -> None:
    answer = cloud.function_of("pick_caller_id").invoke(
        {
            "Details": {
                "ContactData": {
                    "Channel": "VOICE",
                    "ContactId": "5ca32fbd-8f92-46af-92a5-000000000001",
                    "CustomerEndpoint": {"Address": CUSTOMER, "Type": "TELEPHONE_NUMBER"},
                    "Queue": None,
                },
                "Parameters": {"queue": LENIENT},
            }
        }
    )
    assert answer.payload["action"] == "dial", "the flow says which queue it is of"


def test_a_dialled_contact_carries_who_calls_and_why(cloud: LocalCloud) -> None:
    with cloud.clock.standing_at(NOON_IN_SEATTLE):
        done = dial(cloud, Call("+12065550186"))
    kept = done.outcome.attributes
    names = ("local_presence_brand", "local_presence_call_reason")
    assert done.action == "dial"
    assert [kept[name] for name in names] == ["Example Care", "Your appointment"]


@pytest.mark.parametrize("reachable", [True, False], ids=["a store", "no store"])
def test_a_sales_call_at_night_is_stopped_and_says_until_when(
    cloud: LocalCloud, reachable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = NOON_IN_SEATTLE + timedelta(hours=9)
    if not reachable:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")  # nobody listens
        cloud.forget_container()
    with cloud.clock.standing_at(night):
        done = dial(cloud, Call(CUSTOMER, STRICT))
    monkeypatch.undo()
    cloud.forget_container()
    assert (done.action, done.reason) == ("block", "outside_calling_hours")
    assert done.text("message") == (
        "It is 21:00 on Wednesday in Washington (America/Los_Angeles); marketing calls are allowed"
        " there from 08:00 to 20:00. Next: Thu 3 Dec 08:00 there (16:00 UTC)."
    )
    assert done.text("opens_at") == "2026-12-03T16:00:00+00:00"


@pytest.mark.parametrize("queue", [LENIENT, STRICT])
def test_a_store_that_is_gone_means_what_the_queue_says(
    cloud: LocalCloud, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")  # nobody listens
    cloud.forget_container()
    with cloud.clock.standing_at(NOON_IN_SEATTLE):
        done = dial(cloud, Call(CUSTOMER, queue))
    monkeypatch.undo()
    cloud.forget_container()
    assert done.action == ("default" if queue == LENIENT else "block")
    assert done.reason == "store_unavailable"
    assert done.invocations[0].milliseconds < 1000


def test_a_file_of_bad_rows_changes_nothing(cloud: LocalCloud, tmp_path: Path) -> None:
    result = upload(cloud, tmp_path / "bad.csv", "number\nhello\n=1+1\n", "service")
    assert result.error
    assert [row.accepted for row in result.results] == [False, False]
    assert dial(cloud, Call("+12065550191")).action == "dial"
