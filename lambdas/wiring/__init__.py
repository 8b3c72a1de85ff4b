"""Environment to adapters, built once a container and by hand. Nothing is read at import.

One module for each function's needs, so that a function imports what it uses and no more.
"""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TypeVar
from zoneinfo import reset_tzpath

from lambdas.domain.holidays import Holidays
from lambdas.domain.hours import CallingHours
from lambdas.domain.places import Places
from lambdas.domain.rules import Rules
from lambdas.domain.screening import Screening
from lambdas.domain.settings import Settings


def _system_clock() -> datetime:
    return datetime.now(UTC)


T = TypeVar("T")

_clock: Callable[[], datetime] = _system_clock
_caches: list[Callable[[], None]] = []


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


def once(build: Callable[[], T]) -> Callable[[], T]:
    """Build an adapter at its first use and keep it for the container's life, or until reset."""
    cached = cache(build)
    _caches.append(cached.cache_clear)
    return cached


def reset() -> None:
    """Forget every adapter, as a new container would."""
    for clear in _caches:
        clear()


@once
def settings() -> Settings:
    return Settings.from_json(json.loads((task_root() / "settings.json").read_text("utf-8")))


@once
def places() -> Places:
    with (task_root() / "places.bin").open("rb") as file:
        # Mapped: the towns and postal codes in it are not read before a flow knows one.
        return Places.load(memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)))


@once
def rules() -> Rules:
    data = Path(__file__).parents[1] / "domain" / "data" / "caller_id_rules.json"
    known = json.loads(data.read_text("utf-8"))
    return Rules.from_json(known, settings().origin, settings().rule_overrides)


@once
def calling_hours() -> CallingHours:
    zones = task_root() / "tzdata" / "zoneinfo"
    if zones.is_dir():  # the ones that are pinned, and not whatever the runtime has
        reset_tzpath([str(zones)])
    data = Path(__file__).parents[1] / "domain" / "data" / "calling_hours.json"
    holidays = task_root() / "holidays.txt"
    calendar = Holidays(lambda: holidays.read_text("utf-8"))
    return CallingHours.from_json(json.loads(data.read_text("utf-8")), calendar)


@once
def screening() -> Screening:
    data = Path(__file__).parents[1] / "domain" / "data" / "do_not_call_registers.json"
    return Screening.from_json(json.loads(data.read_text("utf-8")), settings().registers)


def task_root() -> Path:
    return Path(os.environ["LAMBDA_TASK_ROOT"])
