"""Customers, usage and number status in DynamoDB, as the picker needs them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from lambdas.domain.ledger import EPOCH, MILLISECOND, Claim, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.settings import Caps
from lambdas.domain.suppression import Suppression
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
_NO_CLAIMS: Mapping[str, Any] = {"L": []}


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
        return customer_of(key, answer["Items"])

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
            return _refused(problem, customer, spend, claim.at)
        return None

    def kept_back(self, wanted: Sequence[Spend], now: datetime) -> dict[E164, Refused]:
        """Those that were not active or at a limit when read; one request for each fifty."""
        kept_back: dict[E164, Refused] = {}
        for start in range(0, len(wanted), BATCH_GET_KEYS // 2):
            kept_back |= self._kept_back(wanted[start : start + BATCH_GET_KEYS // 2], now)
        return kept_back

    def _kept_back(self, wanted: Sequence[Spend], now: datetime) -> dict[E164, Refused]:
        found = read_together(
            self.client,
            {
                self.tables.usage: [keys.usage_day(spend.number, now) for spend in wanted],
                self.tables.number_pool: [keys.number_status(spend.number) for spend in wanted],
            },
        )
        made = {_number_of(item): item for item in found[self.tables.usage]}
        status = {_number_of(item): item for item in found[self.tables.number_pool]}
        kept_back = {}
        for spend in wanted:
            until = _spent_until(made.get(spend.number, {}), spend.caps, now)
            if not _is_active(status.get(spend.number, {}), spend.pool, now):
                kept_back[spend.number] = Refused(Refusal.NUMBER_NOT_ACTIVE)
            elif until:
                kept_back[spend.number] = Refused(Refusal.LIMIT_REACHED, until=until)
        return kept_back

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
        if after.answered_at:
            item["answered_at"] = {"N": milliseconds(after.answered_at)}
        if after.marks:
            item["marks"] = {"N": str(after.marks)}
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
        names = keys.usage_buckets(now)._asdict()
        if not spend.caps:
            # A number without caps may be called from every minute: too many counts for one item.
            del names["minute"]
        added = ", ".join(f"#{bucket} :one" for bucket in names)
        update: dict[str, Any] = {
            "TableName": self.tables.usage,
            "Key": keys.usage_day(spend.number, now),
            "UpdateExpression": f"ADD {added} SET expires_at = :expires",
            "ExpressionAttributeNames": {f"#{bucket}": name for bucket, name in names.items()},
            "ExpressionAttributeValues": {
                ":one": {"N": "1"},
                ":expires": {"N": str(expires)},
            },
        }
        if spend.caps:
            caps = dict(zip(names, reversed(spend.caps), strict=True))
            update["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
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
                " AND attribute_not_exists(withheld)"
            ),
            "ExpressionAttributeNames": {"#status": "status", "#pool": "pool"},
            "ExpressionAttributeValues": {
                ":active": {"S": ACTIVE},
                ":resting": {"S": RESTING},
                ":pool": {"S": spend.pool},
                ":now": {"N": str(int(now.timestamp()))},
            },
        }


def customer_of(key: str, items: Iterable[Mapping[str, Any]]) -> Customer:
    """A customer out of the items that stand under the key."""
    ledger: Mapping[str, Any] | None = None
    suppressions: tuple[Suppression, ...] = ()
    listed: dict[str, date] = {}
    for item in items:
        name = item["sk"]["S"]
        if name == keys.LEDGER:
            ledger = item
        elif name == keys.SUPPRESSIONS:
            suppressions = suppressions_of(item)
        elif name.startswith(keys.REGISTER_PREFIX):
            day = date.fromisoformat(item["dated"]["S"])
            listed[name.removeprefix(keys.REGISTER_PREFIX)] = day
    return Customer(key, _ledger(ledger), suppressions, listed)


def suppressions_of(item: Mapping[str, Any]) -> tuple[Suppression, ...]:
    """The suppressions that stand in an item, one an attribute."""
    return tuple(
        Suppression.read(value["S"])
        for name, value in sorted(item.items())
        if name.startswith(keys.SUPPRESSION_PREFIX)
    )


def milliseconds(moment: datetime) -> str:
    """A moment as an item keeps it. A part of a millisecond is lost."""
    return str((moment - EPOCH) // MILLISECOND)


def _ledger(item: Mapping[str, Any] | None) -> Ledger:
    if item is None:
        return Ledger()
    read = (Claim.read(entry["S"]) for entry in item.get("claims", _NO_CLAIMS)["L"])
    claims = tuple(claim for claim in read if claim)
    answered = item["answered"]["S"] if "answered" in item else ""
    answered_at = EPOCH + _count(item, "answered_at") * MILLISECOND
    return Ledger(
        int(item["version"]["N"]),
        claims,
        answered,
        _count(item, "marks"),
        answered_at if "answered_at" in item else None,
    )


def _number_of(item: Mapping[str, Any]) -> str:
    return str(item["pk"]["S"]).removeprefix(keys.NUMBER_PREFIX)


def _spent_until(item: Mapping[str, Any], caps: Caps | None, now: datetime) -> datetime | None:
    """When the longest of the buckets ends whose cap is reached; None where none is."""
    if caps is None:
        return None
    buckets, ends = keys.usage_buckets(now), keys.bucket_ends(now)
    limits = zip(buckets, ends, reversed(caps), strict=True)
    return next((end for bucket, end, cap in limits if _count(item, bucket) >= cap), None)


def _is_active(item: Mapping[str, Any], pool: str, now: datetime) -> bool:
    if not item or item["pool"]["S"] != pool or "withheld" in item:
        return False
    returned = _count(item, "returns_at") <= now.timestamp() and "returns_at" in item
    status = item["status"]["S"]
    return bool(status == ACTIVE or (status == RESTING and returned))


def _count(item: Mapping[str, Any], attribute: str) -> int:
    return int(item.get(attribute, {"N": "0"})["N"])


_WHO_REFUSED = (Refusal.LEDGER_MOVED, Refusal.LIMIT_REACHED, Refusal.NUMBER_NOT_ACTIVE)


def _refused(
    problem: ClientError, customer: Customer, spend: Spend | None, now: datetime
) -> Refused:
    """Which of the transaction's items refused. Another call on the same item is a conflict;
    anything else that cancels it (throttling, a capacity limit) is a store out of reach."""
    reasons = problem.response.get("CancellationReasons", [])
    codes = [reason.get("Code") for reason in reasons]
    for refusal, reason in zip(_WHO_REFUSED, reasons, strict=False):
        if reason.get("Code") != "ConditionalCheckFailed":
            continue
        stands = reason.get("Item")
        if refusal is Refusal.LEDGER_MOVED and stands:
            ledger = _ledger(stands)
            # Suppressions stand in another item, and are as they were read where no mark was set.
            same = ledger.marks == customer.ledger.marks
            return Refused(refusal, replace(customer, ledger=ledger) if same else None)
        if refusal is Refusal.LIMIT_REACHED and stands and spend:
            return Refused(refusal, until=_spent_until(stands, spend.caps, now))
        return Refused(refusal)
    if "TransactionConflict" in codes:
        return Refused(Refusal.CONFLICT)
    raise StoreUnavailable(str(problem)) from problem
