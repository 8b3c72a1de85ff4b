"""Pick the caller ID for one call: gate, read, choose, commit.

Two round trips where all is well: one read of what the customer was shown, one transaction that
claims the number under its limits. Nothing here knows AWS, reads a clock or does I/O but through
the ports below.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import NamedTuple, TypeVar

from lambdas.domain.choosing import Candidate, Wanted, candidates
from lambdas.domain.directory import Directory
from lambdas.domain.ledger import Claim
from lambdas.domain.phone import (
    E164,
    STRICT_E164,
    NotAPhoneNumber,
    Phone,
    is_emergency,
    parse_e164,
)
from lambdas.domain.places import PlaceFinder
from lambdas.domain.rejections import Rejections
from lambdas.domain.rules import Rules
from lambdas.domain.settings import Action, Mode, PoolSettings, QueueSettings, RunMode, Tier
from lambdas.domain.whereabouts import Whereabouts, whereabouts
from lambdas.usecases.picking import (
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

EPOCH_DAY = date(1970, 1, 1).toordinal()
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
    worn: Worn = field(default_factory=Worn)
    reserve: float = 0.0

    def pick(self, contact: Contact, now: datetime, remaining: Callable[[], float]) -> Decision:
        """Decide on one call. Never raises for a store that is slow or gone, nor for bad input."""
        gate = _gate(contact)
        if isinstance(gate, Decision):
            return self._unless_switched_off(contact.queue, gate)
        known = _Known(
            contact,
            gate,
            whereabouts(gate, contact.knowledge, self.places),
            self.places.time_zones(gate.e164),
            now,
            remaining,
        )
        on_error = contact.queue.on_error
        try:
            mode = _twice(lambda: self.modes(contact.queue))
            if mode.mode is Mode.OFF:
                return known.outcome(Action.DEFAULT, "queue_is_off")
            if not mode.decides(contact.contact_id):
                on_error = Action.DEFAULT
            known.mode = mode
            return self._decide(known)
        except StoreUnavailable as problem:
            decision = known.outcome(on_error, "store_unavailable")
            return replace(decision, failure=str(problem))
        except OutOfTime:
            return known.outcome(on_error, "out_of_time")

    def _unless_switched_off(self, queue: QueueSettings, decision: Decision) -> Decision:
        """A queue that does not decide yet, or no longer, blocks nothing."""
        if decision.action is not Action.BLOCK:
            return decision
        try:
            mode = self.modes(queue)
        except StoreUnavailable:
            return decision
        decides = mode.decides(decision.contact_id)
        return decision if decides else replace(decision, action=Action.DEFAULT)

    def _decide(self, known: "_Known") -> Decision:
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
            if self._rung_enough(known, customer):
                return known.outcome(Action.BLOCK, "attempts_reached")
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
        raise OutOfTime

    def _rung_enough(self, known: "_Known", customer: Customer) -> bool:
        attempts = known.contact.queue.attempts
        if attempts is None or not known.decides:
            return False
        since = known.now - timedelta(hours=attempts.hours)
        return customer.ledger.rung_since(since) >= attempts.most

    def _proposals(
        self, known: "_Known", directory: Directory | None, customer: Customer, look: bool
    ) -> Iterator["_Proposal"]:
        """What to commit, the best first; it ends in the answer that needs no number, for good."""
        last = known.without_number("pool_is_empty" if directory is None else "pool_exhausted")
        if directory is not None:
            choices = self._candidates(known, directory, customer)
            if not known.decides:
                last = known.not_decided(next(choices, None), customer)
            else:
                numbers = (
                    known.with_number(candidate, self._spend(known, candidate, directory))
                    for candidate in self._fresh(known, choices)
                )
                yield from self._looked_up(known, numbers) if look else numbers
        elif not known.decides:
            last = known.not_decided(None, customer)
        while True:
            yield last

    def _candidates(
        self, known: "_Known", directory: Directory, customer: Customer
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

    def _spend(self, known: "_Known", candidate: Candidate, directory: Directory) -> Spend:
        pool = self.pools(known.contact.queue.pool)
        age = known.today - directory.activated_on[candidate.row]
        return Spend(candidate.number, pool.name, pool.limits.at_age(age))

    def _commit(self, known: "_Known", customer: Customer, proposal: "_Proposal") -> Refused | None:
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

    def _looked_up(
        self, known: "_Known", proposals: Iterator["_Proposal"]
    ) -> Iterator["_Proposal"]:
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

    def _pass_over(self, known: "_Known", candidate: Candidate, refused: Refused) -> None:
        known.rejections.add(refused.why, candidate.number, candidate.tier)
        if refused.until:
            self.worn.note(candidate.number, known.now, refused.until)

    def _fresh(self, known: "_Known", choices: Iterator[Candidate]) -> Iterator[Candidate]:
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


class _Proposal(NamedTuple):
    """A claim that may be committed; `candidate` is None where no number of the pool is shown."""

    claim: Claim
    spend: Spend | None
    candidate: Candidate | None = None


@dataclass(eq=False, repr=False)
class _Known:
    """What is known of one call while it is decided on."""

    contact: Contact
    destination: Phone
    whereabouts: Whereabouts
    time_zones: tuple[str, ...]
    now: datetime
    remaining: Callable[[], float]
    mode: RunMode = RunMode(Mode.ON)  # noqa: RUF009
    rejections: Rejections = field(default_factory=Rejections)
    unanswered: bool = False

    @property
    def decides(self) -> bool:
        """Whether the customer is to see what is decided; else the call shows the default."""
        return self.mode.decides(self.contact.contact_id)

    @property
    def arm(self) -> str:
        if self.mode.mode is not Mode.PERCENT:
            return ""
        return "local" if self.decides else "default"

    @property
    def today(self) -> int:
        """Days from 1970-01-01 to the UTC day of this call."""
        return self.now.astimezone(UTC).toordinal() - EPOCH_DAY

    def with_number(self, candidate: Candidate, spend: Spend) -> _Proposal:
        away = candidate.distance_km
        claim = Claim(
            self.contact.contact_id,
            candidate.number,
            self.now,
            Action.DIAL,
            candidate.tier,
            "local_number",
            distance_km=None if away is None else round(away, 1),
            arm=self.arm,
        )
        return _Proposal(claim, spend, candidate)

    def without_number(self, reason: str, action: Action | None = None) -> _Proposal:
        """What is done where no number of the pool is shown. The queue's own is counted, too."""
        done = action or self.contact.queue.on_exhausted
        own = self.contact.own_number
        counted = done is Action.DEFAULT and STRICT_E164.fullmatch(own)
        claim = Claim(
            self.contact.contact_id, "", self.now, done, Tier.DEFAULT, reason, arm=self.arm
        )
        return _Proposal(claim, Spend(E164(own)) if counted else None)

    def not_decided(self, best: Candidate | None, customer: Customer) -> _Proposal:
        if self.mode.mode is Mode.PERCENT:
            return self.without_number("outside_percentage", Action.DEFAULT)
        would = f"observed_would_show_{best.tier}" if best else "observed_pool_exhausted"
        attempts = self.contact.queue.attempts
        if attempts:
            since = self.now - timedelta(hours=attempts.hours)
            if customer.ledger.rung_since(since) >= attempts.most:
                would = "observed_attempts_reached"
        return self.without_number(would, Action.DEFAULT)

    def outcome(self, action: Action, reason: str) -> Decision:
        return self._decision(action, reason, "", Tier.DEFAULT)

    def repeated(self, claim: Claim) -> Decision:
        """The answer that a claim in the ledger stands for: the same however often it is asked."""
        decision = self._decision(claim.action, claim.reason, claim.number, Tier(claim.tier))
        return replace(decision, distance_km=claim.distance_km, arm=claim.arm)

    def _decision(self, action: Action, reason: str, number: E164 | str, tier: Tier) -> Decision:
        return Decision(
            contact_id=self.contact.contact_id,
            action=action,
            reason=reason,
            caller_id=number,
            tier=tier,
            destination=self.destination,
            place=self.whereabouts.place,
            state=self.whereabouts.state,
            known_by=self.whereabouts.source,
            arm=self.arm,
            time_zones=self.time_zones,
            rejected=self.rejections.counts,
            fallen=self.rejections.record(),
        )


def _answered(number: str) -> Phone | None:
    """The number that a customer answered; None for "" and for what is none."""
    try:
        return parse_e164(number)
    except NotAPhoneNumber:
        return None


def _gate(contact: Contact) -> Phone | Decision:
    """The destination, or the decision on a contact for which no number is to be picked."""
    queue = contact.queue

    def decided(action: Action, reason: str) -> Decision:
        return Decision(contact.contact_id, action, reason)

    if contact.channel.upper() != "VOICE":  # a whisper also runs for replies by e-mail
        return decided(Action.DEFAULT, "not_a_voice_contact")
    if not contact.address:
        return decided(queue.on_error, "destination_withheld")
    if is_emergency(contact.address):
        return decided(Action.DEFAULT, "emergency_number")
    if not contact.contact_id:
        return decided(queue.on_error, "contact_without_id")
    if contact.address_type.upper() not in ("TELEPHONE_NUMBER", ""):
        return decided(queue.on_error, "destination_is_no_phone_number")
    try:
        destination = parse_e164(contact.address)
    except NotAPhoneNumber:
        return decided(queue.on_error, "destination_not_understood")
    if not destination.valid:
        return decided(queue.on_error, "destination_not_valid")
    return destination
