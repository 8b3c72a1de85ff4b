"""Asking Amazon Connect's API no faster than it lets anybody: two requests a second, with patience.

The limit is the account's and the region's, so others may use it up meanwhile.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

T = TypeVar("T")

PER_SECOND = 2.0
TRIES = 9
LONGEST_PAUSE_S = 20.0
BUSY = frozenset({"ThrottlingException", "TooManyRequestsException", "InternalServiceException"})


class OutOfPatience(Exception):
    """There is no time left for another request."""


@dataclass(slots=True)
class Pace:
    """Spaces requests and repeats those that Connect was too busy for.

    `remaining` gives the seconds left; no request starts with less than `reserve` of them. Time is
    passed in, so that tests need not wait.
    """

    per_second: float = PER_SECOND
    remaining: Callable[[], float] = lambda: float("inf")
    reserve: float = 10.0
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    requests: int = 0
    _next: float = field(default=float("-inf"), init=False)

    def ask(self, request: Callable[[], T]) -> T:
        """The request's answer. Raises what it raises, a busy Connect's after nine tries, and
        OutOfPatience. The request must mean the same when it is sent again."""
        for turn in range(TRIES):
            self._wait_turn()
            try:
                return request()
            except (ClientError, HTTPClientError, NoConnectionError) as problem:
                if not busy(problem) or turn == TRIES - 1:
                    raise
            self._pause(min(LONGEST_PAUSE_S, 2.0**turn / 2) * (0.5 + self.jitter()))
        raise AssertionError("the last try returns or raises")

    def _wait_turn(self) -> None:
        self._pause(self._next - self.monotonic())
        self._next = self.monotonic() + 1 / self.per_second
        self.requests += 1

    def _pause(self, seconds: float) -> None:
        if self.remaining() - max(seconds, 0.0) < self.reserve:
            raise OutOfPatience("there is no time left to ask Amazon Connect")
        if seconds > 0:
            self.sleep(seconds)


def busy(problem: ClientError | HTTPClientError | NoConnectionError) -> bool:
    """Whether the same request may succeed later."""
    if not isinstance(problem, ClientError):
        return True
    code = problem.response.get("Error", {}).get("Code", "")
    status = problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code in BUSY or status >= 500
