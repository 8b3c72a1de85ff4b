"""The numbers that Amazon Connect lists, asked for no faster than it answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.domain.inventory import Holding
from lambdas.domain.phone import E164
from lambdas.usecases.reconcile_inventory import Page, StaleToken

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

PAGE = 1000
"""Numbers of one answer, the most that ListPhoneNumbersV2 gives."""

SECONDS_APART = 0.5
"""ListPhoneNumbersV2 takes 2 requests a second from an account and region, with bursts of 5. We
make no bursts: others ask the same API."""

THROTTLED = frozenset({"ThrottlingException", "TooManyRequestsException"})
BUSY = THROTTLED | {"InternalServiceException", "ServiceUnavailable"}
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds until the next try of a request that was refused for now."""


@dataclass
class Pace:
    """Keeps requests apart. `monotonic` and `sleep` are the clock's, in seconds."""

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    apart: float = SECONDS_APART
    _free: float = field(default=0.0, init=False)

    def wait(self) -> None:
        """Until the next request may go out."""
        now = self.monotonic()
        if now < self._free:
            self.sleep(self._free - now)
            now = self._free
        self._free = now + self.apart


@dataclass(frozen=True)
class ConnectNumbers:
    """ListPhoneNumbersV2 of the region."""

    client: "ConnectClient"
    pace: Pace

    def page(self, target: str, token: str) -> Page:
        """A page of a target's numbers; with "" for the target, of every number of the account in
        the region. Raises StaleToken, or the ClientError of what is not to be waited for."""
        wanted: dict[str, Any] = {"MaxResults": PAGE}
        if target:
            wanted["TargetArn"] = target
        if token:
            wanted["NextToken"] = token
        answer = self._asked(wanted)
        numbers = [_holding(summary) for summary in answer["ListPhoneNumbersSummaryList"]]
        return Page(numbers, answer.get("NextToken", ""))

    def _asked(self, wanted: dict[str, Any]) -> Any:
        waits = iter(WAITS)
        while True:
            self.pace.wait()
            try:
                return self.client.list_phone_numbers_v2(**wanted)
            except ClientError as problem:
                code = problem.response["Error"]["Code"]
                if code == "InvalidParameterException" and "NextToken" in wanted:
                    raise StaleToken(wanted.get("TargetArn", "")) from None
                wait = next(waits, None)
                if code not in BUSY or wait is None:
                    raise
                self.pace.sleep(wait)

    def all_of(self, target: str) -> Iterator[Holding]:
        """Every number of a target, page by page."""
        token = ""
        while True:
            page = self.page(target, token)
            yield from page.numbers
            token = page.token
            if not token:
                return


def _holding(summary: Any) -> Holding:
    return Holding(
        E164(summary["PhoneNumber"]),
        summary["PhoneNumberArn"],
        summary.get("TargetArn", ""),
        summary.get("PhoneNumberType", ""),
        summary.get("PhoneNumberCountryCode", ""),
    )
