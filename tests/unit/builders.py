"""Builders with quiet defaults."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from lambdas.domain.directory import Directory, Listing, pack, unpack
from lambdas.domain.intake import Intake
from lambdas.domain.names import fold
from lambdas.domain.phone import E164, Kind, parse
from lambdas.domain.places import Place
from lambdas.domain.rules import Rules
from lambdas.domain.settings import (
    Action,
    Attempts,
    AvoidRepeat,
    Limits,
    PoolSettings,
    QueueSettings,
    RunMode,
    Tier,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ALL_TIERS = (Tier.AREA_CODE, Tier.STATE, Tier.COUNTRY, Tier.TOLL_FREE)
RULES_FILE = Path("lambdas/domain/data/caller_id_rules.json")

_STATES = {"1206": "WA", "1253": "WA", "1212": "NY", "1646": "NY", "1416": "ON", "1503": "OR"}
_POSITIONS = {
    "1206": (47.6061, -122.3328),
    "1253": (47.25, -122.4444),
    "1212": (40.7139, -74.0056),
    "1646": (40.7139, -74.0056),
    "1416": (43.7, -79.4161),
    "1503": (45.5228, -122.6778),
}
_TOWNS = {"1646": "Town 212"}
_OVERLAYS = (("1212", "1646"),)
_NAMES = {"WASHINGTON": "WA", "NEW YORK": "NY", "OREGON": "OR"}


class NanpStates:
    """A place finder that knows a few area codes, each with a town."""

    def find(self, e164: str) -> Place | None:
        code = e164[1:5]
        state = _STATES.get(code)
        if not state:
            return None
        return Place(_TOWNS.get(code, f"Town {code[1:]}"), state, "", _POSITIONS[code])

    def time_zones(self, e164: str) -> tuple[str, ...]:
        return ("America/Los_Angeles",) if e164[1:5] in ("1206", "1253", "1503") else ()

    def zones_of_numbers(self, region: str, beginning: str) -> tuple[str, ...]:
        return self.time_zones(f"+{beginning}")

    def zones_of_state(self, region: str, state: str) -> tuple[str, ...]:
        return ("America/Los_Angeles",) if state in ("WA", "OR") else ("America/New_York",)

    def town(self, region: str, name: str, state: str = "") -> Place | None:
        known = (self.find(f"+{code}") for code in _STATES)
        return next((place for place in known if place and fold(place.name) == fold(name)), None)

    def postal(self, region: str, code: str) -> Place | None:
        return self.find("+1503") if (region, code) == ("US", "97201") else None

    def state(self, region: str, text: str) -> str:
        code = text.strip().upper()
        return _NAMES.get(code, code if code in _STATES.values() else "")

    def area_codes(self, area_code: str) -> tuple[str, ...]:
        return next((codes for codes in _OVERLAYS if area_code in codes), (area_code,))


def rules() -> Rules:
    return Rules.from_json(json.loads(RULES_FILE.read_text("utf-8")))


def listing(number: str, state: str = "", place: str = "") -> Listing:
    phone = parse(number)
    found = NanpStates().find(number)
    return Listing(
        e164=phone.e164,
        region=phone.region,
        state=state or (found.state if found else ""),
        area_code=phone.area_code,
        place=place or (found.name if found else ""),
        kind=phone.kind,
        position=found.position if found else None,
    )


def directory(*numbers: str) -> Directory:
    return unpack(pack(map(listing, numbers)).values(), "test", rules().prefixes)


def nanp(area_code: str, count: int, exchange: str = "555") -> list[str]:
    """Numbers of the fictional 555-01xx range."""
    return [f"+1{area_code}{exchange}{100 + index:04d}" for index in range(count)]


def customer(index: int, area_code: str = "206") -> str:
    """A customer's number, made from a seed; its exchange is none that `nanp` uses."""
    exchange = Random(area_code).randrange(700, 900)
    return f"+1{area_code}{exchange}{index:04d}"


def bulk(size: int) -> list[Listing]:
    """Listings that need not be dialable numbers, for sizes that no range of fiction holds."""
    return [
        Listing(
            e164=E164(f"+1{200 + index % 700}{2_000_000 + index // 700:07d}"),
            region="US",
            state=f"S{index % 50}",
            area_code=f"1{200 + index % 700}",
            place="",
            kind=Kind.FIXED_OR_MOBILE,
            activated_on=20_000,
        )
        for index in range(size)
    ]


def pool(
    per_hour: int = 12,
    per_day: int = 60,
    days: int = 30,
    attempts: int = 10,
    tiers: tuple[Tier, ...] = ALL_TIERS,
    radius_km: float = 80.0,
    per_minute: int = 1_000_000,
    warm_up: tuple[int, ...] = (),
) -> PoolSettings:
    return PoolSettings(
        "sales",
        tiers,
        Limits(per_minute, per_hour, per_day, warm_up),
        AvoidRepeat(days, attempts),
        None,
        radius_km,
    )


def queue(
    on_exhausted: Action = Action.DEFAULT,
    on_error: Action = Action.DEFAULT,
    mode: str = "on",
    attempts: Attempts | None = None,
) -> QueueSettings:
    return QueueSettings(
        "outbound",
        "Outbound",
        "sales",
        "service",
        on_exhausted,
        on_error,
        RunMode.read(mode),
        attempts,
    )


def intake(country: str | None = None) -> Intake:
    countries = {"germany": "DE", "united states": "US", "united kingdom": "GB"}
    return Intake(NanpStates(), rules(), countries, country, date(2026, 11, 20))
