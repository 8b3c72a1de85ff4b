"""The flow that is deployed, in every way in which it can go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local.flow_runner import CallFailedError, Contact, Endpoint, Queue
from tests.flows.samples import (
    BROKEN,
    CUSTOMER,
    INSTANCE,
    NOT_STOPPED,
    PICKED,
    PICKER,
    QUEUE_NUMBER,
    STOPPED,
    STOPPER,
    Clock,
    Handler,
    Scene,
    always,
    contact,
    reply,
    whisper,
    whisper_coverage,
)

FULL = {"notes": "x" * 32_740}


def in_turn(*handlers: Handler) -> Handler:
    waiting = list(handlers)
    return lambda event: waiting.pop(0)(event)


@dataclass(frozen=True)
class Case:
    """Who calls, what the Lambdas say, and how it must end."""

    reason: str
    picker: Any
    ended: str
    last: str
    caller_id: str | None
    stopper: Callable[[], Handler] = lambda: NOT_STOPPED
    policy: str = "NONE"
    channel: str = "VOICE"
    customer: str = CUSTOMER
    attributes: tuple[tuple[str, str], ...] = ()
    remembered: tuple[str, str] | None = None

    def scene(self) -> Scene:
        who = contact(
            channel=self.channel,
            customer=Endpoint(self.customer),
            attributes=dict(self.attributes),
        )
        clock = Clock()
        picker = self.picker(clock) if callable(self.picker) else always(self.picker)
        return Scene(picker, self.stopper(), self.policy, who, clock)


def slow(clock: Clock) -> Handler:
    return always(reply(), takes_s=2.01, clock=clock)


WITH_NUMBER = ("dialled", "end", PICKED)
WITH_DEFAULT = ("dialled", "end", QUEUE_NUMBER)
BLOCK_FAILED = ("ended_undialled", "end-block-failed", QUEUE_NUMBER)
FULL_ITEMS = tuple(FULL.items())

CASES = [
    Case("a number was picked", reply(), *WITH_NUMBER, remembered=("caller_id", PICKED)),
    Case("the attributes are full: it dials all the same", reply(), *WITH_NUMBER,
         attributes=FULL_ITEMS),
    Case("the pool is exhausted", reply("default"), *WITH_DEFAULT,
         remembered=("action", "default")),
    Case("the default with full attributes", reply("default"), *WITH_DEFAULT,
         attributes=FULL_ITEMS),
    Case("an action that this flow does not know", reply("postpone"), *WITH_DEFAULT,
         remembered=("reason", "picker_failed")),
    Case("a dial without a number", reply(caller_id=""), *WITH_DEFAULT,
         remembered=("reason", "picker_failed")),
    Case("a dial with a national number", reply(caller_id="2065550177"), *WITH_DEFAULT),
    Case("a plus before nonsense: Connect shows the queue's number",
         reply(caller_id="+nonsense"), *WITH_DEFAULT),
    Case("an empty reply", {}, *WITH_DEFAULT),
    Case("a reply that is no object", ["dial"], *WITH_DEFAULT),
    Case("a number where a text must be", {"action": "dial", "caller_id": 1206}, *WITH_DEFAULT),
    Case("32 KB of reply", reply(place="x" * 32_768), *WITH_DEFAULT),
    Case("the Lambda fails", RuntimeError("no"), *WITH_DEFAULT,
         remembered=("action", "default")),
    Case("the Lambda fails, attributes are full", RuntimeError("no"), *WITH_DEFAULT,
         attributes=FULL_ITEMS),
    Case("the Lambda takes over 2 s", slow, *WITH_DEFAULT),
    Case("a chat", reply(), "ended", "end-other-channel", None, channel="CHAT"),
    Case("an e-mail", reply(), "ended", "end-other-channel", None, channel="EMAIL"),
    Case("a task", reply(), "ended", "end-other-channel", None, channel="TASK"),
    Case("a channel of tomorrow", reply(), "ended", "end-other-channel", None, channel="HOLOGRAM"),
    Case("blocked, and the first stop is never confirmed", reply("block"), *BLOCK_FAILED,
         remembered=("action", "block_failed")),
    Case("blocked, and the stopper is broken throughout", reply("block"), *BLOCK_FAILED,
         stopper=lambda: BROKEN, remembered=("reason", "same_area_code")),
    Case("blocked with full attributes, the stopper broken", reply("block"), *BLOCK_FAILED,
         stopper=lambda: BROKEN, attributes=FULL_ITEMS),
    Case("the failure policy blocks", RuntimeError("no"), *BLOCK_FAILED, policy="VOICE",
         remembered=("action", "block_failed")),
    Case("the failure policy blocks, attributes are full", RuntimeError("no"), *BLOCK_FAILED,
         policy="VOICE", attributes=FULL_ITEMS),
    Case("the failure policy blocks a dial without a number", reply(caller_id=""), *BLOCK_FAILED,
         policy="VOICE"),
    *(
        Case(f"an agent calls {number} and the picker is broken", RuntimeError("no"),
             *WITH_DEFAULT, policy="VOICE", customer=number, remembered=("action", "default"))
        for number in ("911", "+1911", "112", "999", "+44999", "+44112", "000", "+61000")
    ),
    Case("the stopper says stopped and Connect is late", reply("block"), "ended_undialled",
         "end-stopped", QUEUE_NUMBER, stopper=lambda: STOPPED),
    Case("the last attempt says stopped and Connect is late", reply("block"), "ended_undialled",
         "end-stopped", QUEUE_NUMBER,
         stopper=lambda: in_turn(NOT_STOPPED, NOT_STOPPED, NOT_STOPPED, STOPPED)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.reason)
def test_the_whisper_ends_as_it_must(case: Case) -> None:
    outcome = case.scene().play()
    assert (outcome.ended, outcome.last) == (case.ended, case.last)
    assert (outcome.dialled and outcome.dialled.caller_id) == case.caller_id
    if case.remembered:
        name, value = case.remembered
        assert outcome.attributes[f"local_presence_{name}"] == value


@pytest.mark.parametrize(("action", "kept"), [("dial", True), ("default", True), ("block", False)])
def test_a_contact_that_is_dialled_says_who_calls_and_why(action: str, kept: bool) -> None:
    attributes = Scene(always(reply(action))).play().attributes

    names = ("local_presence_brand", "local_presence_call_reason")
    assert [attributes.get(name) for name in names] == (
        ["Example Care", "Your appointment"] if kept else [None, None]
    )


def test_every_branch_of_the_flow_is_taken() -> None:
    coverage = whisper_coverage()
    for case in CASES:
        case.scene().play(coverage)
    assert coverage.missing() == []
    assert coverage.share == 1


def stopping_at(attempt: int, who: Contact) -> Handler:
    calls = 0

    def handler(event: dict[str, Any]) -> dict[str, str]:
        nonlocal calls
        calls += 1
        if calls < attempt:
            return {"stopped": "false", "reason": "throttled"}
        who.stopped = True
        return {"stopped": "true", "reason": "disconnected"}

    return handler


@pytest.mark.parametrize("attempt", [1, 2, 3, 4])
def test_a_stop_at_any_attempt_ends_the_flow_with_its_contact(attempt: int) -> None:
    who = contact()
    scene = Scene(always(reply("block")), stopping_at(attempt, who), contact=who)
    outcome = scene.play()
    assert outcome.ended == "stopped"
    assert outcome.dialled is None
    assert scene.asked(STOPPER) == attempt
    assert outcome.attributes["local_presence_action"] == "block"


def test_only_the_last_attempt_is_told_that_it_is_the_last() -> None:
    scene = Scene(always(reply("block")))
    scene.play()
    finals = [e["Details"]["Parameters"].get("final") for arn, e in scene.events if arn == STOPPER]
    assert finals == [None, None, None, "true"]


def test_the_stopper_learns_the_decision_and_its_reason() -> None:
    scene = Scene(always(reply("block", reason="out_of_hours")))
    scene.play()
    parameters = scene.events[-1][1]["Details"]["Parameters"]
    assert (parameters["decision"], parameters["reason"]) == ("d-1", "out_of_hours")


def test_the_picker_learns_the_queue_the_agent_and_where_the_customer_lives() -> None:
    who = contact(attributes={"postal_code": "98101", "city": "Seattle"})
    scene = Scene(always(reply()), contact=who)
    scene.play()
    assert scene.events[0][1]["Details"]["Parameters"] == {
        "queue": "outbound-sales",
        "agent": "ada",
        "postal_code": "98101",
        "city": "Seattle",
        "state": "",
        "latitude": "",
        "longitude": "",
    }


def test_other_channels_reach_no_lambda() -> None:
    scene = Scene(always(reply()), contact=contact(channel="CHAT"))
    scene.play()
    assert scene.events == []


def test_recording_and_logging_are_set_before_the_dial() -> None:
    outcome = Scene(always(reply())).play()
    order = [step.type for step in outcome.trace]
    assert order.index("UpdateContactRecordingBehavior") < order.index("CompleteOutboundCall")
    assert outcome.recording is not None
    assert outcome.recording["RecordingBehavior"]["RecordedParticipants"] == ["Agent", "Customer"]
    assert outcome.logging is True


def test_nothing_in_the_flow_can_speak() -> None:
    types = {action["Type"] for action in whisper()["Actions"]}
    assert not types & {
        "MessageParticipant",
        "GetParticipantInput",
        "MessageParticipantIteratively",
    }


def test_lambdas_that_use_up_every_limit_stay_under_what_connect_allows() -> None:
    clock = Clock()
    forever = always(reply(), takes_s=1000, clock=clock)
    scene = Scene(forever, forever, policy="VOICE", clock=clock)
    outcome = scene.play()
    assert outcome.last == "end-block-failed"
    limits = [2, 5, 5, 5, 2]
    assert [step.note for step in outcome.trace if step.type == "InvokeLambdaFunction"] == [
        f"passed the time limit of {limit} s" for limit in limits
    ]
    assert sum(limits) <= 20


def test_a_lambda_that_raises_is_asked_four_times_in_all() -> None:
    scene = Scene(BROKEN)
    scene.play()
    assert scene.asked(PICKER) == 4


def test_a_queue_without_a_number_fails_the_call_loudly() -> None:
    who = contact(queue=Queue("Outbound sales", f"{INSTANCE}/queue/aaaa", None))
    with pytest.raises(CallFailedError, match="no number of its own") as failed:
        Scene(always(reply("default")), contact=who).play()
    assert failed.value.trace[-1].identifier == "remember-default"


def test_a_printed_trace_hides_the_customers_number() -> None:
    outcome = Scene(always(reply(place="for +12065550123"))).play()
    printed = [step.printable() for step in outcome.trace]
    assert "+12065550123" not in str(printed)
    assert "+1206*****23" in str(printed)
