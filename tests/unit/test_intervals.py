"""Intervals, and what is told of many differences."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain import intervals
from lambdas.domain.intervals import wilson


@given(st.integers(0, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_what_was_found_and_lies_within_a_share(found: tuple[int, int]) -> None:
    hits, of = found
    low, high = wilson(hits, of)
    assert 0 <= low <= high <= 1
    if of:
        assert low - 1e-12 <= hits / of <= high + 1e-12


@given(st.integers(1, 2000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_its_ends_are_where_the_score_is_196(found: tuple[int, int]) -> None:
    """What defines Wilson's interval: the found share lies 1.96 deviations from either end."""
    hits, of = found
    for end in wilson(hits, of):
        if 0 < end < 1:
            deviation = (end * (1 - end) / of) ** 0.5
            assert abs(hits / of - end) / deviation == pytest.approx(1.96, abs=1e-3)


def test_of_many_differences_that_are_none_few_are_told() -> None:
    rng = random.Random(7)
    told = sum(any(intervals.discoveries([rng.random() for _ in range(40)])) for _ in range(400))
    assert told / 400 < 0.09, "the rate of false discoveries is 5 %"


def test_real_differences_are_told_among_many() -> None:
    rng = random.Random(8)
    chances = [1e-6, 1e-5, *(rng.random() for _ in range(60))]
    assert intervals.discoveries(chances)[:2] == [True, True]


def test_discoveries_come_in_the_order_of_what_is_given() -> None:
    assert intervals.discoveries([0.9, 0.001, 0.8, 0.002]) == [False, True, False, True]
    assert intervals.discoveries([]) == []


def test_days_that_differ_by_chance_alone_have_no_spread() -> None:
    rng = random.Random(3)
    days = [(sum(rng.random() < 0.08 for _ in range(800)), 800) for _ in range(28)]
    assert intervals.spread_of(days) < 1.8
    wild = [(hits * (1 + day % 2), of) for day, (hits, of) in enumerate(days)]
    assert intervals.spread_of(wild) > 4
    assert intervals.spread_of([(0, 0), (3, 40)]) == 1


def test_a_change_is_judged_with_how_much_days_differ() -> None:
    now, before = (700, 10_000), (3_240, 40_000)
    assert intervals.change(now, before) < 0.01
    assert intervals.change(now, before, spread=9) > 0.05
    assert intervals.change((0, 0), before) == 1
