"""Suppressions on AWS's own engine: what stands, what the ledger and the audit say, what lifts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from lambdas.domain.phone import E164
from lambdas.domain.settings import Action
from lambdas.domain.suppression import Reason, Suppression
from lambdas.store import keys
from lambdas.store.customers import customer_key
from lambdas.store.suppressions import DynamoSuppressions
from lambdas.usecases.picking import Contact
from lambdas.usecases.suppress import Act, Correction, Request, lift, suppress
from tests.adapters.conftest import House
from tests.unit.builders import NOON, queue

PERSON = E164("+12065550142")
OURS = "+12065550123"
A_WEEK = NOON + timedelta(days=7)


class PlainSeal:
    """Closes with the customer's key in front, so that a swap is seen."""

    def close(self, customer: str, text: str) -> bytes:
        return f"{customer}|{text}".encode()[::-1]

    def open(self, customer: str, sealed: bytes) -> str:
        whose, _, text = sealed[::-1].decode().partition("|")
        assert whose == customer
        return text


@pytest.fixture
def home(house: House) -> House:
    house.bring([OURS])
    house.publish()
    return house


@pytest.fixture
def store(home: House) -> DynamoSuppressions:
    return DynamoSuppressions(home.client, home.tables.customers, lambda: b"key", PlainSeal())


def one(reason: Reason = Reason.OPT_OUT, **told: Any) -> Suppression:
    return Suppression(reason, told.pop("since", NOON), **told)


def items(home: House) -> dict[str, Any]:
    answer = home.client.query(
        TableName=home.tables.customers,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={
            ":pk": {"S": keys.customer_partition(customer_key(b"key", PERSON))}
        },
    )
    return {item["sk"]["S"]: item for item in answer["Items"]}


def dial(home: House, contact_id: str) -> Any:
    contact = Contact(contact_id, "VOICE", PERSON, "TELEPHONE_NUMBER", queue())
    return home.picker().pick(contact, NOON, lambda: 5.0)


def test_a_suppression_stands_with_its_audit_and_the_next_pick_is_a_block(
    home: House, store: DynamoSuppressions
) -> None:
    assert dial(home, "before").action is Action.DIAL

    assert store.add(PERSON, one(by="ada", through="agent", note="told me so"))

    assert [each.name for each in store.standing(PERSON)] == ["opt_out||"]
    decision = dial(home, "after")
    assert (decision.action, decision.reason) == (Action.BLOCK, "suppressed_opt_out")
    assert decision.message == "This customer asked not to be called."
    [audit] = store.history(PERSON)
    assert (audit.act, audit.by, audit.why, audit.at) == (Act.SUPPRESSED, "ada", "told me so", NOON)
    assert audit.suppression == store.standing(PERSON)[0]


def test_a_suppression_never_expires_and_a_mark_alone_does(
    home: House, store: DynamoSuppressions
) -> None:
    store.add(PERSON, one())

    assert "expires_at" not in items(home)[keys.SUPPRESSIONS]
    ledger = items(home)[keys.LEDGER]
    assert (ledger["version"]["N"], ledger["marks"]["N"]) == ("1", "1")
    assert int(ledger["expires_at"]["N"]) > A_WEEK.timestamp()


def test_nothing_in_the_table_names_the_person(home: House, store: DynamoSuppressions) -> None:
    told = f"call {PERSON} no more, nor 206-555-0142"
    suppress(Request(PERSON, "stop", by="ada", note=told), store, NOON)

    assert PERSON[-7:] not in str(home.client.scan(TableName=home.tables.customers)["Items"])
    assert "555" not in store.standing(PERSON)[0].note


def test_the_same_again_is_no_change_and_no_second_line_in_the_audit(
    home: House, store: DynamoSuppressions
) -> None:
    store.add(PERSON, one())
    version = items(home)[keys.LEDGER]["version"]

    assert not store.add(PERSON, one(since=NOON + timedelta(hours=1), by="another"))
    assert not store.add(PERSON, one(until=A_WEEK))

    assert len(store.history(PERSON)) == 1
    assert items(home)[keys.LEDGER]["version"] == version


def test_a_longer_one_replaces_a_shorter_one(store: DynamoSuppressions) -> None:
    store.add(PERSON, one(Reason.TEMPORARY, until=A_WEEK))

    assert not store.add(PERSON, one(Reason.TEMPORARY, until=A_WEEK - timedelta(days=1)))
    assert store.add(PERSON, one(Reason.TEMPORARY, until=A_WEEK + timedelta(days=1)))
    assert store.add(PERSON, one(Reason.TEMPORARY))

    assert [each.until for each in store.standing(PERSON)] == [None]


def test_another_preferred_channel_is_a_change(store: DynamoSuppressions) -> None:
    store.add(PERSON, one(Reason.PREFERS_OTHER_CHANNEL, channel="email"))

    assert store.add(PERSON, one(Reason.PREFERS_OTHER_CHANNEL, channel="sms"))
    assert not store.add(PERSON, one(Reason.PREFERS_OTHER_CHANNEL))

    assert [each.channel for each in store.standing(PERSON)] == ["sms"]


def test_another_channel_with_a_nearer_end_shortens_nothing(store: DynamoSuppressions) -> None:
    store.add(PERSON, one(Reason.PREFERS_OTHER_CHANNEL, channel="email"))

    assert store.add(PERSON, one(Reason.PREFERS_OTHER_CHANNEL, channel="sms", until=A_WEEK))

    [stands] = store.standing(PERSON)
    assert (stands.channel, stands.until) == ("sms", None)


def test_a_later_end_keeps_the_channel(store: DynamoSuppressions) -> None:
    store.add(PERSON, one(Reason.PREFERS_OTHER_CHANNEL, channel="email", until=A_WEEK))

    assert store.add(PERSON, one(Reason.PREFERS_OTHER_CHANNEL))

    [stands] = store.standing(PERSON)
    assert (stands.channel, stands.until) == ("email", None)


def test_what_is_lifted_lets_the_next_pick_dial_and_stays_in_the_audit(
    home: House, store: DynamoSuppressions
) -> None:
    store.add(PERSON, one(by="ada"))
    store.add(PERSON, one(Reason.DECEASED, by="ada"))
    assert dial(home, "one").reason == "suppressed_opt_out"

    request = Request(PERSON, "opt-out", by="bob")
    assert lift(request, "signed the form", store, NOON + timedelta(days=1)).lifted == 1
    assert dial(home, "two").reason == "suppressed_deceased"
    assert lift(Request(PERSON, "", by="bob"), "mistaken", store, A_WEEK).lifted == 1
    assert dial(home, "three").action is Action.DIAL

    told = [(each.act, each.by, each.why) for each in store.history(PERSON)]
    assert told[-2:] == [(Act.LIFTED, "bob", "signed the form"), (Act.LIFTED, "bob", "mistaken")]
    assert items(home)[keys.LEDGER]["marks"]["N"] == "4"


def test_lifting_what_does_not_stand_changes_nothing(
    home: House, store: DynamoSuppressions
) -> None:
    assert store.lift(PERSON, ["opt_out||"], "bob", "why not", NOON) == 0

    assert store.history(PERSON) == []
    assert items(home) == {}


def test_many_may_be_lifted_at_once(store: DynamoSuppressions) -> None:
    for index in range(120):
        store.add(PERSON, one(brand=f"brand {index}"))

    assert lift(Request(PERSON, "", by="bob"), "closed", store, A_WEEK).lifted == 120
    assert store.standing(PERSON) == ()
    assert len(store.history(PERSON)) == 240


def test_those_who_write_at_once_all_come_through(store: DynamoSuppressions) -> None:
    reasons = [reason for reason in Reason if reason is not Reason.UNKNOWN]
    with ThreadPoolExecutor(8) as pool:
        changed = list(pool.map(lambda reason: store.add(PERSON, one(reason)), reasons * 3))

    assert sum(changed) == len(reasons)
    assert {each.reason for each in store.standing(PERSON)} == set(reasons)
    assert len(store.history(PERSON)) == len(reasons)


def test_a_correction_is_kept_shut_and_suppresses_the_old_number(
    home: House, store: DynamoSuppressions
) -> None:
    request = Request(PERSON, "wrong number", by="ada", new_number="(206) 555-0143")

    done = suppress(request, store, NOON)

    assert (done.accepted, done.changed, done.reason) == (True, True, "wrong_number")
    assert store.corrections(PERSON) == Correction(E164("+12065550143"), NOON, "ada")
    assert b"5550143" not in bytes(items(home)["CORRECTION"]["number"]["B"])
    assert {each.act for each in store.history(PERSON)} == {Act.SUPPRESSED, Act.CORRECTED}
    assert not suppress(request, store, A_WEEK).changed
    assert dial(home, "one").reason == "suppressed_wrong_number"
