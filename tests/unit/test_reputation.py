"""What speaks against a number, and what does not."""

import math
import random
from statistics import fmean

import pytest

from lambdas.domain.reputation import (
    Baseline,
    Call,
    Doubt,
    Sum,
    Today,
    limit_for,
    sums,
    todays_factor,
)

RATE = 0.08


def known(rate: float = RATE, calls: int = 100_000) -> Baseline:
    """A pool that is known well: every region and hour is answered alike."""
    baseline = Baseline()
    for region in ("WA", "OR"):
        for hour in range(9, 19):
            baseline.learn([Call(region, hour, calls, round(calls * rate))])
    return baseline


def after(doubt: Doubt, *answers: int, made: int = 4, factor: float = 1.0) -> Doubt:
    baseline = known()
    for answered in answers:
        doubt = doubt.after([Call("WA", 10, made, answered)], baseline, Today(factor))
    return doubt


def test_doubt_grows_with_calls_that_nobody_answers_and_shrinks_with_answers() -> None:
    silent = after(Doubt(), *[0] * 50)
    assert after(Doubt(), *[0] * 10).value < silent.value
    assert after(silent, 3).value < silent.value
    assert silent.level > math.log(limit_for(0.01, 300)) / 2


def test_an_hour_without_calls_says_nothing_of_the_number() -> None:
    doubt = after(Doubt(), *[0] * 20)
    quiet = doubt.after([], known(), Today())
    assert quiet == doubt


def test_on_a_day_on_which_nobody_is_answered_silence_says_little() -> None:
    assert after(Doubt(), *[0] * 20, factor=0.3).value < after(Doubt(), *[0] * 20).value


def test_where_fewer_answer_fewer_answers_are_expected() -> None:
    baseline = known()
    baseline.learn([Call("NV", 10, 10_000, 300)])
    assert baseline.expects("NV", 10).answers == pytest.approx(0.03, rel=0.1)
    assert baseline.expects("WA", 10).answers == pytest.approx(RATE, rel=0.05)


def test_a_region_of_which_nothing_is_known_counts_as_the_pool() -> None:
    assert known().expects("nowhere", 10).answers == pytest.approx(RATE, rel=0.01)
    assert Baseline().expects("nowhere", 3).answers == pytest.approx(0.08)


def test_old_calls_count_less() -> None:
    baseline = known(0.2, 1_000)
    baseline.age(140)
    baseline.learn([Call("WA", 10, 1_000, 50)])
    assert baseline.expects("nowhere", 10).answers < 0.07


def test_the_others_tell_how_the_day_goes() -> None:
    assert todays_factor([]) == Today()
    assert todays_factor([Sum(30, 60.0), Sum(10, 20.0)]).answers == pytest.approx(55 / 95)
    told = sums({"+12065550100": [Call("WA", 10, 50, 3)]}, known())
    assert (told["+12065550100"].answered, round(told["+12065550100"].expected, 1)) == (3, 4.0)


def test_a_healthy_number_reaches_the_limit_no_sooner_than_stated() -> None:
    """Without wear the doubt exceeds the count of steps by nothing on average, so a limit of A is
    reached after A steps on average, or later."""
    random_ = random.Random(7)
    baseline = known()
    chance = baseline.expects("WA", 10).answers
    steps = 25
    ends = []
    for _ in range(3_000):
        doubt = Doubt()
        for _ in range(steps):
            answered = sum(random_.random() < chance for _ in range(4))
            doubt = doubt.after([Call("WA", 10, 4, answered)], baseline, Today())
        ends.append(doubt.odds[0])
    assert fmean(ends) == pytest.approx(steps, rel=0.1)


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_a_worn_number_reaches_the_limit(share: float) -> None:
    random_ = random.Random(11)
    baseline = known()
    limit = limit_for(0.01, 300)
    doubt, steps = Doubt(), 0
    while doubt.value < limit and steps < 2_000:
        answered = sum(random_.random() < RATE * share for _ in range(4))
        doubt = doubt.after([Call("WA", 10, 4, answered)], baseline, Today())
        steps += 1
    assert steps < 400


def test_a_pool_where_everybody_answers_is_no_error() -> None:
    baseline = known(1.0)
    doubt = Doubt().after([Call("WA", 10, 4, 0)], baseline, Today(5.0))
    assert math.isfinite(doubt.value)
