"""How soon pickers know what has changed: by virtual time, with as many pickers as seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from lambdas.domain.phone import E164
from lambdas.store.directories import LOOK_AGAIN_SECONDS, PublishedDirectories
from lambdas.store.modes import set_mode
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.picking import Contact
from tests.adapters.conftest import House
from tests.unit.builders import NOON, NanpStates, customer, nanp, pool, queue, rules

WITHIN = 60.0
FEED = 10.0
"""Seconds that the change may take to be published: two of batching, and the publisher's work."""

ONE, TWO, THREE = nanp("206", 3)


class Pickers:
    """Containers that looked last at different seconds; one clock moves for all."""

    def __init__(self, house: House) -> None:
        self.now = 0.0
        self.all = []
        for _ in range(int(LOOK_AGAIN_SECONDS)):
            one = PublishedDirectories(house.client, house.tables.number_pool, lambda: self.now)
            one.current("sales")
            self.all.append(one)
            self.now += 1.0

    def shown(self) -> list[set[E164]]:
        found = []
        for one in self.all:
            directory = one.current("sales")
            assert directory is not None
            found.append({directory.number(row) for row in range(len(directory))})
        return found


@pytest.fixture
def home(house: House) -> House:
    house.bring([ONE, TWO, THREE])
    house.publish()
    return house


def _removed(home: House) -> None:
    home.bring([TWO, THREE], import_id="two", replaces=True)


def _rested(home: House) -> None:
    home.rest(ONE, NOON + timedelta(days=7))


def _nothing(_home: House) -> None:
    pass


@pytest.mark.parametrize(
    ("before", "change", "after", "reason"),
    [
        (_nothing, _rested, {TWO, THREE}, "a rest"),
        (_nothing, _removed, {TWO, THREE}, "a removal"),
        (_rested, lambda home: home.activate(ONE), {ONE, TWO, THREE}, "an activation"),
        (_removed, lambda home: home.bring([ONE], "three"), {ONE, TWO, THREE}, "a return"),
    ],
)
def test_a_change_reaches_every_picker_within_a_minute(
    home: House,
    before: Callable[[House], None],
    change: Callable[[House], object],
    after: set[str],
    reason: str,
) -> None:
    before(home)
    home.publish()
    pickers = Pickers(home)
    changed_at = pickers.now

    change(home)
    pickers.now += FEED
    home.publish()
    assert pickers.shown() != [after] * len(pickers.all), "half of them have not looked yet"
    while pickers.shown() != [after] * len(pickers.all):
        pickers.now += 1.0
        assert pickers.now - changed_at < WITHIN, reason


def test_feed_and_look_together_take_less_than_a_minute() -> None:
    assert FEED + LOOK_AGAIN_SECONDS < WITHIN


def test_a_mode_is_in_force_at_every_picker_after_its_next_look(home: House) -> None:
    pickers = Pickers(home)
    set_mode(home.client, home.tables.number_pool, "outbound", "off")
    pickers.now += LOOK_AGAIN_SECONDS
    assert {one.mode(queue()).written() for one in pickers.all} == {"off"}


def _picker(home: House, directories: PublishedDirectories) -> Picker:
    return Picker(
        claims=home.claims,
        directories=directories,
        places=NanpStates(),
        rules=rules(),
        pools=lambda _name: pool(per_hour=10_000, per_day=10_000),
        modes=lambda queue: queue.mode,
    )


def _contact(index: int) -> Contact:
    return Contact(f"c{index}", "VOICE", customer(index), "TELEPHONE_NUMBER", queue())


@contextmanager
def noted(house: House) -> Iterator[list[str]]:
    """The requests that the house's client sends meanwhile."""
    requests: list[str] = []

    def note(model: Any, **_: Any) -> None:
        requests.append(model.name)

    house.client.meta.events.register("before-call.dynamodb", note)
    try:
        yield requests
    finally:
        house.client.meta.events.unregister("before-call.dynamodb", note)


@pytest.mark.parametrize("resting", [1, 20, 39])
def test_a_stale_directory_costs_a_second_try_at_worst_and_never_a_wrong_pick(
    house: House, resting: int
) -> None:
    numbers = nanp("206", 40)
    house.bring(numbers)
    house.publish()
    stale = PublishedDirectories(house.client, house.tables.number_pool, lambda: 0.0)
    picker = _picker(house, stale)
    picker.pick(_contact(900), NOON, lambda: 5.0)
    for number in numbers[:resting]:
        house.rest(number, NOON + timedelta(days=7))

    for index in range(30):
        with noted(house) as requests:
            decision = picker.pick(_contact(index), NOON, lambda: 5.0)
        assert decision.caller_id in numbers[resting:]
        read, tried, *again = requests
        assert (read, tried) == ("Query", "TransactWriteItems")
        assert again in ([], [*["BatchGetItem"] * (len(again) - 1), "TransactWriteItems"])


def test_a_pool_that_rests_as_a_whole_shows_nothing_of_it(house: House) -> None:
    numbers = nanp("206", 12)
    house.bring(numbers)
    house.publish()
    stale = PublishedDirectories(house.client, house.tables.number_pool, lambda: 0.0)
    picker = _picker(house, stale)
    stale.current("sales")
    for number in numbers:
        house.rest(number, NOON + timedelta(days=7))
    decision = picker.pick(_contact(1), NOON, lambda: 5.0)
    assert (decision.caller_id, decision.reason) == ("", "pool_exhausted")
    assert sum(decision.rejected.values()) == len(numbers)
