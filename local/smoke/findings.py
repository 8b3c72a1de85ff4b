"""What one look found: right, wrong, or not to be known from here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError

from local.errors import LocalError


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was seen there, and what to do about it."""

    check: str
    state: State
    seen: str
    fix: str = ""


Look = Callable[[], Iterable[Finding]]


def ok(check: str, seen: str) -> Finding:
    """Nothing is to be done."""
    return Finding(check, State.OK, seen)


def wrong(check: str, seen: str, fix: str) -> Finding:
    """Calls may suffer from it."""
    return Finding(check, State.WRONG, seen, fix)


def unknown(check: str, seen: str, fix: str) -> Finding:
    """It may be right: nobody could tell from here."""
    return Finding(check, State.UNKNOWN, seen, fix)


def looked(check: str, look: Look) -> Iterator[Finding]:
    """What the look finds; where AWS did not answer it, that this is not known."""
    try:
        yield from look()
    except ClientError as error:
        problem = error.response["Error"]
        words = f"{error.operation_name} was refused: {problem.get('Code')}"
        yield unknown(check, words, "Look again with credentials that may ask this.")
    except BotoCoreError as error:
        yield unknown(check, f"AWS could not be asked: {error}", "Look again.")
    except LocalError as error:
        yield wrong(check, str(error), "Deploy the config: make deploy CONFIG=...")
