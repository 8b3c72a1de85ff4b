"""Environment to adapters, built once a container and by hand. Nothing is read at import."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lambdas.domain.places import Places
from lambdas.domain.rules import Rules
from lambdas.domain.settings import Settings
from lambdas.store.claims import DynamoClaims, Tables
from lambdas.store.directories import PublishedDirectories
from lambdas.store.dynamodb import call_path_client
from lambdas.store.secret import CustomerKey
from lambdas.usecases.pick_caller_id import Picker

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PICK_SECONDS = 0.85
"""A pick answers within one second; the rest is for reading the event and writing the reply."""


def _system_clock() -> datetime:
    return datetime.now(UTC)


_clock: Callable[[], datetime] = _system_clock


def now() -> datetime:
    """The time of this invocation, in UTC. Read once, in the handler."""
    return _clock()


def use_clock(clock: Callable[[], datetime] | None) -> None:
    """Let another clock tell the time, as the local cloud does; None brings the system's back."""
    global _clock
    _clock = clock or _system_clock


def deadline(seconds: float) -> Callable[[], float]:
    """A function that gives the seconds left until `seconds` from now."""
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def reset() -> None:
    """Forget every adapter, as a new container would."""
    for built in (settings, places, rules, dynamodb, directories, picker, customer_key):
        built.cache_clear()


@cache
def settings() -> Settings:
    return Settings.from_json(json.loads((_task_root() / "settings.json").read_text("utf-8")))


@cache
def places() -> Places:
    return Places.load((_task_root() / "places.bin").read_bytes())


@cache
def rules() -> Rules:
    data = Path(__file__).parent / "domain" / "data" / "caller_id_rules.json"
    return Rules.from_json(json.loads(data.read_text("utf-8")))


@cache
def dynamodb() -> "DynamoDBClient":
    return call_path_client()


@cache
def directories() -> PublishedDirectories:
    return PublishedDirectories(dynamodb(), os.environ["NUMBER_POOL_TABLE"], time.monotonic)


@cache
def customer_key() -> CustomerKey:
    return CustomerKey(os.environ["CUSTOMER_KEY_SECRET_ARN"])


@cache
def picker() -> Picker:
    tables = Tables(
        os.environ["NUMBER_POOL_TABLE"],
        os.environ["USAGE_TABLE"],
        os.environ["CUSTOMERS_TABLE"],
    )
    return Picker(
        claims=DynamoClaims(dynamodb(), tables, customer_key()),
        directories=directories(),
        places=places(),
        rules=rules(),
        pools=settings().pools.__getitem__,
        modes=directories().mode,
    )


def _task_root() -> Path:
    return Path(os.environ["LAMBDA_TASK_ROOT"])
