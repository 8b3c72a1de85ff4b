"""One call of a simulation: the real use case, asked as Connect would ask it."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lambdas.domain.directory import Directory
from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, Mode, PoolSettings, QueueSettings, RunMode, Tier
from lambdas.store.dynamodb import TimeLimits
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.picking import Contact, Decision, StoreUnavailable
from local.coverage.ground import Ground
from local.simulation.agents import Ring
from local.simulation.memory_store import MemoryStore, Request, Status
from local.simulation.people import People
from local.simulation.watching import Watch

OWN_NUMBER = E164("+12065550199")
ASKED_AGAIN_SHARE = 0.005
"""Connect asks again where it hears nothing; the share is ours, no published one is known."""
ASKED_AGAIN_AFTER = 0.5
EARLIER_CALLS = 3
EARLIER_DAYS = 40
ANSWERED_BEFORE_SHARE = 0.12
ON = RunMode(Mode.ON)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Stopwatch:
    """The time that a pick has used up: each request takes as long as the price table assumes, and
    none begins that could outlast the deadline, as on the call path."""

    seconds: Mapping[Request, float]
    limits: TimeLimits = field(default_factory=TimeLimits)
    spent: float = 0.0

    def begin(self) -> None:
        self.spent = 0.0

    def remaining(self) -> float:
        return self.limits.pick - self.spent

    def request(self, request: Request) -> None:
        if self.remaining() < self.limits.call:
            raise StoreUnavailable("too late to ask")
        self.spent += self.seconds[request]


@dataclass(frozen=True)
class _Fixed:
    directory: Directory

    def current(self, pool: str) -> Directory | None:  # noqa: ARG002
        return self.directory


@dataclass
class Asked:
    """How often the picker was asked, and how often the same question had two answers."""

    picks: int = 0
    again: int = 0
    answers_differ: int = 0


class Desk:
    """Asks the picker for each ring, tells the watch, and notes answers."""

    def __init__(
        self,
        ground: Ground,
        directory: Directory,
        people: People,
        seconds: Mapping[Request, float],
        ledger_kept: timedelta,
        rng: random.Random,
    ) -> None:
        self._people = people
        self._directory = directory
        self._rng = rng
        self._queue: QueueSettings = ground.queue
        self._pool: PoolSettings = ground.pool
        self._stopwatch = Stopwatch(seconds)
        active = Status(ground.pool.name)
        self.store = MemoryStore(
            {directory.number(index): active for index in range(len(directory))},
            ledger_kept,
            self._stopwatch.request,
        )
        self.watch = Watch(directory, ground.pool, len(people))
        self.asked = Asked()
        self._known = bytearray(len(people))
        self._shown: Decision | None = None
        self._picker = Picker(
            self.store, _Fixed(directory), ground.places, ground.rules, self._settings, _on
        )

    def call(self, ring: Ring) -> Action:
        """Decide on one call, as often as Connect asks."""
        to = self._people.number(ring.customer)
        if not self._known[ring.customer]:
            self._known[ring.customer] = 1
            if self._people.rung_before(ring.customer):
                self._remember(ring, to)
        contact = Contact(
            contact_id=f"51a70000-0000-4000-8000-{self.asked.picks:012x}",
            channel="VOICE",
            address=to,
            address_type="TELEPHONE_NUMBER",
            queue=self._queue,
            knowledge=self._people.knowledge(ring.customer),
            own_number=OWN_NUMBER,
        )
        decision = self._pick(contact, ring.at)
        self.watch.saw(ring.customer, decision, ring.at)
        if self._rng.random() < ASKED_AGAIN_SHARE:
            self.asked.again += 1
            again = self._pick(contact, ring.at + ASKED_AGAIN_AFTER)
            self.asked.answers_differ += (again.action, again.caller_id, again.tier) != (
                *(decision.action, decision.caller_id, decision.tier),
            )
        self._shown = decision
        return decision.action

    def answered(self, ring: Ring) -> None:
        """The customer of the last call answered it."""
        if self._shown and self._shown.action is Action.DIAL:
            to, number = self._people.number(ring.customer), E164(self._shown.caller_id)
            self.store.answered(to, number, _moment(ring.at))
            self.watch.note_answer(ring.customer)

    def _pick(self, contact: Contact, at: float) -> Decision:
        self.asked.picks += 1
        self._stopwatch.begin()
        return self._picker.pick(contact, _moment(at), self._stopwatch.remaining)

    def _settings(self, _name: str) -> PoolSettings:
        return self._pool

    def _remember(self, ring: Ring, to: E164) -> None:
        """One to three calls of the weeks before, from numbers of the customer's area code, else
        of any; some customers answered the last one."""
        rng = self._rng
        days = sorted(
            (1 + rng.random() * EARLIER_DAYS) for _ in range(rng.randint(1, EARLIER_CALLS))
        )
        ledger = Ledger()
        for days_ago in reversed(days):
            number = self._likely(ring)
            at = ring.at - days_ago * 86_400
            claim = Claim(
                contact_id=f"51a7ffff-0000-4000-8000-{rng.getrandbits(48):012x}",
                number=number,
                at=_moment(at),
                action=Action.DIAL,
                tier=Tier.AREA_CODE,
                reason="local_number",
            )
            ledger = ledger.with_claim(claim)
            self.watch.remember(ring.customer, int(number[1:]), at)
        self.store.remember(to, ledger, _moment(ring.at - days[0] * 86_400))
        if rng.random() < ANSWERED_BEFORE_SHARE:
            self.store.answered(to, E164(ledger.claims[-1].number), _moment(ring.at))
            self.watch.note_answer(ring.customer)

    def _likely(self, ring: Ring) -> E164:
        phone = self._people.town(ring.customer).sample
        shelves = self._directory.shelves.area_code(phone.region, phone.area_code)
        if not shelves:
            return self._directory.number(self._rng.randrange(len(self._directory)))
        group = self._rng.choice(self._rng.choice(shelves).groups)
        return self._directory.number(self._rng.randrange(group.start, group.end))


def _on(_queue: QueueSettings) -> RunMode:
    return ON


def _moment(at: float) -> datetime:
    """Whole milliseconds, as ledgers keep them."""
    return _EPOCH + timedelta(milliseconds=math.floor(at * 1000))
