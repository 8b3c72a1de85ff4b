"""Runs state machines as AWS Step Functions does, and refuses what it does not know.

Known are Task (a Lambda function), Choice (on a boolean), distributed Map over a JSON list in S3,
and Succeed, with JSONPath. Waits between retries are left out. Items of a map run one after the
other; where one fails for good the others still run, and the execution fails, as with the default
tolerance. A failed execution can be redriven: it goes on at the state that failed, and a map does
only those items again that did not succeed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from local.errors import LocalError
from local.functions import FunctionFailed

Json = Any
Invoke = Callable[[str, Json], Json]
"""Calls a function by its ARN; raises FunctionFailed."""
ReadObject = Callable[[str, str], bytes]
"""The object of a bucket under a key."""

SUCCEEDED: Final = "SUCCEEDED"
FAILED: Final = "FAILED"
LARGEST_STATE: Final = 256 * 1024
"""Bytes of JSON that a state may take or give."""
_COMMON = frozenset({"Type", "Comment", "Next", "End", "InputPath", "OutputPath"})
_KNOWN: Mapping[str, frozenset[str]] = {
    "Task": _COMMON
    | {"Resource", "Parameters", "ResultSelector", "ResultPath", "Retry", "TimeoutSeconds"},
    "Choice": frozenset({"Type", "Comment", "Choices", "Default"}),
    "Map": _COMMON
    | {"ItemProcessor", "ItemReader", "ItemSelector", "Label", "MaxConcurrency", "ResultPath"},
    "Succeed": frozenset({"Type", "Comment"}),
}
_MACHINE = frozenset({"Comment", "StartAt", "States", "TimeoutSeconds", "QueryLanguage"})
_LAMBDA = "arn:aws:states:::lambda:invoke"
_S3 = "arn:aws:states:::s3:getObject"
_RETRY = frozenset(
    {"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds",
     "JitterStrategy"}
)  # fmt: skip


@dataclass
class Execution:
    """One execution: where it is, and what it needs to go on from there."""

    name: str
    input: Json
    status: str = "RUNNING"
    state: str = ""
    value: Json = None
    output: Json = None
    cause: str = ""
    transitions: int = 0
    done: dict[str, dict[int, Json]] = field(default_factory=dict)
    """What items of a map gave, by the map's name and the item's place."""


@dataclass(frozen=True)
class StateMachine:
    """A definition with the two ways out of it."""

    definition: Mapping[str, Json]
    invoke: Invoke
    read_object: ReadObject

    @classmethod
    def of(cls, text: str, invoke: Invoke, read_object: ReadObject) -> "StateMachine":
        """Read a definition. Raises LocalError for anything in it that is not known here."""
        definition = json.loads(text)
        _check(definition)
        return cls(definition, invoke, read_object)

    def run(self, execution: Execution) -> Execution:
        """Run or redrive until it has succeeded or failed."""
        states = self.definition["States"]
        if not execution.state:
            execution.state, execution.value = self.definition["StartAt"], execution.input
        execution.status = "RUNNING"
        while True:
            state = states[execution.state]
            execution.transitions += 1
            try:
                value, following = self._step(execution, state)
            except FunctionFailed as failure:
                execution.status, execution.cause = FAILED, str(failure)
                return execution
            execution.value = value
            if following is None:
                execution.status, execution.output = SUCCEEDED, value
                return execution
            execution.state = following

    def _step(self, execution: Execution, state: Mapping[str, Json]) -> tuple[Json, str | None]:
        value, context = execution.value, {"Execution": {"Name": execution.name}}
        match state["Type"]:
            case "Choice":
                return value, _chosen(state, value)
            case "Succeed":
                return value, None
            case "Task":
                result = self._task(state, value, context)
            case _:
                result = self._map(execution, state, value, context)
        return _with_result(state, value, result), None if state.get("End") else state["Next"]

    def _task(self, state: Mapping[str, Json], value: Json, context: Json) -> Json:
        taken = _path(state.get("InputPath", "$"), value, context)
        parameters = _filled(state["Parameters"], taken, context)
        tried: dict[int, int] = {}
        while True:
            try:
                answer = self.invoke(parameters["FunctionName"], parameters["Payload"])
            except FunctionFailed as failure:
                if not _tries_again(state, failure.kind, tried):
                    raise
            else:
                result = {"Payload": _sized(answer), "StatusCode": 200}
                selector = state.get("ResultSelector")
                return result if selector is None else _filled(selector, result, context)

    def _map(
        self, execution: Execution, state: Mapping[str, Json], value: Json, context: Json
    ) -> list[Json]:
        reader = _filled(state["ItemReader"]["Parameters"], value, context)
        items = json.loads(self.read_object(reader["Bucket"], reader["Key"]))
        if not isinstance(items, list):
            raise LocalError(f"{execution.state}: the list of items is no JSON list.")
        done = execution.done.setdefault(execution.state, {})
        processor = StateMachine(state["ItemProcessor"], self.invoke, self.read_object)
        failed: list[str] = []
        for place, item in enumerate(items):
            if place in done:
                continue
            told = {**context, "Map": {"Item": {"Index": place, "Value": item}}}
            given = _filled(state["ItemSelector"], value, told) if "ItemSelector" in state else item
            child = processor.run(Execution(f"{execution.name}-{place}", _sized(given)))
            execution.transitions += child.transitions
            if child.status == SUCCEEDED:
                done[place] = child.output
            else:
                failed.append(child.cause)
        if failed:
            message = f"{len(failed)} of {len(items)} items failed, the first: {failed[0]}"
            raise FunctionFailed(execution.state, "States.ExceedToleratedFailureThreshold", message)
        return [done[place] for place in range(len(items))]


def _check(machine: Mapping[str, Json]) -> None:
    _refuse(set(machine) - _MACHINE, "a state machine")
    if machine.get("QueryLanguage", "JSONPath") != "JSONPath":
        raise LocalError("State machine: only JSONPath is understood here.")
    for name, state in machine["States"].items():
        kind = state["Type"]
        if kind not in _KNOWN:
            raise LocalError(f"State {name}: the type {kind} is unknown here.")
        _refuse(set(state) - _KNOWN[kind], f"the state {name}")
        if kind == "Task":
            _check_task(name, state)
        elif kind == "Map":
            _check_map(name, state)
        elif kind == "Choice":
            for choice in state["Choices"]:
                _refuse(set(choice) - {"Variable", "BooleanEquals", "Next"}, f"a choice of {name}")


def _check_task(name: str, state: Mapping[str, Json]) -> None:
    if state["Resource"] != _LAMBDA:
        raise LocalError(f"State {name}: {state['Resource']} is unknown here.")
    _refuse(set(state["Parameters"]) - {"FunctionName", "Payload", "Payload.$"}, f"{name}")
    for rule in state.get("Retry", []):
        _refuse(set(rule) - _RETRY, f"a retry of {name}")


def _check_map(name: str, state: Mapping[str, Json]) -> None:
    processor, reader = dict(state["ItemProcessor"]), state["ItemReader"]
    config = processor.pop("ProcessorConfig")
    if config != {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}:
        raise LocalError(f"State {name}: {config} is unknown here.")
    _refuse(set(reader) - {"Resource", "ReaderConfig", "Parameters"}, f"the reader of {name}")
    if reader["Resource"] != _S3 or reader["ReaderConfig"] != {"InputType": "JSON"}:
        raise LocalError(f"State {name}: only a JSON list in S3 is read here.")
    _check(processor)


def _refuse(unknown: set[str], where: str) -> None:
    if unknown:
        raise LocalError(f"State machine: {', '.join(sorted(unknown))} in {where} is unknown here.")


def _chosen(state: Mapping[str, Json], value: Json) -> str:
    for choice in state["Choices"]:
        if _path(choice["Variable"], value, {}) is choice["BooleanEquals"]:
            return str(choice["Next"])
    return str(state["Default"])


def _tries_again(state: Mapping[str, Json], kind: str, tried: dict[int, int]) -> bool:
    for place, rule in enumerate(state.get("Retry", [])):
        if any(
            wanted in (kind, "States.ALL", "States.TaskFailed") for wanted in rule["ErrorEquals"]
        ):
            tried[place] = tried.get(place, 0) + 1
            return tried[place] <= int(rule.get("MaxAttempts", 3))
    return False


def _with_result(state: Mapping[str, Json], value: Json, result: Json) -> Json:
    """The state's output: its input with the result where ResultPath says; null drops it."""
    path = state.get("ResultPath", "$")
    if path == "$":
        output = result
    elif path is None:
        output = value
    else:
        *way, last = path.removeprefix("$.").split(".")
        output = json.loads(json.dumps(value))
        inner = output
        for member in way:
            inner = inner.setdefault(member, {})
        inner[last] = result
    taken = state.get("OutputPath", "$")
    return _sized({} if taken is None else _path(taken, output, {}))


def _filled(template: Json, value: Json, context: Json) -> Json:
    """A template with every member `name.$` in place of what its path leads to."""
    if isinstance(template, list):
        return [_filled(one, value, context) for one in template]
    if not isinstance(template, Mapping):
        return template
    return {
        key.removesuffix(".$"): _path(inner, value, context)
        if key.endswith(".$")
        else _filled(inner, value, context)
        for key, inner in template.items()
    }


def _path(path: str, value: Json, context: Json) -> Json:
    found, way = (context, path[2:]) if path.startswith("$$") else (value, path[1:])
    if not path.startswith("$") or any(sign in path for sign in "[]*?()@"):
        raise LocalError(f"State machine: the path {path} is unknown here.")
    for member in way.split(".")[1:]:
        if not isinstance(found, Mapping) or member not in found:
            raise FunctionFailed("Step Functions", "States.Runtime", f"nothing at {path}")
        found = found[member]
    return found


def _sized(value: Json) -> Json:
    if len(json.dumps(value).encode()) > LARGEST_STATE:
        raise FunctionFailed("Step Functions", "States.DataLimitExceeded", "over 256 KB")
    return value
