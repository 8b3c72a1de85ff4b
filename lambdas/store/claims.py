"""Customers, usage and number status in DynamoDB, as the picker needs them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.settings import Limits
from lambdas.store import keys
from lambdas.store.customers import customer_key
from lambdas.store.dynamodb import read_together, unavailable
from lambdas.usecases.picking import Customer, Refusal, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

USAGE_KEPT = timedelta(days=35)
ACTIVE = "ACTIVE"
BATCH_GET_KEYS = 100


@dataclass(frozen=True, slots=True)
class Tables:
    number_pool: str
    usage: str
    customers: str


@dataclass(frozen=True, slots=True)
class DynamoClaims:
    """The ClaimStore on DynamoDB. `secret` gives the key that turns a number into its HMAC."""

    client: "DynamoDBClient"
    tables: Tables
    secret: Callable[[], bytes]
    ledger_kept: timedelta

    def read(self, destination: E164) -> Customer:
        """One strongly consistent query for all that stands under this customer."""
        key = customer_key(self.secret(), destination)
        with unavailable():
            answer = self.client.query(
                TableName=self.tables.customers,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": keys.customer_partition(key)}},
                ConsistentRead=True,
            )
        if "Items" not in answer:  # whatever answered in its place was not DynamoDB
            raise StoreUnavailable("the answer to a query has no items")
        items = {item["sk"]["S"]: item for item in answer["Items"]}
        return Customer(key, _ledger(items.get(keys.LEDGER)))

    def commit(self, customer: Customer, claim: Claim, pool: str, limits: Limits) -> Refusal | None:
        """Claim in one transaction: ledger at its version, usage under its limits, number active.

        A claim without a number moves the ledger alone.
        """
        writes: list[Any] = [{"Put": self._ledger_put(customer, claim)}]
        if claim.number:
            number = E164(claim.number)
            writes.append({"Update": self._usage_update(number, claim.at, limits)})
            writes.append({"ConditionCheck": self._active_check(number, pool)})
        try:
            with unavailable():
                self.client.transact_write_items(TransactItems=writes)
        except ClientError as problem:
            return _refusal(problem)
        return None

    def free(self, numbers: Sequence[E164], pool: str, limits: Limits, now: datetime) -> set[E164]:
        """Those that were active and under their limits when read; one request for each hundred."""
        free: set[E164] = set()
        for start in range(0, len(numbers), BATCH_GET_KEYS // 2):
            free |= self._free(numbers[start : start + BATCH_GET_KEYS // 2], pool, limits, now)
        return free

    def _free(self, numbers: Sequence[E164], pool: str, limits: Limits, now: datetime) -> set[E164]:
        found = read_together(
            self.client,
            {
                self.tables.usage: [keys.usage_day(number, now) for number in numbers],
                self.tables.number_pool: [keys.number_status(number) for number in numbers],
            },
        )
        hour = keys.usage_hour_attribute(now)
        spent = {
            item["pk"]["S"].removeprefix("NUMBER#")
            for item in found[self.tables.usage]
            if _count(item, "day") >= limits.per_day or _count(item, hour) >= limits.per_hour
        }
        active = {
            item["pk"]["S"].removeprefix("NUMBER#")
            for item in found[self.tables.number_pool]
            if item["status"]["S"] == ACTIVE and item["pool"]["S"] == pool
        }
        return {number for number in numbers if number in active and number not in spent}

    def _ledger_put(self, customer: Customer, claim: Claim) -> dict[str, Any]:
        after = customer.ledger.with_claim(claim)
        expires = int((claim.at + self.ledger_kept).timestamp())
        item = {
            **keys.ledger(customer.key),
            "version": {"N": str(after.version)},
            "claims": {"L": [{"S": kept.written()} for kept in after.claims]},
            "expires_at": {"N": str(expires)},
        }
        if after.answered:
            item["answered"] = {"S": after.answered}
        put: dict[str, Any] = {
            "TableName": self.tables.customers,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        if customer.ledger.version:
            put["ConditionExpression"] = "version = :seen"
            put["ExpressionAttributeValues"] = {":seen": {"N": str(customer.ledger.version)}}
        return put

    def _usage_update(self, number: E164, now: datetime, limits: Limits) -> dict[str, Any]:
        expires = int((now + USAGE_KEPT).timestamp())
        return {
            "TableName": self.tables.usage,
            "Key": keys.usage_day(number, now),
            "UpdateExpression": "ADD #day :one, #hour :one SET expires_at = :expires",
            "ConditionExpression": (
                "(attribute_not_exists(#day) OR #day < :per_day)"
                " AND (attribute_not_exists(#hour) OR #hour < :per_hour)"
            ),
            "ExpressionAttributeNames": {
                "#day": "day",
                "#hour": keys.usage_hour_attribute(now),
            },
            "ExpressionAttributeValues": {
                ":one": {"N": "1"},
                ":per_day": {"N": str(limits.per_day)},
                ":per_hour": {"N": str(limits.per_hour)},
                ":expires": {"N": str(expires)},
            },
        }

    def _active_check(self, number: E164, pool: str) -> dict[str, Any]:
        return {
            "TableName": self.tables.number_pool,
            "Key": keys.number_status(number),
            "ConditionExpression": "#status = :active AND #pool = :pool",
            "ExpressionAttributeNames": {"#status": "status", "#pool": "pool"},
            "ExpressionAttributeValues": {":active": {"S": ACTIVE}, ":pool": {"S": pool}},
        }


def _ledger(item: Mapping[str, Any] | None) -> Ledger:
    if item is None:
        return Ledger()
    read = (Claim.read(entry["S"]) for entry in item["claims"]["L"])
    claims = tuple(claim for claim in read if claim)
    answered = item["answered"]["S"] if "answered" in item else ""
    return Ledger(int(item["version"]["N"]), claims, answered)


def _count(item: Mapping[str, Any], attribute: str) -> int:
    return int(item.get(attribute, {"N": "0"})["N"])


_WHO_REFUSED = (Refusal.LEDGER_MOVED, Refusal.LIMIT_REACHED, Refusal.NUMBER_NOT_ACTIVE)


def _refusal(problem: ClientError) -> Refusal:
    """Which of the transaction's items refused. Another call on the same item is a conflict;
    anything else that cancels it (throttling, a capacity limit) is a store out of reach."""
    reasons = [reason.get("Code") for reason in problem.response.get("CancellationReasons", [])]
    for refusal, code in zip(_WHO_REFUSED, reasons, strict=False):
        if code == "ConditionalCheckFailed":
            return refusal
    if "TransactionConflict" in reasons:
        return Refusal.CONFLICT
    raise StoreUnavailable(str(problem)) from problem
