"""A row of the lake: what it holds, what it never holds, and how it is written."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambdas.connect.call_facts import call_of
from lambdas.connect.contact_record import parse
from lambdas.domain.carriers import Carriers
from lambdas.domain.lake_row import COLUMNS, LakeRow, Queue, Rows, Told
from lambdas.domain.ledger import Claim, decision_id
from lambdas.domain.outcome_of import FILLED_BACK, Decided, counted, facts_of
from lambdas.domain.phone import E164, parse_e164
from lambdas.domain.settings import Action, Tier
from local.contact_records import contact_record, decided
from tests.unit.builders import NOON, NanpStates

OURS = "+12065550123"
THEIRS = "+12067000142"
SECOND = timedelta(seconds=1)
ZONES = {"US-WA": "America/Los_Angeles", "US": "America/New_York"}
CARRIERS = Carriers(lambda: "6149157\tMost of them\n614915701\tExample Mobile\n")


def made(
    record: dict[str, Any] | None = None, told: Told | None = None, claim: Decided | None = None
) -> LakeRow:
    """The row of an answered call that showed a number of ours, or of another record."""
    usual = contact_record(
        "c-1",
        customer=THEIRS,
        began=NOON,
        answered=NOON + 10 * SECOND,
        ended=NOON + 75 * SECOND,
        attributes=decided("c-1", number=OURS) | {"list_source": "fair", "campaign": "autumn"},
    )
    facts = facts_of(call_of(parse(record or usual)), NanpStates())
    assert facts is not None
    rows = Rows(
        {"Outbound sales": Queue("sales", "marketing")},
        lambda region: ZONES.get(region, ""),
        CARRIERS,
        lambda number: f"hash of {len(number)}",
    )
    decision = facts.decided or claim
    line = counted(facts, decision, rung_before=False)
    return rows.row(facts, line, decision, told or Told("Outbound sales", "x"), NOON)


def test_a_row_tells_what_became_of_the_call() -> None:
    row = made()

    assert (row.number, row.number_area, row.pool, row.purpose) == (
        OURS, "1206", "sales", "marketing",
    )  # fmt: skip
    assert (row.outcome, row.tier, row.action, row.reason) == (
        "answered", "city", "dial", "local_number",
    )  # fmt: skip
    assert (row.customer_region, row.customer_state, row.customer) == ("US", "WA", "hash of 12")
    assert (row.source, row.campaign, row.talk_seconds) == ("fair", "autumn", 65)
    assert row.decision_id == decision_id("c-1")
    assert row.version.startswith("2026-")


def test_the_local_hour_is_by_the_clock_of_the_customers_region() -> None:
    row = made()

    assert row.local_hour == NOON.astimezone(UTC).hour - 8
    written = json.loads(row.line())
    assert written["began"] == f"{NOON:%Y-%m-%d %H}:00:00.000"
    assert written["began_local"] == f"{NOON - timedelta(hours=8):%Y-%m-%d %H}:00:00.000"


def test_no_clock_of_a_region_that_nobody_knows() -> None:
    record = contact_record("c-2", customer="+442079460123", began=NOON)
    row = made(record)

    assert (row.local_hour, row.began_local) == (None, None)
    assert "local_hour" not in json.loads(row.line())


def test_a_line_has_no_column_that_the_table_lacks_and_leaves_out_what_is_not_known() -> None:
    told = json.loads(made().line())

    assert set(told) <= set(COLUMNS)
    assert "" not in told.values()
    assert told["blocked_header"] is False
    assert made().line().endswith(b"}\n")


def test_a_row_never_holds_the_customers_number_nor_the_agent() -> None:
    digits = THEIRS.removeprefix("+1")
    record = contact_record(
        "c-3",
        customer=THEIRS,
        began=NOON,
        attributes={"list_source": f"from {digits}", "campaign": f"tel:+1 (206) 700-0142 {digits}"},
        queue=f"Queue of {digits}",
    )
    line = made(record, Told(f"Queue of {digits}", digits)).line().decode()

    assert digits not in line.replace("-", "").replace(" ", "").replace("(", "").replace(")", "")
    assert '"ada"' not in line


def test_texts_of_others_are_cut_and_any_letters_are_written() -> None:
    record = contact_record(
        "c-4", customer=THEIRS, began=NOON, attributes={"list_source": "Ä\ud800" + "x" * 5_000}
    )
    row = made(record)

    assert len(row.source) == 200
    assert json.loads(row.line())["source"].startswith("Ä")


def test_what_this_record_left_in_the_ledger_is_no_decision() -> None:
    record = contact_record("c-5", customer=THEIRS, began=NOON)
    left = Claim("c-5", "", NOON, Action.DEFAULT, Tier.DEFAULT, FILLED_BACK)
    row = made(record, claim=Decided.by(left))

    assert (row.reason, row.action, row.decision_id) == ("", "", "")


def test_what_the_ledger_tells_of_a_decision_counts_where_the_record_tells_none() -> None:
    record = contact_record("c-6", customer=THEIRS, began=NOON)
    claim = Claim("c-6", E164(OURS), NOON, Action.DIAL, Tier.CITY, "local_number", arm="local")
    row = made(record, claim=Decided.by(claim))

    assert (row.number, row.tier, row.arm) == (OURS, "city", "local")
    assert row.decision_id == decision_id("c-6")


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("+61491570156", "Example Mobile"),  # the longest beginning counts
        ("+61491570006", "Most of them"),
        ("+442079460123", ""),  # no mobile number
        ("+12065550123", ""),
    ],
)
def test_the_carrier_is_the_one_of_the_longest_beginning(number: str, carrier: str) -> None:
    assert CARRIERS.of(parse_e164(number)) == carrier


def test_a_call_without_a_time_has_a_row_without_one() -> None:
    record = contact_record("c-7", customer=THEIRS, began=NOON) | {
        "InitiationTimestamp": None, "DisconnectTimestamp": None,
    }  # fmt: skip
    row = made(record)

    assert (row.began, row.outcome, row.number) == (None, "", "")
    assert isinstance(row.recorded, datetime)
