"""Counters and what they add up to."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.outcomes import ATTEMPTS, Cell, Outcome, Tally, hour_of, tally

CELLS = st.builds(
    Cell,
    st.sampled_from(["", "local", "default"]),
    st.sampled_from(["", "city", "area_code"]),
    st.sampled_from(["", "US-WA", "GB"]),
    st.sampled_from(Outcome),
)


@given(CELLS)
def test_a_cell_is_read_as_it_was_written(cell: Cell) -> None:
    assert Cell.read(cell.written()) == cell


@pytest.mark.parametrize("text", ["", "a|b", "-|-|-|transported", "version 9"])
def test_a_cell_of_a_later_version_is_passed_over(text: str) -> None:
    assert Cell.read(text) is None


def test_only_calls_that_could_be_taken_are_in_the_denominator() -> None:
    one_of_each = [(Cell("", "city", "US-WA", outcome), 1) for outcome in Outcome]
    summed = tally(one_of_each)
    assert summed == Tally(6, 2, 1, 1, 1, 1, 1)
    assert summed.made == len(ATTEMPTS)
    assert summed.rate == pytest.approx(1 / 3)
    assert summed + summed == tally(one_of_each * 2)


def test_nothing_has_no_rate() -> None:
    assert tally([]).rate is None


def test_a_call_counts_in_the_utc_hour_in_which_it_began() -> None:
    at = datetime(2026, 11, 22, 23, 59, 59, tzinfo=timezone(-timedelta(hours=5, minutes=30)))
    assert hour_of(at) == datetime(2026, 11, 23, 5, tzinfo=UTC)
