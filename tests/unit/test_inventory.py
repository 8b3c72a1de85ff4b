"""Numbers that the instance holds against those of pools and queues."""

import pytest

from lambdas.domain.cells import Direction
from lambdas.domain.inventory import (
    DRIFT,
    WORDS,
    Found,
    Holding,
    Listing,
    Mark,
    Pooled,
    State,
    is_believable,
    reconcile,
)
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import E164, parse
from lambdas.domain.rows import Member
from tests.unit.builders import nanp

HERE = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
GROUP = "arn:aws:connect:us-east-1:111122223333:traffic-distribution-group/aaaa"
OTHER = "arn:aws:connect:us-east-1:111122223333:instance/99999999-2222-3333-4444-555555555555"
ONE, TWO, THREE = map(E164, nanp("206", 3))


def holding(number: str, target: str = HERE) -> Holding:
    return Holding(E164(number), f"arn:number/{number}", target, "DID", "US")


def member(number: str, ownership: Ownership = Ownership.CONNECT) -> Member:
    phone = parse(number)
    return Member(
        phone.e164, phone.region, phone.kind, phone.area_code, "WA", "", Direction.BOTH, "", 0,
        ownership=ownership,
    )  # fmt: skip


def listing(*holdings: Holding, earlier: tuple[Holding, ...] = ()) -> Listing:
    return Listing.of(holdings, (HERE, GROUP), earlier)


def pool(*members: Member, marked: tuple[E164, ...] = ()) -> Pooled:
    return Pooled("sales", members, frozenset(marked))


@pytest.mark.parametrize(
    ("ownership", "listed", "earlier", "marked", "state", "mark", "reason"),
    [
        ("connect", HERE, "", False, State.HELD, None, "the instance holds it"),
        ("connect", GROUP, "", False, State.HELD, None, "its traffic distribution group does"),
        ("connect", HERE, "", True, State.HELD, False, "it was claimed again"),
        ("connect", "", "", False, State.NOT_HELD, True, "it was released"),
        ("connect", "", "", True, State.NOT_HELD, None, "it is still gone"),
        ("connect", OTHER, "", False, State.OTHER_INSTANCE, True, "it was moved away"),
        ("ported", HERE, "", False, State.HELD, None, "the port is done"),
        ("ported", "", "", False, State.NOT_LISTED, None, "the port is under way"),
        ("ported", "", HERE, False, State.NOT_HELD, True, "it had arrived, and was released"),
        ("ported", "", "", True, State.NOT_HELD, None, "it was released before the last run"),
        ("ported", OTHER, "", False, State.OTHER_INSTANCE, True, "ported to another instance"),
        ("approved", "", HERE, False, State.NOT_LISTED, None, "AWS shows it without holding it"),
        ("approved", OTHER, "", False, State.NOT_LISTED, None, "its owner's own affair"),
        ("approved", "", "", True, State.NOT_LISTED, False, "the upload says now whose it is"),
    ],
)
def test_a_number_of_a_pool(
    ownership: str,
    listed: str,
    earlier: str,
    marked: bool,
    state: State,
    mark: bool | None,
    reason: str,
) -> None:
    seen = [holding(ONE, listed)] if listed else []
    before = (holding(ONE, earlier),) if earlier else ()
    done = reconcile(
        listing(*seen, holding(TWO), earlier=before),
        [pool(member(ONE, Ownership(ownership)), marked=(ONE,) if marked else ())],
        {},
    )

    assert next(found for found in done.found if found.number == ONE).state is state, reason
    assert done.marks == ([] if mark is None else [Mark(ONE, "sales", mark)]), reason


def test_a_number_in_no_pool_is_reported_and_left_alone() -> None:
    done = reconcile(listing(holding(ONE), holding(TWO)), [pool(member(ONE))], {})

    assert [(found.number, found.state) for found in done.drift] == [(TWO, State.IN_NO_POOL)]
    assert done.marks == []


@pytest.mark.parametrize(
    ("arn", "state", "reason"),
    [
        (f"arn:number/{ONE}", State.QUEUE_NUMBER, "as the config writes it"),
        (f"{HERE}/phone-number/{ONE}", State.QUEUE_NUMBER, "with the instance in the ARN"),
        (f"arn:number/{TWO}", State.QUEUE_NUMBER_NOT_HELD, "another instance has it"),
        (f"arn:number/{THREE}", State.QUEUE_NUMBER_NOT_HELD, "nobody has it"),
    ],
)
def test_a_queues_own_number(arn: str, state: State, reason: str) -> None:
    done = reconcile(listing(holding(ONE), holding(TWO, OTHER)), [], {"outbound": arn})

    assert [found.state for found in done.found if found.queue == "outbound"] == [state], reason


def test_numbers_of_other_instances_that_are_in_no_pool_are_nobodys_business() -> None:
    done = reconcile(listing(holding(ONE), holding(TWO, OTHER)), [pool(member(ONE))], {})

    assert [found.number for found in done.found] == [ONE]


def test_a_number_that_left_its_pool_while_it_was_withheld_is_free_once_it_is_held_again() -> None:
    gone = pool(marked=(ONE, TWO))

    assert reconcile(listing(holding(ONE)), [gone], {}).marks == [Mark(ONE, "sales", False)]


def test_an_empty_listing_of_an_instance_is_not_believed() -> None:
    assert not is_believable(listing())
    assert not is_believable(listing(holding(ONE, OTHER)))
    assert is_believable(listing(holding(ONE, GROUP)))


def test_a_holding_is_read_as_it_was_written() -> None:
    assert Holding.read(holding(ONE).written()) == holding(ONE)


def test_every_state_has_words_and_all_drift_says_what_to_do() -> None:
    assert set(WORDS) == set(State)
    for state in DRIFT:
        assert WORDS[state].count(".") >= 2 or ":" in WORDS[state], state


def test_counts_name_every_state() -> None:
    done = reconcile(listing(holding(ONE)), [pool(member(ONE))], {})

    assert done.counts == {state.value: int(state is State.HELD) for state in State}
    assert done.found == [
        Found(ONE, State.HELD, "sales", "", "connect", "DID", "US", HERE, f"arn:number/{ONE}")
    ]
