"""Customers, usage and number status in DynamoDB, as the picker needs them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.settings import Caps
from lambdas.store import keys
from lambdas.store.customers import customer_key
from lambdas.store.dynamodb import read_together, unavailable
from lambdas.usecases.picking import Customer, Refusal, Refused, Spend, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

USAGE_KEPT = timedelta(days=35)
ACTIVE = "ACTIVE"
RESTING = "RESTING"
BATCH_GET_KEYS = 100


class Tables(NamedTuple):
    number_pool: str
    usage: str
    customers: str


@dataclass(frozen=True, eq=False, repr=False)
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

    def commit(self, customer: Customer, claim: Claim, spend: Spend | None) -> Refused | None:
        """Claim in one transaction: ledger at its version, usage under its caps, number active.

        A claim that rings nobody moves the ledger alone.
        """
        writes: list[Any] = [{"Put": self._ledger_put(customer, claim)}]
        if spend:
            writes.append({"Update": self._usage_update(spend, claim.at)})
        if spend and spend.pool:
            writes.append({"ConditionCheck": self._active_check(spend, claim.at)})
        try:
            with unavailable():
                self.client.transact_write_items(TransactItems=writes)
        except ClientError as problem:
            return _refused(problem, customer)
        return None

    def free(self, wanted: Sequence[Spend], now: datetime) -> set[E164]:
        """Those that were active and under their caps when read; one request for each fifty."""
        free: set[E164] = set()
        for start in range(0, len(wanted), BATCH_GET_KEYS // 2):
            free |= self._free(wanted[start : start + BATCH_GET_KEYS // 2], now)
        return free

    def _free(self, wanted: Sequence[Spend], now: datetime) -> set[E164]:
        found = read_together(
            self.client,
            {
                self.tables.usage: [keys.usage_day(spend.number, now) for spend in wanted],
                self.tables.number_pool: [keys.number_status(spend.number) for spend in wanted],
            },
        )
        made = {_number_of(item): item for item in found[self.tables.usage]}
        status = {_number_of(item): item for item in found[self.tables.number_pool]}
        return {
            spend.number
            for spend in wanted
            if _is_active(status.get(spend.number, {}), spend.pool, now)
            and not _is_spent(made.get(spend.number, {}), spend.caps, now)
        }

    def _ledger_put(self, customer: Customer, claim: Claim) -> dict[str, Any]:
        after = customer.ledger.with_claim(claim)
        expires = int((claim.at + self.ledger_kept).timestamp())
        item = {
            **keys.ledger(customer.key),
            "version": {"N": str(after.version)},
            "claims": {"L": [{"S": line} for line in after.lines()]},
            "expires_at": {"N": str(expires)},
        }
        if after.answered:
            item["answered"] = {"S": after.answered}
        put: dict[str, Any] = {
            "TableName": self.tables.customers,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if customer.ledger.version:
            put["ConditionExpression"] = "version = :seen"
            put["ExpressionAttributeValues"] = {":seen": {"N": str(customer.ledger.version)}}
        return put

    def _usage_update(self, spend: Spend, now: datetime) -> dict[str, Any]:
        expires = int((now + USAGE_KEPT).timestamp())
        names = keys.usage_buckets(now)
        update: dict[str, Any] = {
            "TableName": self.tables.usage,
            "Key": keys.usage_day(spend.number, now),
            "UpdateExpression": (
                "ADD #day :one, #hour :one, #minute :one SET expires_at = :expires"
            ),
            "ExpressionAttributeNames": {
                f"#{bucket}": name for bucket, name in names._asdict().items()
            },
            "ExpressionAttributeValues": {
                ":one": {"N": "1"},
                ":expires": {"N": str(expires)},
            },
        }
        if spend.caps:
            caps = dict(zip(names._fields, reversed(spend.caps), strict=True))
            update["ConditionExpression"] = " AND ".join(
                f"(attribute_not_exists(#{bucket}) OR #{bucket} < :per_{bucket})" for bucket in caps
            )
            update["ExpressionAttributeValues"] |= {
                f":per_{bucket}": {"N": str(cap)} for bucket, cap in caps.items()
            }
        return update

    def _active_check(self, spend: Spend, now: datetime) -> dict[str, Any]:
        return {
            "TableName": self.tables.number_pool,
            "Key": keys.number_status(spend.number),
            "ConditionExpression": (
                "#pool = :pool AND (#status = :active"
                " OR (#status = :resting AND returns_at <= :now))"
            ),
            "ExpressionAttributeNames": {"#status": "status", "#pool": "pool"},
            "ExpressionAttributeValues": {
                ":active": {"S": ACTIVE},
                ":resting": {"S": RESTING},
                ":pool": {"S": spend.pool},
                ":now": {"N": str(int(now.timestamp()))},
            },
        }


def _ledger(item: Mapping[str, Any] | None) -> Ledger:
    if item is None:
        return Ledger()
    read = (Claim.read(entry["S"]) for entry in item["claims"]["L"])
    claims = tuple(claim for claim in read if claim)
    answered = item["answered"]["S"] if "answered" in item else ""
    return Ledger(int(item["version"]["N"]), claims, answered)


def _number_of(item: Mapping[str, Any]) -> str:
    return str(item["pk"]["S"]).removeprefix(keys.NUMBER_PREFIX)


def _is_spent(item: Mapping[str, Any], caps: Caps | None, now: datetime) -> bool:
    buckets = keys.usage_buckets(now)
    return caps is not None and (
        _count(item, buckets.day) >= caps.per_day
        or _count(item, buckets.hour) >= caps.per_hour
        or _count(item, buckets.minute) >= caps.per_minute
    )


def _is_active(item: Mapping[str, Any], pool: str, now: datetime) -> bool:
    if not item or item["pool"]["S"] != pool:
        return False
    returned = _count(item, "returns_at") <= now.timestamp() and "returns_at" in item
    status = item["status"]["S"]
    return bool(status == ACTIVE or (status == RESTING and returned))


def _count(item: Mapping[str, Any], attribute: str) -> int:
    return int(item.get(attribute, {"N": "0"})["N"])


_WHO_REFUSED = (Refusal.LEDGER_MOVED, Refusal.LIMIT_REACHED, Refusal.NUMBER_NOT_ACTIVE)


def _refused(problem: ClientError, customer: Customer) -> Refused:
    """Which of the transaction's items refused. Another call on the same item is a conflict;
    anything else that cancels it (throttling, a capacity limit) is a store out of reach."""
    reasons = problem.response.get("CancellationReasons", [])
    codes = [reason.get("Code") for reason in reasons]
    for refusal, reason in zip(_WHO_REFUSED, reasons, strict=False):
        if reason.get("Code") != "ConditionalCheckFailed":
            continue
        stands = reason.get("Item") if refusal is Refusal.LEDGER_MOVED else None
        return Refused(refusal, Customer(customer.key, _ledger(stands)) if stands else None)
    if "TransactionConflict" in codes:
        return Refused(Refusal.CONFLICT)
    raise StoreUnavailable(str(problem)) from problem
