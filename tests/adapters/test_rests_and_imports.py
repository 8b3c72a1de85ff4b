"""What an import does to a number that rests: nothing, whatever happens at once."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from lambdas.domain.phone import E164
from lambdas.usecases.import_numbers import Upload
from lambdas.usecases.rest_number import NotInAPool
from tests.adapters.conftest import House
from tests.adapters.rested import A_WEEK, LATER, ONE, THREE, TWO, held, status
from tests.unit.builders import NOON, nanp


@pytest.fixture
def home(house: House) -> House:
    house.bring([ONE, TWO, THREE])
    house.publish()
    return house


@pytest.mark.parametrize("replaces", [False, True])
def test_an_import_of_a_resting_number_does_not_end_its_rest(home: House, replaces: bool) -> None:
    home.rest(ONE, A_WEEK)
    home.bring([ONE, TWO, THREE], import_id="two", replaces=replaces, city="Tacoma")
    home.publish()
    assert status(home, ONE)["status"] == "RESTING"
    assert home.shown() == {TWO, THREE}


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize(
    ("back_at", "pool", "expected", "reason"),
    [
        (NOON, "sales", "RESTING", "its time has not come"),
        (NOON, "service", "RESTING", "a rest is the number's, not its pool's"),
        (LATER, "sales", "ACTIVE", "its time has come"),
        (LATER, "service", "ACTIVE", "its time has come"),
    ],
)
def test_a_resting_number_that_is_removed_and_brought_back(
    home: House, settled: bool, back_at: datetime, pool: str, expected: str, reason: str
) -> None:
    home.rest(ONE, A_WEEK)
    home.bring([TWO, THREE], import_id="two", replaces=True)
    if settled:
        home.publish()
        assert (status(home, ONE)["status"], held(home)) == ("REMOVED", {})
    home.bring([ONE], import_id="three", pool=pool, now=back_at)
    home.publish(now=back_at)
    home.publish(pool, now=back_at)

    stands = status(home, ONE)
    rests = {ONE: int(A_WEEK.timestamp())} if expected == "RESTING" else {}
    allowed = {expected} if settled or expected == "RESTING" else {expected, "RESTING"}
    assert stands["status"] in allowed, "a rest whose time has come counts as active"
    assert stands["pool"] == pool
    assert (ONE in home.shown(pool)) is (expected == "ACTIVE"), reason
    assert held(home, pool) == rests
    if pool != "sales":
        assert held(home) == {}


def test_a_number_that_rested_and_was_activated_comes_back_active(home: House) -> None:
    home.rest(ONE, A_WEEK)
    home.activate(ONE)
    home.bring([TWO, THREE], import_id="two", replaces=True)
    home.publish()
    home.bring([ONE], import_id="three")
    home.publish()
    assert status(home, ONE)["status"] == "ACTIVE"
    assert home.shown() == {ONE, TWO, THREE}


def test_a_rest_in_the_middle_of_an_import_stands(home: House) -> None:
    """Whether it comes before the number's status is taken, or between that and the commit."""
    numbers = nanp("212", 30)
    upload = Upload("dead", "sales", False, "numbers.csv")
    lease = home.imports.begin(upload, NOON)
    home.imports.take(lease, [E164(number) for number in numbers], NOON)
    home.imports.release(lease)
    with ThreadPoolExecutor(2) as both:
        importing = both.submit(home.bring, numbers, "two")
        resting = both.submit(lambda: [home.rest(number, A_WEEK) for number in numbers])
        importing.result()
        resting.result()
    home.publish()
    assert {status(home, number)["status"] for number in numbers} == {"RESTING"}
    assert set(held(home)) == set(numbers)
    assert home.shown() == {ONE, TWO, THREE}


def test_a_rest_and_a_removal_at_once_leave_nothing_half_done(home: House) -> None:
    for round_ in range(5):
        home.bring([ONE, TWO], import_id=f"in-{round_}")
        home.publish()
        home.activate(ONE)

        def remove(round_: int = round_) -> None:
            home.bring([TWO], import_id=f"out-{round_}", replaces=True)
            home.publish()

        def rest_it() -> None:
            with contextlib.suppress(NotInAPool):
                home.rest(ONE, A_WEEK)

        with ThreadPoolExecutor(2) as both:
            for job in [both.submit(remove), both.submit(rest_it)]:
                job.result()
        home.publish()
        assert status(home, ONE)["status"] == "REMOVED"
        assert home.shown() == {TWO}
