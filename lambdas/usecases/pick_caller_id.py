"""Pick the caller ID for one call: gate, read, choose, commit.

Two round trips where all is well: one read of what the customer was shown, one transaction that
claims the number under its limits. Nothing here knows AWS, reads a clock or does I/O but through
the ports below.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from lambdas.domain.choosing import Candidate, Wanted, candidates
from lambdas.domain.directory import Directory
from lambdas.domain.hours import CallingHours
from lambdas.domain.phone import (
    NotAPhoneNumber,
    Phone,
    parse_e164,
)
from lambdas.domain.places import PlaceFinder
from lambdas.domain.rules import Rules
from lambdas.domain.screening import Imported, Screening
from lambdas.domain.settings import Action, Mode, PoolSettings, QueueSettings, RunMode
from lambdas.domain.whereabouts import whereabouts
from lambdas.usecases.deciding import Known, Proposal, gate
from lambdas.usecases.picking import (
    Barred,
    ClaimStore,
    Contact,
    Customer,
    Decision,
    Directories,
    OutOfTime,
    Refusal,
    Refused,
    Spend,
    StoreUnavailable,
)
from lambdas.usecases.worn import Worn

T = TypeVar("T")
COMMITS_AT_MOST = 6
LOOKED_AT_FIRST = 4
LOOKED_AT_TOGETHER = 100
"""Every number that is looked at is paid for: a few first, then four times as many each time."""
SEARCHED_AT_LEAST = 184
"""Where so many numbers are kept back, the rest is asked for only while time lasts."""


@dataclass(frozen=True, eq=False, repr=False)
class Picker:
    """The use case with its ports. `remaining` gives the seconds left until the deadline.

    `reserve` are the seconds of them that the last commit may need. A pool in which none was free
    until then is an exhausted one: the queue says what that means, and not what a failure does.
    """

    claims: ClaimStore
    directories: Directories
    places: PlaceFinder
    rules: Rules
    pools: Callable[[str], PoolSettings]
    modes: Callable[[QueueSettings], RunMode]
    hours: CallingHours = field(default_factory=CallingHours)
    screening: Screening = field(default_factory=Screening)
    registers: Callable[[], Mapping[str, Imported]] = dict
    worn: Worn = field(default_factory=Worn)
    reserve: float = 0.0

    def pick(self, contact: Contact, now: datetime, remaining: Callable[[], float]) -> Decision:
        """Decide on one call. Never raises for a store that is slow or gone, nor for bad input."""
        gated = gate(contact)
        if isinstance(gated, Decision):
            return self._unless_switched_off(contact.queue, gated)
        known = self._known(contact, gated, now, remaining)
        on_failure = contact.queue.on_failure
        try:
            mode = _twice(lambda: self.modes(contact.queue))
            if mode.mode is Mode.OFF:
                return known.outcome(Action.DEFAULT, "queue_is_off")
            known.mode = mode
            if not known.gates or not (contact.queue.must_screen or known.decides):
                on_failure = Action.DEFAULT
            return self._decide(known)
        except StoreUnavailable as problem:
            return replace(known.failed("store_unavailable", on_failure), failure=str(problem))
        except OutOfTime:
            return known.failed("out_of_time", on_failure)

    def _known(
        self,
        contact: Contact,
        destination: Phone,
        now: datetime,
        remaining: Callable[[], float],
    ) -> Known:
        where = whereabouts(destination, contact.knowledge, self.places)
        location = self.hours.location(destination, contact.knowledge, where, self.places)
        queue = contact.queue
        pool = self.pools(queue.pool)
        verdict = self.hours.judge(location, queue.purpose, pool, now)
        lawful = self.hours.attempts(location, queue.purpose, pool)
        return Known(contact, destination, where, location, verdict, lawful, now, remaining)

    def _unless_switched_off(self, queue: QueueSettings, decision: Decision) -> Decision:
        """A queue that does not decide yet, or no longer, blocks nothing. One that decides on a
        share of its calls blocks each that must be screened and cannot be."""
        if decision.action is not Action.BLOCK:
            return decision
        try:
            mode = self.modes(queue)
        except StoreUnavailable:
            return decision
        screened = queue.must_screen and mode.mode is Mode.PERCENT
        blocks = screened or mode.decides(decision.contact_id)
        return decision if blocks else replace(decision, action=Action.DEFAULT)

    def _decide(self, known: Known) -> Decision:
        """Propose, commit, and propose again where the commit was refused.

        The first proposal is committed as it stands: that is the two round trips of a common pick.
        Once a number is refused, the usage of the next ones is read together, so that a pool near
        its limits costs a few looks at more and more numbers, and not a commit for each.
        """
        directory = _twice(lambda: self.directories.current(known.contact.queue.pool))
        customer = _twice(lambda: self.claims.read(known.destination.e164))
        look = False
        proposals = self._proposals(known, directory, customer, look)
        for _ in range(COMMITS_AT_MOST):
            earlier = customer.ledger.claim_of(known.contact.contact_id)
            if earlier:
                return known.repeated(earlier)
            barred = self._barred(known, customer)
            if barred and known.gates:
                return known.blocked(barred)
            proposal = next(proposals)
            refused = self._commit(known, customer, proposal)
            if refused is None:
                return known.repeated(proposal.claim)
            if refused.why is Refusal.LEDGER_MOVED:
                customer = refused.customer or _twice(
                    lambda: self.claims.read(known.destination.e164)
                )
                known.rejections.clear()
            elif proposal.candidate:
                self._pass_over(known, proposal.candidate, refused)
                if look:
                    continue
                look = True
                proposals = self._looked_up(known, proposals)
                continue
            proposals = self._proposals(known, directory, customer, look)
        barred = self._barred(known, customer) if known.gates else None
        if barred:  # told by what moved the ledger last
            return known.blocked(barred)
        raise OutOfTime

    def _barred(self, known: Known, customer: Customer) -> Barred | None:
        return known.barred(customer, self.screening, self.registers())

    def _proposals(
        self, known: Known, directory: Directory | None, customer: Customer, look: bool
    ) -> Iterator[Proposal]:
        """What to commit, the best first; it ends in the answer that needs no number, for good."""
        last = known.without_number("pool_is_empty" if directory is None else "pool_exhausted")
        if directory is not None:
            choices = self._candidates(known, directory, customer)
            if not known.decides:
                last = known.not_decided(next(choices, None), self._barred(known, customer))
            else:
                pool = self.pools(known.contact.queue.pool)
                numbers = (
                    known.with_number(candidate, Spend.of(candidate, directory, pool, known.now))
                    for candidate in self._fresh(known, choices)
                )
                yield from self._looked_up(known, numbers) if look else numbers
        elif not known.decides:
            last = known.not_decided(None, self._barred(known, customer))
        while True:
            yield last

    def _candidates(
        self, known: Known, directory: Directory, customer: Customer
    ) -> Iterator[Candidate]:
        pool = self.pools(known.contact.queue.pool)
        ledger = customer.ledger
        wanted = Wanted(
            known.destination,
            known.whereabouts,
            known.contact.queue.purpose,
            ledger.shown_lately(pool.avoid_repeat, known.now),
            _answered(ledger.answered),
            known.contact.contact_id,
        )
        return candidates(directory, wanted, pool, self.rules, known.rejections)

    def _commit(self, known: Known, customer: Customer, proposal: Proposal) -> Refused | None:
        """Commit; when no answer comes the claim may stand or not, and the ledger knows."""
        refused: Refused | None = Refused(Refusal.CONFLICT)
        while refused and refused.why is Refusal.CONFLICT:
            if known.remaining() <= 0:
                raise OutOfTime
            try:
                refused = self.claims.commit(customer, proposal.claim, proposal.spend)
            except StoreUnavailable:
                if known.unanswered:
                    raise
                known.unanswered = True
                return Refused(Refusal.LEDGER_MOVED)
        return refused

    def _looked_up(self, known: Known, proposals: Iterator[Proposal]) -> Iterator[Proposal]:
        """Proposals whose numbers were free when last looked at, read more at a time each time."""
        last = False
        together = LOOKED_AT_FIRST
        while not last:
            block = []
            for proposal in islice(proposals, together):
                block.append(proposal)
                if proposal.candidate is None:
                    last = True
                    break
            if known.remaining() <= 0:
                raise OutOfTime
            asked = [each.spend for each in block if each.candidate and each.spend]
            kept_back = self.claims.kept_back(asked, known.now) if asked else {}
            for proposal in block:
                candidate = proposal.candidate
                if candidate and candidate.number in kept_back:
                    self._pass_over(known, candidate, kept_back[candidate.number])
                else:
                    yield proposal
            last = last or not block
            together = min(4 * together, LOOKED_AT_TOGETHER)
        yield from proposals

    def _pass_over(self, known: Known, candidate: Candidate, refused: Refused) -> None:
        known.rejections.add(refused.why, candidate.number, candidate.tier)
        if refused.until:
            self.worn.note(candidate.number, known.now, refused.until)

    def _fresh(self, known: Known, choices: Iterator[Candidate]) -> Iterator[Candidate]:
        """Choices without those that are known to be at a limit, as long as there is time."""
        for index, candidate in enumerate(choices):
            if index >= SEARCHED_AT_LEAST and known.remaining() < self.reserve:
                return
            if not self.worn.holds(candidate.number, known.now):
                yield candidate
            else:
                known.rejections.add(Refusal.LIMIT_REACHED, candidate.number, candidate.tier)


def _twice(read: Callable[[], T]) -> T:
    """Read, and once more where the store failed. The adapters do not ask when it is too late."""
    try:
        return read()
    except StoreUnavailable:
        return read()


def _answered(number: str) -> Phone | None:
    """The number that a customer answered; None for "" and for what is none."""
    try:
        return parse_e164(number)
    except NotAPhoneNumber:
        return None
