"""National do-not-call registers: their entries by customer, and which files were imported."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.domain.phone import E164
from lambdas.domain.screening import Imported
from lambdas.store import keys
from lambdas.store.customers import customer_key
from lambdas.usecases.import_register import RegisterFile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ENTRIES_KEPT = timedelta(days=400)
TOGETHER = 25
"""What DynamoDB takes in one batch."""
WRITERS = 16
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.05, 5.0
AT_ONCE = 4_000
"""Entries between two looks at the clock."""


@dataclass(frozen=True, eq=False, repr=False)
class DynamoRegisters:
    """Entries stand with the customers, by the hash of the number; what was imported stands with
    the pools, where pickers look for it."""

    client: "DynamoDBClient"
    customers_table: str
    number_pool_table: str
    secret: Callable[[], bytes]

    def imported(self, register: str) -> Imported | None:
        item = self._head()
        file = item.get("registers", {"M": {}})["M"].get(register)
        if file is None:
            return None
        days = (file["M"][name]["S"] for name in ("dated", "complete"))
        return Imported(*map(date.fromisoformat, days))

    def write(self, register: str, dated: date, numbers: Iterable[E164]) -> Iterator[int]:
        """Enter the numbers; yields how many more are entered for certain, now and then."""
        secret = self.secret()
        remaining = iter(numbers)
        with ThreadPoolExecutor(WRITERS) as writers:
            while several := list(islice(remaining, AT_ONCE)):
                keyed = list({customer_key(secret, number): None for number in several})
                batches = [
                    keyed[start : start + TOGETHER] for start in range(0, len(keyed), TOGETHER)
                ]
                list(writers.map(lambda batch: self._write(register, dated, batch), batches))
                yield len(several)

    def publish(self, register: str, file: Imported) -> bool:
        """Let pickers screen against the file. False where a newer one was published."""
        value = {
            "M": {
                "dated": {"S": file.dated.isoformat()},
                "complete": {"S": file.complete.isoformat()},
            }
        }
        request: dict[str, Any] = {
            "TableName": self.number_pool_table,
            "Key": keys.registers(),
            "UpdateExpression": "SET registers.#id = :file",
            "ConditionExpression": "attribute_exists(registers) AND"
            " (attribute_not_exists(registers.#id) OR registers.#id.dated <= :dated)",
            "ExpressionAttributeNames": {"#id": register},
            "ExpressionAttributeValues": {":file": value, ":dated": {"S": file.dated.isoformat()}},
        }
        for _ in range(2):
            try:
                self.client.update_item(**request)
            except ClientError as problem:
                if problem.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
                self._first()
            else:
                return True
        return False

    def progress(self, import_id: str) -> int:
        """How many entries of a file were written by an earlier try."""
        answer: Any = self.client.get_item(
            TableName=self.number_pool_table, Key=keys.register_import(import_id)
        )
        return int(answer.get("Item", {"entries": {"N": "0"}})["entries"]["N"])

    def note_progress(self, import_id: str, entries: int, now: datetime) -> None:
        item = {
            **keys.register_import(import_id),
            "entries": {"N": str(entries)},
            "at": {"S": now.isoformat()},
        }
        self.client.put_item(TableName=self.number_pool_table, Item=item)

    def begin(self, file: RegisterFile, import_id: str, now: datetime, until: datetime) -> bool:
        try:
            self.client.update_item(
                TableName=self.number_pool_table,
                Key=keys.register_writers(file.register),
                UpdateExpression="SET dated = :dated, #until = :until ADD writers :me",
                ConditionExpression="attribute_not_exists(writers) OR dated = :dated"
                " OR #until < :now",
                ExpressionAttributeNames={"#until": "until"},
                ExpressionAttributeValues={
                    ":dated": {"S": file.dated.isoformat()},
                    ":until": {"N": str(int(until.timestamp()))},
                    ":now": {"N": str(int(now.timestamp()))},
                    ":me": {"SS": [import_id]},
                },
            )
        except ClientError as problem:
            if problem.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def end(self, file: RegisterFile, import_id: str) -> None:
        self.client.update_item(
            TableName=self.number_pool_table,
            Key=keys.register_writers(file.register),
            UpdateExpression="DELETE writers :me",
            ExpressionAttributeValues={":me": {"SS": [import_id]}},
        )

    def _write(self, register: str, dated: date, customers: Sequence[str]) -> None:
        midnight = datetime(dated.year, dated.month, dated.day, tzinfo=UTC)
        expires = {"N": str(int((midnight + ENTRIES_KEPT).timestamp()))}
        day = {"S": dated.isoformat()}
        items = [
            {**keys.register(customer, register), "dated": day, "expires_at": expires}
            for customer in customers
        ]
        unwritten: list[Any] = [{"PutRequest": {"Item": item}} for item in items]
        wait = FIRST_WAIT_SECONDS
        while unwritten:
            answer = self.client.batch_write_item(RequestItems={self.customers_table: unwritten})
            unwritten = answer.get("UnprocessedItems", {}).get(self.customers_table, [])
            if unwritten:
                time.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    def _head(self) -> dict[str, Any]:
        answer: Any = self.client.get_item(
            TableName=self.number_pool_table, Key=keys.registers(), ConsistentRead=True
        )
        item: dict[str, Any] = answer.get("Item", {})
        return item

    def _first(self) -> None:
        self.client.update_item(
            TableName=self.number_pool_table,
            Key=keys.registers(),
            UpdateExpression="SET registers = if_not_exists(registers, :none)",
            ExpressionAttributeValues={":none": {"M": {}}},
        )
