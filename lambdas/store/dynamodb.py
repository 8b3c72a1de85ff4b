"""The DynamoDB client of the call path: its time limits, and its failures in the domain's words.

botocore alone, without boto3: importing boto3 costs a cold start a third more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.usecases.pick_caller_id import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONNECT_SECONDS = 0.2
READ_SECONDS = 0.25

CALL_PATH = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    retries={"total_max_attempts": 1, "mode": "standard"},
    tcp_keepalive=True,
)

_ANSWERED_BY_CALLER = frozenset({"TransactionCanceledException", "ConditionalCheckFailedException"})


def call_path_client() -> "DynamoDBClient":
    """A client that gives up soon: a pick has one second in all, and retries are the picker's."""
    return cast("DynamoDBClient", call_path_service("dynamodb"))


def call_path_service(name: str) -> Any:
    """A botocore client of any service, with the same time limits."""
    return botocore.session.get_session().create_client(name, config=CALL_PATH)


@contextmanager
def unavailable() -> Iterator[None]:
    """Translate a store that failed, throttled or stayed silent into StoreUnavailable."""
    try:
        yield
    except ClientError as problem:
        if problem.response.get("Error", {}).get("Code") in _ANSWERED_BY_CALLER:
            raise
        raise StoreUnavailable(str(problem)) from problem
    except BotoCoreError as problem:
        raise StoreUnavailable(str(problem)) from problem
