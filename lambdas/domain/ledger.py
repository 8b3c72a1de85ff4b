"""What a customer was shown: the ledger of recent claims."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, AvoidRepeat, Tier

KEPT_CLAIMS = 60


@dataclass(frozen=True, slots=True)
class Claim:
    """One decision for one contact. `number` is "" where no number of the pool was shown.

    `attempt` counts the customer's claims from 1; the ledger sets it. `distance_km` lay between
    customer and number, to a tenth; None where it was not known.
    """

    contact_id: str
    number: E164 | str
    at: datetime
    action: Action
    tier: str
    reason: str
    attempt: int = 0
    distance_km: float | None = None

    def written(self) -> str:
        """One line of text: contact, number, epoch second, action, tier, reason, attempt, km."""
        number = self.number or "-"
        second = int(self.at.timestamp())
        decided = f"{self.action} {self.tier} {self.reason}"
        away = "-" if self.distance_km is None else f"{self.distance_km:.1f}"
        return f"{self.contact_id} {number} {second} {decided} {self.attempt} {away}"

    @classmethod
    def read(cls, text: str) -> "Claim | None":
        """What was written; None for a line that a later version wrote in another way."""
        try:
            contact_id, number, second, action, tier, reason, attempt, away = text.split(" ")
            at = datetime.fromtimestamp(int(second), UTC)
            known = Action(action)
            Tier(tier)
            counted = int(attempt)
            distance = None if away == "-" else float(away)
        except ValueError:
            return None
        shown = "" if number == "-" else number
        return cls(contact_id, shown, at, known, tier, reason, counted, distance)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A customer's recent claims, oldest first, at a version that every change raises by one.

    `answered` is the number of ours that the customer answered last, "" for none.
    """

    version: int = 0
    claims: tuple[Claim, ...] = ()
    answered: E164 | str = ""

    @property
    def attempts(self) -> int:
        """How many claims there were, those that are forgotten included."""
        return max((claim.attempt for claim in self.claims), default=0)

    def claim_of(self, contact_id: str) -> Claim | None:
        return next((claim for claim in self.claims if claim.contact_id == contact_id), None)

    def with_claim(self, claim: Claim) -> "Ledger":
        claims = [*self.claims, replace(claim, attempt=self.attempts + 1)]
        while len(claims) > KEPT_CLAIMS:
            # What was never shown goes first: it says nothing about what to avoid.
            numberless = (index for index, kept in enumerate(claims[:-1]) if not kept.number)
            del claims[next(numberless, 0)]
        return replace(self, version=self.version + 1, claims=tuple(claims))

    def shown_lately(self, rule: AvoidRepeat, now: datetime) -> frozenset[int]:
        """Numbers (as integers of their digits) that the rule keeps from this customer now."""
        since = now - timedelta(days=rule.days)
        attempts = self.attempts
        return frozenset(
            int(claim.number[1:])
            for claim in self.claims
            if claim.number and (claim.at > since or attempts - claim.attempt < rule.attempts)
        )
