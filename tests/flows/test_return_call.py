"""The flow of a return call: who presses which key, what is noted, and what the caller hears."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from flows.rendering import render
from flows.return_call import RETURN_CALL, TEXTS, languages, spoken
from local.flow_runner import Contact, Coverage, Endpoint, FlowType, Outcome, problems, run
from tests.flows.samples import BROKEN, CUSTOMER, INSTANCE, Clock, Handler, always, contact

SUPPRESSOR = "arn:aws:lambda:us-east-1:111122223333:function:SuppressCustomer"
QUEUE = f"{INSTANCE}/queue/bbbb"
NOTED = always({"accepted": "true", "changed": "true", "reason": "opt_out", "message": "Done."})
REFUSED = always({"accepted": "false", "reason": "not_a_number", "message": "No."})
SAID = spoken("en-US", "Example Ltd", {})


def rendered(language: str = "en-US", **own: str) -> dict[str, Any]:
    holes = {
        **spoken(language, "Example Ltd", own),
        "SUPPRESSOR_ARN": SUPPRESSOR,
        "QUEUE_ARN": QUEUE,
        "BRAND": "",
        "FLOW": "main",
        "LOGGING": "Enabled",
        "SECONDS": "6",
    }
    return dict(json.loads(render(RETURN_CALL, holes)))


def caller(number: str | None = CUSTOMER, *keys: str) -> Contact:
    who = Endpoint(number) if number is not None else None
    return contact(
        customer=who, queue=None, agent=None, initiation_method="INBOUND", keys=tuple(keys)
    )


@dataclass
class Scene:
    """One return call, and the events that the function got."""

    keys: tuple[str, ...] = ()
    number: str | None = CUSTOMER
    suppressor: Handler = NOTED
    troubles: Mapping[str, str] = field(default_factory=dict)
    channel: str = "VOICE"
    events: list[dict[str, Any]] = field(default_factory=list)

    def play(self, coverage: Coverage | None = None) -> Outcome:
        who = caller(self.number, *self.keys)
        who.channel = self.channel
        return run(
            rendered(),
            who,
            self._invoke,
            flow_type=FlowType.CONTACT_FLOW,
            clock=Clock(),
            coverage=coverage,
            troubles=self.troubles,
        )

    def _invoke(self, arn: str, event: dict[str, Any], _left: float) -> Any:
        assert arn == SUPPRESSOR
        self.events.append(event)
        return self.suppressor(event)


ERROR = "NoMatchingError"
QUEUED, GONE = ("queued", "transfer"), ("disconnected", "hang-up")

CASES = {
    "no key: an agent takes the call": (Scene(), QUEUED, ["greeting"]),
    "9 stops the calls": (Scene(("9",)), GONE, ["greeting", "stopped"]),
    "8 says that it is the wrong number": (Scene(("8",)), GONE, ["greeting", "wrong_number"]),
    "another key: an agent takes the call": (Scene(("5",)), QUEUED, ["greeting"]),
    "a contact without keys": (Scene(channel="CHAT"), QUEUED, []),
    "a withheld number": (Scene(("9",), number="anonymous"), QUEUED, ["withheld"]),
    "no number at all": (Scene(("9",), number=None), QUEUED, ["withheld"]),
    "it could not be noted": (
        Scene(("9",), suppressor=BROKEN), QUEUED, ["greeting", "not_noted"],
    ),
    "a wrong number that could not be noted": (
        Scene(("8",), suppressor=BROKEN), QUEUED, ["greeting", "not_noted"],
    ),
    "the function does not take it": (
        Scene(("9",), suppressor=REFUSED), QUEUED, ["greeting", "not_noted"],
    ),
    "the function does not take a wrong number": (
        Scene(("8",), suppressor=REFUSED), QUEUED, ["greeting", "not_noted"],
    ),
    "an empty answer is no confirmation": (
        Scene(("9",), suppressor=always({})), QUEUED, ["greeting", "not_noted"],
    ),
    "the voice is not to be had": (
        Scene(("9",), troubles={"set-voice": ERROR}), GONE, ["greeting", "stopped"],
    ),
    "the greeting cannot be played": (Scene(troubles={"ask": ERROR}), QUEUED, []),
    "the queue is full": (
        Scene(troubles={"transfer": "QueueAtCapacity"}), GONE, ["greeting", "nobody"],
    ),
    "the transfer fails": (Scene(troubles={"transfer": ERROR}), GONE, ["greeting", "nobody"]),
    "the queue is not there": (Scene(troubles={"set-queue": ERROR}), GONE, ["greeting", "nobody"]),
    "the full queue cannot be told": (
        Scene(troubles={"transfer": "QueueAtCapacity", "say-nobody": ERROR}), GONE, ["greeting"],
    ),
    "the confirmation cannot be played": (
        Scene(("9",), troubles={"say-stopped": ERROR}), GONE, ["greeting"],
    ),
    "the other confirmation cannot be played": (
        Scene(("8",), troubles={"say-wrong-number": ERROR}), GONE, ["greeting"],
    ),
    "the failure cannot be told": (
        Scene(("9",), suppressor=BROKEN, troubles={"say-not-noted": ERROR}), QUEUED, ["greeting"],
    ),
    "a withheld caller cannot be told": (
        Scene(number="", troubles={"say-withheld": ERROR}), QUEUED, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_return_call_ends_as_it_must(name: str) -> None:
    scene, (ended, last), heard = CASES[name]
    outcome = scene.play()
    assert (outcome.ended, outcome.last) == (ended, last)
    assert outcome.heard == tuple(SAID[text.upper()] for text in heard)
    assert outcome.queue == (QUEUE if ended == "queued" else "")


def test_every_branch_of_the_flow_is_taken() -> None:
    coverage = Coverage(json.loads(RETURN_CALL.read_text(encoding="utf-8")))
    for scene, _, _ in CASES.values():
        scene.play(coverage)
    assert coverage.missing() == []


@pytest.mark.parametrize(("key", "reason"), [("9", "opt_out"), ("8", "wrong_number")])
def test_the_function_learns_the_reason_and_who_calls(key: str, reason: str) -> None:
    scene = Scene((key,))
    scene.play()
    [event] = scene.events
    assert event["Details"]["Parameters"] == {
        "action": "suppress", "reason": reason, "through": "key_press", "brand": "", "by": "main",
    }  # fmt: skip
    assert event["Details"]["ContactData"]["CustomerEndpoint"]["Address"] == CUSTOMER
    assert event["Details"]["ContactData"]["InitiationMethod"] == "INBOUND"


def test_what_was_not_noted_is_never_confirmed() -> None:
    for scene, _, _ in CASES.values():
        outcome = scene.play()
        confirmed = {SAID["STOPPED"], SAID["WRONG_NUMBER"]} & set(outcome.heard)
        if confirmed:
            assert scene.suppressor is NOTED


@pytest.mark.parametrize("language", languages())
def test_each_language_says_everything_and_names_the_company(language: str) -> None:
    flow = rendered(language)
    assert problems(flow, FlowType.CONTACT_FLOW) == []
    said = spoken(language, "Example Ltd", {})
    assert {name for name in said if not said[name].strip()} == set()
    for text in ("GREETING", "STOPPED", "WRONG_NUMBER", "WITHHELD"):
        assert "Example Ltd" in said[text]
    assert "9" in said["GREETING"]
    assert "8" in said["GREETING"]
    assert not any("{" in text for text in said.values())


def test_a_companys_own_words_take_the_place_of_ours() -> None:
    said = spoken("de-DE", "Beispiel GmbH", {"greeting": "Hier {company}. 9 heißt Stopp."})
    assert said["GREETING"] == "Hier Beispiel GmbH. 9 heißt Stopp."
    assert said["NOBODY"] == spoken("de-DE", "Beispiel GmbH", {})["NOBODY"]
    assert set(said) == {"VOICE", *(text.upper() for text in TEXTS)}


def test_the_whispers_blocks_are_not_in_it_and_it_may_not_be_a_whisper() -> None:
    found = {problem.message for problem in problems(rendered(), FlowType.OUTBOUND_WHISPER)}
    assert "GetParticipantInput is forbidden in OUTBOUND_WHISPER" in found
    assert "TransferContactToQueue is forbidden in OUTBOUND_WHISPER" in found
