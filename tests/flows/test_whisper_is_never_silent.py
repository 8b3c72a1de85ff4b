"""Whatever the Lambdas do, a customer is rung with a right number, or on purpose not at all."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from local.flow_runner import Contact, Ended, Outcome
from local.flow_runner.references import E164
from tests.flows.samples import PICKED, QUEUE_NUMBER, Clock, Handler, Scene, contact

KEYS = st.sampled_from(["action", "caller_id", "tier", "reason", "decision_id", "arm", "stopped"])
WORDS = st.sampled_from(
    ["dial", "default", "block", "true", "false", "", PICKED, "+", "+0", "+12", "dial ", "DIAL"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
REPLIES = (
    st.dictionaries(KEYS, WORDS, max_size=7)
    | st.dictionaries(KEYS, WORDS | JSON, max_size=7)
    | st.fixed_dictionaries({"action": WORDS, "caller_id": WORDS | st.text()})
    | st.integers(32_700, 32_800).map(lambda size: {"action": "dial", "x": "é" * (size // 2)})
    | JSON
    | st.sampled_from([RuntimeError("no"), KeyError("x"), TimeoutError(), object(), {1: b"bytes"}])
)
SECONDS = st.sampled_from([0.0, 0.4, 1.99, 2.0, 2.01, 5.0, 7.5, 900.0])
TURN = st.tuples(REPLIES, SECONDS, st.booleans())


def played(turns: list[tuple[Any, float, bool]], clock: Clock, who: Contact | None) -> Handler:
    """A Lambda that behaves anew at each invocation; it may also stop the contact."""
    waiting = list(turns)

    def handler(event: dict[str, Any]) -> Any:
        answer, seconds, stops = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        clock.sleep(seconds)
        if stops and who is not None:
            who.stopped = True
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler


@given(
    picker=st.lists(TURN, min_size=1, max_size=4),
    stopper=st.lists(TURN, min_size=1, max_size=6),
    policy=st.sampled_from(["VOICE", "NONE"]),
    filled=st.sampled_from([0, 10_000, 32_600, 32_740, 32_768]),
)
@settings(max_examples=400, deadline=None)
def test_a_voice_contact_is_dialled_stopped_or_in_the_recorded_failure_of_a_block(
    picker: list[tuple[Any, float, bool]],
    stopper: list[tuple[Any, float, bool]],
    policy: str,
    filled: int,
) -> None:
    clock, who = Clock(), contact(attributes={"notes": "x" * filled})
    scene = Scene(played(picker, clock, None), played(stopper, clock, who), policy, who, clock)
    outcome = scene.play()
    if outcome.ended is Ended.STOPPED:
        assert who.stopped
        assert outcome.dialled is None
    elif outcome.ended is Ended.DIALLED:
        assert outcome.dialled is not None
        assert outcome.dialled.caller_id == QUEUE_NUMBER or E164.fullmatch(
            outcome.dialled.caller_id
        )
        assert outcome.last == "end"
    else:
        assert outcome.ended is Ended.ENDED_UNDIALLED
        assert tried_to_stop(outcome)
    assert decided_as_asked(outcome)


def tried_to_stop(outcome: Outcome) -> bool:
    """The block was given up after every attempt, or the stopper claimed a stop."""
    attempts = [step.identifier for step in outcome.trace if step.type == "InvokeLambdaFunction"]
    if outcome.last == "end-stopped":
        return outcome.trace[-2].branch == "condition:Equals true"
    return outcome.last == "end-block-failed" and attempts[-1] == "stop-finally"


def decided_as_asked(outcome: Outcome) -> bool:
    """A picker's clear word is carried out: no block is dialled, and no dial is stopped."""
    asked = next(step for step in outcome.trace if step.identifier == "ask-picker")
    decision = asked.response if asked.branch == "next" else {}
    passed = {step.identifier for step in outcome.trace}
    if decision.get("action") == "block":
        return not passed & {"dial-number", "dial-default"}
    if decision.get("action") == "default":
        return "dial-default" in passed and "try-to-stop" not in passed
    if decision.get("action") == "dial" and E164.fullmatch(decision.get("caller_id", "")):
        assert outcome.dialled is not None
        return outcome.dialled.caller_id == str(decision["caller_id"])
    return "dial-number" not in passed or outcome.dialled is not None


@given(
    channel=st.sampled_from(["CHAT", "TASK", "EMAIL", "", "voice"]),
    turns=st.lists(TURN, min_size=1),
)
@settings(max_examples=50, deadline=None)
def test_other_channels_are_neither_asked_about_nor_dialled(
    channel: str, turns: list[tuple[Any, float, bool]]
) -> None:
    clock = Clock()
    scene = Scene(played(turns, clock, None), contact=contact(channel=channel), clock=clock)
    outcome = scene.play()
    assert (outcome.ended, outcome.dialled, scene.events) == (Ended.ENDED, None, [])
