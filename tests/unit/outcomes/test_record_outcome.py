"""Records in any order, twice and late: counters are what the newest versions add up to, and the
ledger learns what no pick told it."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.outcome_of import FILLED_BACK, Decided, Facts, Way, counted
from lambdas.domain.outcomes import Cell, Outcome
from lambdas.domain.phone import parse_e164
from lambdas.domain.settings import Action
from lambdas.usecases.record_outcome import (
    AHEAD,
    REMEMBERED,
    Became,
    Change,
    Refused,
    record_outcome,
)
from local.contact_records import (
    BEGINS,
    OWN,
    REGIONS,
    Made,
    Maker,
    contact_record,
    decided,
    delivered,
)
from tests.unit.outcomes.memory import KEPT, NOW, Counters, MemoryOutcomes, facts, record

SHE = "+12067000001"
OURS, OTHER = "+12065550145", "+12065550146"
TEN = BEGINS + timedelta(hours=10)
MINUTE = timedelta(minutes=1)
RANG = TEN + timedelta(seconds=10)


def call(contact_id: str = "c-1", **told: Any) -> dict[str, Any]:
    return contact_record(contact_id, **{"customer": SHE, "began": TEN, **told})


def dialled(contact_id: str = "c-1", number: str = OURS, **told: Any) -> dict[str, Any]:
    return call(contact_id, attributes=decided(contact_id, number=number), **told)


def answered(contact_id: str = "c-1", number: str = OURS, **told: Any) -> dict[str, Any]:
    return dialled(contact_id, number, answered=RANG, ended=RANG + 5 * MINUTE, **told)


def claim(contact_id: str, at: Any = TEN, number: str = OURS) -> Claim:
    return Claim(contact_id, number, at, Action.DIAL, "city", "local_number", arm="local")


# Any order, any number of times.


def given_claims(made: Iterable[Made], store: MemoryOutcomes) -> None:
    """What the picker had written in ledgers, and calls of long ago."""
    for each in made:
        ledger = store.ledgers.get(each.customer, Ledger())
        if each.rung_before:
            store.give(each.customer, ledger.with_claim(claim("old", BEGINS - 9 * KEPT / 10)))
        if each.claimed:
            action, number, tier, arm = each.claimed
            reason = "local_number" if action == "dial" else "outside_percentage"
            began = TEN
            told = Claim(each.contact_id, number, began, Action(action), tier, reason, arm=arm)
            store.give(each.customer, ledger.with_claim(told))


def counters_of(made: Iterable[Made]) -> Counters:
    """One pass: of each contact the newest version, whatever else came."""
    found: Counters = Counter()
    for each in made:
        versions = [facts(version) for version in each.versions if is_call(version)]
        newest = max(versions, key=lambda one: one.version, default=None)
        told = newest and counted(newest, decided_on(newest, each), each.rung_before)
        if told:
            found[told] += 1
    return found


def is_call(version: dict[str, Any]) -> bool:
    return version["InitiationMethod"] in (
        "OUTBOUND", "CALLBACK", "API", "CAMPAIGN_PREVIEW", "INBOUND", "HOLOGRAM",
    ) and version.get("Channel") != "CHAT"  # fmt: skip


def decided_on(newest: Facts, made: Made) -> Decided | None:
    if newest.decided or not made.claimed or newest.way is not Way.OUTBOUND:
        return newest.decided
    if newest.customer is None:
        return None
    action, number, tier, arm = made.claimed
    return Decided(Action(action), number, tier, arm, "")


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_any_order_and_any_repetition_adds_up_to_one_pass(seed: int, chance: random.Random) -> None:
    maker = Maker(seed=seed, customers=160_000, late=0.6, damaged=0.2)
    made = [maker.contact(index) for index in range(25)]
    store = MemoryOutcomes()
    given_claims(made, store)
    records = list(delivered(made, chance, twice=0.3, apart=chance.choice([0, 5, 500])))

    for each in records:
        record(each, store)
    assert store.counted() == counters_of(made)

    before = (dict(store.counters), dict(store.ledgers))
    for each in chance.sample(records, len(records)):
        told = record(each, store)
        assert told is None or told.became is not Became.COUNTED
    assert (dict(store.counters), dict(store.ledgers)) == before


@given(st.permutations(range(6)))
@example([5, 4, 3, 2, 1, 0])
def test_versions_of_one_second_come_to_the_same_in_any_order(order: list[int]) -> None:
    reasons = ["TELECOM_BUSY", "TELECOM_UNANSWERED", None, "OTHER", "TELECOM_TIMEOUT", "EXPIRED"]
    versions = [call(reason=reason, updated=TEN + MINUTE) for reason in reasons]
    store, straight = MemoryOutcomes(), MemoryOutcomes()
    for index in order:
        record(versions[index], store)
    for version in versions:
        record(version, straight)
    assert store.counted() == straight.counted()
    assert sum(store.counted().values()) == 1


class Meanwhile(MemoryOutcomes):
    """Something else happens just before each of the first writes."""

    def __init__(self, *happens: Any) -> None:
        super().__init__()
        self.happens = list(happens)

    def write(self, change: Change) -> Refused | None:
        if self.happens:
            self.happens.pop(0)()
        return super().write(change)


def test_another_consumer_may_write_the_same_contact_in_between() -> None:
    first = dialled(reason="TELECOM_UNANSWERED", updated=TEN + MINUTE)
    second = dialled(reason="TELECOM_BUSY", updated=TEN + 2 * MINUTE)
    third = dialled(reason="TELECOM_TIMEOUT", updated=TEN + 3 * MINUTE)
    for mine, others, stands in (
        (first, [second], Outcome.BUSY), (second, [first], Outcome.BUSY),
        (second, [first, third], Outcome.NO_ANSWER), (third, [first, second], Outcome.NO_ANSWER),
        (first, [first], Outcome.NO_ANSWER),
    ):  # fmt: skip
        store = Meanwhile()
        store.happens = [partial(record, other, store) for other in others]
        record(mine, store)
        [(told, calls)] = store.counted().items()
        assert (told[2].outcome, calls) == (stands, 1)


class Restless(MemoryOutcomes):
    """Somebody is always quicker."""

    def write(self, change: Change) -> Refused | None:
        return Refused(False, ledger_moved=True)


def test_a_contact_that_is_changed_all_the_while_is_given_up_for_now() -> None:
    with pytest.raises(TimeoutError):
        record(dialled(), Restless())


# Which hour and number.


def test_a_later_version_moves_the_call_to_its_hour_and_number() -> None:
    store = MemoryOutcomes()
    record(dialled(reason="TELECOM_BUSY", updated=TEN + MINUTE), store)
    record(dialled(reason="TELECOM_BUSY", began=TEN - MINUTE, updated=TEN + 2 * MINUTE), store)
    busy = Cell("", "city", "US-WA", Outcome.BUSY)
    assert store.counted() == {(OURS, TEN - timedelta(hours=1), busy): 1}

    record(dialled(number=OTHER, reason="TELECOM_BUSY", updated=TEN + 3 * MINUTE), store)
    assert store.counted() == {(OTHER, TEN, busy): 1}

    record(call(system=None, updated=TEN + 4 * MINUTE), store)
    assert store.counted() == {}
    assert record(dialled(updated=TEN + 3 * MINUTE), store).became is Became.KNOWN  # type: ignore[union-attr]


def test_calls_of_long_ago_and_of_the_future_are_passed_over() -> None:
    for began in (NOW - REMEMBERED, NOW + AHEAD + MINUTE, NOW + timedelta(days=9_000)):
        store = MemoryOutcomes()
        told = record(dialled(began=began), store)
        assert told
        assert told.became is Became.PASSED_OVER
        assert not store.writes
    for began in (NOW - REMEMBERED + MINUTE, NOW + AHEAD):
        told = record(dialled(began=began), MemoryOutcomes())
        assert told
        assert told.became is Became.COUNTED


def test_queues_own_numbers_are_noted_by_the_day_of_the_call() -> None:
    store = MemoryOutcomes()
    record(call(), store)
    record(dialled("c-2", system="+12065550198"), store)
    record(call("c-3", initiation="INBOUND", system="+12065550197"), store)
    assert store.own == {(OWN, "2026-11-02")}


# The ledger.


def test_a_claimed_call_that_was_not_answered_needs_no_ledger() -> None:
    store = MemoryOutcomes()
    for contact_id, told in (
        ("c-1", decided("c-1", number=OURS)),
        ("c-2", decided("c-2", "default", reason="outside_percentage")),
        ("c-3", decided("c-3", "default", reason="observed_would_show_city")),
        ("c-4", decided("c-4", "default", reason="pool_exhausted")),
    ):
        record(call(contact_id, attributes=told, reason="TELECOM_UNANSWERED"), store)
    assert (store.reads, store.writes, store.ledgers) == (0, 4, {})


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"local_presence_action": "default", "local_presence_reason": "picker_failed"},
        decided("c-1", "default", reason="queue_is_off"),
        decided("c-1", "default", reason="store_unavailable"),
        decided("c-1", "default", reason="queue_not_configured"),
        decided("another", number=OURS),
    ],
    ids=str,
)
def test_a_call_that_no_pick_claimed_is_filled_back_once(attributes: dict[str, str]) -> None:
    store = MemoryOutcomes()
    for minutes in (1, 1, 2, 1):
        record(call(attributes=attributes, updated=TEN + minutes * MINUTE), store)
    [filled] = store.ledgers[SHE].claims
    assert filled == Claim("c-1", "", TEN, Action.DEFAULT, "default", FILLED_BACK, 1)
    assert store.ledgers[SHE].rung_since(TEN - MINUTE) == 1


def test_a_call_that_rang_nobody_is_not_filled_back() -> None:
    for told in (
        {"reason": "TELECOM_NUMBER_INVALID"},
        {"reason": "TELECOM_PROBLEM"},
        {"attributes": decided("c-1", "block", reason="suppressed_opt_out")},
    ):
        store = MemoryOutcomes()
        record(call(**told), store)
        assert store.ledgers == {}
        assert store.writes == 1


def test_a_blocked_call_that_rang_all_the_same_counts_as_a_ring() -> None:
    store = MemoryOutcomes()
    blocked = Claim("c-1", "", TEN, Action.BLOCK, "default", "pool_exhausted")
    store.give(SHE, Ledger().with_claim(blocked))
    told = decided("c-1", "block", reason="pool_exhausted")
    record(call(attributes=told, reason="TELECOM_UNANSWERED"), store)
    assert store.ledgers[SHE].rung_since(TEN - MINUTE) == 1


def test_what_the_picker_claimed_is_found_where_attributes_are_missing() -> None:
    store = MemoryOutcomes()
    store.give(SHE, Ledger().with_claim(claim("c-1")))
    told = record(call(reason="TELECOM_BUSY"), store)
    assert store.counted() == {(OURS, TEN, Cell("local", "city", "US-WA", Outcome.BUSY)): 1}
    assert store.ledgers[SHE].version == 1
    assert told
    assert not told.filled_back
    assert told.decided
    assert told.decided.number == OURS


def test_a_callback_that_inherits_an_earlier_calls_decision_counts_as_a_ring_of_its_own() -> None:
    """Whoever asks for a callback in a call of ours is rung twice, and limits must know of both.
    What the callback's own whisper claimed, under whatever contact's id, is not filled back."""
    hour = timedelta(hours=1)
    told = call(
        "c-2",
        initiation="CALLBACK",
        system=None,
        began=TEN,
        answered=TEN + hour,
        ended=TEN + hour + MINUTE,
        attributes=decided("another", number=OURS),
    )
    for claims, rings in (
        ([], 1),
        ([claim("another", TEN - 5 * MINUTE)], 2),
        ([claim("another", TEN + hour - MINUTE)], 1),
        ([claim("another", TEN + hour - 5 * MINUTE)], 1),
        ([claim("c-2", TEN + hour - 5 * MINUTE)], 1),
    ):
        store, ledger = MemoryOutcomes(), Ledger()
        for each in claims:
            ledger = ledger.with_claim(each)
        store.give(SHE, ledger)
        for _ in range(2):
            record(told, store)
        assert store.ledgers[SHE].rung_since(TEN - hour) == rings, claims


def test_an_older_claim_is_known_by_its_time() -> None:
    ledger = Ledger()
    for index in range(12):
        ledger = ledger.with_claim(claim(f"c-{index}", TEN + index * timedelta(hours=1)))
    read = [Claim.read(line) for line in ledger.lines()]
    store = MemoryOutcomes()
    store.give(SHE, Ledger(12, tuple(filter(None, read))))
    record(call("c-1", began=TEN + timedelta(hours=1, minutes=1)), store)
    assert len(store.ledgers[SHE].claims) == 12
    record(call("c-99", began=TEN + timedelta(hours=1, minutes=30)), store)
    assert [each.attempt for each in store.ledgers[SHE].claims] == list(range(1, 14))
    assert store.ledgers[SHE].claims[2].at == TEN + timedelta(hours=1, minutes=30)


def test_a_call_that_was_filled_back_is_not_again_when_it_moves() -> None:
    store = MemoryOutcomes()
    record(call("c-1"), store)
    ledger = store.ledgers[SHE]
    for index in range(9):  # by which nothing but the time is left of the first
        ledger = ledger.with_claim(claim(f"later-{index}", TEN + index * timedelta(days=1)))
    read = [Claim.read(line) for line in ledger.lines()]
    store.give(SHE, Ledger(ledger.version, tuple(filter(None, read))))
    record(call("c-1", began=TEN + timedelta(hours=2), updated=TEN + timedelta(hours=3)), store)
    assert len(store.ledgers[SHE].claims) == 10


def test_the_ledger_may_move_in_between() -> None:
    store = Meanwhile()
    store.happens = [
        lambda: store.give(SHE, store.ledgers.get(SHE, Ledger()).with_claim(claim("c-0")))
    ]
    record(call(), store)
    assert [each.contact_id for each in store.ledgers[SHE].claims] == ["c-0", "c-1"]
    assert store.ledgers[SHE].version == 2


def test_the_number_that_was_answered_last_is_kept() -> None:
    store = MemoryOutcomes()
    record(answered("c-2", OTHER), store)
    assert (store.ledgers[SHE].answered, store.ledgers[SHE].answered_at) == (OTHER, RANG)
    later = RANG + timedelta(hours=2)
    record(dialled("c-3", OURS, answered=later, ended=later + MINUTE), store)
    earlier = RANG - timedelta(hours=1)
    record(dialled("c-4", OTHER, answered=earlier, ended=earlier + MINUTE), store)
    assert (store.ledgers[SHE].answered, store.ledgers[SHE].answered_at) == (OURS, later)


@pytest.mark.parametrize(
    "told",
    [
        {"answered": RANG, "ended": RANG + timedelta(seconds=3)},
        {"answered": RANG, "ended": RANG + MINUTE, "machine": "VOICEMAIL_BEEP"},
        {"reason": "TELECOM_UNANSWERED"},
    ],
)
def test_only_who_stayed_on_the_line_has_answered(told: dict[str, Any]) -> None:
    store = MemoryOutcomes()
    record(dialled(**told), store)
    assert store.ledgers == {}


def test_the_queues_own_number_is_none_that_could_be_shown_again() -> None:
    store = MemoryOutcomes()
    told = decided("c-1", "default", reason="outside_percentage")
    record(call(attributes=told, answered=RANG, ended=RANG + 5 * MINUTE), store)
    assert store.ledgers == {}


def test_an_answer_is_taken_back_where_it_was_a_machine_after_all() -> None:
    store = MemoryOutcomes()
    record(answered(), store)
    assert store.ledgers[SHE].answered == OURS
    late = answered(machine="VOICEMAIL_BEEP", updated=TEN + timedelta(hours=1))
    record(late, store)
    assert (store.ledgers[SHE].answered, store.ledgers[SHE].answered_at) == ("", None)
    assert store.counted() == {(OURS, TEN, Cell("", "city", "US-WA", Outcome.MACHINE)): 1}


def test_an_answer_that_has_not_come_yet_counts_from_when_the_call_began() -> None:
    """Else no later answer would ever take its place, and the ledger would never expire."""
    store = MemoryOutcomes()
    end = NOW.replace(year=9999)
    record(answered() | {"ConnectedToSystemTimestamp": f"{end:%Y-%m-%dT%H:%M:%SZ}"}, store)
    assert store.ledgers == {}
    told = dialled("c-2", answered=end, ended=end + MINUTE)
    record(told, store)
    assert (store.ledgers[SHE].answered, store.ledgers[SHE].answered_at) == (OURS, TEN)
    later = TEN + timedelta(hours=2)
    record(dialled("c-3", OTHER, began=later, answered=later, ended=later + MINUTE), store)
    assert store.ledgers[SHE].answered == OTHER


def test_what_a_later_call_answered_is_not_taken_back() -> None:
    store = MemoryOutcomes()
    record(answered(), store)
    later = RANG + timedelta(hours=2)
    record(dialled("c-2", OTHER, answered=later, ended=later + MINUTE), store)
    record(answered(machine="VOICEMAIL_BEEP", updated=TEN + timedelta(hours=9)), store)
    assert store.ledgers[SHE].answered == OTHER


def test_an_answer_moves_with_the_number_that_was_shown() -> None:
    store = MemoryOutcomes()
    record(answered(), store)
    record(answered(number=OTHER, updated=TEN + timedelta(hours=1)), store)
    assert store.ledgers[SHE].answered == OTHER


def test_an_answer_is_told_once_the_record_names_who_answered() -> None:
    store = MemoryOutcomes()
    record(answered() | {"CustomerEndpoint": None}, store)
    assert store.ledgers == {}
    record(answered(updated=TEN + timedelta(hours=1)), store)
    assert store.ledgers[SHE].answered == OURS
    nobody = answered(machine="VOICEMAIL_BEEP", updated=TEN + timedelta(hours=2))
    record(nobody | {"CustomerEndpoint": None}, store)
    assert store.ledgers[SHE].answered == OURS
    record(answered(machine="VOICEMAIL_BEEP", updated=TEN + timedelta(hours=3)), store)
    assert store.ledgers[SHE].answered == ""


def test_nothing_of_before_comes_back_to_who_was_forgotten_since() -> None:
    store = MemoryOutcomes()
    store.give(SHE, Ledger(3))
    store.forgotten[SHE] = TEN + timedelta(hours=1)
    for told in (call("c-1"), answered("c-2"), call("c-1", updated=TEN + timedelta(hours=3))):
        result = record(told, store)
        assert result
        assert result.became is Became.COUNTED
        assert not result.filled_back
    assert store.ledgers[SHE] == Ledger(3)
    assert sum(store.counted().values()) == 2

    record(call("c-3", began=TEN + timedelta(hours=2)), store)
    assert [each.contact_id for each in store.ledgers[SHE].claims] == ["c-3"]


def test_a_ledger_that_would_have_ended_is_not_made_anew() -> None:
    store = MemoryOutcomes()
    record(call(began=NOW - timedelta(days=40)), store, now=NOW + timedelta(days=10))
    assert len(store.ledgers) == 1
    record_outcome(facts(call("c-2")), store, NOW, timedelta(days=5))
    assert [each.contact_id for each in store.ledgers[SHE].claims] == ["c-1"]


def test_a_customer_whose_number_is_not_told_has_no_ledger() -> None:
    store = MemoryOutcomes()
    for customer in (None, "+9990", "client"):
        record(call(customer=customer, answered=RANG), store)
    assert (store.reads, store.ledgers) == (0, {})


# Calls that come in.


def test_who_was_rung_returns_a_call_and_others_do_not() -> None:
    store = MemoryOutcomes()
    store.give(SHE, Ledger().with_claim(claim("c-0", TEN - timedelta(days=2))))
    record(call("c-1", initiation="INBOUND", system=OURS, answered=TEN), store)
    record(
        call("c-2", initiation="INBOUND", customer="+12067000002", system=OURS, answered=TEN), store
    )
    assert Counter(cell.outcome for _, _, cell in store.counted()) == {
        Outcome.RETURNED: 1, Outcome.UNPROMPTED: 1,
    }  # fmt: skip
    assert store.ledgers[SHE].version == 1


def test_only_a_ring_of_before_makes_it_a_returned_call() -> None:
    blocked = Claim("c-0", "", TEN - MINUTE, Action.BLOCK, "default", "pool_exhausted")
    for made in (blocked, claim("c-0", TEN + MINUTE)):
        store = MemoryOutcomes()
        store.give(SHE, Ledger().with_claim(made))
        record(call(initiation="INBOUND", system=OURS, answered=TEN), store)
        [(told, _)] = store.counted().items()
        assert told[2].outcome is Outcome.UNPROMPTED


# The records that are made.


def test_customers_that_are_made_up_have_numbers_of_their_regions() -> None:
    maker = Maker(customers=480_000)
    for person in range(0, 600_000, 4_001):
        beginning = list(REGIONS)[person % len(REGIONS)]
        phone = parse_e164(maker.number_of(person))
        assert phone.valid
        assert phone.e164.startswith(beginning)
        assert phone.region == REGIONS[beginning].partition("-")[0]
