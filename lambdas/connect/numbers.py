"""The numbers that Amazon Connect lists, asked for no faster than it answers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.connect.pace import OutOfPatience, Pace
from lambdas.domain.inventory import Holding
from lambdas.domain.phone import E164
from lambdas.usecases.reconcile_inventory import NotFinished, Page, StaleToken

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

PAGE = 1000
"""Numbers of one answer, the most that ListPhoneNumbersV2 gives."""


@dataclass(frozen=True)
class ConnectNumbers:
    """ListPhoneNumbersV2 of the region."""

    client: "ConnectClient"
    pace: Pace
    most: int = PAGE

    def page(self, target: str, token: str) -> Page:
        """A page of a target's numbers; with "" for the target, of every number of the account in
        the region. Raises StaleToken, NotFinished, or the ClientError that remained."""
        wanted: dict[str, Any] = {"MaxResults": self.most}
        if target:
            wanted["TargetArn"] = target
        if token:
            wanted["NextToken"] = token
        try:
            answer: Any = self.pace.ask(lambda: self.client.list_phone_numbers_v2(**wanted))
        except OutOfPatience as problem:
            raise NotFinished(str(problem)) from problem
        except ClientError as problem:
            if token and problem.response["Error"]["Code"] == "InvalidParameterException":
                raise StaleToken(target) from problem
            raise
        numbers = [_holding(summary) for summary in answer["ListPhoneNumbersSummaryList"]]
        return Page(numbers, answer.get("NextToken", ""))


def _holding(summary: Any) -> Holding:
    return Holding(
        E164(summary["PhoneNumber"]),
        summary["PhoneNumberArn"],
        summary.get("TargetArn", ""),
        summary.get("PhoneNumberType", ""),
        summary.get("PhoneNumberCountryCode", ""),
    )
