"""Labels: whoever tells of one rests the number, until all are lifted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lambdas.domain.lifecycle import Event, Mode, Reputation, Terms
from lambdas.domain.phone import E164
from lambdas.domain.reputation import ALTERNATIVES, Doubt, limit_for
from lambdas.usecases.heed_labels import Heeded, Report, heed_label
from lambdas.usecases.judge_numbers import Judge
from local.judged_pool import MemoryPool, PlayedOutcomes, utc_hour
from tests.unit.builders import NOON, nanp

ONE, TWO, *OTHERS = map(E164, nanp("206", 8))
TERMS = Terms(limit_for(0.01, 300))
DAY = timedelta(days=1)


@pytest.fixture
def pool() -> MemoryPool:
    return MemoryPool(dict.fromkeys((ONE, TWO, *OTHERS), 0))


def heed(
    pool: MemoryPool, label: str, source: str = "Example Labels", day: int = 0, number: E164 = ONE
) -> Heeded:
    report = Report(number, label, source, "2026-11-19")
    return heed_label(report, pool, lambda _: TERMS, NOON + day * DAY, "labels.csv")


def looked(pool: MemoryPool, day: int) -> list[Event]:
    judge = Judge(pool, PlayedOutcomes(), utc_hour, TERMS, lambda: 900.0)
    done = judge.look("sales", Mode.OBSERVE, NOON + day * DAY)
    assert done is not None
    return [each.event for each in done.transitions]


def test_a_labelled_number_rests_at_once_and_says_why(pool: MemoryPool) -> None:
    told = heed(pool, "Scam Likely")
    assert told.outcome == "rests"
    assert told.message == (
        'It is labelled "Scam Likely" (Example Labels, seen on 2026-11-19). It rests until the'
        " label is lifted; if it still stands on 2026-12-20, the number is retired."
    )
    assert pool.held[ONE] > NOON + TERMS.label_retires
    assert [(each.event, each.by) for each in pool.history] == [(Event.LABELLED, "labels.csv")]
    assert looked(pool, 29) == []


def test_labels_rest_numbers_beyond_the_share(pool: MemoryPool) -> None:
    for number in (ONE, TWO, *OTHERS):
        assert heed(pool, "Spam", number=number).outcome == "rests"
    assert len(pool.held) == 8


def test_the_same_label_again_changes_nothing(pool: MemoryPool) -> None:
    heed(pool, "Spam")
    assert heed(pool, "Spam", day=3).outcome == "unchanged"
    assert heed(pool, "Spam", "EXAMPLE labels", day=3).outcome == "unchanged"
    assert len(pool.history) == 1


def test_a_lifted_label_brings_the_number_back_on_probation(pool: MemoryPool) -> None:
    heed(pool, "Spam")
    assert heed(pool, "", day=5).outcome == "returns"
    assert ONE not in pool.held
    assert pool.returned == {ONE: NOON + 5 * DAY}
    assert pool.rows[ONE].on_probation(NOON + 6 * DAY)
    assert pool.rows[ONE].strikes == 1
    assert looked(pool, 6) == []


def test_it_returns_when_the_last_label_is_lifted(pool: MemoryPool) -> None:
    heed(pool, "Spam")
    assert heed(pool, "Scam Likely", "Other Labels", day=1).outcome == "noted"
    assert heed(pool, "", day=2).outcome == "noted"
    assert ONE in pool.held
    assert heed(pool, "", "Other Labels", day=3).outcome == "returns"


def test_a_lift_that_names_nobody_lifts_all(pool: MemoryPool) -> None:
    heed(pool, "Spam")
    heed(pool, "Scam Likely", "Other Labels", day=1)
    assert heed(pool, "", "", day=2).outcome == "returns"


def test_who_told_of_no_label_lifts_none(pool: MemoryPool) -> None:
    heed(pool, "Spam")
    told = heed(pool, "", "Other Labels")
    assert told == Heeded("rejected", "Other Labels told of no label; Example Labels did.")
    assert heed(pool, "", number=TWO).outcome == "unchanged"


def test_a_rest_that_it_had_goes_on_after_the_label(pool: MemoryPool) -> None:
    until = NOON + 20 * DAY
    pool.held[ONE] = until
    heed(pool, "Spam")
    assert heed(pool, "", day=5).outcome == "noted"
    assert pool.held[ONE] == until
    assert looked(pool, 6) == []


def test_a_label_that_stays_retires_the_number_and_a_lift_then_leaves_it_so(
    pool: MemoryPool,
) -> None:
    heed(pool, "Spam")
    assert looked(pool, 30) == [Event.RETIRED]
    assert heed(pool, "", day=31).message.endswith("retired until somebody activates it.")
    assert pool.retired == {ONE}


def test_a_number_that_somebody_uses_all_the_same_is_on_probation(pool: MemoryPool) -> None:
    heed(pool, "Spam")
    del pool.held[ONE]
    assert looked(pool, 1) == [Event.RETURNED]
    assert pool.rows[ONE].labels == ()
    assert looked(pool, 31) == [Event.PROBATION_OVER]


def test_a_label_told_after_somebody_put_the_number_back_to_use_rests_it_again(
    pool: MemoryPool,
) -> None:
    """Also before the judge has looked: what was passed over is no reason to pass over this."""
    for again in (("Scam Likely", "Other Labels"), ("Spam", "Example Labels")):
        fresh = MemoryPool(dict.fromkeys((ONE, TWO, *OTHERS), 0))
        heed(fresh, "Spam")
        del fresh.held[ONE]  # somebody activates it
        assert heed(fresh, *again, day=1).outcome == "rests"
        assert fresh.held[ONE] > NOON + TERMS.label_retires
        assert [one.text for one in fresh.rows[ONE].labels] == [again[0]]
        assert looked(fresh, 2) == []
        assert ONE in fresh.held
        assert heed(fresh, "", again[1], day=3).outcome == "returns"
        assert ONE not in fresh.held


def test_a_rest_that_somebody_ended_does_not_come_back_with_a_lifted_label(
    pool: MemoryPool,
) -> None:
    doubt = Doubt((2 * TERMS.limit,) * len(ALTERNATIVES))
    pool.rows[ONE] = replace(Reputation(ONE), doubt=doubt, version=1)
    enforced = Judge(pool, PlayedOutcomes(), utc_hour, TERMS, lambda: 900.0)
    assert enforced.look("sales", Mode.ENFORCE, NOON)
    assert pool.rows[ONE].rests_until
    del pool.held[ONE]  # somebody activates it
    heed(pool, "Spam", day=1)
    assert heed(pool, "", day=2).outcome == "returns"
    assert ONE not in pool.held


def test_what_may_be_a_customers_number_is_kept_out_of_what_is_told(pool: MemoryPool) -> None:
    told = heed(pool, "Spam (+44 7700 900142)", "complaint of 447700900142.csv")
    assert told.outcome == "rests"
    assert heed(pool, "Spam (+44 7700 900142)", "complaint of 447700900142.csv").outcome == (
        "unchanged"
    )
    assert looked(pool, 30) == [Event.RETIRED]
    assert not [each for each in pool.history if "900142" in each.reason.replace(" ", "")]
    assert "900142" not in str(pool.rows[ONE].labels)


def test_a_number_of_no_pool_is_told_of(pool: MemoryPool) -> None:
    told = heed(pool, "Spam", number=E164("+12065550199"))
    assert told == Heeded("rejected", "It is no number of a pool.")
