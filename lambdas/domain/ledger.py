"""What a customer was shown: the ledger of recent claims."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, Attempts, AvoidRepeat, Tier

KEPT_CLAIMS = 60
KEPT_WHOLE = 8
"""Connect asks again within seconds: only the newest claims are looked for by their contact, and
older ones keep what the next choice must know, in a third of the bytes."""
RINGS_KEPT = 30
"""The most that a queue's `attempts` may allow: so many of the newest rings are never forgotten."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
TOLD_LATE = timedelta(minutes=2)
"""So far a claim of a contact may lie from when Connect says that the contact began."""
DECISIONS = uuid.UUID("5d0b2d5c-6f9b-4c43-9b0a-6a1a6a0f6d61")
_ACTIONS = {action[:2]: action for action in Action}


def decision_id(contact_id: str) -> str:
    """The id that joins all that is told of one contact's decision."""
    return str(uuid.uuid5(DECISIONS, contact_id))


@dataclass(frozen=True, slots=True)
class Claim:
    """One decision for one contact. `number` is "" where no number of the pool was shown.

    `attempt` counts the customer's claims from 1; the ledger sets it. `distance_km` lay between
    customer and number, to a tenth; None where it was not known. `arm` is as in a decision.
    """

    contact_id: str
    number: E164 | str
    at: datetime
    action: Action
    tier: str
    reason: str
    attempt: int = 0
    distance_km: float | None = None
    arm: str = ""

    def written(self) -> str:
        """One line: number, millisecond, action, attempt, tier, reason, km, arm, contact."""
        away = "-" if self.distance_km is None else f"{self.distance_km:.1f}"
        told = f"{self.tier} {self.reason} {away} {self.arm or '-'} {self.contact_id}"
        return f"{self.shortened()} {told}"

    def shortened(self) -> str:
        """One line without what only an answer to the same contact needs.

        A part of a millisecond counts as a whole one: what rolls must not end before its time.
        """
        millisecond = -((EPOCH - self.at) // MILLISECOND)
        return f"{self.number or '-'} {millisecond} {self.action[:2]} {self.attempt}"

    @classmethod
    def read(cls, text: str) -> "Claim | None":
        """What was written; None for a line that a later version wrote in another way."""
        try:
            number, millisecond, action, attempt, *told = text.split(" ")
            at = EPOCH + timedelta(milliseconds=int(millisecond))
            known = _ACTIONS[action]
            counted = int(attempt)
            tier, reason, away, arm, contact_id = told or ("default", "", "-", "-", "")
            Tier(tier)
            distance = None if away == "-" else float(away)
        except (ValueError, KeyError, OverflowError):
            return None
        shown = "" if number == "-" else number
        told_arm = "" if arm == "-" else arm
        return cls(contact_id, shown, at, known, tier, reason, counted, distance, told_arm)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A customer's recent claims, oldest first, at a version that every change raises by one.

    `answered` is the number of ours that the customer answered last, "" for none, and
    `answered_at` when that was. `marks` counts the changes of the customer's suppressions, each of
    which raises the version too.
    """

    version: int = 0
    claims: tuple[Claim, ...] = ()
    answered: E164 | str = ""
    marks: int = 0
    answered_at: datetime | None = None

    @property
    def attempts(self) -> int:
        """How many claims there were, those that are forgotten included."""
        return max((claim.attempt for claim in self.claims), default=0)

    def claim_of(self, contact_id: str) -> Claim | None:
        newest = reversed(self.claims[-KEPT_WHOLE:])
        return next((claim for claim in newest if claim.contact_id == contact_id), None)

    def knows(self, contact_id: str, at: datetime) -> bool:
        """Whether a ring stands for a contact. Of an older one only its time is left."""
        return any(
            claim.action is not Action.BLOCK
            and (
                claim.contact_id == contact_id
                if claim.contact_id
                else abs(claim.at - at) <= TOLD_LATE
            )
            for claim in self.claims
        )

    def rang_by(self, moment: datetime) -> bool:
        """Whether the customer was rung, or was to be, at some time until `moment`."""
        return any(claim.at <= moment and claim.action is not Action.BLOCK for claim in self.claims)

    def rung_since(self, moment: datetime) -> int:
        """How often the customer was rung, or was to be, later than `moment`."""
        return sum(claim.at > moment and claim.action is not Action.BLOCK for claim in self.claims)

    def rung_enough(self, limit: Attempts | None, now: datetime) -> bool:
        """Whether the customer was rung as often as the limit allows; never where there is none."""
        return limit is not None and (
            self.rung_since(now - timedelta(hours=limit.hours)) >= limit.most
        )

    def lines(self) -> list[str]:
        """The claims as they are written."""
        older, newer = self.claims[:-KEPT_WHOLE], self.claims[-KEPT_WHOLE:]
        return [claim.shortened() for claim in older] + [claim.written() for claim in newer]

    def with_claim(self, claim: Claim) -> "Ledger":
        return self._with([*self.claims, replace(claim, attempt=self.attempts + 1)])

    def filled_with(self, claim: Claim) -> "Ledger":
        """With a claim of some time ago, which the later ones come to count behind."""
        place = sum(earlier.at <= claim.at for earlier in self.claims)
        before, behind = self.claims[:place], self.claims[place:]
        attempt = behind[0].attempt if behind else self.attempts + 1
        later = [replace(each, attempt=each.attempt + 1) for each in behind]
        return self._with([*before, replace(claim, attempt=attempt), *later])

    def _with(self, claims: list[Claim]) -> "Ledger":
        while len(claims) > KEPT_CLAIMS:
            del claims[_least_needed(claims)]
        return replace(self, version=self.version + 1, claims=tuple(claims))

    def with_answer(self, number: E164, at: datetime) -> "Ledger":
        """With a call that the customer answered, unless a later one was answered, too."""
        if self.answered_at and self.answered_at > at:
            return self
        return replace(self, version=self.version + 1, answered=number, answered_at=at)

    def without_answer(self, number: str, at: datetime) -> "Ledger":
        """With that answer taken back, where it is the one that stands."""
        if (self.answered, self.answered_at) != (number, at):
            return self
        return replace(self, version=self.version + 1, answered="", answered_at=None)

    def shown_lately(self, rule: AvoidRepeat, now: datetime) -> frozenset[int]:
        """Numbers (as integers of their digits) that the rule keeps from this customer now."""
        since = now - timedelta(days=rule.days)
        attempts = self.attempts
        return frozenset(
            int(claim.number[1:])
            for claim in self.claims
            if claim.number and (claim.at > since or attempts - claim.attempt < rule.attempts)
        )


def _least_needed(claims: list[Claim]) -> int:
    """The oldest claim that says neither how often the customer was rung lately nor what to avoid;
    else the oldest that does not say the one, else the oldest."""
    rang_nobody = (
        index for index, claim in enumerate(claims[:-KEPT_WHOLE]) if claim.action is Action.BLOCK
    )
    index = next(rang_nobody, None)
    if index is None:
        older = claims[: -KEPT_WHOLE - RINGS_KEPT]
        index = next((index for index, claim in enumerate(older) if not claim.number), 0)
    return index
