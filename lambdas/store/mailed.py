"""Which reports were mailed, in the Usage table, so that a retry mails none twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.store import keys
from lambdas.store.pool_rows import refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=60)


class Mailing(StrEnum):
    """How far a mail has come. One that is `under_way` elsewhere was perhaps sent, perhaps not."""

    OURS = "ours"
    UNDER_WAY = "under_way"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class DynamoMailed:
    """One item for each report, by the end of its days."""

    client: "DynamoDBClient"
    table: str

    def begin(self, until: datetime, now: datetime) -> Mailing:
        """Take the mail, to be sent at once; what became of it where somebody has."""
        values: dict[str, Any] = {
            ":state": {"S": Mailing.UNDER_WAY},
            ":at": {"S": now.isoformat()},
            ":expires": {"N": str(int((now + KEPT).timestamp()))},
        }
        try:
            self.client.update_item(
                TableName=self.table,
                Key=keys.report(until),
                UpdateExpression="SET #state = :state, #at = :at, expires_at = :expires",
                ConditionExpression="attribute_not_exists(pk)",
                ExpressionAttributeNames={"#state": "state", "#at": "at"},
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as problem:
            if not refused(problem):
                raise
            response: Any = problem.response
            return Mailing(response["Item"]["state"]["S"])
        return Mailing.OURS

    def sent(self, until: datetime) -> None:
        """It was sent."""
        self.client.update_item(
            TableName=self.table,
            Key=keys.report(until),
            UpdateExpression="SET #state = :state",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":state": {"S": Mailing.SENT}},
        )

    def give_back(self, until: datetime) -> None:
        """It was refused, so that it was surely not sent."""
        self.client.delete_item(TableName=self.table, Key=keys.report(until))
