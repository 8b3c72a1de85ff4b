"""The words of a pick: what it is asked, what it may answer, and the ports that it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from lambdas.domain.choosing import Candidate
from lambdas.domain.directory import Directory, day_number
from lambdas.domain.ledger import Claim, Ledger, decision_id
from lambdas.domain.phone import E164, Phone
from lambdas.domain.settings import Action, Caps, PoolSettings, QueueSettings, Tier
from lambdas.domain.suppression import Suppression
from lambdas.domain.whereabouts import NOTHING_KNOWN, Knowledge


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
    `knowledge` is what the flow knows of the customer besides; `own_number` the queue's own."""

    contact_id: str
    channel: str
    address: str | None
    address_type: str
    queue: QueueSettings
    knowledge: Knowledge = NOTHING_KNOWN
    own_number: E164 | str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """What was read about the customer: the key that stands for the number, the ledger, what
    suppresses calls, and by register the day of the do-not-call file that listed the number."""

    key: str
    ledger: Ledger
    suppressions: tuple[Suppression, ...] = ()
    listed: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with one call, and why.

    `place`, `state` and `known_by` (see `Whereabouts.source`) say where the customer is taken to
    be, `time_zones` where the number may be; `distance_km` lies between customer and caller ID.
    `arm` is "local" or "default" where a queue decides for a share of its contacts.
    `rejected` counts the numbers that fell by reason, `fallen` tells of some of them; `failure` is
    what a store that failed said, for the log. `message` says to the agent why there is no call,
    `rule` names what bars it, and `opens_at` is when calling hours begin again. `lifted` are the
    rules that would have barred it but for the configuration, each with the written reason.
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
    arm: str = ""
    time_zones: tuple[str, ...] = ()
    distance_km: float | None = None
    rejected: dict[str, int] = field(default_factory=dict)
    fallen: Sequence[dict[str, Any]] = ()
    failure: str = ""
    message: str = ""
    rule: str = ""
    opens_at: datetime | None = None
    lifted: tuple[tuple[str, str], ...] = ()

    @property
    def decision_id(self) -> str:
        return decision_id(self.contact_id)


class Spend(NamedTuple):
    """A call that a number is about to make, to be counted with the claim.

    A number of a pool must be active there and under its caps; the queue's own number ("" for the
    pool, no caps) is counted whatever it has made.
    """

    number: E164
    pool: str = ""
    caps: Caps | None = None

    @classmethod
    def of(
        cls, candidate: Candidate, directory: Directory, pool: PoolSettings, now: datetime
    ) -> "Spend":
        """A number of the pool with the caps of its age: days run with the UTC day."""
        today = day_number(now.astimezone(UTC).date())
        caps = pool.limits.at_age(today - directory.activated_on[candidate.row])
        return cls(candidate.number, pool.name, caps)


class Refused(NamedTuple):
    """Why a commit did not take, or would not.

    `customer` is what stands in the store where that was told, and told in full; `until` the end
    of the minute, hour or day whose limit was reached.
    """

    why: Refusal
    customer: Customer | None = None
    until: datetime | None = None


class ClaimStore(Protocol):
    """Customers, usage and number status. Every method may raise StoreUnavailable."""

    def read(self, destination: E164) -> Customer: ...

    def commit(self, customer: Customer, claim: Claim, spend: Spend | None) -> Refused | None:
        """Claim in one transaction, and count the number's call; None when it took."""

    def kept_back(self, wanted: Sequence[Spend], now: datetime) -> Mapping[E164, Refused]:
        """Numbers of `wanted` that a commit would be refused now: not active, or at a limit."""


class Directories(Protocol):
    def current(self, pool: str) -> Directory | None: ...


class Barred(NamedTuple):
    """Why a call is not to be made: its reason code, the words for the agent, what bars it, and
    when it is allowed again where that is known."""

    reason: str
    message: str = ""
    rule: str = ""
    opens_at: datetime | None = None
