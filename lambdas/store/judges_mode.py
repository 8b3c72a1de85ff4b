"""The run-time mode of the judge of numbers: one write, in force at its next look."""

from typing import TYPE_CHECKING

from lambdas.domain.lifecycle import Mode
from lambdas.store import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def read_judges_mode(client: "DynamoDBClient", table: str) -> Mode | None:
    """What the judge does with its findings; None where it was never set at run time."""
    answer = client.get_item(TableName=table, Key=keys.modes(), ConsistentRead=True)
    told = answer.get("Item", {}).get("judge", {}).get("S", "")
    return Mode(told) if told in set(Mode) else None


def set_judges_mode(client: "DynamoDBClient", table: str, mode: Mode) -> None:
    """Set what the judge does from its next look on; the queues' modes stay as they are."""
    client.update_item(
        TableName=table,
        Key=keys.modes(),
        UpdateExpression="SET judge = :mode",
        ExpressionAttributeValues={":mode": {"S": mode}},
    )
