"""Erasing a person from the Customers table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambdas.domain.phone import E164
from lambdas.store import keys
from lambdas.store.claims import customer_of
from lambdas.store.conflicts import transacted
from lambdas.store.customers import customer_key
from lambdas.store.suppressions import audit_row
from lambdas.usecases.forget import Erased
from lambdas.usecases.picking import Customer
from lambdas.usecases.suppress import Act, Audit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

EMPTY_KEPT = timedelta(days=1)
"""An empty ledger need outlive only the picks that had read the one before."""
TRIES = 10


@dataclass(frozen=True, eq=False, repr=False)
class DynamoForgetting:
    """The ForgetStore on the Customers table. `secret` gives the key of the HMACs."""

    client: "DynamoDBClient"
    table: str
    secret: Callable[[], bytes]

    def forget(self, destination: E164, by: str, why: str, now: datetime) -> Erased:
        key = customer_key(self.secret(), destination)
        lines = self._count(keys.audit_partition(key))
        for _ in range(TRIES):
            items = self._items(keys.customer_partition(key))
            customer = customer_of(key, items)
            names = [item["sk"]["S"] for item in items]
            correction = keys.CORRECTION in names
            told = [name for name in names if name.startswith(keys.VALIDATED_PREFIX)]
            gone = [keys.correction(key)] * correction + [
                keys.validated(key, name.removeprefix(keys.VALIDATED_PREFIX)) for name in told
            ]
            if self._erase(customer, gone, Audit(Act.FORGOTTEN, now, by, why)):
                ledger = customer.ledger
                return Erased(
                    len(ledger.claims),
                    bool(ledger.answered),
                    correction,
                    len(customer.suppressions),
                    len(customer.listed),
                    lines,
                    len(told),
                )
        raise TimeoutError("this customer is being called all the while")

    def _erase(self, customer: Customer, gone: Sequence[keys.Key], audit: Audit) -> bool:
        writes: list[Any] = [
            {"Put": {"TableName": self.table, "Item": audit_row(customer.key, audit)}}
        ]
        writes += [{"Delete": {"TableName": self.table, "Key": key}} for key in gone]
        if customer.ledger.version:
            writes.append({"Put": self._empty(customer, audit.at)})
        return transacted(self.client, writes)

    def _empty(self, customer: Customer, now: datetime) -> dict[str, Any]:
        """A ledger that remembers nothing, at a version that no pick under way has read."""
        seen = customer.ledger
        return {
            "TableName": self.table,
            "Item": {
                **keys.ledger(customer.key),
                "version": {"N": str(seen.version + 1)},
                "marks": {"N": str(seen.marks + 1)},
                "claims": {"L": []},
                "expires_at": {"N": str(int((now + EMPTY_KEPT).timestamp()))},
            },
            "ConditionExpression": "version = :seen",
            "ExpressionAttributeValues": {":seen": {"N": str(seen.version)}},
        }

    def _items(self, partition: str) -> list[dict[str, Any]]:
        answer: Any = self.client.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ConsistentRead=True,
        )
        items: list[dict[str, Any]] = answer["Items"]
        return items

    def _count(self, partition: str) -> int:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            Select="COUNT",
        )
        return sum(page["Count"] for page in pages)
