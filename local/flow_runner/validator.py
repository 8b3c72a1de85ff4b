"""What CreateContactFlow would refuse in a flow's content, as far as its documentation says."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from local.flow_runner.catalogue import ActionType, FlowType, Leaves, catalogue
from local.flow_runner.errors import InvalidFlowError, Problem
from local.flow_runner.parameters import problems_of
from local.flow_runner.transitions import transition_problems

_HOLE = re.compile(r"%[A-Z][A-Z0-9_]*%")


def validate(
    content: str | Mapping[str, Any], flow_type: FlowType = FlowType.OUTBOUND_WHISPER
) -> None:
    """Raise InvalidFlowError with every problem of the content, or return in silence."""
    if found := problems(content, flow_type):
        raise InvalidFlowError(found)


def problems(
    content: str | Mapping[str, Any], flow_type: FlowType = FlowType.OUTBOUND_WHISPER
) -> list[Problem]:
    """Every problem of the content (JSON text, or what was read from it); empty where it is well.

    A type that sources disagree about counts as forbidden: nothing here is to rest on a guess.
    """
    text = content if isinstance(content, str) else json.dumps(content)
    try:
        flow = json.loads(text)
    except json.JSONDecodeError as error:
        return [Problem("", f"this is not JSON: {error}")]
    if not isinstance(flow, dict) or not isinstance(flow.get("Actions"), list):
        return [Problem("", "a flow is an object with a list of Actions")]
    return [*_of_envelope(flow, text), *_of_actions(flow, flow_type)]


def _of_envelope(flow: dict[str, Any], text: str) -> Iterator[Problem]:
    known = catalogue()
    if flow.get("Version") != known.version:
        yield Problem("", f"Version must be {known.version}, not {flow.get('Version')!r}")
    if len(text) > known.most_characters:
        yield Problem("", f"{len(text)} characters; the most is {known.most_characters}")
    if len(flow["Actions"]) > known.most_actions:
        yield Problem("", f"{len(flow['Actions'])} blocks; the most is {known.most_actions}")
    for hole in sorted(set(_HOLE.findall(text))):
        yield Problem("", f"{hole} was never filled")
    if flow.get("StartAction") not in _identifiers(flow):
        yield Problem("", f"StartAction {flow.get('StartAction')!r} is no block of this flow")


def _identifiers(flow: Mapping[str, Any]) -> list[Any]:
    return [a.get("Identifier") for a in flow["Actions"] if isinstance(a, dict)]


def _of_actions(flow: dict[str, Any], flow_type: FlowType) -> Iterator[Problem]:
    identifiers = _identifiers(flow)
    for identifier, count in Counter(map(str, identifiers)).items():
        if count > 1:
            yield Problem(identifier, f"{count} blocks have this identifier")
    targets = frozenset(i for i in identifiers if isinstance(i, str))
    for action in flow["Actions"]:
        if not isinstance(action, dict) or not isinstance(action.get("Identifier"), str):
            yield Problem("", f"a block without identifier: {json.dumps(action)[:80]}")
            continue
        for message in _of_action(action, flow_type, targets):
            yield Problem(action["Identifier"], message)


def _of_action(
    action: dict[str, Any], flow_type: FlowType, targets: frozenset[str]
) -> Iterator[str]:
    yield from _of_identifier(action["Identifier"])
    kind = catalogue().actions.get(str(action.get("Type")))
    if kind is None:
        yield f"there is no block of type {action.get('Type')!r}"
        return
    if flow_type in kind.unverified_in:
        yield f"it is unverified whether {kind.name} may stand in {flow_type}"
    elif flow_type not in kind.allowed_in:
        yield f"{kind.name} is forbidden in {flow_type}"
    yield from _of_parameters(action.get("Parameters"), kind)
    transitions = action.get("Transitions")
    if not isinstance(transitions, dict):
        yield "Transitions must be an object"
    else:
        yield from transition_problems(transitions, kind, targets)
        if kind.name == "GetParticipantInput":
            yield from _of_input(action.get("Parameters") or {}, transitions)


_KEYS = frozenset("0123456789*#")


def _of_input(parameters: Mapping[str, Any], transitions: Mapping[str, Any]) -> Iterator[str]:
    """Asking for one key takes conditions on keys; storing many takes none."""
    if parameters.get("StoreInput") == "True":
        if transitions.get("Conditions"):
            yield "input that is stored takes no conditions"
        return
    if "InputValidation" in parameters:
        yield "InputValidation is only for input that is stored"
    errors = {str(error.get("ErrorType")) for error in transitions.get("Errors") or []}
    for missing in sorted({"NoMatchingCondition", "InputTimeLimitExceeded"} - errors):
        yield f"the branch for {missing} is missing"
    for entry in transitions.get("Conditions") or []:
        condition = entry.get("Condition") or {}
        if condition.get("Operator") != "Equals":
            yield "a key is compared with Equals only"
        elif not set(map(str, condition.get("Operands") or [])) <= _KEYS:
            yield f"a key is one of 0 to 9, * and #, not {condition['Operands']!r}"


def _of_identifier(identifier: str) -> Iterator[str]:
    known = catalogue()
    if not 0 < len(identifier) <= known.most_identifier_characters:
        yield f"an identifier has 1 to {known.most_identifier_characters} characters"
    if bad := sorted(known.forbidden_characters & set(identifier)):
        yield f"an identifier must not contain {' '.join(bad)}"
    if identifier in known.forbidden_names:
        yield "an identifier must not be a name of JavaScript's own"


def _of_parameters(parameters: Any, kind: ActionType) -> Iterator[str]:
    if not isinstance(parameters, dict):
        if parameters is not None or kind.leaves is not Leaves.NOWHERE:
            yield "Parameters must be an object"
        return
    yield from problems_of("", parameters, kind.parameters)
    given = [name for name in kind.exactly_one_of if name in parameters]
    if kind.exactly_one_of and len(given) != 1:
        yield f"exactly one of {', '.join(kind.exactly_one_of)} is needed"
    yield from _of_parameters_together(parameters, kind)


def _of_parameters_together(parameters: dict[str, Any], kind: ActionType) -> Iterator[str]:
    if kind.name == "UpdateContactRecordingBehavior" and "AnalyticsBehavior" in parameters:
        recording = parameters.get("RecordingBehavior")
        recorded = recording.get("RecordedParticipants") if isinstance(recording, dict) else None
        if not isinstance(recorded, list) or not {"Agent", "Customer"} <= set(map(str, recorded)):
            yield "AnalyticsBehavior needs both Agent and Customer recorded"
    timed = kind.name == "CompleteOutboundCall" and "ConnectionTimeLimitSeconds" in parameters
    if timed and "VoiceConnector" not in parameters:
        yield "ConnectionTimeLimitSeconds is only for a VoiceConnector"
