"""A withheld number: no claim takes it, no directory shows it, nothing else brings it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from lambdas.domain.phone import E164
from lambdas.domain.withholding import Withheld
from lambdas.store.inventory import DynamoInventory
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.picking import Contact
from lambdas.usecases.withhold import Withholding
from tests.adapters.conftest import House
from tests.adapters.rested import A_WEEK, LATER, ONE, THREE, TWO, held, status
from tests.unit.builders import NOON, customer, queue


@pytest.fixture
def home(house: House) -> House:
    house.bring([ONE, TWO, THREE])
    house.publish()
    return house


def withholding(home: House, run: str = "") -> DynamoWithholding:
    return DynamoWithholding(home.client, home.tables.number_pool, run)


def change(
    home: House,
    number: str = ONE,
    begins: bool = True,
    reason: Withheld = Withheld.NOT_HELD,
    pool: str = "sales",
    run: str = "",
) -> bool:
    wanted = Withholding(E164(number), pool, reason, begins, "inventory", NOON, "it is gone")
    return withholding(home, run).change(wanted)


def picked(home: House, calls: int = 12) -> set[str]:
    """What a picker shows that still has the directory of before."""
    picker = home.picker(per_hour=500, per_day=500)
    found = set()
    for index in range(calls):
        call = Contact(f"c{index}", "VOICE", customer(index), "TELEPHONE_NUMBER", queue())
        found.add(str(picker.pick(call, LATER, lambda: 5.0).caller_id))
    return found


def test_no_claim_takes_a_withheld_number_though_the_picker_still_lists_it(home: House) -> None:
    assert change(home)

    assert home.shown() == {ONE, TWO, THREE}
    assert picked(home) == {TWO, THREE}


def test_the_next_directory_is_without_it(home: House) -> None:
    change(home)
    home.publish()

    assert home.shown() == {TWO, THREE}


def test_it_comes_back_when_its_last_reason_is_gone(home: House) -> None:
    change(home)
    change(home, reason=Withheld.LACKS_CNAM)
    change(home, begins=False)
    home.publish()
    assert home.shown() == {TWO, THREE}
    assert withholding(home).withheld("sales") == {ONE: {Withheld.LACKS_CNAM}}

    change(home, begins=False, reason=Withheld.LACKS_CNAM)
    home.publish()
    assert home.shown() == {ONE, TWO, THREE}
    assert ONE in picked(home)
    assert withholding(home).withheld("sales") == {}
    assert "withheld" not in status(home, ONE)


def test_the_same_reason_twice_counts_once(home: House) -> None:
    change(home)
    change(home)
    change(home, begins=False)

    assert withholding(home).withheld("sales") == {}


def _activated(home: House) -> None:
    home.rest(ONE, A_WEEK)
    home.activate(ONE)


def _rest_that_ended(home: House) -> None:
    home.rest(ONE, NOON + timedelta(days=1))


def _uploaded_again(home: House) -> None:
    home.bring([ONE, TWO, THREE], import_id="again")


def _out_and_in_again(home: House) -> None:
    home.bring([TWO, THREE], import_id="without", replaces=True)
    home.publish()
    home.bring([ONE, TWO, THREE], import_id="with")


def _out_and_in_again_before_it_was_settled(home: House) -> None:
    home.bring([TWO, THREE], import_id="without", replaces=True)
    home.bring([ONE, TWO, THREE], import_id="with")


@pytest.mark.parametrize(
    "way",
    [
        _activated,
        _rest_that_ended,
        _uploaded_again,
        _out_and_in_again,
        _out_and_in_again_before_it_was_settled,
    ],
)
def test_nothing_else_brings_it_back(home: House, way: Callable[[House], None]) -> None:
    change(home)
    way(home)
    home.publish(now=LATER)

    assert home.shown() == {TWO, THREE}
    assert ONE not in picked(home)
    assert withholding(home).withheld("sales") == {ONE: {Withheld.NOT_HELD}}


def test_a_number_that_moves_to_another_pool_stays_withheld_there(home: House) -> None:
    change(home)
    home.bring([TWO, THREE], import_id="without", replaces=True)
    home.publish()
    home.bring([ONE], import_id="other", pool="other")
    home.publish("other")

    assert home.shown("other") == set()
    assert withholding(home).withheld("other") == {ONE: {Withheld.NOT_HELD}}
    assert withholding(home).withheld("sales") == {}
    assert change(home, pool="other", begins=False)
    home.publish("other")
    assert home.shown("other") == {ONE}


def test_a_rest_and_a_withholding_do_not_end_each_other(home: House) -> None:
    home.rest(ONE, A_WEEK)
    change(home)
    change(home, begins=False)

    assert held(home) == {ONE: int(A_WEEK.timestamp())}
    assert status(home, ONE)["status"] == "RESTING"


def test_a_number_of_another_pool_is_not_touched(home: House) -> None:
    assert not change(home, pool="other")

    assert withholding(home).withheld("other") == {}
    assert "withheld" not in status(home, ONE)


def test_a_listing_that_was_overtaken_changes_nothing(home: House) -> None:
    runs = DynamoInventory(home.client, home.tables.number_pool)
    first = runs.begin("ada", ("arn",), NOON)
    assert first is not None
    assert change(home, run=first.run)
    second = runs.begin("ben", ("arn",), NOON + timedelta(hours=1))
    assert second is not None

    assert second.run != first.run
    assert not change(home, TWO, run=first.run)
    assert change(home, TWO, run=second.run)


def test_its_history_tells_who_withheld_it_and_why(home: House) -> None:
    change(home)
    change(home, begins=False)

    told = [(one["status"], one["by"], one["reason"]) for one in home.rests.changes(E164(ONE))]
    assert sorted(told) == [
        ("NO_LONGER_WITHHELD", "inventory", "it is gone"),
        ("WITHHELD", "inventory", "it is gone"),
    ]
