"""Count what became of a call, once, however often and in whatever order its record comes.

Of each contact the newest version counts. It is written together with the difference to the one
before, in one transaction, so that counters are at all times what the last versions add up to. In
the same transaction the customer's ledger learns of calls that no pick claimed, and which number of
ours the customer answered last.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from lambdas.domain.ledger import Claim, Ledger, decision_id
from lambdas.domain.outcome_of import FILLED_BACK, Counted, Decided, Facts, Way, counted, shows_own
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, Tier

REMEMBERED: Final = timedelta(days=60)
"""How long a contact's last version is kept. Calls that began earlier are not counted any more, for
nobody could tell whether they are already."""
AHEAD: Final = timedelta(days=1)
"""A call that begins later than this from now has no time at all."""
TRIES: Final = 10


class Answer(NamedTuple):
    """The number of ours that a customer answered, and when."""

    number: E164
    at: datetime


class Last(NamedTuple):
    """The newest version of a contact. `filled` says that the ledger knows of the call, or is to
    know nothing; `answer` is what this contact told the ledger of an answer."""

    version: str
    counted: Counted | None
    filled: bool = False
    answer: Answer | None = None


class Seen(NamedTuple):
    """A customer's ledger as it was read, and the key that stands for the customer."""

    key: str
    ledger: Ledger


class Change(NamedTuple):
    """What is to be written at once. `began` decides how long it is kept; `seen` and `ledger` are
    the ledger before and after, None where it does not change."""

    contact_id: str
    began: datetime
    before: Last | None
    after: Last
    seen: Seen | None = None
    ledger: Ledger | None = None


class Refused(NamedTuple):
    """Why nothing was written: another version of the contact stands (`stands`, None for none any
    more), or the ledger moved, or both."""

    version_moved: bool
    ledger_moved: bool
    stands: Last | None = None


class OutcomeStore(Protocol):
    """Contacts, counters and ledgers. Whatever else goes wrong is raised."""

    def seen(self, destination: E164) -> Seen: ...

    def forgotten_since(self, key: str, moment: datetime) -> bool:
        """Whether the customer was forgotten later than `moment`."""

    def note_own(self, number: E164 | str, day: datetime) -> None:
        """Note that a call of that UTC day showed a queue's own number."""

    def write(self, change: Change) -> Refused | None:
        """All of it, or nothing and why."""


class Became(StrEnum):
    """What became of a record."""

    COUNTED = "counted"
    KNOWN = "known"
    PASSED_OVER = "passed_over"


class Recorded(NamedTuple):
    """`KNOWN` is a record of which this version, or a newer one, was counted before; `PASSED_OVER`
    one of a call that began too long ago, or in the future. `counted` is None where the record
    does not tell of which number; `decided` what the picker decided, as far as attributes or the
    ledger tell."""

    became: Became
    counted: Counted | None = None
    decided: Decided | None = None
    filled_back: bool = False


def record_outcome(
    facts: Facts, store: OutcomeStore, now: datetime, ledger_kept: timedelta
) -> Recorded:
    """Count a call as its record tells it. Raises TimeoutError where others change the same
    contact or customer all the while."""
    moment = facts.call.moment
    if moment and not now - REMEMBERED < moment <= now + AHEAD:
        return Recorded(Became.PASSED_OVER, decided=facts.decided)
    planner = _Planner(facts, store, now, ledger_kept)
    before: Last | None = None
    for _ in range(TRIES):
        if before and before.version >= facts.version:
            return Recorded(Became.KNOWN, before.counted, planner.decided)
        change = planner.change(before)
        refused = store.write(change)
        if refused is None:
            return Recorded(Became.COUNTED, change.after.counted, planner.decided, planner.fills)
        if refused.version_moved:
            before = refused.stands
        if refused.ledger_moved:
            planner.read = None
    raise TimeoutError("others keep changing this contact or its customer")


@dataclass(eq=False, repr=False)
class _Planner:
    """Works out what a version changes. The ledger is read where something depends on it, which
    for a number of ours that was claimed and not answered nothing does."""

    facts: Facts
    store: OutcomeStore
    now: datetime
    ledger_kept: timedelta
    read: Seen | None = None
    fills: bool = False
    decided: Decided | None = None

    def change(self, before: Last | None) -> Change:
        facts, call = self.facts, self.facts.call
        decided = self.decided = facts.decided or self._claimed()
        told = counted(facts, decided, self._rung_before())
        if told and shows_own(facts, decided):
            self.store.note_own(told.number, told.hour)
        sure = decided is not None and decided.committed and not facts.borrowed
        after = Last(facts.version, told, sure)
        after = after._replace(filled=after.filled or bool(before and before.filled))
        at = self._come(facts.answered)
        if at and decided and decided.number:
            at = at.replace(microsecond=at.microsecond // 1000 * 1000)
            after = after._replace(answer=Answer(E164(decided.number), at))
        change = Change(call.contact_id, call.moment or self.now, before, after)
        return self._with_ledger(change)

    def _with_ledger(self, change: Change) -> Change:
        """The change with what the ledger is to learn by it."""
        before, after = change.before, change.after
        earlier = before.answer if before else None
        moment = self._come(self.facts.rang) or self.facts.call.moment
        fills = self.facts.rang is not None and not after.filled
        self.fills = False
        if not fills and earlier == after.answer:
            return change
        untold = change._replace(after=after._replace(answer=earlier))
        if self.facts.customer is None or moment is None or moment + self.ledger_kept <= self.now:
            return untold
        seen = self._seen(self.facts.customer.e164)
        ledger = seen.ledger
        if fills and not (ledger.knows(change.contact_id, moment) or self._lent(ledger)):
            ledger = ledger.filled_with(_claim_of(change.contact_id, moment))
            self.fills = True
        if earlier and earlier != after.answer:
            ledger = ledger.without_answer(*earlier)
        if after.answer and earlier != after.answer:
            ledger = ledger.with_answer(*after.answer)
        change = change._replace(after=after._replace(filled=after.filled or fills))
        if ledger is seen.ledger:
            return change
        if self.store.forgotten_since(seen.key, moment):
            self.fills = False
            return change
        return change._replace(seen=seen, ledger=ledger)

    def _lent(self, ledger: Ledger) -> bool:
        """Whether the decision that this callback has from another contact was made for it: after
        the customer had asked for it."""
        facts = self.facts
        return bool(facts.borrowed) and any(
            decision_id(claim.contact_id) == facts.borrowed
            and claim.action is not Action.BLOCK
            and (facts.call.began is None or claim.at >= facts.call.began)
            for claim in ledger.claims
        )

    def _come(self, at: datetime | None) -> datetime | None:
        """A time as the record tells it, or when the call began where that has not come yet: an
        answer of the year 9999 would stand in the ledger for ever."""
        return self.facts.call.moment if at and at > self.now + AHEAD else at

    def _claimed(self) -> Decided | None:
        """What our claim of a contact tells whose attributes tell nothing."""
        facts = self.facts
        if facts.way is not Way.OUTBOUND or facts.customer is None:
            return None
        claim = self._seen(facts.customer.e164).ledger.claim_of(facts.call.contact_id)
        return Decided.by(claim) if claim else None

    def _rung_before(self) -> bool:
        facts = self.facts
        if facts.way is not Way.INBOUND or facts.customer is None or facts.call.moment is None:
            return False
        return self._seen(facts.customer.e164).ledger.rang_by(facts.call.moment)

    def _seen(self, destination: E164) -> Seen:
        if self.read is None:
            self.read = self.store.seen(destination)
        return self.read


def _claim_of(contact_id: str, rang: datetime) -> Claim:
    """What stands in the ledger for a call that no pick claimed. It showed no number of a pool."""
    return Claim(contact_id, "", rang, Action.DEFAULT, Tier.DEFAULT, FILLED_BACK)
