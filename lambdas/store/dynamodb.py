"""The DynamoDB client of the call path: its time limits, and its failures in the domain's words.

botocore alone, without boto3: importing boto3 costs a cold start a third more.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.usecases.picking import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class TimeLimits(NamedTuple):
    """Seconds: for a whole pick, for a connection, and for one answer.

    The picker answers within a second; what a pick leaves of it is for reading the event and
    writing the reply.
    """

    pick: float = 0.9
    connect: float = 0.15
    answer: float = 0.35

    @property
    def call(self) -> float:
        """The longest that one request takes."""
        return self.connect + self.answer


_ANSWERED_BY_CALLER = frozenset({"TransactionCanceledException", "ConditionalCheckFailedException"})


class TooLate(BotoCoreError):
    """A request was not sent, for its answer could come after the deadline."""

    fmt = "too late to ask: a request may take longer than the time that is left"


class Patience:
    """The deadline of the pick under way; no request starts that could outlast it."""

    def __init__(self, limits: TimeLimits) -> None:
        self._limits = limits
        self._remaining: Callable[[], float] = lambda: math.inf

    def until(self, remaining: Callable[[], float]) -> None:
        """Take a new deadline; `remaining` gives the seconds left."""
        self._remaining = remaining

    def check(self, **_: Any) -> None:
        if self._remaining() < self._limits.call:
            raise TooLate


@dataclass(frozen=True, eq=False, repr=False)
class CallPath:
    """Makes clients that give up soon: a pick has one second in all, and retries are its own.

    All come of one session, since each session reads botocore's tables of endpoints anew.
    """

    session: botocore.session.Session
    patience: Patience
    limits: TimeLimits

    def client(self, service: str) -> Any:
        """A botocore client; none of its requests starts that could outlast the deadline."""
        config = Config(
            connect_timeout=self.limits.connect,
            read_timeout=self.limits.answer,
            retries={"total_max_attempts": 1, "mode": "standard"},
            tcp_keepalive=True,
        )
        client = self.session.create_client(service, config=config)
        client.meta.events.register(f"before-call.{service}", self.patience.check)
        return client


def read_together(client: "DynamoDBClient", wanted: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Items of several tables, strongly consistent, in one request: table -> items.

    `wanted` gives up to 100 keys in all. Raises StoreUnavailable where a part went unread.
    """
    request: Any = {
        table: {"Keys": list(keys), "ConsistentRead": True} for table, keys in wanted.items()
    }
    with unavailable():
        answer = client.batch_get_item(RequestItems=request)
    if answer.get("UnprocessedKeys") or "Responses" not in answer:
        raise StoreUnavailable("a batch of reads was answered in part: the tables are throttled")
    return dict(answer["Responses"])


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
