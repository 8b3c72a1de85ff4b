"""People are looked up in batches, whatever stands against them, on DynamoDB Local."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.domain.phone import E164
from lambdas.domain.suppression import Reason, Suppression
from lambdas.store import keys
from lambdas.store.customers import customer_key
from lambdas.store.standing import TRIES, DynamoStanding
from lambdas.store.suppressions import DynamoSuppressions
from lambdas.usecases.picking import StoreUnavailable
from lambdas.usecases.suppress import Correction
from tests.conftest import MakeTables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SECRET = b"0" * 64
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = [E164(f"+1206555{number:04d}") for number in range(100, 200)] + [
    E164(f"+44207946{number:04d}") for number in range(900)
]
"""A thousand, so that several requests are needed."""


class Reversed:
    """A seal that anybody could open, for tests."""

    def close(self, customer: str, text: str) -> bytes:
        return f"{customer}{text[::-1]}".encode()

    def open(self, customer: str, sealed: bytes) -> str:
        return sealed.decode().removeprefix(customer)[::-1]


def _listed(client: "DynamoDBClient", table: str, number: E164, register: str, day: str) -> None:
    item: Any = {**keys.register(customer_key(SECRET, number), register), "dated": {"S": day}}
    client.put_item(TableName=table, Item=item)


def test_suppressions_registers_and_corrections_are_found_among_a_thousand(
    dynamodb: "DynamoDBClient", make_tables: MakeTables
) -> None:
    table = make_tables().customers
    store = DynamoSuppressions(dynamodb, table, lambda: SECRET, Reversed())
    wrong, asked, listed = PEOPLE[3], PEOPLE[500], PEOPLE[999]
    store.add(wrong, Suppression(Reason.WRONG_NUMBER, NOW, by="anna"))
    store.correct(wrong, Correction(E164("+12065550199"), NOW, "anna"))
    store.add(asked, Suppression(Reason.OPT_OUT, NOW, brand="acme"))
    _listed(dynamodb, table, listed, "us_federal", "2026-02-01")
    _listed(dynamodb, table, listed, "gb_tps", "2026-02-02")

    registers = {"+44": ["us_federal"], "+1": ["gb_tps"]}
    found = DynamoStanding(dynamodb, table, lambda: SECRET, Reversed(), registers).many(PEOPLE)

    assert set(found) == {wrong, asked, listed}
    assert [one.reason for one in found[wrong].suppressions] == [Reason.WRONG_NUMBER]
    assert found[wrong].corrected == "+12065550199"
    assert [one.brand for one in found[asked].suppressions] == ["acme"]
    assert found[asked].corrected == ""
    assert found[listed].listed == {"us_federal": date(2026, 2, 1)}
    assert found[listed].suppressions == ()


def test_what_was_lifted_stands_no_more(
    dynamodb: "DynamoDBClient", make_tables: MakeTables
) -> None:
    table = make_tables().customers
    store = DynamoSuppressions(dynamodb, table, lambda: SECRET)
    suppression = Suppression(Reason.OPT_OUT, NOW)
    store.add(PEOPLE[0], suppression)
    store.lift(PEOPLE[0], [suppression.name], "anna", "a mistake", NOW)

    found = DynamoStanding(dynamodb, table, lambda: SECRET).many(PEOPLE[:2])

    assert all(not standing.suppressions for standing in found.values())


def test_nobody_is_looked_up_for_nobody(
    dynamodb: "DynamoDBClient", make_tables: MakeTables
) -> None:
    assert DynamoStanding(dynamodb, make_tables().customers, lambda: SECRET).many([]) == {}


class Throttled:
    """DynamoDB that answers one key a request, at most, or none ever."""

    def __init__(self, answers: int) -> None:
        self.answers = answers
        self.asked = 0

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> Any:  # noqa: N803
        self.asked += 1
        ((table, wanted),) = RequestItems.items()
        done, left = wanted["Keys"][: self.answers], wanted["Keys"][self.answers :]
        unread = {table: {"Keys": left}} if left else {}
        items = [{**key, "not#opt_out||": {"S": "{}"}} for key in done]
        return {"Responses": {table: items}, "UnprocessedKeys": unread}


def test_what_a_throttled_table_leaves_out_is_asked_for_again_after_a_wait() -> None:
    waits: list[float] = []
    client: Any = Throttled(1)

    found = DynamoStanding(client, "people", lambda: SECRET, wait=waits.append).many(PEOPLE[:4])

    assert set(found) == set(PEOPLE[:4])
    assert len(waits) == 3
    assert waits == sorted(waits)


def test_a_table_that_never_answers_is_told_and_nobody_is_taken_for_free() -> None:
    client: Any = Throttled(0)

    with pytest.raises(StoreUnavailable):
        DynamoStanding(client, "people", lambda: SECRET, wait=lambda _: None).many(PEOPLE[:4])
    assert client.asked == TRIES
