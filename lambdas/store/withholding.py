"""Numbers that may not be shown for now, in DynamoDB, beside their rests and their pools.

A number's status keeps the reasons in one set, and so does a row of its pool that keeps it out of
the directory; both change in one transaction, with a line in the number's history. While there is
any reason no claim takes the number: neither a rest that ends nor an upload changes that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.domain.phone import E164
from lambdas.domain.withholding import Withheld
from lambdas.store import keys
from lambdas.store.conflicts import transacted, undisturbed
from lambdas.store.pool_rows import PoolTable, refused
from lambdas.usecases.withhold import Withholding

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class DynamoWithholding:
    """The WithholdingStore on the NumberPool table.

    With `run` changes are made only while that listing of the inventory is the one under way: one
    that was overtaken by another changes nothing any more.
    """

    client: "DynamoDBClient"
    table: str
    run: str = ""

    def withheld(self, pool: str) -> dict[E164, frozenset[Withheld]]:
        """The pool's numbers that are withheld, and why."""
        rows = PoolTable(self.client, self.table).query(pool, keys.WITHHELD_PREFIX)
        return {
            E164(item["sk"]["S"].removeprefix(keys.WITHHELD_PREFIX)): _known(item)
            for item in rows
            if "reasons" in item
        }

    def change(self, change: Withholding) -> bool:
        """Withhold a number for a reason, or no longer. False where it has left the pool since,
        or another listing has begun; then nothing has changed."""
        history = {"Put": {"TableName": self.table, "Item": _history(change)}}
        writes: list[Any] = [*self.writes(change), history]
        if self.run:
            writes.append({"ConditionCheck": self._still_under_way()})
        if not transacted(self.client, writes):
            return False
        if not change.begins:
            self._forget_empty(change)
        return True

    def writes(self, change: Withholding) -> list[Any]:
        """What a transaction must hold, besides a line of history, that makes the change."""
        return [{"Update": self._status(change)}, {"Update": self._row(change)}]

    def _status(self, change: Withholding) -> Mapping[str, Any]:
        return {
            "TableName": self.table,
            "Key": keys.number_status(change.number),
            "UpdateExpression": f"{'ADD' if change.begins else 'DELETE'} withheld :reason",
            "ConditionExpression": "#pool = :pool",
            "ExpressionAttributeNames": {"#pool": "pool"},
            "ExpressionAttributeValues": {
                ":reason": {"SS": [change.reason]},
                ":pool": {"S": change.pool},
            },
        }

    def _row(self, change: Withholding) -> Mapping[str, Any]:
        return {
            "TableName": self.table,
            "Key": keys.withheld(change.pool, change.number),
            "UpdateExpression": f"{'ADD' if change.begins else 'DELETE'} reasons :reason",
            "ExpressionAttributeValues": {":reason": {"SS": [change.reason]}},
        }

    def _still_under_way(self) -> Mapping[str, Any]:
        return {
            "TableName": self.table,
            "Key": keys.inventory_run(),
            "ConditionExpression": "#run = :run",
            "ExpressionAttributeNames": {"#run": "run"},
            "ExpressionAttributeValues": {":run": {"S": self.run}},
        }

    def _forget_empty(self, change: Withholding) -> None:
        """A row without reasons keeps nothing out; it goes when nobody has given it one since."""
        try:
            undisturbed(
                lambda: self.client.delete_item(
                    TableName=self.table,
                    Key=keys.withheld(change.pool, change.number),
                    ConditionExpression="attribute_not_exists(reasons)",
                )
            )
        except ClientError as problem:
            if not refused(problem):
                raise


def _known(item: Mapping[str, Any]) -> frozenset[Withheld]:
    """The reasons of a row; one of a later version withholds too, though we have no word for it."""
    told = set(item["reasons"]["SS"])
    return frozenset(reason for reason in Withheld if reason in told) or frozenset({Withheld.OTHER})


def _history(change: Withholding) -> dict[str, Any]:
    return {
        **keys.change(change.number, change.at, change.digest),
        "at": {"S": change.at.isoformat()},
        "status": {"S": "WITHHELD" if change.begins else "NO_LONGER_WITHHELD"},
        "pool": {"S": change.pool},
        "reason": {"S": change.words or change.reason},
        "by": {"S": change.by},
    }
