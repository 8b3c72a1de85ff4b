"""What carriers answered, kept with the customer by HMAC, and a day's spending on asking them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.domain.live_validation import Finding, Service, Status
from lambdas.domain.phone import E164
from lambdas.store import keys
from lambdas.store.customers import customer_key
from lambdas.usecases.picking import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SPENT_KEPT = timedelta(days=40)
_OUT_OF_REACH = (ClientError, BotoCoreError, StoreUnavailable)
_TEXTS = ("line", "carrier", "country")


@dataclass(frozen=True, slots=True)
class DynamoFindings:
    """The Findings on the Customers table: one item for each customer and service, expiring."""

    client: "DynamoDBClient"
    table: str
    secret: Callable[[], bytes]
    service: Service
    days: int

    def kept(self, number: E164) -> Finding | None:
        try:
            answer = self.client.get_item(TableName=self.table, Key=self._key(number))
        except _OUT_OF_REACH:
            return None
        item: dict[str, Any] | None = answer.get("Item")
        return _finding(item) if item else None

    def keep(self, number: E164, finding: Finding, now: datetime) -> None:
        texts = {name: {"S": getattr(finding, name)} for name in _TEXTS if getattr(finding, name)}
        expires = int((now + timedelta(days=self.days)).timestamp())
        try:
            item: Any = {
                **self._key(number),
                **texts,
                "status": {"S": finding.status},
                "on": {"S": now.date().isoformat()},
                "expires_at": {"N": str(expires)},
            }
            self.client.put_item(TableName=self.table, Item=item)
        except _OUT_OF_REACH:
            return  # the answer itself stands; it is asked for again another day

    def _key(self, number: E164) -> keys.Key:
        return keys.validated(customer_key(self.secret(), number), self.service)


@dataclass(frozen=True, slots=True)
class DynamoBudget:
    """The Budget on the Usage table: one counter for a UTC day and all services."""

    client: "DynamoDBClient"
    table: str
    limit_micro: int

    def take(self, micro: int, now: datetime) -> bool:
        """One conditional write: however many spend at once, their sum stays within the limit."""
        if micro > self.limit_micro:
            return False
        try:
            self.client.update_item(
                TableName=self.table,
                Key=keys.spent_day(now),
                UpdateExpression="ADD spent :micro SET expires_at = :expires",
                ConditionExpression="attribute_not_exists(spent) OR spent <= :left",
                ExpressionAttributeValues={
                    ":micro": {"N": str(micro)},
                    ":left": {"N": str(self.limit_micro - micro)},
                    ":expires": {"N": str(int((now + _SPENT_KEPT).timestamp()))},
                },
            )
        except _OUT_OF_REACH:
            return False  # also where the table is out of reach: nobody spends what is not counted
        return True

    def give_back(self, micro: int, now: datetime) -> None:
        """For a question that was not answered. Where this fails the day just ends sooner."""
        try:
            self.client.update_item(
                TableName=self.table,
                Key=keys.spent_day(now),
                UpdateExpression="ADD spent :micro",
                ConditionExpression="spent >= :taken",
                ExpressionAttributeValues={
                    ":micro": {"N": str(-micro)},
                    ":taken": {"N": str(micro)},
                },
            )
        except _OUT_OF_REACH:
            return

    def spent(self, now: datetime) -> int:
        """Millionths that were spent this UTC day."""
        answer = self.client.get_item(
            TableName=self.table, Key=keys.spent_day(now), ConsistentRead=True
        )
        item: dict[str, Any] = answer.get("Item", {})
        return int(item.get("spent", {"N": "0"})["N"])


def _finding(item: dict[str, Any]) -> Finding | None:
    """What was kept; None where a later version kept it otherwise."""
    try:
        status = Status(item["status"]["S"])
        on = date.fromisoformat(item["on"]["S"])
    except (KeyError, ValueError):
        return None
    line, carrier, country = (item.get(name, {"S": ""})["S"] for name in _TEXTS)
    return Finding(status, line, carrier, country, on)
