"""What no documentation tells of Amazon Connect, what is assumed, and what a call shows. Pure.

The product is made so that no answer breaks it; each says which file rests on it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from local.smoke.watching import Call

ATTRIBUTE = "local_presence_"
PICKED, BLOCKED = "dial", "block"


class Learned(StrEnum):
    """How a question stands."""

    AS_ASSUMED = "as assumed"
    OTHERWISE = "otherwise"
    OPEN = "open"


@dataclass(frozen=True)
class Question:
    """What is asked, what is assumed, and which file says so."""

    key: str
    asks: str
    assumed: str
    where: str


@dataclass(frozen=True)
class Answer:
    """One question as it stands after a look: what was seen, and what to do."""

    question: Question
    learned: Learned
    seen: str
    next: str = ""


WHISPER = Question(
    "whisper-runs",
    "Does the queue's whisper run for a call that an agent dials, and ask the picker once?",
    "once, and the contact keeps what was decided",
    "flows/README.md",
)
SYSTEM_ENDPOINT = Question(
    "system-endpoint",
    "Which number do contact and record call the system's, where the whisper showed another?",
    "the queue's own",
    "flows/README.md, lambdas/domain/outcome_of.py",
)
IN_TIME = Question(
    "picker-in-time",
    "Does Connect take a reply that the picker gave within the flow's time limit of two seconds?",
    "it does",
    "flows/outbound_whisper.json (InvocationTimeLimitSeconds of ask-picker)",
)
PLUS = Question(
    "plus-in-values",
    "Does a value that begins with + come through reply, flow and attributes?",
    "it does",
    "lambdas/pick_caller_id/handler.py, flows/outbound_whisper.json (check-number)",
)
EMPTY = Question(
    "empty-values",
    "Does an attribute that is set to an empty text exist?",
    "it does, with an empty text",
    "local/flow_runner/blocks.py (set_attributes)",
)
IN_RECORD = Question(
    "attributes-in-record",
    "Are the attributes that the whisper sets in the contact record?",
    "they are",
    "lambdas/domain/outcome_of.py",
)
AGENT_TIME = Question(
    "agent-before-answer",
    "Has a call that nobody answered a time at which its agent was connected?",
    "it may: nothing rests on it",
    "lambdas/domain/outcome_of.py, lambdas/connect/contact_record.py",
)
REASON = Question(
    "reason-of-unanswered",
    "Does the contact of an unanswered call say why it ended, in words that are known here?",
    "it does",
    "lambdas/connect/contact_record.py (DisconnectReason)",
)
STOPPED = Question(
    "stop-before-ringing",
    "Does a contact that the whisper stops end without ringing the customer?",
    "it does",
    "flows/README.md (What blocking cannot promise)",
)

NEVER_LEARNED = (
    Question("calls-per-second", "How many calls a second may an instance place, or one number?",
             "no limit below the caps of the pools", "config/example.yaml (limits)"),
    Question("api-source-number", "Which number does StartOutboundVoiceContact show, the queue's "
             "or the source's, where both are given?", "not used", "none"),
    Question("callback-number", "Which number does a callback show whose block names one, and "
             "whose queue's whisper chooses one?", "not used", "docs/guide.md"),
)  # fmt: skip
"""No call of this command tells them."""


def learned(call: Call, queue: str, queue_number: str) -> list[Answer]:
    """What a call tells. `queue` is the key that it was to be dialled from, `queue_number` that
    queue's own number, "" where it is not known."""
    return [
        *_whisper(call, queue),
        *_system(call, queue_number),
        *_in_time(call),
        *_plus(call),
        *_empty(call),
        *_in_record(call),
        *_agent_time(call),
        *_reason(call),
        *_stopped(call),
        *(
            Answer(question, Learned.OPEN, "no call of this command tells it")
            for question in NEVER_LEARNED
        ),
    ]


Told = Callable[[Call], Iterator[Answer]]


def _whisper(call: Call, queue: str) -> Iterator[Answer]:
    asked, kept = len(call.decisions), call.attributes.get(f"{ATTRIBUTE}action", "")
    if not kept and not asked:
        seen = "the contact has no attribute of ours, and the picker was not asked"
        what = f"Was it dialled from the queue {queue}, with its whisper as deployed?"
        yield Answer(WHISPER, Learned.OTHERWISE, seen, what)
        return
    others = sorted({one.queue for one in call.decisions} - {queue})
    if others:
        what = f"Give that queue with --queue, or dial from {queue}."
        yield Answer(WHISPER, Learned.OPEN, f"it was dialled from the queue {others[0]}", what)
        return
    seen = f"the picker was asked {_times(asked)}; the contact keeps {kept or 'nothing'}"
    if not asked:
        yield Answer(WHISPER, Learned.OPEN, seen, "See what could not be read.")
    elif asked == 1 and kept:
        yield Answer(WHISPER, Learned.AS_ASSUMED, seen)
    else:
        what = (
            "More than once is allowed for, and answered alike; see docs/runbook.md if it is usual."
        )
        yield Answer(WHISPER, Learned.OTHERWISE, seen, what)


def _system(call: Call, queue_number: str) -> Iterator[Answer]:
    shown = call.attributes.get(f"{ATTRIBUTE}caller_id", "")
    told = {"the contact": call.system}
    if call.record is not None:
        told["the record"] = call.record.system.address if call.record.system else ""
    if _action(call) != PICKED or not shown or shown == queue_number:
        seen = "the call showed the queue's own number"
        what = "Set the queue's mode to on, and dial a number for which the pool has a nearer one."
        yield Answer(SYSTEM_ENDPOINT, Learned.OPEN, seen, what)
        return
    names = {number: _name(number, shown, queue_number) for number in told.values()}
    seen = ", ".join(f"{where} tells {names[number]}" for where, number in told.items())
    if all(number == shown for number in told.values()):
        what = "Correct flows/README.md; the attributes say the same, so nothing counts wrongly."
        yield Answer(SYSTEM_ENDPOINT, Learned.OTHERWISE, seen, what)
    elif queue_number and all(number == queue_number for number in told.values()):
        yield Answer(SYSTEM_ENDPOINT, Learned.AS_ASSUMED, seen)
    else:
        what = "Counting goes by the attributes; note it in flows/README.md."
        yield Answer(SYSTEM_ENDPOINT, Learned.OTHERWISE, seen, what)


def _name(number: str, shown: str, queue_number: str) -> str:
    if not number:
        return "none"
    known = {queue_number: "the queue's own number", shown: "the number that was shown"}
    return known.get(number, "another number")


def _in_time(call: Call) -> Iterator[Answer]:
    if not call.decisions:
        yield Answer(IN_TIME, Learned.OPEN, "the picker's decision was not found")
        return
    slowest = max(one.milliseconds for one in call.decisions)
    seen = f"it decided in {slowest:.0f} ms"
    if call.attributes.get(f"{ATTRIBUTE}reason") == "picker_failed":
        what = "Connect did not take the reply: read the flow's log, and the function's duration."
        yield Answer(IN_TIME, Learned.OTHERWISE, f"{seen}, and the flow went on without it", what)
    else:
        yield Answer(IN_TIME, Learned.AS_ASSUMED, f"{seen}, and the flow did as it said")


def _plus(call: Call) -> Iterator[Answer]:
    replied = [one.caller_id for one in call.decisions if one.caller_id]
    kept = call.attributes.get(f"{ATTRIBUTE}caller_id", "")
    if kept.startswith("+"):
        yield Answer(PLUS, Learned.AS_ASSUMED, "the caller ID is kept with its +")
    elif replied:
        what = "The flow takes such a reply for a failure. Look at the flow's log before all else."
        yield Answer(
            PLUS, Learned.OTHERWISE, "the reply had a caller ID, the contact has none", what
        )
    else:
        yield Answer(PLUS, Learned.OPEN, "no number was picked", "Set the queue's mode to on.")


def _empty(call: Call) -> Iterator[Answer]:
    name = f"{ATTRIBUTE}arm"
    if not _action(call) or not call.decisions or call.decisions[-1].arm:
        yield Answer(EMPTY, Learned.OPEN, "no attribute was set to an empty text")
    elif call.attributes.get(name) == "":
        yield Answer(EMPTY, Learned.AS_ASSUMED, f"{name} is there, and empty")
    else:
        what = (
            "Let the flow runner leave such attributes out; nothing that is deployed asks for one."
        )
        yield Answer(EMPTY, Learned.OTHERWISE, f"{name} is not there", what)


def _in_record(call: Call) -> Iterator[Answer]:
    if call.record is None or not _action(call):
        yield Answer(
            IN_RECORD, Learned.OPEN, "there is no record to compare", "See docs/outcomes.md."
        )
        return
    ours = {name: text for name, text in call.attributes.items() if name.startswith(ATTRIBUTE)}
    lacking = sorted(
        name for name, text in ours.items() if text and call.record.attributes.get(name) != text
    )
    if lacking:
        what = "Outcomes cannot be counted by number: tell the maintainers, with this report."
        yield Answer(IN_RECORD, Learned.OTHERWISE, f"the record lacks {', '.join(lacking)}", what)
    else:
        yield Answer(IN_RECORD, Learned.AS_ASSUMED, f"all {len(ours)} are in it")


def _agent_time(call: Call) -> Iterator[Answer]:
    if call.answered or not call.ended:
        seen = "the call was answered" if call.answered else "the call is not over"
        yield Answer(AGENT_TIME, Learned.OPEN, seen, "Dial again, and let it ring.")
        return
    told = {"the contact": call.agent_connected}
    if call.record is not None:
        told["the record"] = bool(call.record.agent and call.record.agent.connected)
    seen = ", ".join(f"{where} has {'one' if has else 'none'}" for where, has in told.items())
    yield Answer(AGENT_TIME, Learned.AS_ASSUMED, seen)


def _reason(call: Call) -> Iterator[Answer]:
    if call.answered or not call.ended:
        yield Answer(
            REASON, Learned.OPEN, "no unanswered call was seen", "Dial again, and let it ring."
        )
        return
    told = [call.disconnect]
    known = True
    if call.record is not None:
        told.append(call.record.disconnect_words)
        known = bool(call.record.disconnect) or not call.record.disconnect_words
    seen = " and ".join(words or "no reason" for words in dict.fromkeys(told))
    if any(told) and known:
        yield Answer(REASON, Learned.AS_ASSUMED, seen)
    else:
        what = "Add the word to DisconnectReason, or count such calls as of no known end."
        yield Answer(REASON, Learned.OTHERWISE, seen, what)


def _stopped(call: Call) -> Iterator[Answer]:
    kept = _action(call)
    if kept not in {BLOCKED, "block_failed"}:
        yield Answer(STOPPED, Learned.OPEN, "the call was not blocked")
    elif kept == BLOCKED and call.ended and not call.answered:
        yield Answer(STOPPED, Learned.AS_ASSUMED, "it ended, and nobody was connected")
    else:
        what = "Customers may be rung against a rule: see the alarm BlockFailed in docs/runbook.md."
        yield Answer(STOPPED, Learned.OTHERWISE, f"{kept}, and the call went on", what)


def _action(call: Call) -> str:
    return call.attributes.get(f"{ATTRIBUTE}action", "")


def _times(count: int) -> str:
    return {0: "not at all", 1: "once"}.get(count, f"{count} times")
