"""Carriers' answers on the real engine, and a day's limit under many who spend at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from lambdas.domain.live_validation import Finding, Service, Status
from lambdas.domain.phone import E164
from lambdas.store.live_findings import DynamoBudget, DynamoFindings
from tests.conftest import MakeTables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
NUMBER = E164("+12065550101")
FOUND = Finding(Status.VALID, "mobile", "Example", "US", NOW.date())


def _secret() -> bytes:
    return b"key"


def _unreadable() -> bytes:
    from lambdas.usecases.picking import StoreUnavailable

    raise StoreUnavailable("no key")


def _findings(
    client: "DynamoDBClient", table: str, service: Service, secret: Callable[[], bytes] = _secret
) -> DynamoFindings:
    return DynamoFindings(client, table, secret, service, days=90)


def test_an_answer_is_kept_by_hash_and_expires(
    dynamodb: "DynamoDBClient", make_tables: MakeTables
) -> None:
    table = make_tables().customers
    carrier = _findings(dynamodb, table, Service.CARRIER)

    assert carrier.kept(NUMBER) is None
    carrier.keep(NUMBER, FOUND, NOW)

    assert carrier.kept(NUMBER) == FOUND
    assert _findings(dynamodb, table, Service.VALIDATE).kept(NUMBER) is None
    (item,) = dynamodb.scan(TableName=table)["Items"]
    assert "2065550101" not in str(item)
    assert item["expires_at"] == {"N": str(int((NOW + timedelta(days=90)).timestamp()))}
    assert item["sk"] == {"S": "VALIDATED#carrier"}


def test_an_answer_that_cannot_be_kept_or_read_is_none(
    dynamodb: "DynamoDBClient", make_tables: MakeTables
) -> None:
    for findings in (
        _findings(dynamodb, "no-such-table", Service.CARRIER),
        _findings(dynamodb, make_tables().customers, Service.CARRIER, _unreadable),
    ):
        findings.keep(NUMBER, FOUND, NOW)
        assert findings.kept(NUMBER) is None


def test_many_who_spend_at_once_stay_within_the_limit(
    dynamodb: "DynamoDBClient", make_tables: MakeTables
) -> None:
    budget = DynamoBudget(dynamodb, make_tables().usage, limit_micro=600_500)

    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda _: budget.take(6_000, NOW), range(300)))

    assert sum(taken) == 100
    assert budget.spent(NOW) == 600_000
    assert budget.take(500, NOW)
    assert not budget.take(1, NOW)


def test_a_new_day_has_its_own_limit_and_what_was_not_charged_comes_back(
    dynamodb: "DynamoDBClient", make_tables: MakeTables
) -> None:
    budget = DynamoBudget(dynamodb, make_tables().usage, limit_micro=10)
    tomorrow = NOW + timedelta(minutes=1)
    assert NOW.date() < tomorrow.date() == date(2026, 3, 3)

    assert budget.take(10, NOW)
    assert not budget.take(1, NOW)
    assert budget.take(10, tomorrow)
    budget.give_back(10, NOW)
    budget.give_back(10, NOW)

    assert budget.spent(NOW) == 0
    assert budget.take(10, NOW)
    assert not budget.take(11, tomorrow + timedelta(days=1))


def test_nobody_spends_what_cannot_be_counted(dynamodb: "DynamoDBClient") -> None:
    budget = DynamoBudget(dynamodb, "no-such-table", limit_micro=10**9)

    assert not budget.take(1, NOW)
    budget.give_back(1, NOW)
