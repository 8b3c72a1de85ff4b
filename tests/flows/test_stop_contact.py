"""The stopper against a fake of Connect that botocore's own model guards."""

import functools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from lambdas.connect import contacts as connect_contacts
from lambdas.stop_contact import handler as stopper
from lambdas.usecases.stop_contact import Patience
from local.flow_runner import Contact, run
from local.flow_runner.connect_fake import FakeConnect
from tests.flows.samples import INSTANCE, PICKER, Clock, contact, reply, whisper

CONTACT = "4a573372-1f28-4e26-b97b-000000000001"
BUSY = "TooManyRequestsException"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeConnect]:
    fake = FakeConnect(clock=clock)
    connect_contacts.use_client(fake.client())
    patience = functools.partial(Patience, monotonic=clock, sleep=clock.sleep, jitter=lambda: 0.0)
    monkeypatch.setattr(stopper, "Patience", patience)
    yield fake
    connect_contacts.use_client(None)


def event(contact_id: str | None = CONTACT, instance: str | None = INSTANCE, **given: str) -> Any:
    data = {"ContactId": contact_id, "InstanceARN": instance}
    return {"Details": {"ContactData": data, "Parameters": given}, "Name": "ContactFlowEvent"}


def stop(**given: str) -> dict[str, str]:
    return stopper.handler(event(**given), None)


def metrics(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line for line in lines if "_aws" in line]


def test_a_contact_that_connect_ends_is_reported_as_stopped(connect: FakeConnect) -> None:
    known = connect.add(contact())
    assert stop() == {"stopped": "true", "reason": "disconnected"}
    assert known.is_stopped(connect.clock())
    assert [name for name, _ in connect.requests] == ["StopContact", "DescribeContact"]


def test_the_instance_id_comes_from_the_events_arn(connect: FakeConnect) -> None:
    connect.add(contact())
    stop()
    assert connect.requests[0][1] == {
        "ContactId": CONTACT,
        "InstanceId": INSTANCE.rpartition("/")[2],
    }


@pytest.mark.parametrize(
    ("delay_s", "answer"),
    [(0.5, "true"), (3.0, "true"), (4.5, "false"), (60.0, "false")],
)
def test_it_waits_for_the_end_within_its_budget(
    connect: FakeConnect, clock: Clock, delay_s: float, answer: str
) -> None:
    connect.delay_s = delay_s
    connect.add(contact())
    began = clock()
    assert stop()["stopped"] == answer
    assert clock() - began < stopper.BUDGET_S


def test_it_says_unconfirmed_when_connect_accepts_and_nothing_happens(connect: FakeConnect) -> None:
    connect.delay_s = 60
    connect.add(contact())
    assert stop()["reason"] == "unconfirmed"


@pytest.mark.parametrize("code", [BUSY, "ThrottlingException", "InternalServiceException"])
def test_throttling_is_waited_out(connect: FakeConnect, code: str) -> None:
    connect.add(contact())
    connect.refuse("StopContact", code, times=3)
    connect.refuse("DescribeContact", code, times=2)
    assert stop() == {"stopped": "true", "reason": "disconnected"}
    assert len(connect.requests) == 4 + 3


def test_throttling_without_end_is_given_up_in_time(connect: FakeConnect, clock: Clock) -> None:
    connect.add(contact())
    connect.refuse("StopContact", BUSY, times=100)
    began = clock()
    assert stop() == {"stopped": "false", "reason": "throttled"}
    assert clock() - began < stopper.BUDGET_S


REFUSALS = [
    ("StopContact", "ContactNotFoundException", "unknown_contact"),
    ("StopContact", "InvalidRequestException", "refused"),
    ("StopContact", "AccessDeniedException", "refused"),
    ("DescribeContact", "AccessDeniedException", "unconfirmed"),
    ("DescribeContact", "ResourceNotFoundException", "unconfirmed"),
]


@pytest.mark.parametrize(("operation", "code", "reason"), REFUSALS)
def test_a_refusal_is_not_repeated(
    connect: FakeConnect, operation: str, code: str, reason: str
) -> None:
    connect.add(contact())
    connect.refuse(operation, code)
    assert stop() == {"stopped": "false", "reason": reason}
    assert len(connect.requests) == 2


def test_a_contact_that_is_over_already_counts_as_stopped(connect: FakeConnect) -> None:
    connect.add(contact(stopped=True))
    assert stop() == {"stopped": "true", "reason": "disconnected"}


@pytest.mark.parametrize("code", [BUSY, "ResourceNotFoundException", "AccessDeniedException"])
def test_a_refused_stop_that_cannot_be_looked_up_keeps_its_reason(
    connect: FakeConnect, code: str
) -> None:
    connect.add(contact())
    connect.refuse("StopContact", "InvalidRequestException")
    connect.refuse("DescribeContact", code)
    assert stop()["reason"] == "refused"


def test_a_call_that_connect_cannot_stop_is_reported(connect: FakeConnect) -> None:
    connect.add(contact(initiation_method="EXTERNAL_OUTBOUND"))
    assert stop() == {"stopped": "false", "reason": "refused"}


def test_a_contact_that_nobody_knows_is_reported(connect: FakeConnect) -> None:
    assert stop() == {"stopped": "false", "reason": "unknown_contact"}


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"Details": None},
        {"Details": {"ContactData": None, "Parameters": None}},
        event(contact_id=None),
        event(contact_id=""),
        event(instance=None),
        event(instance="arn:aws:connect:us-east-1:111122223333"),
        event(instance="arn:aws:connect:us-east-1:111122223333:instance/"),
    ],
)
def test_an_event_without_contact_stops_nothing(connect: FakeConnect, broken: Any) -> None:
    assert stopper.handler(broken, None) == {"stopped": "false", "reason": "not_a_contact"}
    assert connect.requests == []


@pytest.mark.parametrize(
    "failure",
    [
        ReadTimeoutError(endpoint_url="https://connect.local"),
        ConnectTimeoutError(endpoint_url="https://connect.local"),
    ],
)
def test_no_answer_in_time_is_tried_again(connect: FakeConnect, failure: Exception) -> None:
    connect.add(contact())
    client = connect.client()
    failures = [failure]

    def fail_once(**_: Any) -> None:
        if failures:
            raise failures.pop()

    hooks: Any = client.meta.events
    hooks.register_first("before-call.connect.StopContact", fail_once)
    connect_contacts.use_client(client)
    assert stop()["stopped"] == "true"


def test_a_last_attempt_that_fails_is_metered_and_logged(
    connect: FakeConnect, capsys: pytest.CaptureFixture[str]
) -> None:
    connect.add(contact())
    connect.refuse("StopContact", "AccessDeniedException")
    stop(final="true", decision="d-1", reason="suppressed")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    record = next(line for line in lines if line.get("event") == "block_failed")
    assert record["level"] == "ERROR"
    assert (record["contact_id"], record["decision_id"]) == (CONTACT, "d-1")
    assert (record["blocked_for"], record["code"]) == ("suppressed", "AccessDeniedException")
    metric = next(line for line in lines if "_aws" in line)
    assert metric["BlockFailed"] == 1
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "LocalPresence"


@pytest.mark.parametrize("given", [{}, {"final": "false"}])
def test_an_attempt_that_is_not_the_last_meters_nothing(
    connect: FakeConnect, capsys: pytest.CaptureFixture[str], given: dict[str, str]
) -> None:
    assert stop(**given)["stopped"] == "false"
    assert metrics(capsys) == []


def test_a_last_attempt_that_succeeds_meters_nothing(
    connect: FakeConnect, capsys: pytest.CaptureFixture[str]
) -> None:
    connect.add(contact())
    assert stop(final="true")["stopped"] == "true"
    assert metrics(capsys) == []


def test_a_last_attempt_answers_inside_its_block(connect: FakeConnect, clock: Clock) -> None:
    connect.delay_s = 60
    connect.add(contact())
    began = clock()
    stop(final="true")
    assert clock() - began < 2


def blocked(connect: FakeConnect, who: Contact) -> Any:
    def invoke(arn: str, given: dict[str, Any], left: float) -> Any:
        return reply("block") if arn == PICKER else stopper.handler(given, None)

    return run(whisper(), connect.add(who), invoke, clock=connect.clock)


def test_the_flow_ends_with_the_contact_that_the_stopper_stopped(connect: FakeConnect) -> None:
    connect.delay_s = 0.7
    connect.refuse("StopContact", BUSY, times=2)
    outcome = blocked(connect, contact())
    assert (outcome.ended, outcome.dialled) == ("stopped", None)


def test_a_stop_that_comes_late_still_ends_the_flow(connect: FakeConnect) -> None:
    connect.delay_s = 6.0
    outcome = blocked(connect, contact())
    assert outcome.ended == "stopped"
    assert [step.branch for step in outcome.trace if step.identifier == "check-stopped"][:1] == [
        "error:NoMatchingCondition"
    ]


def test_a_stop_that_never_comes_is_the_recorded_failure(
    connect: FakeConnect, capsys: pytest.CaptureFixture[str]
) -> None:
    connect.refuse("StopContact", BUSY, times=1000)
    outcome = blocked(connect, contact())
    assert outcome.last == "end-block-failed"
    assert outcome.attributes["local_presence_action"] == "block_failed"
    assert [metric["BlockFailed"] for metric in metrics(capsys)] == [1]


def test_the_regions_own_client_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    connect_contacts.use_client(None)
    assert connect_contacts.contacts() is connect_contacts.contacts()
    connect_contacts.use_client(None)
