"""What became of a call, and the counters that calls add up to.

Source of the classes: Amazon Connect Administrator Guide, "Contact records data model" (the voice
disconnect reasons and the states of answering machine detection), reviewed 2026-11-22.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from lambdas.domain.phone import E164

SHORT_CALL = timedelta(seconds=6)
"""An answered call that ends within these was, as a rule, a voicemail or hung up on at once."""


class Outcome(StrEnum):
    """What became of one call.

    Where no answering machine detection ran, `short` is the only sign of a voicemail. `returned`
    and `unprompted` are calls of customers to a number of ours: of one whom we had rung, and of
    one whom we had not, which is a sign that somebody else shows the number.
    """

    ANSWERED = "answered"
    SHORT = "short"
    MACHINE = "machine"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    NETWORK_BLOCKED = "network_blocked"
    INVALID = "invalid"
    ABANDONED = "abandoned"
    PLATFORM = "platform"
    STOPPED = "stopped"
    OTHER = "other"
    RETURNED = "returned"
    UNPROMPTED = "unprompted"


ANSWERS = frozenset({Outcome.ANSWERED, Outcome.SHORT})
"""Somebody, or something that was not found to be a machine, took the call."""
ATTEMPTS = ANSWERS | {Outcome.MACHINE, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.NETWORK_BLOCKED}
"""The denominator of an answer rate: calls that the customer could have taken. An invalid number
says something of the list, an abandoned call of the agent, a platform's failure of neither."""
INBOUND = frozenset({Outcome.RETURNED, Outcome.UNPROMPTED})


class Cell(NamedTuple):
    """One counter of a number's hour. `arm` is "" outside experiments; `region` is the
    destination's country with its state where that is known: "US-WA", "GB"."""

    arm: str
    tier: str
    region: str
    outcome: Outcome

    def written(self) -> str:
        return f"{self.arm or '-'}|{self.tier or '-'}|{self.region or '-'}|{self.outcome}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What was written; None for a cell of a later version."""
        arm, tier, region, outcome = [*text.split("|"), "", "", "", ""][:4]
        known = _BY_NAME.get(outcome)
        if known is None:
            return None
        arm, tier, region = ("" if part == "-" else part for part in (arm, tier, region))
        return cls(arm, tier, region, known)


_BY_NAME = {outcome.value: outcome for outcome in Outcome}


class NumberHour(NamedTuple):
    """What became of the calls that showed one number within one UTC hour, by when they began."""

    number: E164 | str
    hour: datetime
    cells: Mapping[Cell, int]


class Tally(NamedTuple):
    """Sums over cells: calls in the denominator, those answered, and what else tells something."""

    made: int = 0
    answered: int = 0
    short: int = 0
    blocked: int = 0
    invalid: int = 0
    returned: int = 0
    unprompted: int = 0

    @property
    def rate(self) -> float | None:
        """The share that was answered; None where no call counts."""
        return self.answered / self.made if self.made else None

    def __add__(self, other: object) -> "Tally":
        if not isinstance(other, Tally):
            return NotImplemented
        return Tally(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def tally(cells: Iterable[tuple[Cell, int]]) -> Tally:
    """Sum counters up."""
    count = dict.fromkeys(Outcome, 0)
    for cell, calls in cells:
        count[cell.outcome] += calls
    return Tally(
        made=sum(count[outcome] for outcome in ATTEMPTS),
        answered=sum(count[outcome] for outcome in ANSWERS),
        short=count[Outcome.SHORT],
        blocked=count[Outcome.NETWORK_BLOCKED],
        invalid=count[Outcome.INVALID],
        returned=count[Outcome.RETURNED],
        unprompted=count[Outcome.UNPROMPTED],
    )


def hour_of(moment: datetime) -> datetime:
    """The UTC hour that a call counts in, by when it began."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
