"""What an engineer configured, as the functions see it. Written at synth from the config file."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What the flow is told to do with the call."""

    DIAL = "dial"
    DEFAULT = "default"
    BLOCK = "block"


class Mode(StrEnum):
    """Run-time mode of a queue. `observe` decides and logs, and the call shows the default."""

    OFF = "off"
    OBSERVE = "observe"
    ON = "on"


class Tier(StrEnum):
    """How local a pick is. All but the first and the last are within the destination's country.

    `answered_before` is the number that the customer answered last; `nearest` lies within the
    pool's radius of the customer; `country` is any number but a toll-free one; `national` is a
    company-wide number or one of internet telephony; `golden_toll_free` a recognisable one.
    """

    ANSWERED_BEFORE = "answered_before"
    CITY = "city"
    NEAREST = "nearest"
    AREA_CODE = "area_code"
    STATE = "state"
    COUNTRY = "country"
    MOBILE = "mobile"
    NATIONAL = "national"
    GOLDEN_TOLL_FREE = "golden_toll_free"
    TOLL_FREE = "toll_free"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Limits:
    """Calls that one number may make in a clock hour and in a UTC day."""

    per_hour: int
    per_day: int


@dataclass(frozen=True, slots=True)
class AvoidRepeat:
    """A number is not shown again to a customer within `days`, nor within `attempts` attempts."""

    days: int
    attempts: int


@dataclass(frozen=True, slots=True)
class PoolSettings:
    name: str
    tiers: tuple[Tier, ...]
    limits: Limits
    avoid_repeat: AvoidRepeat
    country: str | None = None
    radius_km: float = 80.0


@dataclass(frozen=True, slots=True)
class QueueSettings:
    key: str
    name: str
    pool: str
    purpose: str
    on_exhausted: Action
    on_error: Action
    mode: Mode


@dataclass(frozen=True, slots=True)
class Settings:
    """Queues by key, pools by name; `ledger_days` is how long a customer's claims are kept.

    `origin` is the country (ISO 3166 alpha-2) that calls leave from, "" if unknown.
    `rule_overrides` says by a caller-ID rule's id which effect an engineer gave it, and why.
    """

    queues: Mapping[str, QueueSettings]
    pools: Mapping[str, PoolSettings]
    ledger_days: int
    origin: str
    rule_overrides: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Settings":
        """Read the document that the deployment wrote. Raises KeyError or ValueError if it is
        not one: a function must not start on settings that it understands by half."""
        pools = {name: _pool(name, entry) for name, entry in document["pools"].items()}
        queues = {key: _queue(key, entry) for key, entry in document["queues"].items()}
        return cls(
            queues,
            pools,
            int(document["ledger_days"]),
            document.get("origin", ""),
            document.get("rule_overrides", {}),
        )

    def queue(self, key: str | None, name: str | None = None) -> QueueSettings | None:
        """The settings of a queue by its key, else by the name that Connect shows."""
        if key and key in self.queues:
            return self.queues[key]
        return next((queue for queue in self.queues.values() if name and queue.name == name), None)


def _pool(name: str, entry: Mapping[str, Any]) -> PoolSettings:
    limits, repeat = entry["limits"], entry["avoid_repeat"]
    return PoolSettings(
        name=name,
        tiers=tuple(Tier(tier) for tier in entry["tiers"]),
        limits=Limits(int(limits["per_hour"]), int(limits["per_day"])),
        avoid_repeat=AvoidRepeat(int(repeat["days"]), int(repeat["attempts"])),
        country=entry.get("country"),
        radius_km=float(entry["radius_km"]),
    )


def _queue(key: str, entry: Mapping[str, Any]) -> QueueSettings:
    return QueueSettings(
        key=key,
        name=entry["name"],
        pool=entry["pool"],
        purpose=entry["purpose"],
        on_exhausted=Action(entry["on_exhausted"]),
        on_error=Action(entry["on_error"]),
        mode=Mode(entry["mode"]),
    )
