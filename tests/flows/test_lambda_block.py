"""The Lambda block: what it sends, what it takes, how often and how long."""

from typing import Any

import pytest

from local.flow_runner import Absent
from tests.flows.samples import QUEUE_NUMBER, Clock
from tests.flows.small_flows import DIAL, FAILED, KEEP, action, asking, got, played


def keeping(events: list[dict[str, Any]]) -> Any:
    def invoke(arn: str, event: dict[str, Any], left: float) -> dict[str, str]:
        events.append(event)
        return {}

    return invoke


def test_consecutive_lambda_time_is_bounded_by_twenty_seconds() -> None:
    clock = Clock()
    again = asking(errors={"NoMatchingError": "loop"}, InvocationTimeLimitSeconds="8")
    loop = action("loop", "Loop", "dial", LoopCount="4", conditions=[
        ("Equals", "ContinueLooping", "ask"), ("Equals", "DoneLooping", "dial")])  # fmt: skip

    def lambdas(arn: str, event: dict[str, Any], left: float) -> dict[str, str]:
        clock.sleep(7.5)
        raise RuntimeError

    outcome = played(again, loop, KEEP, DIAL, lambdas=lambdas, clock=clock)
    notes = [step.note for step in outcome.trace if step.type == "InvokeLambdaFunction"]
    assert notes[2:] == [f"passed the time limit of {left} s" for left in (4, 0, 0)]


@pytest.mark.parametrize(
    ("reply", "kind", "kept"),
    [
        ({"caller_id": "x"}, "STRING_MAP", "x"),
        ({"caller_id": 1}, "STRING_MAP", "error"),
        ({"caller_id": None}, "STRING_MAP", "error"),
        ({"caller_id": {"a": "b"}}, "STRING_MAP", "error"),
        ({"caller_id": 1.5}, "JSON", "1.5"),
        ({"caller_id": True}, "JSON", "true"),
        ({"caller_id": ["x"]}, "JSON", ""),
        ([], "JSON", "error"),
        (None, "STRING_MAP", "error"),
        ({"caller_id": "x" * 32_750}, "STRING_MAP", "x" * 32_750),
        ({"caller_id": "é" * 16_400}, "STRING_MAP", "error"),
        ({"caller_id": object()}, "STRING_MAP", "error"),
    ],
)
def test_only_what_connect_understands_is_taken(reply: Any, kind: str, kept: str) -> None:
    ask = asking(ResponseValidation={"ResponseType": kind})
    outcome = played(ask, KEEP, FAILED, DIAL, lambdas=lambda *_: reply)
    assert outcome.attributes.get("got", "")[:50] == kept[:50]


def test_a_second_reply_replaces_the_first() -> None:
    replies = iter([{"caller_id": "1", "old": "y"}, {"caller_id": "2"}])
    second = asking() | {"Identifier": "second"}
    first = asking() | {"Transitions": {"NextAction": "second",
        "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}]}}  # fmt: skip
    keep = KEEP | {"Parameters": {"Attributes": {"got": "$.External.caller_id",
                                                 "old": "$.External.old"}}}  # fmt: skip
    outcome = played(first, second, keep, FAILED, DIAL, lambdas=lambda *_: next(replies))
    assert (outcome.attributes["got"], outcome.attributes["old"]) == ("2", "")


@pytest.mark.parametrize(("failures", "kept"), [(3, "well"), (4, "error")])
def test_a_failed_invocation_is_repeated_three_times(failures: int, kept: str) -> None:
    left = [failures]

    def lambdas(arn: str, event: dict[str, Any], seconds: float) -> dict[str, str]:
        if left[0]:
            left[0] -= 1
            raise ValueError("no")
        return {"caller_id": "well"}

    assert got(played(asking(), KEEP, FAILED, DIAL, lambdas=lambdas)) == kept


@pytest.mark.parametrize(
    ("absent", "parameters"),
    [
        (Absent.EMPTY, {"a": "", "b": "x"}),
        (Absent.NULL, {"a": None, "b": "x"}),
        (Absent.OMITTED, {"b": "x"}),
    ],
)
def test_a_parameter_that_points_at_nothing(absent: Absent, parameters: dict[str, Any]) -> None:
    events: list[dict[str, Any]] = []
    ask = asking(LambdaInvocationAttributes={"a": "$.Attributes.none", "b": "x"})
    played(ask, KEEP, FAILED, DIAL, absent=absent,
           lambdas=keeping(events))  # fmt: skip
    assert events[0]["Details"]["Parameters"] == parameters


def test_the_event_has_every_documented_member() -> None:
    events: list[dict[str, Any]] = []
    played(asking(), KEEP, FAILED, DIAL,
           lambdas=keeping(events))  # fmt: skip
    data = events[0]["Details"]["ContactData"]
    assert set(data) == {
        "Attributes", "Channel", "ContactId", "CustomerEndpoint", "CustomerId", "Description",
        "InitialContactId", "InitiationMethod", "InstanceARN", "LanguageCode", "MediaStreams",
        "Name", "PreviousContactId", "Queue", "References", "SystemEndpoint",
    }  # fmt: skip
    assert events[0]["Name"] == "ContactFlowEvent"
    assert data["Queue"]["OutboundCallerId"] == {
        "Address": QUEUE_NUMBER,
        "Type": "TELEPHONE_NUMBER",
    }
