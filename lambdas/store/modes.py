"""Run-time modes of the queues: one write, in force at the pickers' next look."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.domain.settings import RunMode
from lambdas.store import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SET_AT_ONCE = 100


def read_modes(client: "DynamoDBClient", table: str) -> dict[str, str]:
    """The modes that were set, by queue, as they are written; a queue never set is not there."""
    answer = client.get_item(TableName=table, Key=keys.modes(), ConsistentRead=True)
    queues = answer.get("Item", {}).get("queues", {"M": {}})["M"]
    return {queue: mode["S"] for queue, mode in queues.items()}


def set_mode(client: "DynamoDBClient", table: str, queue: str, mode: str) -> None:
    """Set the mode of one queue and leave the others as they are; ValueError for no mode."""
    set_modes(client, table, [queue], mode)


def set_modes(client: "DynamoDBClient", table: str, queues: Sequence[str], mode: str) -> None:
    """Set one mode for several queues and leave the others as they are; ValueError for no mode.

    Many take several writes: an expression has 4 KB.
    """
    value = RunMode.read(mode).written()
    for start in range(0, len(queues), SET_AT_ONCE):
        part = queues[start : start + SET_AT_ONCE]
        try:
            _set(client, table, part, value)
        except ClientError as problem:
            if problem.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            _first_mode(client, table)
            _set(client, table, part, value)


def _set(client: "DynamoDBClient", table: str, queues: Sequence[str], value: str) -> None:
    names = {f"#q{at}": queue for at, queue in enumerate(queues)}
    client.update_item(
        TableName=table,
        Key=keys.modes(),
        UpdateExpression="SET " + ", ".join(f"queues.{name} = :mode" for name in names),
        ConditionExpression="attribute_exists(queues)",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={":mode": {"S": value}},
    )


def _first_mode(client: "DynamoDBClient", table: str) -> None:
    client.update_item(
        TableName=table,
        Key=keys.modes(),
        UpdateExpression="SET queues = if_not_exists(queues, :none)",
        ExpressionAttributeValues={":none": {"M": {}}},
    )
