"""Rows of a pool's table: what is written is read, and so is what earlier versions wrote."""

import pytest

from lambdas.domain.intake import Direction, Member, Outcome
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import E164, Kind
from lambdas.store.pool_rows import Row, row_item, row_of

PLAIN = Member(
    e164=E164("+12065550100"),
    region="US",
    kind=Kind.FIXED_OR_MOBILE,
    area_code="1206",
    state="WA",
    place="Seattle",
    direction=Direction.BOTH,
    label="front desk",
    activated_on=20_000,
)
FULL = PLAIN._replace(
    position=(47.6061, -122.3328),
    ownership=Ownership.APPROVED,
    golden=True,
    proof="LOA 2026-17",
)
SINCE_THEN = ("latitude", "longitude", "ownership", "golden", "proof")


@pytest.mark.parametrize("member", [PLAIN, FULL])
def test_what_is_written_is_read(member: Member) -> None:
    row = Row(member.e164, 7, member, Outcome.ADDED)

    assert row_of(row_item("sales", row)) == row


def test_a_row_of_an_earlier_version_is_read_with_quiet_defaults() -> None:
    item = row_item("sales", Row(FULL.e164, 7, FULL, Outcome.ADDED))
    old = {name: value for name, value in item.items() if name not in SINCE_THEN}

    assert row_of(old).member == PLAIN


def test_a_removal_holds_no_member() -> None:
    row = Row(PLAIN.e164, 8, None, Outcome.REMOVED)

    assert row_of(row_item("sales", row)) == row
