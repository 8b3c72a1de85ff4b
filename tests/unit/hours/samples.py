"""What the tests on calling hours share: the data, pools, and places."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lambdas.domain.hours import CallingHours, Location
from lambdas.domain.settings import PoolHours, PoolSettings
from tests.unit.builders import pool

DATA = Path("lambdas/domain/data/calling_hours.json")
MINUTE = timedelta(minutes=1)
POOL = pool()


@cache
def rules_document() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(DATA.read_text("utf-8"))
    return document


def pool_with(hours: PoolHours) -> PoolSettings:
    return replace(POOL, hours=hours)


def local(zone: str, text: str, fold: int = 0) -> datetime:
    """A moment by the clock of a zone, such as "2026-11-20 08:00"."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return moment.astimezone(UTC)


def allowed(
    hours: CallingHours,
    place: Location,
    moment: datetime,
    purpose: str = "marketing",
    of: PoolSettings = POOL,
) -> bool:
    return hours.judge(place, purpose, of, moment).allowed
