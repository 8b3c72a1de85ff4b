"""The store in memory beside DynamoDB: the same picks in the same order, on both.

Numbers are few and their limits tight, some rest, return or leave the pool on the way, customers
answer and are called again, contacts are asked for twice, and some commits come with a ledger that
was read too early: whatever a store may say is said.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambdas.domain.directory import Directory, Listing, day_number, pack, unpack
from lambdas.domain.ledger import Claim
from lambdas.domain.phone import E164, parse
from lambdas.domain.places import Places
from lambdas.domain.rules import Rules
from lambdas.domain.settings import (
    Action,
    Attempts,
    AvoidRepeat,
    Caps,
    Limits,
    Mode,
    PoolSettings,
    QueueSettings,
    RunMode,
    Tier,
)
from lambdas.store import keys
from lambdas.store.claims import ACTIVE, RESTING, DynamoClaims, Tables
from lambdas.store.customers import Answers, customer_key
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.picking import ClaimStore, Contact, Decision, Spend
from local.simulation.memory_store import MemoryStore, Status
from local.toolchain import Say, silent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

POOL = PoolSettings(
    "sales",
    (Tier.ANSWERED_BEFORE, Tier.AREA_CODE, Tier.STATE, Tier.COUNTRY),
    Limits(per_minute=1, per_hour=3, per_day=40, warm_up=(20, 30)),
    AvoidRepeat(days=2, attempts=3),
)
QUEUE = QueueSettings(
    *("outbound", "Outbound", POOL.name, "service"),
    on_exhausted=Action.DEFAULT,
    on_error=Action.DEFAULT,
    mode=RunMode(Mode.ON),
    attempts=Attempts(9, 24),
)
OWN_NUMBER = E164("+12065550199")
BEGIN = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
KEPT = timedelta(days=90)
SECRET = b"a key of the comparison"
AREAS = ("206", "212", "303", "415")
NUMBERS_AN_AREA = 12
CUSTOMERS_AN_AREA = 40
SECONDS_APART = 60
REMOVED = "REMOVED"
TOLD_EVERY = 250


def secret() -> bytes:
    return SECRET


@dataclass
class Differences:
    """How many picks were made on both, what was decided, and every difference in words."""

    picks: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def compare(self, what: str, memory: object, dynamodb: object) -> None:
        if memory != dynamodb:
            self.found.append(f"{what}: in memory {memory!r}, in DynamoDB {dynamodb!r}")


@dataclass(frozen=True)
class _Fixed:
    directory: Directory

    def current(self, pool: str) -> Directory | None:
        return self.directory if pool == POOL.name else None


class Comparison:
    """Both stores, with the same numbers of the same standing."""

    def __init__(
        self, client: "DynamoDBClient", tables: Tables, places: Places, rules: Rules, seed: int = 1
    ) -> None:
        self._client = client
        self._tables = tables
        self._rng = random.Random(seed)
        self._numbers = [
            E164(f"+1{area}55501{index:02d}") for area in AREAS for index in range(NUMBERS_AN_AREA)
        ]
        self.memory = MemoryStore({}, KEPT, days_kept=1_000)
        self.dynamodb = DynamoClaims(client, tables, secret, KEPT)
        self._answers = Answers(client, tables.customers, secret, KEPT)
        directories = _Fixed(_directory(self._numbers, places, rules))
        for number in self._numbers:
            self._set(number, Status(POOL.name))

        def picker(store: ClaimStore) -> Picker:
            return Picker(store, directories, places, rules, _pool, _mode)

        self._pickers = picker(self.memory), picker(self.dynamodb)
        self.differences = Differences()

    def run(self, picks: int, say: Say = silent) -> Differences:
        """Make so many picks on both, then compare the tables as they stand."""
        rng, now = self._rng, BEGIN
        for index in range(picks):
            if index % TOLD_EVERY == 0:
                say(f"{index:,} of {picks:,} picks")
            now += timedelta(milliseconds=rng.randrange(2 * SECONDS_APART * 1000))
            to = E164(f"+1{rng.choice(AREAS)}7772{rng.randrange(CUSTOMERS_AN_AREA):03d}")
            contact = Contact(
                *(f"contact-{index}", "VOICE", to, "TELEPHONE_NUMBER", QUEUE),
                own_number=OWN_NUMBER,
            )
            for _ in range(2 if rng.random() < 0.02 else 1):
                self._pick(contact, now)
            if rng.random() < 0.03:
                self._change_a_status(now)
            if rng.random() < 0.02:
                self._late_commit(to, index, now)
        self._compare_tables()
        return self.differences

    def _pick(self, contact: Contact, now: datetime) -> None:
        mine, theirs = (picker.pick(contact, now, _plenty) for picker in self._pickers)
        self.differences.picks += 1
        self.differences.outcomes[f"{mine.action} {mine.tier} {mine.reason}"] += 1
        self.differences.compare(contact.contact_id, _told(mine), _told(theirs))
        if mine.action is Action.DIAL and self._rng.random() < 0.1:
            to = E164(contact.address or "")
            self.memory.answered(to, E164(mine.caller_id), now)
            self._answers.record(to, E164(mine.caller_id), now)

    def _late_commit(self, to: E164, index: int, now: datetime) -> None:
        """Commits with ledgers read ahead of another's claim; and a look at what is free."""
        wanted = [Spend(number, POOL.name, Caps(1, 2, 6)) for number in self._numbers]
        told = []
        for store in (self.memory, self.dynamodb):
            seen = store.read(to)
            answers = [
                store.commit(
                    seen,
                    Claim(f"late-{index}-{turn}", "", now, Action.DIAL, Tier.DEFAULT, "late"),
                    Spend(self._numbers[index % len(self._numbers)]),
                )
                for turn in range(2)
            ]
            refusals = [answer and (answer.why, answer.customer) for answer in answers]
            known = [why and (why[0], why[1] and why[1].ledger) for why in refusals]
            told.append((seen.ledger, known, sorted(store.kept_back(wanted, now).items())))
        self.differences.compare(f"late commits at {index}", *told)

    def _change_a_status(self, now: datetime) -> None:
        returns = int((now + timedelta(minutes=self._rng.randrange(90))).timestamp())
        status = self._rng.choice(
            [
                *(Status(POOL.name), Status(POOL.name)),
                *(Status(POOL.name, RESTING, returns), Status(POOL.name, RESTING)),
                *(Status(POOL.name, REMOVED), Status("another pool", ACTIVE)),
            ]
        )
        self._set(self._rng.choice(self._numbers), status)

    def _set(self, number: E164, status: Status) -> None:
        self.memory.pools[number] = status
        item: dict[str, Any] = {
            **keys.number_status(number),
            "pool": {"S": status.pool},
            "status": {"S": status.status},
        }
        if status.returns_at is not None:
            item["returns_at"] = {"N": str(status.returns_at)}
        self._client.put_item(TableName=self._tables.number_pool, Item=item)

    def _compare_tables(self) -> None:
        ledgers = {item["pk"]["S"]: item for item in self._scan(self._tables.customers)}
        self.differences.compare("customers", len(self.memory.customers), len(ledgers))
        for to, written in self.memory.customers.items():
            item = written.item(customer_key(SECRET, E164(to)))
            self.differences.compare(f"ledger of {to}", item, ledgers.get(item["pk"]["S"]))
        used = [
            use.item(number, day)
            for day, numbers in self.memory.usage.items()
            for number, use in numbers.items()
            if use.counts
        ]
        found = {_name(item): item for item in self._scan(self._tables.usage)}
        self.differences.compare("usage items", len(used), len(found))
        for item in used:
            self.differences.compare(f"usage of {_name(item)}", item, found.get(_name(item)))

    def _scan(self, table: str) -> list[dict[str, Any]]:
        pages = self._client.get_paginator("scan").paginate(TableName=table)
        return [dict(item) for page in pages for item in page["Items"]]


def _name(item: Mapping[str, Any]) -> str:
    return f"{item['pk']['S']} {item['sk']['S']}"


def _plenty() -> float:
    return 60.0


def _pool(_name: str) -> PoolSettings:
    return POOL


def _mode(queue: QueueSettings) -> RunMode:
    return queue.mode


def _told(decision: Decision) -> tuple[object, ...]:
    return (
        *(decision.action, decision.caller_id, decision.tier, decision.reason),
        *(decision.distance_km, decision.rejected),
    )


def _directory(numbers: Sequence[E164], places: Places, rules: Rules) -> Directory:
    """Half of the numbers are new and warm up."""
    today = day_number(BEGIN)
    return unpack(
        pack(
            _listing(number, places, today - (3 if index % 2 else 300))
            for index, number in enumerate(numbers)
        ).values(),
        "compared",
        rules.prefixes,
    )


def _listing(number: E164, places: Places, activated_on: int) -> Listing:
    phone, place = parse(number), places.find(number)
    return Listing(
        e164=number,
        region=phone.region,
        state=place.state if place else "",
        area_code=phone.area_code,
        place=place.name if place else "",
        kind=phone.kind,
        position=place.position if place else None,
        activated_on=activated_on,
    )
