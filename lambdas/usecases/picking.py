"""The words of a pick: what it is asked, what it may answer, and the ports that it needs."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from lambdas.domain.directory import Directory
from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.phone import E164, Phone
from lambdas.domain.settings import Action, Limits, QueueSettings, Tier
from lambdas.domain.whereabouts import NOTHING_KNOWN, Knowledge

DECISIONS = uuid.UUID("5d0b2d5c-6f9b-4c43-9b0a-6a1a6a0f6d61")


class StoreUnavailable(Exception):
    """The store did not answer in time, or not at all. Translated at the edge, never swallowed."""


class OutOfTime(Exception):
    """The deadline of this pick has come."""


class Refusal(StrEnum):
    """Why a commit did not take."""

    LEDGER_MOVED = "ledger_moved"
    NUMBER_NOT_ACTIVE = "number_not_active"
    LIMIT_REACHED = "limit_reached"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Contact:
    """One call as Connect describes it. `address` is the customer's number, None if withheld;
    `knowledge` is what the flow knows of the customer besides."""

    contact_id: str
    channel: str
    address: str | None
    address_type: str
    queue: QueueSettings
    knowledge: Knowledge = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class Customer:
    """What was read about the customer: the key that stands for the number, and the ledger."""

    key: str
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with one call, and why.

    `place`, `state` and `known_by` (see `Whereabouts.source`) say where the customer is taken to
    be, `time_zones` where the number may be; `distance_km` lies between customer and caller ID.
    `rejected` counts the numbers that fell by reason, `fallen` tells of some of them.
    """

    contact_id: str
    action: Action
    reason: str
    caller_id: E164 | str = ""
    tier: Tier = Tier.DEFAULT
    destination: Phone | None = None
    place: str = ""
    state: str = ""
    known_by: str = ""
    time_zones: tuple[str, ...] = ()
    distance_km: float | None = None
    rejected: dict[str, int] = field(default_factory=dict)
    fallen: Sequence[dict[str, Any]] = ()

    @property
    def decision_id(self) -> str:
        return str(uuid.uuid5(DECISIONS, self.contact_id))


class ClaimStore(Protocol):
    """Customers, usage and number status. Every method may raise StoreUnavailable."""

    def read(self, destination: E164) -> Customer: ...

    def commit(self, customer: Customer, claim: Claim, pool: str, limits: Limits) -> Refusal | None:
        """Claim in one transaction; None when it took."""

    def free(self, numbers: Sequence[E164], pool: str, limits: Limits, now: datetime) -> set[E164]:
        """Those of `numbers` that are active in `pool` and under their limits now."""


class Directories(Protocol):
    def current(self, pool: str) -> Directory | None: ...
