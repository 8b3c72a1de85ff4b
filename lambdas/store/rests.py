"""Rests in DynamoDB: a number's status, its pool's held row and its history, in one transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambdas.domain.phone import E164
from lambdas.store import keys
from lambdas.store.conflicts import transacted
from lambdas.usecases.rest_number import Change, Standing, Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class DynamoRests:
    """The RestStore on the NumberPool table."""

    client: "DynamoDBClient"
    table: str

    def standing(self, number: E164) -> Standing | None:
        answer = self.client.get_item(
            TableName=self.table, Key=keys.number_status(number), ConsistentRead=True
        )
        item: dict[str, Any] | None = answer.get("Item")
        if item is None:
            return None
        until = None
        if "returns_at" in item:
            until = datetime.fromtimestamp(int(item["returns_at"]["N"]), UTC)
        return Standing(
            number,
            item["pool"]["S"],
            Status(item["status"]["S"]),
            until,
            item.get("reason", {"S": ""})["S"],
            item.get("by", {"S": ""})["S"],
        )

    def make(self, change: Change) -> bool:
        history = {"Put": {"TableName": self.table, "Item": _history(change)}}
        return transacted(self.client, [*self.writes(change), history])

    def writes(self, change: Change, *, unless_resting: bool = False) -> list[Any]:
        """What a transaction must hold, besides a line of history, that makes the change; with
        `unless_resting` not of a number that rests already."""
        status = self._status(change)
        if unless_resting:
            status["ConditionExpression"] += " AND NOT (#status = :resting AND returns_at > :now)"
            status["ExpressionAttributeValues"][":resting"] = {"S": Status.RESTING}
            status["ExpressionAttributeValues"][":now"] = _second(change.at)
        return [{"Update": status}, self._held(change)]

    def changes(self, number: E164) -> list[dict[str, str]]:
        """A number's history, oldest first: at, status, pool, until, reason, by."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :change)",
            ExpressionAttributeValues={
                ":pk": keys.number_status(number)["pk"],
                ":change": {"S": keys.CHANGE_PREFIX},
            },
            ConsistentRead=True,
        )
        return [
            {name: value["S"] for name, value in item.items() if name not in ("pk", "sk")}
            for page in pages
            for item in page["Items"]
        ]

    def _status(self, change: Change) -> dict[str, Any]:
        told = "#status = :status, #reason = :reason, #by = :by, #at = :at"
        update: dict[str, Any] = {
            "TableName": self.table,
            "Key": keys.number_status(change.number),
            "UpdateExpression": f"SET {told} REMOVE returns_at",
            "ConditionExpression": "#pool = :pool AND #status <> :removed",
            "ExpressionAttributeNames": {
                f"#{name}": name for name in ("pool", "status", "reason", "by", "at")
            },
            "ExpressionAttributeValues": {
                ":pool": {"S": change.pool},
                ":removed": {"S": Status.REMOVED},
                ":status": {"S": change.status},
                ":reason": {"S": change.reason},
                ":by": {"S": change.by},
                ":at": {"S": change.at.isoformat()},
            },
        }
        if change.until:
            update["UpdateExpression"] = f"SET {told}, returns_at = :returns"
            update["ExpressionAttributeValues"][":returns"] = _second(change.until)
        return update

    def _held(self, change: Change) -> dict[str, Any]:
        key = keys.held(change.pool, change.number)
        if change.until is None:
            return {"Delete": {"TableName": self.table, "Key": key}}
        item = {**key, "returns_at": _second(change.until)}
        return {"Put": {"TableName": self.table, "Item": item}}


def _second(moment: datetime) -> dict[str, str]:
    return {"N": str(int(moment.timestamp()))}


def _history(change: Change) -> dict[str, Any]:
    item: dict[str, Any] = {
        **keys.change(change.number, change.at, change.digest),
        "at": {"S": change.at.isoformat()},
        "status": {"S": change.status},
        "pool": {"S": change.pool},
        "reason": {"S": change.reason},
        "by": {"S": change.by},
    }
    if change.until:
        item["until"] = {"S": change.until.isoformat()}
    return item
