"""What CreateContactFlow would refuse is refused here, in words."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from local.flow_runner import FlowType, InvalidFlowError, problems, validate
from tests.flows.samples import whisper


def block(flow: dict[str, Any], identifier: str) -> dict[str, Any]:
    return next(a for a in flow["Actions"] if a["Identifier"] == identifier)


def parameters(identifier: str, **changed: Any) -> Callable[[dict[str, Any]], None]:
    def change(flow: dict[str, Any]) -> None:
        given = block(flow, identifier)["Parameters"]
        for name, value in changed.items():
            if value is None:
                del given[name]
            else:
                given[name] = value

    return change


def transitions(identifier: str, **changed: Any) -> Callable[[dict[str, Any]], None]:
    def change(flow: dict[str, Any]) -> None:
        block(flow, identifier)["Transitions"].update(changed)

    return change


def without(identifier: str, member: str) -> Callable[[dict[str, Any]], None]:
    def change(flow: dict[str, Any]) -> None:
        del block(flow, identifier)["Transitions"][member]

    return change


def top(**changed: Any) -> Callable[[dict[str, Any]], None]:
    return lambda flow: flow.update(changed)


def renamed(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    return lambda flow: block(flow, old).update(Identifier=new)


def retyped(identifier: str, kind: str, **given: Any) -> Callable[[dict[str, Any]], None]:
    def change(flow: dict[str, Any]) -> None:
        block(flow, identifier).update(Type=kind, Parameters=given)

    return change


def added(**action: Any) -> Callable[[dict[str, Any]], None]:
    return lambda flow: flow["Actions"].append(action)


def condition(operator: str, *operands: Any) -> list[dict[str, Any]]:
    return [{"NextAction": "end", "Condition": {"Operator": operator, "Operands": list(operands)}}]


ERROR = {"ErrorType": "NoMatchingError", "NextAction": "end"}
LAMBDA, COMPARE, DIAL = "ask-picker", "decide", "dial-number"

REFUSED = [
    (top(Version="2020-01-01"), "Version must be 2019-10-30"),
    (top(StartAction="nowhere"), "StartAction 'nowhere' is no block"),
    (top(Note="%LEFT_OVER%"), "%LEFT_OVER% was never filled"),
    (top(Note="x" * 256_000), "the most is 256000"),
    (top(Actions="none"), "a list of Actions"),
    (lambda flow: flow["Actions"].extend([{"Identifier": f"b{n}"} for n in range(250)]),
     "the most is 250"),
    (added(Type="Compare"), "a block without identifier"),
    (added(**{"Identifier": "end", "Type": "EndFlowExecution", "Parameters": {},
              "Transitions": {}}), "2 blocks have this identifier"),
    (renamed("end", "x" * 51), "1 to 50 characters"),
    (renamed("end", "end;now"), "must not contain ;"),
    (renamed("end", "constructor"), "JavaScript"),
    (renamed("end", "elsewhere"), "leads to 'end', which is no block"),
    (retyped("end", "HangUp"), "no block of type 'HangUp'"),
    (retyped("end", "DisconnectParticipant"), "forbidden in OUTBOUND_WHISPER"),
    (retyped("end", "DistributeByPercentage"), "unverified whether DistributeByPercentage"),
    (retyped(COMPARE, "CheckHoursOfOperation"), "forbidden in OUTBOUND_WHISPER"),
    (retyped("remember-default", "TransferContactToQueue"), "forbidden in OUTBOUND_WHISPER"),
    (retyped("remember-default", "MessageParticipant", Text="Hi", SSML="<a/>"),
     "exactly one of PromptId, Text, SSML, Media"),
    (lambda flow: block(flow, LAMBDA).update(Parameters=[]), "Parameters must be an object"),
    (lambda flow: block(flow, LAMBDA).update(Transitions=None), "Transitions must be an object"),
    (transitions(LAMBDA, NextAction="nowhere"), "NextAction leads to 'nowhere'"),
    (transitions(LAMBDA, Errors=[]), "the branch for NoMatchingError is missing"),
    (transitions(LAMBDA, Errors=[ERROR, ERROR]), "two branches for NoMatchingError"),
    (transitions(LAMBDA, Errors=[ERROR | {"NextAction": "x"}]), "branch for NoMatchingError leads"),
    (transitions(LAMBDA, Errors=[ERROR, ERROR | {"ErrorType": "Timeout"}]),
     "takes no branch for Timeout"),
    (transitions(LAMBDA, Conditions=condition("Equals", "x")), "takes no conditions"),
    (transitions(LAMBDA, Otherwise="end"), "must not have Otherwise"),
    (transitions(LAMBDA, Errors="none"), "must be lists of objects"),
    (without(LAMBDA, "NextAction"), "NextAction is missing"),
    (transitions(COMPARE, Errors=[]), "the branch for NoMatchingCondition is missing"),
    (transitions(COMPARE, Errors=[ERROR]), "the branch for NoMatchingCondition is missing"),
    (transitions(COMPARE, Conditions=[]), "needs a condition"),
    (transitions(COMPARE, Conditions=condition("Equals", "x") * 2), "two conditions are the same"),
    (transitions(COMPARE, Conditions=condition("Equals", "x") * 51), "the most is 50"),
    (transitions(COMPARE, Conditions=condition("Resembles", "x")), "no operator 'Resembles'"),
    (transitions(COMPARE, Conditions=condition("Equals", "x", "y")), "a list of one text"),
    (transitions(COMPARE, Conditions=condition("Equals", 1)), "a list of one text"),
    (transitions(COMPARE, Conditions=condition("NumberLessThan", "few")), "with a number"),
    (transitions(COMPARE, Conditions=[{"NextAction": "end"}]), "has an Operator and Operands"),
    (transitions(COMPARE, Conditions=[condition("Equals", "x")[0] | {"NextAction": "x"}]),
     "a condition leads to 'x'"),
    (transitions("try-to-stop", Conditions=condition("Equals", "DoneLooping")),
     "conditions must be Equals ContinueLooping and Equals DoneLooping"),
    (transitions("set-logging", Errors=[ERROR]), "takes no branch for NoMatchingError"),
    (transitions("set-recording", Errors=[ERROR]), "takes no branch for NoMatchingError"),
    (transitions(DIAL, Errors=[ERROR]), "takes no branch for NoMatchingError"),
    (transitions("end", NextAction="dial-number"), "ends the flow: it takes no NextAction"),
    (parameters(LAMBDA, LambdaFunctionARN="PickCallerId"), "the ARN of a Lambda function"),
    (parameters(LAMBDA, LambdaFunctionARN="$.Nowhere.arn"), "in no namespace"),
    (parameters(LAMBDA, LambdaFunctionARN=None), "LambdaFunctionARN is missing"),
    (parameters(LAMBDA, InvocationTimeLimitSeconds="9"), "a whole number from 1 to 8"),
    (parameters(LAMBDA, InvocationTimeLimitSeconds="0"), "a whole number from 1 to 8"),
    (parameters(LAMBDA, InvocationTimeLimitSeconds="2.5"), "a whole number from 1 to 8"),
    (parameters(LAMBDA, InvocationTimeLimitSeconds=True), "a whole number from 1 to 8"),
    (parameters(LAMBDA, InvocationTimeLimitSeconds="$.Attributes.limit"), "a whole number"),
    (parameters(LAMBDA, InvocationType="LATER"), "one of SYNCHRONOUS, ASYNCHRONOUS"),
    (parameters(LAMBDA, ResponseValidation={"ResponseType": "XML"}), "one of STRING_MAP, JSON"),
    (parameters(LAMBDA, ResponseValidation="JSON"), "must be an object, not 'JSON'"),
    (parameters(LAMBDA, LambdaInvocationAttributes={"n": 1}), "n must be a text"),
    (parameters(LAMBDA, LambdaInvocationAttributes={"n": "$.Atributes.x"}), "in no namespace"),
    (parameters(LAMBDA, LambdaInvocationAttributes=[]), "must be an object of texts"),
    (parameters(LAMBDA, Retries="3"), "Retries is not a parameter"),
    (parameters(COMPARE, ComparisonValue="action"), "exactly one reference"),
    (parameters(COMPARE, ComparisonValue="$.External.a$.External.b"), "exactly one reference"),
    (parameters(COMPARE, ComparisonValue="is $.External.a"), "exactly one reference"),
    (parameters(COMPARE, ComparisonValue="$.Unheard.of"), "in no namespace"),
    (parameters(DIAL, CallerId={"Number": "2065550177"}), "one E.164 number or exactly one"),
    (parameters(DIAL, CallerId={"Number": "+1 $.External.caller_id"}), "one E.164 number or"),
    (parameters(DIAL, CallerId={"Number": "$.Nowhere.n"}), "in no namespace"),
    (parameters(DIAL, CallerId={}), "CallerId.Number is missing"),
    (parameters(DIAL, ConnectionTimeLimitSeconds="5"), "only for a VoiceConnector"),
    (parameters("try-to-stop", LoopCount="101"), "from 0 to 100"),
    (parameters("set-logging", FlowLoggingBehavior="Loud"), "one of Enabled, Disabled"),
    (parameters("set-logging", FlowLoggingBehavior="$.Attributes.l"), "one of Enabled, Disabled"),
    (parameters("set-recording", RecordingBehavior={"RecordedParticipants": ["Agent"]}),
     "needs both Agent and Customer"),
    (parameters("set-recording", RecordingBehavior={"RecordedParticipants": ["Boss"]}),
     "a list chosen from Agent, Customer"),
    (parameters("set-recording", RecordingBehavior=None), "RecordingBehavior is missing"),
    (parameters("remember-number", TargetContact="Other"), "one of Current, Related"),
    (retyped("remember-default", "UpdateContactTextToSpeechVoice", TextToSpeechVoice=""),
     "must be a text, not ''"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_content_that_connect_would_not_take_is_refused(
    change: Callable[[dict[str, Any]], Any], message: str
) -> None:
    flow = copy.deepcopy(whisper())
    change(flow)
    with pytest.raises(InvalidFlowError) as refused:
        validate(flow)
    assert message in str(refused.value)


TAKEN = [
    ("a fixed number", parameters(DIAL, CallerId={"Number": "+12065550177"})),
    ("a dynamic loop count", parameters("try-to-stop", LoopCount="$.Attributes.tries")),
    ("a whole number as a number", parameters(LAMBDA, InvocationTimeLimitSeconds=8)),
    ("a dynamic function", parameters(LAMBDA, LambdaFunctionARN="$.Attributes.arn")),
    ("an identifier with spaces", added(Identifier="the end", Type="EndFlowExecution",
                                        Parameters={}, Transitions={})),
    ("a prompt, which is allowed here and yet never ours",
     retyped("remember-default", "MessageParticipant", Text="Hi")),
    ("a comparison with another attribute",
     transitions(COMPARE, Conditions=condition("NumberLessThan", "$.Attributes.limit"))),
    ("a fixed voice", retyped("remember-default", "UpdateContactTextToSpeechVoice",
                              TextToSpeechVoice="Joanna")),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "change"), TAKEN, ids=[r for r, _ in TAKEN])
def test_content_that_connect_takes_is_taken(
    reason: str, change: Callable[[dict[str, Any]], Any]
) -> None:
    flow = copy.deepcopy(whisper())
    change(flow)
    assert problems(flow) == []


def test_text_that_is_no_json_is_refused() -> None:
    assert "not JSON" in str(problems("{")[0])


def test_every_problem_is_said_at_once() -> None:
    flow = whisper() | {"Version": "1", "StartAction": "x"}
    assert len(problems(json.dumps(flow))) == 2


def test_the_whisper_is_no_flow_for_inbound_calls() -> None:
    messages = {str(problem) for problem in problems(whisper(), FlowType.CONTACT_FLOW)}
    assert "dial-number: CompleteOutboundCall is forbidden in CONTACT_FLOW" in messages
    assert "end: EndFlowExecution is forbidden in CONTACT_FLOW" in messages
