"""Forgetting a person: what goes, what stays, and that no pick under way brings it back."""

from datetime import timedelta
from typing import Any

import pytest

from lambdas.domain.live_validation import Finding, Service, Status
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action
from lambdas.domain.suppression import Reason, Suppression
from lambdas.store import keys
from lambdas.store.customers import Answers, customer_key
from lambdas.store.forgetting import DynamoForgetting
from lambdas.store.live_findings import DynamoFindings
from lambdas.store.suppressions import DynamoSuppressions
from lambdas.usecases.forget import Erased, Fate, Folder, Periods, forget
from lambdas.usecases.picking import Contact, Refusal
from lambdas.usecases.suppress import Act, Correction
from tests.adapters.conftest import House
from tests.adapters.test_suppressions import PlainSeal
from tests.unit.builders import NOON, queue

PERSON = E164("+12065550142")
OURS = ["+12065550123", "+12065550124"]


@pytest.fixture
def home(house: House) -> House:
    house.bring(OURS)
    house.publish()
    return house


@pytest.fixture
def store(home: House) -> DynamoForgetting:
    return DynamoForgetting(home.client, home.tables.customers, lambda: b"key")


@pytest.fixture
def suppressions(home: House) -> DynamoSuppressions:
    return DynamoSuppressions(home.client, home.tables.customers, lambda: b"key", PlainSeal())


def dial(home: House, contact_id: str) -> Any:
    contact = Contact(contact_id, "VOICE", PERSON, "TELEPHONE_NUMBER", queue())
    return home.picker().pick(contact, NOON, lambda: 5.0)


def test_calls_and_correction_go_and_suppressions_and_audit_stay(
    home: House, store: DynamoForgetting, suppressions: DynamoSuppressions
) -> None:
    first = dial(home, "one")
    answers = Answers(home.client, home.tables.customers, lambda: b"key", timedelta(days=90))
    answers.record(PERSON, E164(first.caller_id), NOON)
    suppressions.add(PERSON, Suppression(Reason.OPT_OUT, NOON, by="ada"))
    suppressions.correct(PERSON, Correction(E164("+12065550143"), NOON, "ada"))

    for service in Service:
        findings = DynamoFindings(
            home.client, home.tables.customers, lambda: b"key", service, days=90
        )
        findings.keep(PERSON, Finding(Status.VALID, "mobile", "Example"), NOON)

    erased = store.forget(PERSON, "bob", "asked", NOON + timedelta(days=1))

    assert erased == Erased(1, True, True, 1, 0, 2, validated=2)
    assert "Example" not in str(home.client.scan(TableName=home.tables.customers))
    customer = home.claims.read(PERSON)
    assert (customer.ledger.claims, customer.ledger.answered) == ((), "")
    assert suppressions.corrections(PERSON) is None
    assert [one.reason for one in suppressions.standing(PERSON)] == [Reason.OPT_OUT]
    last = suppressions.history(PERSON)[-1]
    assert (last.act, last.by, last.why) == (Act.FORGOTTEN, "bob", "asked")
    assert dial(home, "two").reason == "suppressed_opt_out"
    assert "5550142" not in str(home.client.scan(TableName=home.tables.customers))


def test_no_pick_under_way_brings_the_ledger_back(home: House, store: DynamoForgetting) -> None:
    dial(home, "one")
    before = home.claims.read(PERSON)
    claim = before.ledger.claims[0]

    store.forget(PERSON, "bob", "asked", NOON)

    refused = home.claims.commit(before, claim, None)
    assert refused is not None
    assert refused.why is Refusal.LEDGER_MOVED
    assert home.claims.read(PERSON).ledger.claims == ()
    assert dial(home, "two").action is Action.DIAL
    assert len(home.claims.read(PERSON).ledger.claims) == 1


def test_an_empty_ledger_expires_within_a_day(home: House, store: DynamoForgetting) -> None:
    dial(home, "one")

    store.forget(PERSON, "bob", "asked", NOON)

    key = keys.ledger(customer_key(b"key", PERSON))
    item = home.client.get_item(TableName=home.tables.customers, Key=key)["Item"]
    assert int(item["expires_at"]["N"]) == int((NOON + timedelta(days=1)).timestamp())


def test_who_was_never_called_leaves_a_line_in_the_audit_alone(
    home: House, store: DynamoForgetting, suppressions: DynamoSuppressions
) -> None:
    assert store.forget(PERSON, "bob", "asked", NOON) == Erased(0, False, False, 0, 0, 0)

    assert [line.act for line in suppressions.history(PERSON)] == [Act.FORGOTTEN]
    assert len(home.client.scan(TableName=home.tables.customers)["Items"]) == 1


def test_the_account_names_every_store(home: House, store: DynamoForgetting) -> None:
    dial(home, "one")

    places = forget(
        PERSON, "bob", "asked", now=NOON, store=store,
        folders=[Folder("lists/", 400, ["lists/sales/a.csv"]), Folder("registers/", 30, [])],
        periods=Periods(90, 400),
    )  # fmt: skip

    fates = {place.store: place.fate for place in places}
    assert fates["Customers table: ledger"] is Fate.ERASED
    assert fates["Customers table: correction"] is Fate.NOTHING
    assert fates["Uploads bucket: lists/"] is Fate.EXPIRES
    assert fates["Uploads bucket: registers/"] is Fate.NOTHING
    assert fates["Usage table"] is Fate.NONE
    told = " ".join(f"{place.store} {place.words}" for place in places)
    for store_of_others in (
        "35 days", "24 months", "recordings", "flow logs", "Contact Lens", "CRM", "Carriers",
        "after 90 days", "dead letters", "backups and exports",
    ):  # fmt: skip
        assert store_of_others in told
    assert "5550142" not in told
