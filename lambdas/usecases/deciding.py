"""One call while it is decided on: who may be picked for, what is known, what may be claimed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from lambdas.domain.choosing import Candidate
from lambdas.domain.hours import HoursVerdict, LawfulAttempts, Location
from lambdas.domain.ledger import Claim
from lambdas.domain.phone import (
    E164,
    STRICT_E164,
    NotAPhoneNumber,
    Phone,
    is_emergency,
    parse_address,
)
from lambdas.domain.reasons import OBSERVED, SUPPRESSED, reason_words
from lambdas.domain.rejections import Rejections
from lambdas.domain.screening import Bar, Imported, Screening
from lambdas.domain.settings import Action, Mode, QueueSettings, RunMode, Tier
from lambdas.domain.suppression import barring
from lambdas.domain.whereabouts import Whereabouts
from lambdas.usecases.picking import Barred, Contact, Customer, Decision, Spend


def gate(contact: Contact) -> Phone | Decision:
    """The destination, or the decision on a contact for which no number is to be picked."""
    queue = contact.queue

    def decided(action: Action, reason: str) -> Decision:
        return Decision(contact.contact_id, action, reason)

    on_failure = queue.on_failure

    if contact.channel.upper() != "VOICE":  # a whisper also runs for replies by e-mail
        return decided(Action.DEFAULT, "not_a_voice_contact")
    if not contact.address:
        return decided(on_failure, "destination_withheld")
    if is_emergency(contact.address):
        return decided(Action.DEFAULT, "emergency_number")
    if not contact.contact_id:
        return decided(on_failure, "contact_without_id")
    if contact.address_type.upper() not in ("TELEPHONE_NUMBER", ""):
        return decided(on_failure, "destination_is_no_phone_number")
    try:
        destination = parse_address(contact.address)
    except NotAPhoneNumber:
        return decided(on_failure, "destination_not_understood")
    if not destination.valid:
        return decided(on_failure, "destination_not_valid")
    return destination


def unwanted_call(
    customer: Customer, queue: QueueSettings, listed: Bar | None, now: datetime
) -> Barred | None:
    """Why the customer does not want to be called: they said so, or a register does."""
    suppressed = barring(customer.suppressions, queue.brand, queue.purpose, now)
    if suppressed:
        reason = f"{SUPPRESSED}{suppressed.reason}"
        return Barred(reason, suppressed.words, suppressed.name, suppressed.until)
    return Barred(listed.reason, listed.register.words, listed.register.id) if listed else None


class Proposal(NamedTuple):
    """A claim that may be committed; `candidate` is None where no number of the pool is shown."""

    claim: Claim
    spend: Spend | None
    candidate: Candidate | None = None


@dataclass(eq=False, repr=False)
class Known:
    """What is known of one call while it is decided on."""

    contact: Contact
    destination: Phone
    whereabouts: Whereabouts
    location: Location
    hours: HoursVerdict
    lawful: tuple[LawfulAttempts, ...]
    now: datetime
    remaining: Callable[[], float]
    mode: RunMode = RunMode(Mode.ON)  # noqa: RUF009
    rejections: Rejections = field(default_factory=Rejections)
    unanswered: bool = False

    @property
    def gates(self) -> bool:
        """Whether a call that may not be made is stopped. It is whenever the queue decides on any
        of its calls, for law knows no percentage."""
        return self.mode.mode in (Mode.ON, Mode.PERCENT)

    @property
    def decides(self) -> bool:
        """Whether the customer is to see what is decided; else the call shows the default."""
        return self.mode.decides(self.contact.contact_id)

    @property
    def arm(self) -> str:
        if self.mode.mode is not Mode.PERCENT:
            return ""
        return "local" if self.decides else "default"

    def barred(
        self, customer: Customer, screening: Screening, imported: Mapping[str, Imported]
    ) -> Barred | None:
        """Why the call may not be made: the person's own wish first, then law."""
        listed = screening.bar(
            self.destination.region,
            self.contact.queue.purpose,
            customer.listed,
            imported,
            self.now.date(),
        )
        unwanted = unwanted_call(customer, self.contact.queue, listed, self.now)
        return unwanted or self.closed() or self._rung_enough(customer)

    def closed(self) -> Barred | None:
        """Why the hours bar the call; None within them."""
        if self.hours.allowed:
            return None
        return Barred(
            "outside_calling_hours", self.hours.words, self.hours.rule, self.hours.opens_at
        )

    def _rung_enough(self, customer: Customer) -> Barred | None:
        ledger, own = customer.ledger, self.contact.queue.attempts
        if ledger.rung_enough(own, self.now):
            return Barred("attempts_reached", reason_words("attempts_reached"))
        for rule, attempts in self.lawful:
            if ledger.rung_enough(attempts, self.now):
                return Barred("attempts_reached", reason_words("attempts_reached"), rule)
        return None

    def with_number(self, candidate: Candidate, spend: Spend) -> Proposal:
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
        return Proposal(claim, spend, candidate)

    def without_number(self, reason: str, action: Action | None = None) -> Proposal:
        """What is done where no number of the pool is shown. The queue's own is counted, too."""
        done = action or self.contact.queue.on_exhausted
        own = self.contact.own_number
        counted = done is Action.DEFAULT and STRICT_E164.fullmatch(own)
        claim = Claim(
            self.contact.contact_id, "", self.now, done, Tier.DEFAULT, reason, arm=self.arm
        )
        return Proposal(claim, Spend(E164(own)) if counted else None)

    def not_decided(self, best: Candidate | None, barred: Barred | None) -> Proposal:
        if self.mode.mode is Mode.PERCENT:
            return self.without_number("outside_percentage", Action.DEFAULT)
        would = f"observed_would_show_{best.tier}" if best else "observed_pool_exhausted"
        if barred:
            would = f"{OBSERVED}{barred.reason}"
        return self.without_number(would, Action.DEFAULT)

    def outcome(self, action: Action, reason: str) -> Decision:
        return self._decision(action, reason, "", Tier.DEFAULT)

    def blocked(self, barred: Barred) -> Decision:
        decision = self.outcome(Action.BLOCK, barred.reason)
        return replace(decision, message=barred.message, rule=barred.rule, opens_at=barred.opens_at)

    def failed(self, reason: str, on_failure: Action) -> Decision:
        """What is done where the store did not tell. What is known without it bars a call still."""
        closed = self.closed() if self.gates else None
        return self.blocked(closed) if closed else self.outcome(on_failure, reason)

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
            time_zones=self.location.all_zones,
            lifted=self.hours.lifted,
            rejected=self.rejections.counts,
            fallen=self.rejections.record(),
        )
