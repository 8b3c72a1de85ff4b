"""Asking a carrier about a number: what may be asked, what it costs, and what is answered."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

MICRO: Final = 1_000_000


class Service(StrEnum):
    """Who is asked. Both are AWS End User Messaging; the second under its old name."""

    CARRIER = "carrier"
    VALIDATE = "validate"


class Status(StrEnum):
    """What is known of a number after asking."""

    VALID = "valid"
    INVALID = "invalid"
    NOT_VALIDATED = "not_validated"


class Why(StrEnum):
    """Why a number was not validated. `STOPPED` follows a fault that would meet every number."""

    SPEND_LIMIT = "spend_limit"
    THROTTLED = "throttled"
    DENIED = "denied"
    NO_SERVICE = "no_service"
    REFUSED = "refused"
    FAILED = "failed"
    STOPPED = "stopped"


WHY_WORDS: Final[Mapping[Why, str]] = {
    Why.SPEND_LIMIT: "Today's limit for spending on lookups is reached.",
    Why.THROTTLED: "The service was asked too often.",
    Why.DENIED: "The service may not be used with these permissions, or its quota is used up.",
    Why.NO_SERVICE: "The service is not in this region, or cannot be reached.",
    Why.REFUSED: "The service did not accept the number.",
    Why.FAILED: "The service failed.",
    Why.STOPPED: "Nothing more was asked after the service failed.",
}


class Finding(NamedTuple):
    """What is known of a number: `line` is what is at its end (mobile, landline, voip, prepaid,
    other), `carrier` the provider's name, `on` the day of the answer, None without one.

    `why` is set where the number was not validated. `kept` says that nobody was asked now.
    """

    status: Status
    line: str = ""
    carrier: str = ""
    country: str = ""
    on: date | None = None
    why: Why | None = None
    kept: bool = False

    @classmethod
    def none(cls, why: Why) -> "Finding":
        return cls(Status.NOT_VALIDATED, why=why)


class Price(NamedTuple):
    """What one answer costs in millionths of a unit of `currency`, who says so, and since when.

    `verified` is False where nobody has read it at the source yet.
    """

    micro: int
    currency: str
    source: str
    day: date
    verified: bool

    def of(self, count: int) -> int:
        """Millionths for so many answers."""
        return self.micro * count


class Terms(NamedTuple):
    """How a service is asked: its price, and how often in a second."""

    price: Price
    per_second: float


class Estimate(NamedTuple):
    """The most that asking about numbers costs; those whose answers are kept cost nothing."""

    numbers: int
    micro: int
    limit_micro: int
    terms: Terms

    @property
    def words(self) -> str:
        """What a person should know before saying yes."""
        price = self.terms.price
        each = _money(price.micro, price.currency)
        told = (
            f"Asking about {self.numbers:,} numbers costs up to"
            f" {_money(self.micro, price.currency)} ({each} each; {price.source},"
            f" {price.day.isoformat()}). Answers that are kept already cost nothing."
        )
        if not price.verified:
            told += " This price was not verified: read it before you rely on it."
        if self.micro > self.limit_micro:
            most = self.limit_micro // price.micro if price.micro else self.numbers
            told += (
                f" The limit of {_money(self.limit_micro, price.currency)} a day ends it after"
                f" {most:,} numbers; the others stay not validated."
            )
        return told


def terms_from_json(document: Mapping[str, Any]) -> dict[Service, Terms]:
    """Prices and rates as they stand in data/live_validation.json."""
    return {
        Service(name): Terms(
            Price(
                round(said["price"] * MICRO),
                said["currency"],
                said["source"],
                date.fromisoformat(said["day"]),
                said["verified"],
            ),
            said["per_second"],
        )
        for name, said in document["services"].items()
    }


def estimate(numbers: int, terms: Terms, limit_micro: int) -> Estimate:
    return Estimate(numbers, terms.price.of(numbers), limit_micro, terms)


def is_fresh(finding: Finding, now: datetime, days: int) -> bool:
    """Whether an answer may still be used: numbers change hands."""
    return finding.on is not None and (now.date() - finding.on).days < days


def _money(micro: int, currency: str) -> str:
    value = micro / MICRO
    return f"{value:,.2f} {currency}" if value >= 1 else f"{value:.4f} {currency}"
