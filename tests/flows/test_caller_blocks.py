"""Blocks that need somebody on the line: a prompt, a key, a queue, the end of the call."""

from typing import Any

import pytest

from local.flow_runner import FlowError, FlowType, InvalidFlowError, Outcome, problems, run
from tests.flows.samples import Clock, contact
from tests.flows.small_flows import action

HANG_UP = action("bye", "DisconnectParticipant", None)
MISSED = {
    "NoMatchingError": "bye", "NoMatchingCondition": "bye", "InputTimeLimitExceeded": "bye",
}  # fmt: skip


def ask(**changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "Text": "Press a key.",
        "InputTimeLimitSeconds": "5",
        "StoreInput": "False",
        "errors": MISSED,
        "conditions": [("Equals", "1", "bye")],
    }
    return action("ask", "GetParticipantInput", "bye", **(given | changed))


def inbound(*actions: dict[str, Any], keys: tuple[str, ...] = (), **given: Any) -> Outcome:
    content = {
        "Version": "2019-10-30",
        "StartAction": actions[0]["Identifier"],
        "Actions": [*actions, HANG_UP],
    }
    who = contact(queue=None, initiation_method="INBOUND", keys=keys, **given)
    return run(content, who, lambda *_: {}, flow_type=FlowType.CONTACT_FLOW, clock=Clock())


@pytest.mark.parametrize(
    ("key", "branch"),
    [
        ("1", "condition:Equals 1"),
        ("2", "error:NoMatchingCondition"),
        ("#", "error:NoMatchingCondition"),
        ("", "error:InputTimeLimitExceeded"),
    ],
)
def test_a_key_names_the_branch(key: str, branch: str) -> None:
    outcome = inbound(ask(), keys=(key,))
    assert outcome.trace[0].branch == branch
    assert outcome.heard == ("Press a key.",)
    assert outcome.ended == "disconnected"


def test_each_question_takes_the_next_key() -> None:
    again = ask(conditions=[("Equals", "1", "bye")]) | {"Identifier": "again"}
    first = ask(conditions=[("Equals", "2", "again")])
    assert [step.branch for step in inbound(first, again, keys=("2", "1")).trace][:2] == [
        "condition:Equals 2", "condition:Equals 1",
    ]  # fmt: skip


def test_after_the_last_key_there_is_silence() -> None:
    assert inbound(ask()).trace[0].branch == "error:InputTimeLimitExceeded"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"conditions": [("Equals", "12", "bye")]}, "a key is one of"),
        ({"conditions": [("TextStartsWith", "1", "bye")]}, "Equals only"),
        ({"errors": {"NoMatchingError": "bye"}}, "InputTimeLimitExceeded is missing"),
        ({"InputTimeLimitSeconds": "0"}, "from 1 to 180"),
        ({"SSML": "<speak/>"}, "exactly one of"),
        ({"InputValidation": {}}, "only for input that is stored"),
        ({"StoreInput": "True", "errors": {"NoMatchingError": "bye"}}, "takes no conditions"),
    ],
)
def test_a_question_of_the_wrong_shape_is_refused(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidFlowError, match=words):
        inbound(ask(**changed))


def test_stored_input_is_not_pretended() -> None:
    stored = ask(
        StoreInput="True",
        conditions=[],
        errors={"NoMatchingError": "bye"},
        InputValidation={"CustomValidation": {"MaximumLength": 4}},
    )
    with pytest.raises(FlowError, match="not executed here"):
        inbound(stored)


def test_a_caller_waits_in_the_queue_that_was_set() -> None:
    failed = {"NoMatchingError": "bye"}
    set_queue = action("set", "UpdateContactTargetQueue", "go", QueueId="q-1", errors=failed)
    go = action("go", "TransferContactToQueue", "bye", errors=failed | {"QueueAtCapacity": "bye"})
    outcome = inbound(set_queue, go)
    assert (outcome.ended, outcome.queue, outcome.last) == ("queued", "q-1", "go")
    alone = inbound(go)
    assert (alone.ended, alone.queue) == ("disconnected", "")


def test_a_queue_that_is_named_nowhere_is_an_error() -> None:
    named = {"QueueId": "$.Attributes.queue", "errors": {"NoMatchingError": "bye"}}
    set_queue = action("set", "UpdateContactTargetQueue", "bye", **named)
    assert inbound(set_queue).trace[0].branch == "error:NoMatchingError"
    given = inbound(set_queue, attributes={"queue": "q-2"})
    assert given.trace[0].branch == "next"


def test_a_transfer_without_its_errors_is_refused() -> None:
    go = action("go", "TransferContactToQueue", "bye", errors={"NoMatchingError": "bye"})
    content = {"Version": "2019-10-30", "StartAction": "go", "Actions": [go, HANG_UP]}
    found = [problem.message for problem in problems(content, FlowType.CONTACT_FLOW)]
    assert found == ["the branch for QueueAtCapacity is missing"]
