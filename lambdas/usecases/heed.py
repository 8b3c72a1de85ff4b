"""Heed what a system reports that a person said at some moment: by SMS, or to an agent.

Reports come late, twice and out of order. What was lifted by an explicit act after that moment
stays lifted, and a wish to be called again lifts nothing that came after it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from lambdas.domain.phone import E164
from lambdas.domain.suppression import SMS, Suppression
from lambdas.domain.text_replies import Meaning
from lambdas.usecases.suppress import (
    KNOWN,
    Act,
    Audit,
    Correction,
    Known,
    Request,
    SuppressionStore,
    number_of,
    suppress,
)

DISPOSITION = "disposition"
THE_CUSTOMER = "the customer"


class Text(NamedTuple):
    """A message that somebody sent at a moment."""

    sender: str
    meaning: Meaning
    at: datetime


class Disposition(NamedTuple):
    """What an agent chose at the end of a contact: in words, and the reason that it stands for."""

    number: str
    words: str
    reason: str
    agent: str
    at: datetime


class Heeded(NamedTuple):
    """What became of a report. `overtaken` where it was lifted since, and so passed over."""

    accepted: bool
    changed: bool
    reason: str
    message: str
    number: E164 | str = ""
    overtaken: bool = False


def heed_text(text: Text, store: SuppressionStore, now: datetime, known: Known = KNOWN) -> Heeded:
    """Enter or lift as the message says. START lifts only what messages entered."""
    if text.meaning is Meaning.RESUME:
        return _resumed(text, store, now)
    request = Request(
        number=text.sender,
        reason=text.meaning,
        by=THE_CUSTOMER,
        through=SMS,
        note="wrote so in a message",
    )
    return _heed(request, text.at, store, now, known)


def heed_disposition(
    told: Disposition, store: SuppressionStore, now: datetime, known: Known = KNOWN
) -> Heeded:
    """Enter what the agent chose."""
    request = Request(
        number=told.number,
        reason=told.reason,
        by=told.agent,
        through=DISPOSITION,
        note=f"disposition: {told.words}",
    )
    return _heed(request, told.at, store, now, known)


def _heed(
    request: Request, at: datetime, store: SuppressionStore, now: datetime, known: Known
) -> Heeded:
    standing = _Standing(store)
    done = suppress(request, standing, min(at, now), known)
    overtaken = standing.overtaken
    message = "It was lifted since." if overtaken else done.message
    return Heeded(done.accepted, done.changed, done.reason, message, done.number, overtaken)


def _resumed(text: Text, store: SuppressionStore, now: datetime) -> Heeded:
    try:
        number = number_of(text.sender, None).e164
    except ValueError as wrong:
        return Heeded(False, False, "no_number", str(wrong))
    names = [
        one.name for one in store.standing(number) if one.through == SMS and one.since <= text.at
    ]
    count = store.lift(number, names, THE_CUSTOMER, "wrote START", now) if names else 0
    message = (
        "What messages had entered is lifted." if count else "No message had entered anything."
    )
    return Heeded(True, count > 0, Meaning.RESUME, message, number)


@dataclass(eq=False)
class _Standing:
    """The store, without what was lifted after the moment that it is reported of."""

    store: SuppressionStore
    overtaken: bool = False

    def add(self, destination: E164, suppression: Suppression) -> bool:
        self.overtaken = any(
            _overtakes(past, suppression) for past in self.store.history(destination)
        )
        return not self.overtaken and self.store.add(destination, suppression)

    def standing(self, destination: E164) -> tuple[Suppression, ...]:
        return self.store.standing(destination)

    def lift(
        self, destination: E164, names: Collection[str], by: str, why: str, now: datetime
    ) -> int:
        return self.store.lift(destination, names, by, why, now)

    def history(self, destination: E164) -> Sequence[Audit]:
        return self.store.history(destination)

    def correct(self, destination: E164, correction: Correction) -> bool:
        return self.store.correct(destination, correction)

    def corrections(self, destination: E164) -> Correction | None:
        return self.store.corrections(destination)


def _overtakes(past: Audit, reported: Suppression) -> bool:
    """Whether an act took back what is reported only now. START takes back messages alone."""
    return (
        past.act is Act.LIFTED
        and past.at >= reported.since
        and past.suppression is not None
        and past.suppression.about == reported.about
        and (past.by != THE_CUSTOMER or reported.through == SMS)
    )
