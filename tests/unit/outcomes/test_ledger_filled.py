"""A ledger that is told of calls later, and of answers."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.ledger import KEPT_CLAIMS, RINGS_KEPT, TOLD_LATE, Claim, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, AvoidRepeat
from tests.unit.builders import NOON

OURS, OTHER = E164("+12065550145"), E164("+12065550146")


def claim(minute: int, action: Action = Action.DIAL) -> Claim:
    number = OURS if action is Action.DIAL else ""
    at = NOON + timedelta(minutes=minute)
    return Claim(f"c-{minute}", number, at, action, "default", "why")


MINUTES = st.lists(st.integers(0, 10_000), max_size=KEPT_CLAIMS, unique=True)


@given(MINUTES)
def test_claims_that_are_filled_in_anywhere_stand_as_if_they_had_come_in_time(
    minutes: list[int],
) -> None:
    straight = Ledger()
    for minute in sorted(minutes):
        straight = straight.with_claim(claim(minute))
    filled = Ledger()
    for minute in minutes:
        filled = filled.filled_with(claim(minute))
    assert filled == straight


@given(MINUTES, st.integers(0, 10_000))
def test_a_claim_counts_as_a_ring_and_as_an_attempt(minutes: list[int], minute: int) -> None:
    ledger = Ledger()
    for each in sorted(minutes):
        ledger = ledger.with_claim(claim(each))
    after = ledger.filled_with(claim(minute, Action.DEFAULT))
    assert after.version == ledger.version + 1
    assert after.attempts == ledger.attempts + 1
    since = NOON - timedelta(seconds=1)
    assert after.rung_since(since) == min(ledger.rung_since(since) + 1, KEPT_CLAIMS)
    assert after.rung_since(since) >= min(len(minutes) + 1, RINGS_KEPT)


def test_an_attempt_in_between_moves_the_later_ones_on() -> None:
    ledger = Ledger().with_claim(claim(0)).with_claim(claim(10))
    rule = AvoidRepeat(days=0, attempts=2)
    assert ledger.shown_lately(rule, NOON)
    for minute in (3, 4):
        ledger = ledger.filled_with(claim(minute, Action.DEFAULT))
    assert [each.attempt for each in ledger.claims] == [1, 2, 3, 4]


def test_a_ring_is_known_by_its_contact_and_an_old_one_by_its_time() -> None:
    ledger = Ledger().with_claim(claim(0))
    assert ledger.knows("c-0", NOON + timedelta(days=1))
    assert not ledger.knows("c-1", NOON)
    assert not Ledger().with_claim(claim(0, Action.BLOCK)).knows("c-0", NOON)
    old = Claim.read(claim(0).shortened())
    assert old
    ledger = Ledger(1, (old,))
    assert ledger.knows("c-1", NOON + TOLD_LATE)
    assert ledger.knows("c-1", NOON - TOLD_LATE)
    assert not ledger.knows("c-1", NOON + TOLD_LATE + timedelta(seconds=1))


def test_the_newest_answer_wins_in_any_order() -> None:
    later = NOON + timedelta(hours=1)
    one = Ledger().with_answer(OURS, NOON).with_answer(OTHER, later)
    other = Ledger().with_answer(OTHER, later).with_answer(OURS, NOON)
    for ledger in (one, other):
        assert (ledger.answered, ledger.answered_at) == (OTHER, later)
    assert other.version == 1
    assert one.without_answer(OURS, NOON) is one
    assert one.without_answer(OTHER, NOON) is one
    assert one.without_answer(OTHER, later).answered == ""


def test_an_answer_of_which_nobody_knows_when_gives_way() -> None:
    ledger = Ledger(1, answered=OURS)
    assert ledger.with_answer(OTHER, NOON).answered == OTHER


def test_a_claim_keeps_the_answer() -> None:
    ledger = Ledger().with_answer(OURS, NOON)
    for after in (ledger.with_claim(claim(1)), ledger.filled_with(claim(1))):
        assert (after.answered, after.answered_at) == (OURS, NOON)
