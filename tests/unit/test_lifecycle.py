"""Who rests, who waits, and what a number's past asks for."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.lifecycle import (
    HEAD_START,
    Against,
    Evidence,
    Reputation,
    State,
    Terms,
    after_probation,
    back,
    most_resting,
    rested,
    sentence_of,
    sentences,
    state_of,
    whole_second,
)
from lambdas.domain.phone import E164
from lambdas.domain.reputation import ALTERNATIVES, Doubt
from tests.unit.builders import NOON

TERMS = Terms(limit=30_000.0)


def doubted(index: int, doubt: float, **past: object) -> Reputation:
    one = Reputation(E164(f"+120655501{index:02}"), Doubt((doubt,) * len(ALTERNATIVES)))
    return replace(one, **past)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("numbers", "percent", "most"),
    [(100, 20, 20), (9, 20, 1), (5, 20, 1), (4, 20, 1), (2, 20, 1), (1, 20, 0), (0, 20, 0)],
)
def test_a_share_of_a_pool_and_one_number_at_least_may_rest(
    numbers: int, percent: int, most: int
) -> None:
    assert most_resting(numbers, percent) == most


@given(
    doubts=st.lists(st.floats(1, 1e9), max_size=30),
    healthy=st.integers(0, 60),
    already=st.integers(0, 20),
    percent=st.integers(1, 60),
    strikes=st.integers(0, 2),
)
def test_no_sentence_brings_more_than_the_share_to_rest_and_the_worst_go_first(
    doubts: list[float], healthy: int, already: int, percent: int, strikes: int
) -> None:
    terms = TERMS._replace(most_resting_percent=percent)
    until = NOON + timedelta(days=1)
    flagged = [
        doubted(index, doubt, strikes=strikes, probation_until=until if strikes else None)
        for index, doubt in enumerate(doubts)
    ]
    numbers = len(flagged) + healthy + already
    passed, waiting = sentences(flagged, numbers, already, terms, NOON)

    resting = already
    for sentence in passed:
        if sentence.until is None:
            numbers -= 1
        else:
            resting += 1
            assert resting <= most_resting(numbers, percent)
        assert numbers - resting >= 1
    if passed:
        assert resting <= max(already, most_resting(numbers, percent))
    assert {one.number for one in passed} | set(waiting) == {one.number for one in flagged}
    by_number = {one.number: one.doubt.value for one in flagged}
    if passed and waiting:
        mildest = min(by_number[one.number] for one in passed)
        assert mildest >= max(by_number[number] for number in waiting)


def test_flagged_again_on_probation_rests_longer_and_the_third_time_is_retired() -> None:
    one = doubted(1, 40_000)
    first = sentence_of(one, TERMS, NOON)
    assert (first.strikes, first.until) == (1, NOON + TERMS.rest)

    home = back(rested(one, first), TERMS, NOON + TERMS.rest)
    again = NOON + TERMS.rest + timedelta(days=3)
    second = sentence_of(home, TERMS, again)
    assert (second.strikes, second.until) == (2, again + TERMS.longer_rest)
    assert TERMS.longer_rest > TERMS.rest

    back_again = again + TERMS.longer_rest
    third = sentence_of(back(rested(home, second), TERMS, back_again), TERMS, back_again)
    assert (third.strikes, third.until) == (3, None)


def test_a_probation_that_went_well_forgives() -> None:
    home = back(rested(doubted(1, 4e4), sentence_of(doubted(1, 4e4), TERMS, NOON)), TERMS, NOON)
    later = NOON + TERMS.probation
    assert home.on_probation(later - timedelta(seconds=1))
    assert not home.on_probation(later)
    assert sentence_of(after_probation(home), TERMS, later).strikes == 1


def test_who_comes_back_begins_with_a_part_of_the_doubt_and_is_judged_from_then_on() -> None:
    home = back(doubted(1, 4e4, judged=NOON - timedelta(days=20)), TERMS, NOON)
    assert home.doubt.value == pytest.approx(TERMS.limit * HEAD_START)
    assert home.judged == NOON - timedelta(hours=1)
    assert home.against == Against()


@pytest.mark.parametrize(
    ("retired", "rests", "called", "days", "state"),
    [
        (True, True, True, 90, State.RETIRED),
        (False, True, True, 90, State.RESTING),
        (False, False, False, 90, State.NEW),
        (False, False, True, 20, State.WARMING),
        (False, False, True, 21, State.ACTIVE),
        (False, False, True, -3, State.WARMING),
    ],
)
def test_states(retired: bool, rests: bool, called: bool, days: int, state: State) -> None:
    assert (
        state_of(retired=retired, rests=rests, called=called, days=days, warm_up_weeks=3) is state
    )


def test_evidence_is_told_in_words_and_figures() -> None:
    since = datetime.fromisoformat("2026-11-18T14:00:00+00:00")
    against = Against(since, 212, 5, 16.24, 3, 2, 10.4, 0.0766, 0.97)
    evidence = Evidence(against, 32_859.0, 30_000.0)
    assert evidence.words == (
        "Since 2026-11-18 14:00 UTC 5 of 212 calls were answered where the same calls of the"
        " pool's other numbers lead to expect 16.2; 3 ended at once, 2 were blocked by a network."
        " The pool is answered 7.7%. Doubt 10.4, limit 10.3."
    )
    assert json.loads(evidence.as_json()) == {
        "since": "2026-11-18T14:00:00+00:00",
        "made": 212,
        "answered": 5,
        "expected": 16.24,
        "short": 3,
        "blocked": 2,
        "doubt_level": 10.4,
        "limit_level": 10.309,
        "pool_rate": 0.0766,
        "today": 0.97,
    }


def test_rests_end_with_a_whole_second() -> None:
    assert whole_second(NOON + timedelta(microseconds=1)) == NOON + timedelta(seconds=1)
    assert whole_second(NOON) == NOON
