"""What an engineer configured, as the functions see it. Written at synth from the config file."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Action(StrEnum):
    """What the flow is told to do with the call."""

    DIAL = "dial"
    DEFAULT = "default"
    BLOCK = "block"


class Mode(StrEnum):
    """What a queue does with the picker's decisions. `observe` decides and logs, and the call
    shows the default; `percent` decides for a share of the contacts."""

    OFF = "off"
    OBSERVE = "observe"
    PERCENT = "percent"
    ON = "on"


class RunMode(NamedTuple):
    """The mode of a queue at run time, written "off", "observe", "percent 25" or "on"."""

    mode: Mode
    percent: int = 100

    @classmethod
    def read(cls, text: str) -> "RunMode":
        """Raises ValueError for what is no mode."""
        word, _, share = text.strip().partition(" ")
        mode = Mode(word)
        if (mode is Mode.PERCENT) != bool(share):
            raise ValueError(f"{text!r} is no mode: write off, observe, percent 25 or on")
        percent = int(share or 100)
        if not 0 <= percent <= 100:
            raise ValueError(f"{text!r}: a share lies between 0 and 100")
        return cls(mode, percent)

    def written(self) -> str:
        return f"{self.mode} {self.percent}" if self.mode is Mode.PERCENT else str(self.mode)

    def decides(self, contact_id: str) -> bool:
        """Whether this contact is decided on: always the same for one contact and share, and for a
        larger share too."""
        if self.mode is not Mode.PERCENT:
            return self.mode is Mode.ON
        digest = hashlib.sha256(f"percent|{contact_id}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % 100 < self.percent


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


class Caps(NamedTuple):
    """Calls that one number may make in a clock minute, a clock hour and a UTC day."""

    per_minute: int
    per_hour: int
    per_day: int


class Limits(NamedTuple):
    """The caps of a pool's numbers. `warm_up` holds a day's cap for each week since a number was
    put to use, as long as it lasts."""

    per_minute: int
    per_hour: int
    per_day: int
    warm_up: tuple[int, ...] = ()

    def at_age(self, days: int) -> Caps:
        """The caps of a number that was put to use so many days ago."""
        week = max(days, 0) // 7
        day = min(self.per_day, self.warm_up[week]) if week < len(self.warm_up) else self.per_day
        return Caps(self.per_minute, self.per_hour, day)


class Attempts(NamedTuple):
    """How often a customer may be rung: `most` times within `hours`, rolling exactly."""

    most: int
    hours: int


class AvoidRepeat(NamedTuple):
    """A number is not shown again to a customer within `days`, nor within `attempts` attempts."""

    days: int
    attempts: int


class PoolHours(NamedTuple):
    """A pool's own calling hours, in the customer's local time; law holds besides.

    Windows are (from, to) in minutes since midnight, the kinds of day with None as law has them;
    `holidays` says whether public holidays are called on. `automatic` says that a machine dials or
    speaks. `lifted` are rules of law that do not count for the pool: (id, the written reason).
    """

    weekdays: tuple[tuple[int, int], ...] | None = None
    saturday: tuple[tuple[int, int], ...] | None = None
    sunday: tuple[tuple[int, int], ...] | None = None
    holidays: bool = True
    automatic: bool = False
    lifted: tuple[tuple[str, str], ...] = ()


LAW_ALONE = PoolHours()


class AttestationShares(NamedTuple):
    """How often a number is shown whose calls are signed B, C, or nobody knows how: in percent of
    what it would be with A."""

    b: int = 100
    c: int = 100
    unknown: int = 100


ALL_ALIKE = AttestationShares()


@dataclass(frozen=True, slots=True)
class PoolSettings:
    name: str
    tiers: tuple[Tier, ...]
    limits: Limits
    avoid_repeat: AvoidRepeat
    country: str | None = None
    radius_km: float = 80.0
    hours: PoolHours = LAW_ALONE
    requires: tuple[str, ...] = ()
    test_networks: tuple[str, ...] = ()
    test_days: int = 30
    attestation: AttestationShares = ALL_ALIKE


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """`brand` is the name that the queue calls for and `call_reason` why it calls, "" where it says
    none; `must_screen` says that no call may be made without a look at suppressions. `of_list` is
    the list that the queue came from, "" for none; `number_arn` its own number where the config
    names one."""

    key: str
    name: str
    pool: str
    purpose: str
    on_exhausted: Action
    on_error: Action
    mode: RunMode
    attempts: Attempts | None = None
    brand: str = ""
    must_screen: bool = False
    call_reason: str = ""
    of_list: str = ""
    number_arn: str = ""

    @property
    def counted_as(self) -> str:
        """What metrics count the queue's calls as: those of a list together."""
        return self.of_list or self.key

    @property
    def on_failure(self) -> Action:
        """What is done where the store is out of reach. A call that must be screened, and cannot
        be, is not made."""
        return Action.BLOCK if self.must_screen else self.on_error


class Settings(NamedTuple):
    """Queues by key, pools by name; `ledger_days` is how long a customer's claims are kept.

    `origin` is the country (ISO 3166 alpha-2) that calls leave from, "" if unknown.
    `rule_overrides` says by a caller-ID rule's id which effect an engineer gave it, and why.
    `registers` are the ids of the national do-not-call registers that are screened against.
    """

    queues: Mapping[str, QueueSettings]
    pools: Mapping[str, PoolSettings]
    ledger_days: int
    origin: str
    rule_overrides: Mapping[str, Mapping[str, str]]
    registers: tuple[str, ...] = ()

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
            tuple(document.get("registers", ())),
        )

    def queue(self, key: str | None, name: str | None = None) -> QueueSettings | None:
        """The settings of a queue by its key, else by the name that Connect shows."""
        if key and key in self.queues:
            return self.queues[key]
        return next((queue for queue in self.queues.values() if name and queue.name == name), None)

    def own_numbers(self, claimed: Mapping[str, str]) -> dict[str, str]:
        """Queue -> the ARN of its own number: the one that the config names, or that was claimed
        for it."""
        named = {key: one.number_arn for key, one in self.queues.items() if one.number_arn}
        return {**named, **claimed}


def _pool(name: str, entry: Mapping[str, Any]) -> PoolSettings:
    limits, repeat = entry["limits"], entry["avoid_repeat"]
    return PoolSettings(
        name=name,
        tiers=tuple(Tier(tier) for tier in entry["tiers"]),
        limits=Limits(
            int(limits["per_minute"]),
            int(limits["per_hour"]),
            int(limits["per_day"]),
            tuple(int(calls) for calls in limits["warm_up"]),
        ),
        avoid_repeat=AvoidRepeat(int(repeat["days"]), int(repeat["attempts"])),
        country=entry.get("country"),
        radius_km=float(entry["radius_km"]),
        hours=_hours(entry.get("hours") or {}),
        requires=tuple(entry.get("requires") or ()),
        test_networks=tuple((entry.get("test_calls") or {}).get("networks", ())),
        test_days=int((entry.get("test_calls") or {}).get("every_days", 30)),
        attestation=AttestationShares(**(entry.get("attestation") or {})),
    )


def _hours(entry: Mapping[str, Any]) -> PoolHours:
    return PoolHours(
        weekdays=_windows(entry.get("weekdays")),
        saturday=_windows(entry.get("saturday")),
        sunday=_windows(entry.get("sunday")),
        holidays=bool(entry.get("holidays", True)),
        automatic=bool(entry.get("automatic", False)),
        lifted=tuple(sorted((entry.get("lifted") or {}).items())),
    )


def _windows(texts: list[str] | None) -> tuple[tuple[int, int], ...] | None:
    """Texts "HH:MM-HH:MM" as windows."""
    if texts is None:
        return None
    edges = [[_minutes(time) for time in text.split("-")] for text in texts]
    return tuple((begin, end) for begin, end in edges)


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _queue(key: str, entry: Mapping[str, Any]) -> QueueSettings:
    attempts = entry.get("attempts")
    return QueueSettings(
        key=key,
        name=entry["name"],
        pool=entry["pool"],
        purpose=entry["purpose"],
        on_exhausted=Action(entry["on_exhausted"]),
        on_error=Action(entry["on_error"]),
        mode=RunMode.read(entry["mode"]),
        attempts=Attempts(int(attempts["most"]), int(attempts["hours"])) if attempts else None,
        brand=entry.get("brand") or "",
        must_screen=bool(entry.get("must_screen", False)),
        call_reason=entry.get("call_reason") or "",
        of_list=entry.get("list") or "",
        number_arn=entry.get("number_arn") or "",
    )
