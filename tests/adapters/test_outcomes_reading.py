"""Counters as they are read: whole hours of a number, one hour of many, and queues' own numbers."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambdas.domain.outcomes import Cell, NumberHour, Outcome
from lambdas.domain.phone import E164
from lambdas.store import keys
from lambdas.store.outcomes import DynamoOutcomes
from tests.adapters.conftest import House

HOUR = timedelta(hours=1)
TEN = datetime(2026, 11, 2, 10, tzinfo=UTC)
OURS, OTHER = E164("+12065550145"), E164("+12065550146")
ANSWERED = Cell("", "city", "US-WA", Outcome.ANSWERED)
BUSY = Cell("local", "state", "US-OR", Outcome.BUSY)


@pytest.fixture
def outcomes(house: House) -> DynamoOutcomes:
    return DynamoOutcomes(house.client, house.tables.usage)


def count(house: House, number: str, hour: datetime, cells: Mapping[str, int]) -> None:
    item: dict[str, Any] = {**keys.outcomes(number, hour), "expires_at": {"N": "2000000000"}}
    item |= {name: {"N": str(calls)} for name, calls in cells.items()}
    house.client.put_item(TableName=house.tables.usage, Item=item)


def test_the_hours_of_a_span_and_no_others(house: House, outcomes: DynamoOutcomes) -> None:
    for hour in range(-2, 4):
        count(house, OURS, TEN + hour * HOUR, {ANSWERED.written(): 10 + hour})
    count(house, OTHER, TEN, {ANSWERED.written(): 1})
    house.client.put_item(
        TableName=house.tables.usage, Item={**keys.usage_day(OURS, TEN), "day": {"N": "7"}}
    )

    def read(since: datetime, until: datetime) -> list[tuple[int, int]]:
        found = outcomes.hours(OURS, since, until)
        return [((each.hour - TEN) // HOUR, each.cells[ANSWERED]) for each in found]

    assert read(TEN, TEN + 2 * HOUR) == [(0, 10), (1, 11)]
    assert read(TEN + HOUR / 2, TEN + 2 * HOUR + HOUR / 2) == [(1, 11), (2, 12)]
    assert read(TEN, TEN) == []
    assert read(TEN + HOUR / 3, TEN + HOUR / 2) == []
    assert len(read(TEN - 100 * HOUR, TEN + 100 * HOUR)) == 6


def test_cells_that_hold_nothing_or_are_of_a_later_version_are_left_out(
    house: House, outcomes: DynamoOutcomes
) -> None:
    later = "-|city|US-WA|teleported"
    count(house, OURS, TEN, {ANSWERED.written(): 3, BUSY.written(): 0, later: 9})
    assert outcomes.hours(OURS, TEN, TEN + HOUR) == [NumberHour(OURS, TEN, {ANSWERED: 3})]


def test_one_hour_of_more_numbers_than_a_request_holds(
    house: House, outcomes: DynamoOutcomes
) -> None:
    numbers = [E164(f"+1206555{line:04d}") for line in range(100, 205)]
    for number in numbers[::2]:
        count(house, number, TEN, {BUSY.written(): int(number[-3:])})

    found = outcomes.at([*numbers, numbers[0]], TEN + timedelta(minutes=59))

    assert set(found) == set(numbers[::2])
    assert found[numbers[104]] == NumberHour(numbers[104], TEN, {BUSY: 204})
    assert outcomes.at(numbers, TEN + HOUR) == {}
    assert outcomes.at([], TEN) == {}


def test_own_numbers_of_every_day_that_is_touched(house: House, outcomes: DynamoOutcomes) -> None:
    for days, number in enumerate((OURS, OTHER, E164("+12065550147"))):
        item = {**keys.own_numbers(TEN + timedelta(days=days)), "numbers": {"SS": [number]}}
        house.client.put_item(TableName=house.tables.usage, Item=item)

    assert outcomes.own_numbers(TEN, TEN + HOUR) == {OURS}
    assert outcomes.own_numbers(TEN, TEN + timedelta(days=1)) == {OURS, OTHER}
    midnight = TEN.replace(hour=0) + timedelta(days=1)
    assert outcomes.own_numbers(TEN, midnight) == {OURS}
    assert outcomes.own_numbers(TEN - timedelta(days=300), TEN) == {OURS}


class HoldsBack:
    """A client whose batches are answered one item at a time, and for a while not at all."""

    def __init__(self, client: Any, silent: int) -> None:
        self._client, self.silent = client, silent

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> Any:  # noqa: N803
        ((table, asked),) = RequestItems.items()
        wanted = asked["Keys"]
        if self.silent:
            self.silent -= 1
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        answer = self._client.batch_get_item(RequestItems={table: {"Keys": wanted[:1]}})
        rest = {table: {"Keys": wanted[1:]}} if wanted[1:] else {}
        return {"Responses": answer["Responses"], "UnprocessedKeys": rest}


def test_what_a_batch_holds_back_is_asked_for_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (OURS, OTHER):
        count(house, number, TEN, {BUSY.written(): 1})
    halting: Any = HoldsBack(house.client, silent=1)
    assert len(DynamoOutcomes(halting, house.tables.usage).at([OURS, OTHER], TEN)) == 2

    monkeypatch.setattr("lambdas.store.outcomes.WAITS", (0.0,))
    mute: Any = HoldsBack(house.client, silent=100)
    with pytest.raises(TimeoutError):
        DynamoOutcomes(mute, house.tables.usage).at([OURS], TEN)
