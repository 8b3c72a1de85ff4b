"""Rest a number until a day, and put one back to use before it.

A resting number is refused by the next commit, leaves the directory with the next publication, and
returns by itself when its time has come. Who did it, when and why is kept for good.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from lambdas.domain.phone import E164


class Status(StrEnum):
    """What may be done with a number. A rest whose time has come counts as active."""

    ACTIVE = "ACTIVE"
    RESTING = "RESTING"
    REMOVED = "REMOVED"


class NotInAPool(LookupError):
    """No pool holds the number, or its pool gave it up."""


class InvalidRest(ValueError):
    """The rest ends before it begins, or nobody says who wants it and why."""


TRIES = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a number. `until` is the end of its rest, kept also while it is removed."""

    number: E164
    pool: str
    status: Status
    until: datetime | None = None
    reason: str = ""
    by: str = ""

    def rests(self, now: datetime) -> bool:
        return self.status is Status.RESTING and self.until is not None and self.until > now


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a number, as its history keeps it. `until` is None where a rest ends."""

    number: E164
    pool: str
    until: datetime | None
    reason: str
    by: str
    at: datetime

    @property
    def status(self) -> Status:
        return Status.ACTIVE if self.until is None else Status.RESTING

    @property
    def digest(self) -> str:
        """The same for the same change, so that one that is told again is kept once."""
        told = f"{self.status}|{self.pool}|{self.until}|{self.reason}|{self.by}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Done:
    """What stood before, and the change that was made; None where all was so already."""

    before: Standing
    change: Change | None


class RestStore(Protocol):
    def standing(self, number: E164) -> Standing | None:
        """What stands now, strongly consistent; None for a number that no pool ever had."""

    def make(self, change: Change) -> bool:
        """Status, the pool's held row and the history in one transaction. False when the number
        has left the pool since it was read; then nothing has changed."""


def rest(
    number: E164, until: datetime, reason: str, by: str, *, now: datetime, store: RestStore
) -> Done:
    """Let a number rest until a moment, in whole seconds. Raises NotInAPool or InvalidRest."""
    returns = datetime.fromtimestamp(math.ceil(until.timestamp()), UTC)
    if returns <= now:
        raise InvalidRest(f"A rest ends in the future; {until:%Y-%m-%d %H:%M} UTC has passed.")
    wanted = Change(number, "", returns, *_told(reason, by), now)
    return _make(wanted, store)


def activate(number: E164, reason: str, by: str, *, now: datetime, store: RestStore) -> Done:
    """Put a number back to use at once. Raises NotInAPool or InvalidRest."""
    return _make(Change(number, "", None, *_told(reason, by), now), store)


def _make(wanted: Change, store: RestStore) -> Done:
    for _ in range(TRIES):
        before = store.standing(wanted.number)
        if before is None or before.status is Status.REMOVED:
            raise NotInAPool(f"{wanted.number} is in no pool.")
        if _is_so(before, wanted):
            return Done(before, None)
        change = Change(
            wanted.number, before.pool, wanted.until, wanted.reason, wanted.by, wanted.at
        )
        if store.make(change):
            return Done(before, change)
    raise NotInAPool(f"{wanted.number} changed its pool {TRIES} times; try again.")


def _is_so(before: Standing, wanted: Change) -> bool:
    if wanted.until is None:
        return before.status is Status.ACTIVE
    told = (before.status, before.until, before.reason, before.by)
    return told == (wanted.status, wanted.until, wanted.reason, wanted.by)


def _told(reason: str, by: str) -> tuple[str, str]:
    if not reason.strip() or not by.strip():
        raise InvalidRest("Say why, and who wants it: the number's history keeps both.")
    return reason.strip(), by.strip()
