"""Run-time modes of the queues and of the judge: one write, in force at the next look."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.domain.lifecycle import Mode
from lambdas.domain.settings import RunMode
from lambdas.store import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def read_modes(client: "DynamoDBClient", table: str) -> dict[str, str]:
    """The modes that were set, by queue, as they are written; a queue never set is not there."""
    answer = client.get_item(TableName=table, Key=keys.modes(), ConsistentRead=True)
    queues = answer.get("Item", {}).get("queues", {"M": {}})["M"]
    return {queue: mode["S"] for queue, mode in queues.items()}


def set_mode(client: "DynamoDBClient", table: str, queue: str, mode: str) -> None:
    """Set the mode of one queue and leave the others as they are; ValueError for no mode."""
    value = RunMode.read(mode).written()
    try:
        client.update_item(
            TableName=table,
            Key=keys.modes(),
            UpdateExpression="SET queues.#queue = :mode",
            ConditionExpression="attribute_exists(queues)",
            ExpressionAttributeNames={"#queue": queue},
            ExpressionAttributeValues={":mode": {"S": value}},
        )
    except ClientError as problem:
        if problem.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        _first_mode(client, table)
        set_mode(client, table, queue, mode)


def read_judges_mode(client: "DynamoDBClient", table: str) -> Mode | None:
    """What the judge does with its findings; None where it was never set at run time."""
    answer = client.get_item(TableName=table, Key=keys.modes(), ConsistentRead=True)
    told = answer.get("Item", {}).get("judge", {}).get("S", "")
    return Mode(told) if told in set(Mode) else None


def set_judges_mode(client: "DynamoDBClient", table: str, mode: Mode) -> None:
    """Set what the judge does from its next look on."""
    client.update_item(
        TableName=table,
        Key=keys.modes(),
        UpdateExpression="SET judge = :mode",
        ExpressionAttributeValues={":mode": {"S": mode}},
    )


def _first_mode(client: "DynamoDBClient", table: str) -> None:
    client.update_item(
        TableName=table,
        Key=keys.modes(),
        UpdateExpression="SET queues = if_not_exists(queues, :none)",
        ExpressionAttributeValues={":none": {"M": {}}},
    )
