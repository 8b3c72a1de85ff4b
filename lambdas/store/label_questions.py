"""How much a label service was asked today, in DynamoDB: one item for all who ask."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.store import keys
from lambdas.store.conflicts import undisturbed
from lambdas.store.pool_rows import refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class DynamoQuestions:
    """The Asked on the NumberPool table, of a UTC day."""

    client: "DynamoDBClient"
    table: str
    most_a_day: int

    def after(self) -> str:
        answer = self.client.get_item(
            TableName=self.table, Key=keys.labels_asked(), ConsistentRead=True
        )
        item: dict[str, Any] = answer.get("Item", {})
        return str(item.get("after", {"S": ""})["S"])

    def take(self, count: int, after: str, now: datetime) -> bool:
        """Whatever is asked again or at once, a day's sum stays within its limit."""
        day = f"{now.astimezone(UTC):%Y-%m-%d}"
        if count > self.most_a_day:
            return False
        return self._more(count, after, day) or self._first(count, after, day)

    def _more(self, count: int, after: str, day: str) -> bool:
        return self._written(
            "SET #after = :after ADD asked :count",
            "#day = :day AND asked <= :left",
            {
                ":after": {"S": after},
                ":count": {"N": str(count)},
                ":day": {"S": day},
                ":left": {"N": str(self.most_a_day - count)},
            },
        )

    def _first(self, count: int, after: str, day: str) -> bool:
        return self._written(
            "SET #after = :after, asked = :count, #day = :day",
            "attribute_not_exists(#day) OR #day < :day",
            {":after": {"S": after}, ":count": {"N": str(count)}, ":day": {"S": day}},
        )

    def _written(self, update: str, condition: str, values: dict[str, Any]) -> bool:
        try:
            undisturbed(
                lambda: self.client.update_item(
                    TableName=self.table,
                    Key=keys.labels_asked(),
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#after": "after", "#day": "day"},
                    ExpressionAttributeValues=values,
                )
            )
        except ClientError as problem:
            if refused(problem):
                return False
            raise
        return True
