"""State machines run as Step Functions would, fail as it would, and unknown words are refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from local.errors import LocalError
from local.functions import FunctionFailed
from local.states_language import FAILED, SUCCEEDED, Execution, StateMachine

Json = Any
LOOP: dict[str, Json] = {
    "StartAt": "Count",
    "States": {
        "Count": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "count", "Payload": {"so_far.$": "$.count"}},
            "ResultSelector": {"count.$": "$.Payload.count", "done.$": "$.Payload.done"},
            "ResultPath": "$",
            "Retry": [{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2}],
            "Next": "Enough",
        },
        "Enough": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.done", "BooleanEquals": True, "Next": "Each"}],
            "Default": "Count",
        },
        "Each": {
            "Type": "Map",
            "ItemReader": {
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSON"},
                "Parameters": {"Bucket": "bucket", "Key": "items.json"},
            },
            "ItemSelector": {"item.$": "$$.Map.Item.Value", "of.$": "$.count"},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "One",
                "States": {
                    "One": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::lambda:invoke",
                        "Parameters": {"FunctionName": "one", "Payload.$": "$"},
                        "OutputPath": "$.Payload",
                        "End": True,
                    }
                },
            },
            "ResultPath": None,
            "End": True,
        },
    },
}


class Functions:
    """Two functions that note what they are called with; the second fails for chosen items."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.failing: dict[int, int] = {}

    def __call__(self, name: str, payload: Json) -> Json:
        self.calls.append((name, payload))
        if name == "count":
            count = payload["so_far"] + 1
            return {"count": count, "done": count == 3}
        item = payload["item"]["number"]
        if self.failing.get(item):
            self.failing[item] -= 1
            raise FunctionFailed("one", "ValueError", f"item {item}")
        return {"number": item}


def _machine(
    functions: Functions, change: Callable[[Json], None] = lambda _definition: None
) -> StateMachine:
    definition = json.loads(json.dumps(LOOP))
    change(definition)
    items = json.dumps([{"number": number} for number in range(5)]).encode()
    return StateMachine.of(json.dumps(definition), functions, lambda _bucket, _key: items)


def test_a_loop_a_choice_and_a_map_run_to_their_end() -> None:
    functions = Functions()
    done = _machine(functions).run(Execution("one", {"count": 0}))

    assert done.status == SUCCEEDED
    assert done.output == {"count": 3, "done": True}
    assert [payload for name, payload in functions.calls if name == "one"] == [
        {"item": {"number": number}, "of": 3} for number in range(5)
    ]
    assert done.transitions == 3 + 3 + 1 + 5


def test_a_redrive_does_only_what_has_not_succeeded() -> None:
    functions = Functions()
    functions.failing = {1: 1, 4: 2}
    machine = _machine(functions)
    execution = machine.run(Execution("one", {"count": 0}))

    assert execution.status == FAILED
    assert "2 of 5 items failed" in execution.cause
    functions.calls.clear()
    assert machine.run(execution).status == FAILED
    assert [payload["item"]["number"] for _, payload in functions.calls] == [1, 4]
    functions.calls.clear()
    assert machine.run(execution).status == SUCCEEDED
    assert [payload["item"]["number"] for _, payload in functions.calls] == [4]


def test_a_task_is_tried_again_as_often_as_it_says() -> None:
    calls = []

    def fails(name: str, payload: Json) -> Json:
        calls.append(name)
        raise FunctionFailed(name, "Sandbox.Timedout", "late")

    done = StateMachine.of(json.dumps(LOOP), fails, lambda *_: b"[]").run(
        Execution("x", {"count": 0})
    )

    assert done.status == FAILED
    assert len(calls) == 3


def test_an_input_that_lacks_what_a_path_asks_for_fails() -> None:
    done = _machine(Functions()).run(Execution("x", {}))

    assert done.status == FAILED
    assert "nothing at $.count" in done.cause


def test_more_than_a_state_may_hold_fails() -> None:
    done = StateMachine.of(
        json.dumps(LOOP), lambda *_: {"count": "x" * 300_000, "done": True}, lambda *_: b"[]"
    ).run(Execution("x", {"count": 0}))

    assert done.status == FAILED
    assert "256 KB" in done.cause


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["States"]["Count"].update(Type="Wait"), "Wait"),
        (lambda d: d["States"]["Count"].update(Catch=[]), "Catch"),
        (lambda d: d["States"]["Each"].update(ToleratedFailurePercentage=5), "ToleratedFailure"),
        (lambda d: d["States"]["Each"].update(ItemBatcher={}), "ItemBatcher"),
        (lambda d: d["States"]["Each"]["ItemReader"].update(Resource="s3:listObjectsV2"), "JSON"),
        (lambda d: d["States"]["Enough"]["Choices"][0].update(StringEquals="x"), "StringEquals"),
        (lambda d: d.update(QueryLanguage="JSONata"), "JSONPath"),
        (lambda d: d["States"]["Count"].update(Resource="arn:aws:states:::sqs:x"), "sqs"),
    ],
)
def test_what_is_not_known_is_refused(change: Callable[[Json], None], words: str) -> None:
    with pytest.raises(LocalError, match=words):
        _machine(Functions(), change)
