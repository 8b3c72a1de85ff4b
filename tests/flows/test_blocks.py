"""The runner's single blocks, in flows of a few lines."""

from typing import Any

import pytest

from local.flow_runner import (
    CallFailedError,
    Coverage,
    Endpoint,
    FlowError,
    InvalidFlowError,
    PromptBeforeDialError,
    Queue,
    mask,
    run,
)
from local.flow_runner.conditions import holds
from local.flow_runner.references import resolve
from tests.flows.samples import INSTANCE, PICKED, PICKER, QUEUE_NUMBER, Clock, contact
from tests.flows.small_flows import DIAL, FAILED, KEEP, VOICE, action, asking, flow, got, played


def test_a_whisper_that_ends_without_dialling_is_seen() -> None:
    outcome = played(action("log", "UpdateFlowLoggingBehavior", FlowLoggingBehavior="Disabled"))
    assert outcome.ended == "ended_undialled"
    assert outcome.dialled is not None
    assert (outcome.dialled.by, outcome.dialled.caller_id) == ("connect", QUEUE_NUMBER)
    assert outcome.logging is False


def test_a_prompt_before_the_dial_is_an_error_that_names_who_was_rung() -> None:
    prompt = action("say", "MessageParticipant", Text="Hello", errors={"NoMatchingError": "end"})
    with pytest.raises(PromptBeforeDialError, match=r"rings the customer with \+12065550100"):
        played(prompt)


def test_a_prompt_after_the_dial_is_heard_by_the_customer_and_allowed() -> None:
    prompt = action("say", "MessageParticipant", Text="Hello", errors={"NoMatchingError": "end"})
    assert played(DIAL | {"Transitions": {"NextAction": "say"}}, prompt).ended == "dialled"


def test_a_second_dial_is_an_error() -> None:
    first = DIAL | {"Transitions": {"NextAction": "again"}}
    with pytest.raises(FlowError, match="dialled already"):
        played(first, action("again", "CompleteOutboundCall"))


def test_a_chat_cannot_be_dialled() -> None:
    with pytest.raises(FlowError, match="a CHAT contact cannot be dialled"):
        played(DIAL, who=contact(channel="CHAT"))


@pytest.mark.parametrize(
    ("number", "shown", "by"),
    [
        ("+442079460018", "+442079460018", "number"),
        ("$.Attributes.mine", PICKED, "number"),
        ("$.Attributes.none", QUEUE_NUMBER, "queue"),
        ("$.Attributes.national", QUEUE_NUMBER, "queue"),
    ],
)
def test_what_is_no_e164_shows_the_queues_number(number: str, shown: str, by: str) -> None:
    who = contact(attributes={"mine": PICKED, "national": "020 7946 0018"})
    outcome = played(action("dial", "CompleteOutboundCall", CallerId={"Number": number}), who=who)
    assert outcome.dialled is not None
    assert (outcome.dialled.caller_id, outcome.dialled.by) == (shown, by)


def test_a_number_that_is_not_claimed_fails_the_call() -> None:
    dial = action("dial", "CompleteOutboundCall", CallerId={"Number": PICKED})
    assert played(dial, claimed={PICKED}).ended == "dialled"
    with pytest.raises(CallFailedError, match="not claimed"):
        played(dial, claimed=frozenset())


@pytest.mark.parametrize("queue", [None, Queue("q", f"{INSTANCE}/queue/q")])
def test_no_number_at_all_fails_the_call(queue: Queue | None) -> None:
    with pytest.raises(CallFailedError):
        played(DIAL, who=contact(queue=queue))


CONNECTOR = {"VoiceConnectorType": "ChimeConnector", "VoiceConnectorArn": "arn:x",
             "FromUser": "a", "ToUser": "b"}  # fmt: skip
NOT_EXECUTED = [
    (action("x", "CompleteOutboundCall", VoiceConnector=CONNECTOR), "voice connectors"),
    (action("x", "GetMetricData", errors={"NoMatchingError": "end"}), "GetMetricData is not exec"),
    (action("x", "UpdateContactAttributes", Attributes={}, TargetContact="Related",
            errors={"NoMatchingError": "end"}), "related contact"),
    (action("x", "InvokeLambdaFunction", LambdaFunctionARN=PICKER, InvocationType="ASYNCHRONOUS",
            InvocationTimeLimitSeconds="3", errors={"NoMatchingError": "end"}), "asynchronous"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "message"), NOT_EXECUTED, ids=[m for _, m in NOT_EXECUTED])
def test_what_the_runner_cannot_execute_is_loud(block: dict[str, Any], message: str) -> None:
    with pytest.raises(FlowError, match=message):
        played(block)


def test_percentages_are_refused_in_a_whisper_because_sources_disagree() -> None:
    split = action("split", "DistributeByPercentage", errors={"NoMatchingCondition": "end"},
                   conditions=[("NumberLessThan", "51", "end")])  # fmt: skip
    with pytest.raises(InvalidFlowError, match="unverified"):
        played(split)


def test_a_flow_without_end_is_an_error() -> None:
    with pytest.raises(FlowError, match="this flow has no end"):
        played(action("again", VOICE, "again", TextToSpeechVoice="Joanna"))


def test_a_whisper_over_two_minutes_is_an_error() -> None:
    clock = Clock()
    ask = asking(errors={"NoMatchingError": "ask"}, InvocationTimeLimitSeconds="8")
    ticks = iter(range(10_000))

    def lambdas(arn: str, event: dict[str, Any], left: float) -> dict[str, str]:
        clock.sleep(1)
        raise RuntimeError(next(ticks))

    slow_clock = lambda: clock.now + next(ticks)  # noqa: E731
    with pytest.raises(FlowError, match="a whisper may take 120 s"):
        played(ask, KEEP, DIAL, lambdas=lambdas, clock=slow_clock)


def test_flow_attributes_and_tags_can_be_set_and_read() -> None:
    outcome = played(
        action("f", "UpdateFlowAttributes", "t",
               FlowAttributes={"a": {"Value": "$.Agent.UserName"}}),
        action("t", "TagContact", "k", Tags={"who": "$.FlowAttributes.a"}),
        action("k", "UpdateContactAttributes", "dial", Attributes={"got": "$.Tags.who"},
               errors={"NoMatchingError": "dial"}),
        DIAL,
    )  # fmt: skip
    assert got(outcome) == "ada"


REFERENCES = [
    ("$.Channel", "VOICE"),
    ("$.ContactId", "4a573372-1f28-4e26-b97b-000000000001"),
    ("$.AwsRegion", "us-east-1"),
    ("$.Queue.Name", "Outbound sales"),
    ("$.Queue.OutboundCallerId.Address", QUEUE_NUMBER),
    ("$.CustomerEndpoint.Address", "+12065550123"),
    ("$.CustomerEndpoint.Type", "TELEPHONE_NUMBER"),
    ("$.SystemEndpoint.Address", QUEUE_NUMBER),
    ("$.Agent.UserName", "ada"),
    ("$.SegmentAttributes['connect:Subtype']", "connect:Telephony"),
    ("$.InitiationMethod", "OUTBOUND"),
    ("$.PreviousContactId", ""),
    ("$.Queue", ""),
    ("$.Metrics.Queue.Size", ""),
]


@pytest.mark.parametrize(("reference", "value"), REFERENCES)
def test_references_resolve(reference: str, value: str) -> None:
    who = contact(segment_attributes={"connect:Subtype": "connect:Telephony"})
    keep = KEEP | {"Parameters": {"Attributes": {"got": reference}}}
    assert got(played(keep, DIAL, who=who)) == value


def test_an_unknown_namespace_is_an_error() -> None:
    with pytest.raises(KeyError):
        resolve({}, "$.Nowhere.x")
    with pytest.raises(KeyError):
        resolve({}, "no reference")


@pytest.mark.parametrize(
    ("operator", "value", "operand", "expected"),
    [
        ("Equals", "a", "a", True),
        ("Equals", "a", "A", False),
        ("TextStartsWith", "+1206", "+", True),
        ("TextEndsWith", "+1206", "06", True),
        ("TextContains", "+1206", "20", True),
        ("TextContains", "+1206", "99", False),
        ("NumberGreaterThan", "3", "2.5", True),
        ("NumberGreaterOrEqualTo", "3", "3", True),
        ("NumberLessThan", "3", "3", False),
        ("NumberLessOrEqualTo", "3", "3", True),
        ("NumberLessThan", "few", "3", False),
        ("Equals", None, "", False),
        ("Equals", "", None, False),
    ],
)
def test_operators(operator: str, value: str | None, operand: str | None, expected: bool) -> None:
    assert holds(operator, value, operand) is expected


def test_a_contact_that_is_over_before_the_flow_dials_nobody() -> None:
    outcome = played(DIAL, who=contact(stopped=True))
    assert (outcome.ended, outcome.dialled, outcome.trace) == ("stopped", None, ())


def test_coverage_counts_and_names_what_is_missing() -> None:
    content = flow(asking(), KEEP, FAILED, DIAL)
    coverage = Coverage(content)
    run(content, contact(), lambda *_: {}, coverage=coverage)
    assert coverage.counts["ask", "next"] == 1
    assert ("ask", "error:NoMatchingError") in coverage.missing()
    assert 0 < coverage.share < 1
    with pytest.raises(KeyError):
        coverage.took("ask", "error:Timeout")


@pytest.mark.parametrize(
    ("number", "shown"), [("+12065550123", "+1206*****23"), ("911", "91*11"), ("", "*")]
)
def test_masks(number: str, shown: str) -> None:
    assert mask(number) == shown


def test_a_withheld_customer_is_no_trouble() -> None:
    for customer in (None, Endpoint(None), Endpoint("sip:ada@example.com", "VOIP")):
        outcome = played(asking(), KEEP, FAILED, DIAL, who=contact(customer=customer))
        assert all(step.printable() for step in outcome.trace)
