"""Writes that met another write of the same item, and are done again."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")

WAITS = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between tries. A transaction holds its items for a few milliseconds."""


def undisturbed(write: Callable[[], T]) -> T:
    """Do a write; again while others disturb it. Raises the ClientError of the last try."""
    for wait in WAITS:
        try:
            return write()
        except ClientError as problem:
            if not disturbed(problem):
                raise
            time.sleep(wait)
    return write()


def transacted(client: "DynamoDBClient", writes: Sequence[Any]) -> bool:
    """Do a transaction, again while others disturb it. False where a condition does not hold, and
    then nothing is written. Raises the ClientError of any other refusal."""
    try:
        undisturbed(lambda: client.transact_write_items(TransactItems=writes))
    except ClientError as problem:
        if "ConditionalCheckFailed" in reasons(problem):
            return False
        raise
    return True


def disturbed(problem: ClientError) -> bool:
    """Whether nothing but another write of the same item stood in the way."""
    if problem.response["Error"]["Code"] == "TransactionConflictException":
        return True
    codes = reasons(problem)
    return "TransactionConflict" in codes and "ConditionalCheckFailed" not in codes


def reasons(problem: ClientError) -> list[str]:
    """Why each item of a transaction was refused, "None" for those that were not."""
    told: Any = problem.response.get("CancellationReasons", [])
    return [reason.get("Code", "None") for reason in told]
