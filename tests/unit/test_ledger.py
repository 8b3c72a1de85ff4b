from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.ledger import KEPT_CLAIMS, KEPT_WHOLE, RINGS_KEPT, Claim, Ledger
from lambdas.domain.settings import Action, AvoidRepeat
from stacks.config.queues import Attempts
from tests.unit.builders import NOON


def claim(number: str, days_ago: float = 0, contact: str = "c") -> Claim:
    at = NOON - timedelta(days=days_ago)
    return Claim(contact, number, at, Action.DIAL, "area_code", "local_number")


def test_a_claim_reads_as_it_was_written() -> None:
    for number in ("+12065550100", ""):
        for arm in ("", "local", "default"):
            made = replace(claim(number), arm=arm, distance_km=12.3)
            assert Claim.read(made.written()) == made


def test_a_number_is_kept_back_for_days_and_for_attempts() -> None:
    ledger = Ledger().with_claim(claim("+12065550100", days_ago=40))
    ledger = ledger.with_claim(claim("+12065550101", days_ago=2))
    assert ledger.shown_lately(AvoidRepeat(30, 0), NOON) == {12065550101}
    assert ledger.shown_lately(AvoidRepeat(0, 1), NOON) == {12065550101}
    assert ledger.shown_lately(AvoidRepeat(0, 2), NOON) == {12065550100, 12065550101}
    assert ledger.shown_lately(AvoidRepeat(0, 0), NOON) == frozenset()


def test_attempts_that_showed_nothing_count_as_attempts() -> None:
    ledger = Ledger().with_claim(claim("+12065550100", days_ago=40))
    rule = AvoidRepeat(days=0, attempts=2)
    for index in range(2):
        assert ledger.shown_lately(rule, NOON) == {12065550100}
        ledger = ledger.with_claim(claim("", contact=f"nothing-{index}"))
    assert ledger.shown_lately(rule, NOON) == frozenset()


def test_a_default_dial_shows_no_number_of_the_pool() -> None:
    assert Ledger(1, (claim(""),)).shown_lately(AvoidRepeat(30, 10), NOON) == frozenset()


@given(st.integers(1, 80))
def test_the_ledger_keeps_the_newest_claims_and_counts_every_version(count: int) -> None:
    ledger = Ledger()
    for index in range(count):
        ledger = ledger.with_claim(claim("+12065550100", contact=str(index)))
    assert ledger.version == count
    assert len(ledger.claims) == min(count, KEPT_CLAIMS)
    assert ledger.claim_of(str(count - 1)) is not None


def test_claims_without_a_number_go_before_those_that_say_what_to_avoid() -> None:
    ledger = Ledger().with_claim(claim("+12065550100", contact="shown"))
    for index in range(KEPT_CLAIMS * 2):
        ledger = ledger.with_claim(claim("", contact=f"blocked-{index}"))
    assert [kept.number for kept in ledger.claims if kept.number] == ["+12065550100"]
    assert ledger.claim_of(f"blocked-{KEPT_CLAIMS * 2 - 1}") is not None
    assert len(ledger.claims) == KEPT_CLAIMS


def test_a_line_of_a_later_version_reads_as_nothing() -> None:
    for line in (
        "",
        "one two",
        "c +12065550100 1 sing area_code local_number 1 -",
        "c - x dial a b 1 -",
        "c +12065550100 1 dial area_code local_number 1 near",
        "+12065550100 1 di 1 area_code local_number - c",
        "c +493012345678901 1700000000 dial area_code local_number 1",
    ):
        assert Claim.read(line) is None


def test_older_claims_are_written_in_fewer_bytes_and_say_what_matters() -> None:
    ledger = Ledger()
    for index in range(KEPT_CLAIMS):
        contact = f"4a573372-1f28-4e26-b97b-{index:012d}"
        ledger = ledger.with_claim(claim(f"+120655501{index:02d}", index / 10, contact))
    lines = ledger.lines()
    assert sum(map(len, lines)) < 3_400
    read = [Claim.read(line) for line in lines]
    assert all(read)
    again = Ledger(ledger.version, tuple(filter(None, read)))
    rule = AvoidRepeat(days=3, attempts=5)
    assert again.shown_lately(rule, NOON) == ledger.shown_lately(rule, NOON)
    since = NOON - timedelta(days=1)
    assert again.rung_since(since) == ledger.rung_since(since)
    assert again.attempts == ledger.attempts


def test_what_was_blocked_does_not_count_as_a_ring() -> None:
    ledger = Ledger().with_claim(claim("")).with_claim(claim("+12065550100", contact="two"))
    blocked = replace(claim("", contact="three"), action=Action.BLOCK)
    assert ledger.with_claim(blocked).rung_since(NOON - timedelta(hours=1)) == 2


def test_rings_with_the_queues_own_number_are_remembered_beside_many_numbers() -> None:
    ledger = Ledger()
    for index in range(KEPT_CLAIMS):
        ledger = ledger.with_claim(claim(f"+120655501{index:02d}", 60 - index / 10))
    for index in range(5):
        ledger = ledger.with_claim(claim("", contact=f"own-{index}"))
    assert ledger.rung_since(NOON - timedelta(hours=24)) == 5
    assert all(ledger.claim_of(f"own-{index}") for index in range(5))


@given(st.lists(st.sampled_from(["number", "own", "block"]), max_size=200))
def test_the_newest_rings_and_the_newest_claims_are_never_forgotten(kinds: list[str]) -> None:
    ledger, at = Ledger(), [NOON + timedelta(minutes=index) for index in range(len(kinds))]
    for index, kind in enumerate(kinds):
        action = {"number": Action.DIAL, "own": Action.DEFAULT, "block": Action.BLOCK}[kind]
        number = "+12065550100" if kind == "number" else ""
        made = Claim(str(index), number, at[index], action, "city", "why")
        ledger = ledger.with_claim(made)
    rung = [moment for moment, kind in zip(at, kinds, strict=True) if kind != "block"]
    for moment in at:
        since = moment - timedelta(seconds=1)
        truly = sum(one > since for one in rung)
        assert min(truly, RINGS_KEPT) <= ledger.rung_since(since) <= truly
    newest = range(len(kinds))[-KEPT_WHOLE:]
    assert all(ledger.claim_of(str(index)) for index in newest)
    assert len(ledger.claims) == min(len(kinds), KEPT_CLAIMS)


def test_a_ring_counts_to_the_end_of_its_period_whatever_its_microseconds() -> None:
    made = replace(claim(""), at=NOON + timedelta(microseconds=400))
    read = Claim.read(made.written())
    assert read
    just_before = made.at - timedelta(microseconds=1)
    assert Ledger(1, (read,)).rung_since(just_before) == 1


def test_as_many_rings_are_remembered_as_a_queue_may_allow() -> None:
    (most,) = (rule.le for rule in Attempts.model_fields["most"].metadata if hasattr(rule, "le"))
    assert most == RINGS_KEPT
