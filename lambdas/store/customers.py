"""Customers as the tables know them: by a keyed hash of their number, never by the number."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lambdas.domain.ledger import EPOCH, MILLISECOND
from lambdas.domain.phone import E164
from lambdas.store import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HASH_DIGITS = 40


def customer_key(secret: bytes, destination: E164) -> str:
    """HMAC-SHA256 of a customer's number, 160 bits in hexadecimal."""
    return hmac.new(secret, destination.encode(), hashlib.sha256).hexdigest()[:HASH_DIGITS]


@dataclass(frozen=True, slots=True)
class Answers:
    """Which number of ours a customer answered last, kept with the ledger.

    `kept` is how long a ledger lives after its last change.
    """

    client: "DynamoDBClient"
    customers_table: str
    secret: Callable[[], bytes]
    kept: timedelta

    def record(self, destination: E164, number: E164, now: datetime) -> None:
        """Note an answer. Raises the ledger's version, so that no pick under way overwrites it."""
        key = customer_key(self.secret(), destination)
        self.client.update_item(
            TableName=self.customers_table,
            Key=keys.ledger(key),
            UpdateExpression=(
                "SET answered = :number, answered_at = :at, claims = if_not_exists(claims, :none),"
                " expires_at = :expires ADD version :one"
            ),
            ExpressionAttributeValues={
                ":number": {"S": number},
                ":at": {"N": str((now - EPOCH) // MILLISECOND)},
                ":none": {"L": []},
                ":expires": {"N": str(int((now + self.kept).timestamp()))},
                ":one": {"N": "1"},
            },
        )
