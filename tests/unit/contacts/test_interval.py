"""A source is found bad by what its rows say, and hardly ever by chance."""

from math import comb, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.contact_rows import LIMIT, Group, interval


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.308497),
        (1, 10, 0.002529, 0.445016),
        (5, 100, 0.016432, 0.112835),
        (10, 10, 0.691503, 1.0),
        (9, 10, 0.554984, 0.997471),
        (0, 1_000_000, 0.0, 3.688872e-06),
    ],
)
def test_the_exact_interval(hits: int, of: int, low: float, high: float) -> None:
    assert interval(hits, of) == pytest.approx((low, high), abs=1e-6, rel=1e-4)


def test_of_nothing_everything_may_be_true() -> None:
    assert interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("of", [1, 7, 30, 100, 400, 900])
@pytest.mark.parametrize("share", [0.001, LIMIT, 0.02, 0.3])
def test_the_true_share_is_inside_in_at_least_95_of_100_lists(of: int, share: float) -> None:
    likely = (comb(of, hits) * share**hits * (1 - share) ** (of - hits) for hits in range(of + 1))
    inside = 0.0
    for hits, chance in enumerate(likely):
        low, high = interval(hits, of)
        if low <= share <= high:
            inside += chance
    # Wilson's score, from fifty hits and misses on, keeps its word on the average only.
    assert inside >= (0.95 if of < 100 else 0.94)


@pytest.mark.parametrize("of", [10, 30, 60, 200, 1_000])
def test_a_source_at_the_limit_is_hardly_ever_flagged(of: int) -> None:
    flagged = sum(
        comb(of, bad) * LIMIT**bad * (1 - LIMIT) ** (of - bad)
        for bad in range(of + 1)
        if Group("x", of, bad, {}).flagged
    )
    assert flagged <= 0.025


def test_one_bad_row_in_thirty_is_chance_and_three_are_not() -> None:
    assert not Group("x", 30, 1, {}).flagged
    assert Group("x", 30, 3, {}).flagged
    assert Group("x", 10_000, 80, {}).flagged


@given(st.integers(1, 10**8).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_is_inside_and_more_rows_tell_more(found: tuple[int, int]) -> None:
    hits, of = found
    low, high = interval(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    assert interval(of - hits, of) == pytest.approx((1 - high, 1 - low), abs=1e-9)
    assert high - low <= 4 / sqrt(of) + 1e-6
