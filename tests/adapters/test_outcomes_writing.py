"""Outcomes on DynamoDB's own engine: one transaction for contact, counters and ledger."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.connect.call_facts import call_of
from lambdas.connect.contact_record import parse
from lambdas.domain.ledger import Ledger
from lambdas.domain.outcome_of import FILLED_BACK, facts_of
from lambdas.domain.outcomes import Cell, Outcome
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, Attempts, Tier
from lambdas.domain.suppression import Reason, Suppression
from lambdas.store import keys
from lambdas.store.customers import customer_key
from lambdas.store.forgetting import DynamoForgetting
from lambdas.store.outcome_writes import DynamoOutcomeWrites, last_of
from lambdas.store.outcomes import DynamoOutcomes
from lambdas.store.suppressions import DynamoSuppressions
from lambdas.usecases.picking import Contact, Decision
from lambdas.usecases.record_outcome import Became, Recorded, record_outcome
from local.contact_records import OWN, Maker, contact_record, decided, delivered
from tests.adapters.conftest import House
from tests.unit.builders import NOON, NanpStates, pool, queue
from tests.unit.outcomes.memory import Counters, MemoryOutcomes
from tests.unit.outcomes.memory import record as in_memory
from tests.unit.outcomes.test_record_outcome import given_claims

PERSON = E164("+12067000142")
OURS = ["+12065550123", "+12065550124"]
KEPT = timedelta(days=90)
MINUTE = timedelta(minutes=1)
NOW = NOON + timedelta(days=1)


@pytest.fixture
def store(house: House) -> DynamoOutcomeWrites:
    return make_store(house)


def make_store(house: House, client: Any = None) -> DynamoOutcomeWrites:
    tables = house.tables
    return DynamoOutcomeWrites(
        client or house.client, tables.usage, tables.customers, lambda: b"key", KEPT
    )


def call(contact_id: str, **told: Any) -> dict[str, Any]:
    return contact_record(contact_id, **{"customer": PERSON, "began": NOON, **told})


def record(store: DynamoOutcomeWrites, told: dict[str, Any], now: Any = NOW) -> Recorded | None:
    facts = facts_of(call_of(parse(told)), NanpStates())
    return record_outcome(facts, store, now, KEPT) if facts else None


def counters(house: House) -> Counters:
    """All that stands in the table, cells at zero included."""
    found: Counters = Counter()
    for item in house.client.scan(TableName=house.tables.usage)["Items"]:
        if not item["sk"]["S"].startswith(keys.OUTCOMES_PREFIX):
            continue
        number = item["pk"]["S"].removeprefix(keys.NUMBER_PREFIX)
        hours = DynamoOutcomes(house.client, house.tables.usage).hours(
            number, NOON - 90 * timedelta(days=1), NOON + 90 * timedelta(days=1)
        )
        for hour in hours:
            for cell, calls in hour.cells.items():
                found[number, hour.hour, cell] = calls
    return found


def dial(house: House, contact_id: str, at: Any = NOON) -> Decision:
    contact = Contact(contact_id, "VOICE", PERSON, "TELEPHONE_NUMBER", queue(), own_number=OWN)
    return house.picker().pick(contact, at, lambda: 5.0)


def told_of(decision: Decision, contact_id: str, **told: Any) -> dict[str, Any]:
    """The record of a call that the picker decided on."""
    attributes = decided(
        contact_id,
        decision.action,
        decision.caller_id,
        decision.tier,
        decision.reason,
        decision.arm,
    )
    return call(contact_id, attributes=attributes, **told)


def test_a_version_is_kept_as_it_was_written(house: House, store: DynamoOutcomeWrites) -> None:
    ring = NOON + timedelta(seconds=9)
    told = call(
        "c-1", attributes=decided("c-1", number=OURS[0]), answered=ring, ended=ring + MINUTE
    )
    record(store, told)
    key = keys.contact_outcome("c-1")
    item = house.client.get_item(TableName=house.tables.usage, Key=key)["Item"]
    last = last_of(item)
    assert last.counted
    assert last.counted.number == OURS[0]
    assert last.counted.cell == Cell("", "city", "US-WA", Outcome.ANSWERED)
    assert last.answer
    assert last.answer == (OURS[0], ring)
    assert last.filled
    assert int(item["expires_at"]["N"]) == int((NOON + timedelta(days=60)).timestamp())
    hour = house.client.get_item(TableName=house.tables.usage, Key=keys.outcomes(OURS[0], NOON))
    assert int(hour["Item"]["expires_at"]["N"]) == int((NOON + timedelta(days=100)).timestamp())
    assert PERSON[1:] not in str(house.client.scan(TableName=house.tables.usage))


def test_the_engine_does_what_the_memory_does(house: House, store: DynamoOutcomeWrites) -> None:
    maker = Maker(seed=5, begins=NOON - timedelta(days=2), days=1, late=0.6, damaged=0.2)
    made = [maker.contact(index) for index in range(40)]
    memory = MemoryOutcomes()
    given_claims(made, memory)
    for customer, ledger in memory.ledgers.items():
        put_ledger(house, customer, ledger)
    for told in delivered(made, random.Random(5), twice=0.3, apart=50):
        mine, theirs = record(store, told), in_memory(told, memory, NOW)
        assert (mine and mine.became) == (theirs and theirs.became)
    assert counters(house) == memory.counted()
    for customer, ledger in memory.ledgers.items():
        stands = store.seen(E164(customer)).ledger
        assert [line.split()[:3] for line in stands.lines()] == [
            line.split()[:3] for line in ledger.lines()
        ]
        assert (stands.answered, stands.answered_at) == (ledger.answered, ledger.answered_at)
    days = NOON - timedelta(days=5), NOON + timedelta(days=5)
    own = DynamoOutcomes(house.client, house.tables.usage).own_numbers(*days)
    assert own == {number for number, _ in memory.own}


def put_ledger(house: House, customer: str, ledger: Ledger) -> None:
    item: Any = {
        **keys.ledger(customer_key(b"key", E164(customer))),
        "version": {"N": str(ledger.version)},
        "claims": {"L": [{"S": line} for line in ledger.lines()]},
        "expires_at": {"N": "2000000000"},
    }
    house.client.put_item(TableName=house.tables.customers, Item=item)


def test_consumers_at_once_add_up(house: House) -> None:
    """Two shards after a resharding, or a batch whose consumer was taken for dead: the same
    contacts, versions in different orders, one number, one customer."""
    versions = [
        call(f"c-{contact}", reason=reason, updated=NOON + second * MINUTE)
        for contact in range(6)
        for second, reason in enumerate(["TELECOM_BUSY", "TELECOM_UNANSWERED", "OTHER"], start=1)
    ]
    barrier = Barrier(4)

    def consume(seed: int) -> None:
        store = make_store(house)
        mine = random.Random(seed).sample(versions, len(versions))
        barrier.wait()
        for told in mine:
            record(store, told)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(consume, range(4)))

    other = Cell("", Tier.DEFAULT, "US-WA", Outcome.OTHER)
    assert counters(house) == {(OWN, NOON, other): 6}
    filled = make_store(house).seen(PERSON).ledger.claims
    assert sorted(claim.contact_id for claim in filled) == [f"c-{index}" for index in range(6)]
    assert [claim.attempt for claim in filled] == list(range(1, 7))


class Dies:
    """A client whose process dies at the n-th request: before it is sent, or before its answer."""

    def __init__(self, client: Any, at: int, sent: bool) -> None:
        self._client, self._left, self._sent = client, at, sent
        self.exceptions = client.exceptions

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self._client, name)

        def request(**told: Any) -> Any:
            if name == "get_paginator":
                return real
            self._left -= 1
            if self._left == 0 and not self._sent:
                raise Killed
            answer = real(**told)
            if self._left == 0:
                raise Killed
            return answer

        return request if not name.startswith("get_paginator") else real


class Killed(Exception):
    pass


@pytest.mark.parametrize("sent", [False, True], ids=["before", "after"])
def test_killed_at_any_request_and_delivered_again(house: House, sent: bool) -> None:
    """A default dial that no pick claimed, first and then changed; and a dial that was answered."""
    ring = NOON + timedelta(seconds=9)
    spoken = {"answered": ring, "ended": ring + MINUTE, "updated": ring + 2 * MINUTE}
    records = [
        call("c-1", reason="TELECOM_BUSY"),
        call("c-1", reason="TELECOM_BUSY", began=NOON - MINUTE, updated=NOON + 9 * MINUTE),
        call("c-2", attributes=decided("c-2", number=OURS[0]), **spoken),
    ]
    for at in range(1, 12):
        for table in (house.tables.usage, house.tables.customers):
            for item in house.client.scan(TableName=table)["Items"]:
                key: Any = {"pk": item["pk"], "sk": item["sk"]}
                house.client.delete_item(TableName=table, Key=key)
        dying: Any = Dies(house.client, at, sent)
        store = make_store(house, dying)
        for told in records:
            try:
                record(store, told)
            except Killed:
                store = make_store(house)
                record(store, told)
        store = make_store(house)
        busy = Cell("", "default", "US-WA", Outcome.BUSY)
        heard = Cell("", "city", "US-WA", Outcome.ANSWERED)
        assert counters(house) == {
            (OWN, NOON - timedelta(hours=1), busy): 1,
            (OURS[0], NOON, heard): 1,
        }, at
        ledger = store.seen(PERSON).ledger
        assert [(each.contact_id, each.reason) for each in ledger.claims] == [("c-1", FILLED_BACK)]
        assert (ledger.answered, ledger.answered_at) == (OURS[0], ring)


class Conflicts:
    """A client of which some writes meet another transaction."""

    def __init__(self, client: Any, seed: int) -> None:
        self._client, self._rng = client, random.Random(seed)
        self.met = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **told: Any) -> Any:
        if self._rng.random() < 0.5:
            self.met += 1
            reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
            problem: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": ""},
                "CancellationReasons": reasons,
            }
            raise ClientError(problem, "TransactWriteItems")
        return self._client.transact_write_items(**told)


def test_conflicts_are_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.store.conflicts.WAITS", (0.0,) * 30)
    halting: Any = Conflicts(house.client, 1)
    store = make_store(house, halting)
    for index in range(10):
        record(store, call(f"c-{index}", reason="TELECOM_BUSY"))
    assert halting.met
    assert sum(counters(house).values()) == 10


def test_throttling_is_raised(house: House) -> None:
    class Throttles:
        def __getattr__(self, name: str) -> Any:
            return getattr(house.client, name)

        def transact_write_items(self, **told: Any) -> Any:
            reasons = [{"Code": "ThrottlingError"}]
            problem: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": ""},
                "CancellationReasons": reasons,
            }
            raise ClientError(problem, "TransactWriteItems")

    throttling: Any = Throttles()
    with pytest.raises(ClientError):
        record(
            make_store(house, throttling), call("c-1", attributes=decided("c-1", number=OURS[0]))
        )


def test_a_contact_that_expired_in_between_is_written_anew(house: House) -> None:
    store = make_store(house)
    record(store, call("c-1", reason="TELECOM_BUSY"))

    class Expires:
        def __init__(self) -> None:
            self.left = 1

        def __getattr__(self, name: str) -> Any:
            return getattr(house.client, name)

        def transact_write_items(self, **told: Any) -> Any:
            try:
                return house.client.transact_write_items(**told)
            finally:
                if self.left:
                    self.left -= 1
                    table, key = house.tables.usage, keys.contact_outcome("c-1")
                    house.client.delete_item(TableName=table, Key=key)

    expiring: Any = Expires()
    told = record(make_store(house, expiring), call("c-1", updated=NOON + 9 * MINUTE))
    assert told
    assert told.became is Became.COUNTED


# With picks.


def brought(house: House) -> None:
    house.bring(OURS)
    house.publish()


def test_the_next_pick_shows_the_number_that_was_answered(
    house: House, store: DynamoOutcomeWrites
) -> None:
    house.bring([*OURS, *(f"+1206555{line:04d}" for line in range(150, 190))])
    house.publish()
    tiers = (Tier.ANSWERED_BEFORE, Tier.AREA_CODE)
    picker = replace(house.picker(), pools=lambda _name: pool(days=0, attempts=0, tiers=tiers))

    def pick(contact_id: str, at: Any) -> Decision:
        contact = Contact(contact_id, "VOICE", PERSON, "TELEPHONE_NUMBER", queue())
        return picker.pick(contact, at, lambda: 5.0)

    first = pick("one", NOON)
    assert first.tier is Tier.AREA_CODE
    ring = NOON + timedelta(seconds=9)
    record(store, told_of(first, "one", answered=ring, ended=ring + 5 * MINUTE))

    shown = {pick(f"more-{index}", NOON + index * MINUTE).caller_id for index in range(1, 5)}
    assert shown == {first.caller_id}
    assert pick("and more", NOON + 9 * MINUTE).tier is Tier.ANSWERED_BEFORE

    late = told_of(
        first, "one", answered=ring, ended=ring + 5 * MINUTE, machine="VOICEMAIL_BEEP",
        updated=ring + 30 * MINUTE,
    )  # fmt: skip
    record(store, late)
    assert pick("two", NOON + 40 * MINUTE).tier is Tier.AREA_CODE


def test_a_call_that_no_pick_claimed_counts_for_the_limit_of_attempts(
    house: House, store: DynamoOutcomeWrites
) -> None:
    brought(house)
    limited = replace(queue(), attempts=Attempts(2, 24))
    for index in range(2):
        record(store, call(f"c-{index}", began=NOON + index * MINUTE, reason="TELECOM_BUSY"))
    contact = Contact("three", "VOICE", PERSON, "TELEPHONE_NUMBER", limited)
    decision = house.picker().pick(contact, NOON + 5 * MINUTE, lambda: 5.0)
    assert (decision.action, decision.reason) == (Action.BLOCK, "attempts_reached")


def test_a_pick_that_had_read_before_is_refused_and_sees_the_ring(
    house: House, store: DynamoOutcomeWrites
) -> None:
    brought(house)
    before = house.claims.read(PERSON)
    record(store, call("c-1", reason="TELECOM_BUSY"))
    decision = dial(house, "c-2", NOON + MINUTE)
    claim = house.claims.read(PERSON).ledger.claims[-1]
    refused = house.claims.commit(before, claim, None)
    assert refused
    assert refused.customer
    assert [each.contact_id for each in refused.customer.ledger.claims] == ["c-1", "c-2"]
    assert decision.action is Action.DIAL


def test_what_was_claimed_while_its_answer_was_lost_is_not_filled_back(
    house: House, store: DynamoOutcomeWrites
) -> None:
    brought(house)
    decision = dial(house, "one")
    lost = {"local_presence_action": "default", "local_presence_reason": "picker_failed"}
    record(store, call("one", attributes=lost, reason="TELECOM_BUSY"))
    [claim] = house.claims.read(PERSON).ledger.claims
    assert claim.number == decision.caller_id
    assert house.claims.read(PERSON).ledger.version == 1


def test_the_picker_keeps_when_the_answer_was(house: House, store: DynamoOutcomeWrites) -> None:
    brought(house)
    ring = NOON + timedelta(seconds=9)
    record(store, told_of(dial(house, "one"), "one", answered=ring, ended=ring + 5 * MINUTE))
    assert store.seen(PERSON).ledger.answered_at == ring
    dial(house, "two", NOON + MINUTE)
    assert store.seen(PERSON).ledger.answered_at == ring


# Who stopped calls, or was forgotten.


def test_suppressions_and_their_marks_stay(house: House, store: DynamoOutcomeWrites) -> None:
    brought(house)
    suppressions = DynamoSuppressions(house.client, house.tables.customers, lambda: b"key")
    suppressions.add(PERSON, Suppression(Reason.OPT_OUT, NOON, by="ada"))
    record(store, call("c-1", reason="TELECOM_UNANSWERED"))
    ledger = house.claims.read(PERSON).ledger
    assert (len(ledger.claims), ledger.marks, ledger.version) == (1, 1, 2)
    assert dial(house, "two", NOON + MINUTE).reason == "suppressed_opt_out"


def test_a_record_of_before_brings_nothing_back_of_who_was_forgotten(
    house: House, store: DynamoOutcomeWrites
) -> None:
    brought(house)
    decision = dial(house, "one")
    forgetting = DynamoForgetting(house.client, house.tables.customers, lambda: b"key")
    forgetting.forget(PERSON, "bob", "asked", NOON + MINUTE)
    ring = NOON + timedelta(seconds=9)
    record(store, told_of(decision, "one", answered=ring, ended=ring + 30 * MINUTE))
    record(store, call("two", reason="TELECOM_BUSY"))
    ledger = house.claims.read(PERSON).ledger
    assert (ledger.claims, ledger.answered) == ((), "")
    assert sum(counters(house).values()) == 2

    record(store, call("three", began=NOON + 2 * MINUTE, reason="TELECOM_BUSY"))
    ledger = house.claims.read(PERSON).ledger
    assert [each.contact_id for each in ledger.claims] == ["three"]
    key = keys.ledger(customer_key(b"key", PERSON))
    item = house.client.get_item(TableName=house.tables.customers, Key=key)["Item"]
    expires = NOON + 2 * MINUTE + KEPT
    assert int(item["expires_at"]["N"]) == int(expires.timestamp())
