"""Pick the caller ID for one call: gate, read, choose, commit.

Two round trips where all is well: one read of what the customer was shown, one transaction that
claims the number under its limits. Nothing here knows AWS, reads a clock or does I/O but through
the ports below.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from lambdas.domain.choosing import Candidate, Wanted, candidates
from lambdas.domain.directory import Directory
from lambdas.domain.ledger import Claim
from lambdas.domain.phone import E164, NotAPhoneNumber, Phone, is_emergency, parse_e164
from lambdas.domain.places import PlaceFinder
from lambdas.domain.rejections import Rejections
from lambdas.domain.rules import Rules
from lambdas.domain.settings import Action, Mode, PoolSettings, QueueSettings, Tier
from lambdas.domain.whereabouts import Whereabouts, whereabouts
from lambdas.usecases.picking import (
    ClaimStore,
    Contact,
    Customer,
    Decision,
    Directories,
    OutOfTime,
    Refusal,
    StoreUnavailable,
)

T = TypeVar("T")
COMMITS_AT_MOST = 6
LOOKED_AT_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Picker:
    """The use case with its ports. `remaining` gives the seconds left until the deadline."""

    claims: ClaimStore
    directories: Directories
    places: PlaceFinder
    rules: Rules
    pools: Callable[[str], PoolSettings]
    modes: Callable[[QueueSettings], Mode]

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
            if mode is Mode.OFF:
                return known.outcome(Action.DEFAULT, "queue_is_off")
            if mode is Mode.OBSERVE:
                on_error = Action.DEFAULT
            return self._decide(known, mode)
        except StoreUnavailable:
            return known.outcome(on_error, "store_unavailable")
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
        return decision if mode is Mode.ON else replace(decision, action=Action.DEFAULT)

    def _decide(self, known: "_Known", mode: Mode) -> Decision:
        contact, queue = known.contact, known.contact.queue
        directory = _twice(lambda: self.directories.current(queue.pool))
        customer = _twice(lambda: self.claims.read(known.destination.e164))
        earlier = customer.ledger.claim_of(contact.contact_id)
        if earlier:
            return known.repeated(earlier)
        if mode is Mode.OBSERVE:
            return self._observe(known, directory, customer)
        if directory is None:
            return known.outcome(queue.on_exhausted, "pool_is_empty")
        return self._claim(known, directory, customer)

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
            parse_e164(ledger.answered) if ledger.answered else None,
            known.contact.contact_id,
        )
        return candidates(directory, wanted, pool, self.rules, known.rejections)

    def _observe(
        self, known: "_Known", directory: Directory | None, customer: Customer
    ) -> Decision:
        if directory is None:
            return known.outcome(Action.DEFAULT, "observed_pool_is_empty")
        best = next(self._candidates(known, directory, customer), None)
        would = f"observed_would_show_{best.tier}" if best else "observed_pool_exhausted"
        return known.outcome(Action.DEFAULT, would)

    def _claim(self, known: "_Known", directory: Directory, customer: Customer) -> Decision:
        """Commit the best candidate; what a refusal teaches is used for the next choice.

        The first candidate is tried as it stands: that is the two round trips of a common pick.
        Once one is refused, the usage of the next ones is read together, so that a pool near its
        limits costs a look at a hundred numbers and not a hundred commits.
        """
        pool = self.pools(known.contact.queue.pool)
        choices = self._candidates(known, directory, customer)
        looked = False
        for _ in range(COMMITS_AT_MOST):
            best = next(choices, None)
            refusal: Refusal | None = Refusal.CONFLICT
            while refusal is Refusal.CONFLICT:
                if known.remaining() <= 0:
                    raise OutOfTime
                claim = known.claim_for(best)
                refusal = self._commit(known, customer, claim, pool)
            if refusal is None:
                return known.repeated(claim)
            if refusal is Refusal.LEDGER_MOVED:
                customer = _twice(lambda: self.claims.read(known.destination.e164))
                earlier = customer.ledger.claim_of(known.contact.contact_id)
                if earlier:
                    return known.repeated(earlier)
                known.rejections.clear()
                choices = self._candidates(known, directory, customer)
                if looked:
                    choices = self._free(known, choices, pool)
            else:
                if best:
                    known.rejections.add(refusal, best.number, best.tier)
                if not looked:
                    choices = self._free(known, choices, pool)
                    looked = True
        raise OutOfTime

    def _commit(
        self, known: "_Known", customer: Customer, claim: Claim, pool: PoolSettings
    ) -> Refusal | None:
        """Commit; when no answer comes the claim may stand or not, and the ledger knows."""
        try:
            return self.claims.commit(customer, claim, pool.name, pool.limits)
        except StoreUnavailable:
            if known.unanswered:
                raise
            known.unanswered = True
            return Refusal.LEDGER_MOVED

    def _free(
        self, known: "_Known", choices: Iterator[Candidate], pool: PoolSettings
    ) -> Iterator[Candidate]:
        """Those of `choices` that were free when last looked at, read a hundred at a time."""
        while block := list(islice(choices, LOOKED_AT_TOGETHER)):
            if known.remaining() <= 0:
                raise OutOfTime
            numbers = [candidate.number for candidate in block]
            free = self.claims.free(numbers, pool.name, pool.limits, known.now)
            for candidate in block:
                if candidate.number in free:
                    yield candidate
                else:
                    known.rejections.add(Refusal.LIMIT_REACHED, candidate.number, candidate.tier)


def _twice(read: Callable[[], T]) -> T:
    """Read, and once more where the store failed. The adapters do not ask when it is too late."""
    try:
        return read()
    except StoreUnavailable:
        return read()


@dataclass(slots=True)
class _Known:
    """What is known of one call while it is decided on."""

    contact: Contact
    destination: Phone
    whereabouts: Whereabouts
    time_zones: tuple[str, ...]
    now: datetime
    remaining: Callable[[], float]
    rejections: Rejections = field(default_factory=Rejections)
    unanswered: bool = False

    def claim_for(self, candidate: Candidate | None) -> Claim:
        contact_id = self.contact.contact_id
        if candidate:
            away = candidate.distance_km
            return Claim(
                contact_id,
                candidate.number,
                self.now,
                Action.DIAL,
                candidate.tier,
                "local_number",
                distance_km=None if away is None else round(away, 1),
            )
        action = self.contact.queue.on_exhausted
        return Claim(contact_id, "", self.now, action, Tier.DEFAULT, "pool_exhausted")

    def outcome(self, action: Action, reason: str) -> Decision:
        return self._decision(action, reason, "", Tier.DEFAULT)

    def repeated(self, claim: Claim) -> Decision:
        """The answer that a claim in the ledger stands for: the same however often it is asked."""
        decision = self._decision(claim.action, claim.reason, claim.number, Tier(claim.tier))
        return replace(decision, distance_km=claim.distance_km)

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
            time_zones=self.time_zones,
            rejected=self.rejections.counts,
            fallen=self.rejections.record(),
        )


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
    if contact.address_type.upper() not in ("TELEPHONE_NUMBER", ""):
        return decided(queue.on_error, "destination_is_no_phone_number")
    try:
        destination = parse_e164(contact.address)
    except NotAPhoneNumber:
        return decided(queue.on_error, "destination_not_understood")
    if not destination.valid:
        return decided(queue.on_error, "destination_not_valid")
    return destination
