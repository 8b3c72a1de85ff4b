"""Ledger and usage against the model of the unit tests, on DynamoDB Local: few examples."""

from collections import Counter
from datetime import datetime

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from lambdas.domain.ledger import Ledger
from lambdas.domain.phone import E164
from lambdas.store import keys
from lambdas.store.customers import Answers
from tests.adapters.conftest import House
from tests.unit.builders import NOON
from tests.unit.claims_machine import NUMBERS, Claims


class DynamoWorld:
    def __init__(self, house: House) -> None:
        self._house = house
        self.claims = house.claims
        for table in (house.tables.usage, house.tables.customers):
            for item in house.client.scan(TableName=table)["Items"]:
                key = {"pk": item["pk"], "sk": item["sk"]}
                house.client.delete_item(TableName=table, Key=key)
        for number in NUMBERS:
            self.bring_back(number)

    def begin(self, now: datetime) -> None:
        """The commit tells by itself when a rest is over."""

    def rest(self, number: str, until: datetime) -> None:
        self._set(number, "RESTING", until)

    def remove(self, number: str) -> None:
        self._set(number, "REMOVED", NOON)

    def bring_back(self, number: str) -> None:
        self._set(number, "ACTIVE", NOON)

    def answered(self, destination: E164, number: E164, now: datetime) -> None:
        house = self._house
        kept = house.claims.ledger_kept
        answers = Answers(house.client, house.tables.customers, house.claims.secret, kept)
        answers.record(destination, number, now)

    def ledger(self, destination: E164) -> Ledger:
        return self.claims.read(destination).ledger

    def usage(self) -> Counter[tuple[str, str, str]]:
        found: Counter[tuple[str, str, str]] = Counter()
        for item in self._house.client.scan(TableName=self._house.tables.usage)["Items"]:
            number = item["pk"]["S"].removeprefix("NUMBER#")
            for name in item.keys() - {"pk", "sk", "expires_at"}:
                day = item["sk"]["S"].removeprefix("DAY#")
                found[number, day, name] = int(item[name]["N"])
        return found

    def _set(self, number: str, status: str, returns: datetime) -> None:
        self._house.client.update_item(
            TableName=self._house.tables.number_pool,
            Key=keys.number_status(number),
            UpdateExpression="SET #status = :status, returns_at = :returns",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":status": {"S": status},
                ":returns": {"N": str(int(returns.timestamp()))},
            },
        )


def test_claims_on_dynamodb_do_what_the_model_says(house: House) -> None:
    house.bring(NUMBERS)

    class OnDynamo(Claims):
        def __init__(self) -> None:
            super().__init__(lambda: DynamoWorld(house))

    run_state_machine_as_test(
        OnDynamo,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
