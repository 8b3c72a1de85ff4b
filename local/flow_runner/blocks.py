"""What each block does when a flow reaches it: change the state, and name the branch to leave by.

Every function takes the block, the state and the surroundings, and returns what happened.
"""

import json
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.flow_runner.catalogue import catalogue
from local.flow_runner.conditions import holds
from local.flow_runner.document import Block
from local.flow_runner.errors import CallFailedError, FlowError, PromptBeforeDialError
from local.flow_runner.lambda_block import Absent, Invocation, Invoke, call
from local.flow_runner.references import E164
from local.flow_runner.state import Dialled, State


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run needs from outside; ``claimed`` is None where every number may be shown.

    In a ``whisper`` the customer is not on the line before the dial. ``troubles`` are the errors
    that Connect reports at blocks, by their identifier.
    """

    whisper: bool
    invoke: Invoke
    clock: Callable[[], float]
    claimed: Container[str] | None
    absent: Absent
    troubles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """How a block was left: a branch key, why, and the invocation if there was one."""

    branch: str
    note: str = ""
    invocation: Invocation | None = None


NEXT = Passage("next")


def set_logging(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    state.logging = block.parameters["FlowLoggingBehavior"] == "Enabled"
    return NEXT


def set_recording(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    state.recording = block.parameters
    return NEXT


def set_voice(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    return NEXT


def compare(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    value = state.value_of(block.parameters["ComparisonValue"])
    for condition in block.conditions:
        if holds(condition.operator, value, state.value_of(condition.operand)):
            return Passage(condition.branch.key)
    return Passage("error:NoMatchingCondition", f"the value is {value!r}")


def loop(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    """ContinueLooping as often as LoopCount says, then DoneLooping once, then anew."""
    count = state.value_of(str(block.parameters["LoopCount"])) or "0"
    turn = state.loops.get(block.identifier, 0)
    if turn < int(count):
        state.loops[block.identifier] = turn + 1
        return Passage("condition:Equals ContinueLooping")
    state.loops[block.identifier] = 0
    return Passage("condition:Equals DoneLooping")


def invoke_lambda(block: Block, state: State, around: Surroundings) -> Passage:
    invocation = call(block, state, around.invoke, around.clock, around.absent)
    state.external = {} if invocation.failure else invocation.reply
    state.lambda_seconds += invocation.seconds
    state.overrun_seconds += invocation.overrun
    if invocation.failure:
        return Passage("error:NoMatchingError", invocation.failure, invocation)
    return Passage("next", invocation=invocation)


def set_attributes(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    """All of the attributes or, past 32 KB in all, none. An absent reference sets an empty text."""
    if block.parameters.get("TargetContact", "Current") != "Current":
        raise FlowError(f"{block.identifier}: a related contact's attributes are not kept here")
    changed = state.attributes | _values(state, block.parameters["Attributes"])
    size = len(json.dumps(changed, ensure_ascii=False).encode())
    if size > (most := catalogue().limits.attributes_bytes):
        return Passage("error:NoMatchingError", f"{size} bytes of attributes; the most is {most}")
    state.attributes = changed
    return NEXT


def set_flow_attributes(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    given = block.parameters["FlowAttributes"]
    texts = {name: value["Value"] for name, value in given.items()}
    state.flow_attributes |= _values(state, texts)
    return NEXT


def tag(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    state.tags |= _values(state, block.parameters["Tags"])
    return NEXT


def _values(state: State, texts: Mapping[str, Any]) -> dict[str, str]:
    return {state.value_of(name) or "": state.value_of(text) or "" for name, text in texts.items()}


def dial(block: Block, state: State, around: Surroundings) -> Passage:
    """Place the call; there is no error branch, so what cannot be dialled fails the call."""
    if "VoiceConnector" in block.parameters:
        raise FlowError(f"{block.identifier}: voice connectors are not executed here")
    if state.contact.channel != "VOICE":
        raise FlowError(f"{block.identifier}: a {state.contact.channel} contact cannot be dialled")
    if state.dialled:
        raise FlowError(f"{block.identifier}: this contact was dialled already")
    reference = (block.parameters.get("CallerId") or {}).get("Number")
    number = state.value_of(reference) if reference else None
    if number is None or not E164.fullmatch(number):
        state.dialled = Dialled(queue_number(state), "queue")
        note = f"{number!r} is not E.164" if reference else ""
        return Passage("next", note)
    if around.claimed is not None and number not in around.claimed:
        raise CallFailedError(f"{block.identifier}: {number} is not claimed by this instance")
    state.dialled = Dialled(number, "number")
    return NEXT


def queue_number(state: State) -> str:
    """The queue's own caller ID. Raises CallFailedError where it has none."""
    number = state.contact.default_number
    if number is None:
        raise CallFailedError("the queue has no number of its own: the call fails")
    return number


def speak(block: Block, state: State, around: Surroundings) -> Passage:
    if around.whisper and not state.dialled and state.contact.channel == "VOICE":
        state.dialled = Dialled(queue_number(state), "connect")
        raise PromptBeforeDialError(
            f"{block.identifier}: a prompt before the dial rings the customer with "
            f"{state.dialled.caller_id} and speaks to them"
        )
    state.lambda_seconds = 0.0
    state.heard.append(spoken(block, state))
    return NEXT


def spoken(block: Block, state: State) -> str:
    """What a prompt says; a recorded one by its id."""
    given = block.parameters
    text = given.get("Text") or given.get("SSML") or given.get("PromptId")
    return state.value_of(str(text)) or "" if text else str(given.get("Media", {}).get("Uri", ""))


def ask_for_a_key(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    """Say the prompt and wait for one key."""
    if block.parameters.get("StoreInput") == "True":
        raise FlowError(f"{block.identifier}: stored input is not executed here")
    if state.contact.channel != "VOICE":
        return Passage("error:NoMatchingError", "only a call has keys")
    state.lambda_seconds = 0.0
    state.heard.append(spoken(block, state))
    keys, turn = state.contact.keys, state.asked
    state.asked += 1
    key = keys[turn] if turn < len(keys) else ""
    if not key:
        return Passage("error:InputTimeLimitExceeded", "no key was pressed")
    for condition in block.conditions:
        if condition.operand == key:
            return Passage(condition.branch.key)
    return Passage("error:NoMatchingCondition", f"the key {key}")


def set_queue(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    if "AgentId" in block.parameters:
        raise FlowError(f"{block.identifier}: an agent's own queue is not kept here")
    queue = state.value_of(block.parameters["QueueId"])
    if not queue:
        return Passage("error:NoMatchingError", "there is no such queue")
    state.target_queue = queue
    return NEXT


def wait_in_queue(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    if not state.target_queue:
        return Passage("error:NoMatchingError", "no queue was set")
    state.gone = "queued"
    return Passage("end")


def hang_up(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    state.gone = "disconnected"
    return Passage("end")


def end(block: Block, state: State, around: Surroundings) -> Passage:  # noqa: ARG001
    return Passage("end")


EXECUTED: Mapping[str, Callable[[Block, State, Surroundings], Passage]] = {
    "UpdateFlowLoggingBehavior": set_logging,
    "UpdateContactRecordingBehavior": set_recording,
    "UpdateContactTextToSpeechVoice": set_voice,
    "Compare": compare,
    "Loop": loop,
    "InvokeLambdaFunction": invoke_lambda,
    "UpdateContactAttributes": set_attributes,
    "UpdateFlowAttributes": set_flow_attributes,
    "TagContact": tag,
    "CompleteOutboundCall": dial,
    "MessageParticipant": speak,
    "GetParticipantInput": ask_for_a_key,
    "UpdateContactTargetQueue": set_queue,
    "TransferContactToQueue": wait_in_queue,
    "DisconnectParticipant": hang_up,
    "EndFlowExecution": end,
}
