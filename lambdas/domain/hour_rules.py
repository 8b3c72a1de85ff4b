"""One rule on when, or how often, people may be called; data/calling_hours.json holds them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from lambdas.domain.holidays import Calendar
from lambdas.domain.opening import ALL_DAY, DAY, Window
from lambdas.domain.settings import Attempts, PoolHours

Windows = tuple[Window, ...]
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SATURDAY = 5
STATE, FEDERAL = "state", "federal"
POOL_HOURS = "pool_hours"
"""The id under which a pool's own hours bar a call."""


class Location(NamedTuple):
    """Where a destination may be: `states` are ISO 3166-2 codes without the country, `zones` IANA
    names. No state means that the region's states are not told apart, so that each counts.

    `also` are places in another country that it may be in, each with its own law.
    """

    region: str
    states: tuple[str, ...]
    zones: tuple[str, ...]
    also: tuple["Location", ...] = ()

    @property
    def all_zones(self) -> tuple[str, ...]:
        """The zones of every country that it may be in."""
        return (*self.zones, *(zone for other in self.also for zone in other.zones))


class HourRule(NamedTuple):
    """A rule as the data file has it; `place` is what people call the place that it is of.

    `week` are the windows of each weekday from Monday on, None where the rule says nothing on
    hours; `holiday` are those of the holidays of `calendars`, None where they are as other days.
    No `regions`, `states` or `purposes` means any. `automatic` rules are about calls that a machine
    makes. A rule that `lifts` others permits what they forbid, where it was verified.
    """

    id: str
    place: str
    regions: frozenset[str]
    states: frozenset[str]
    purposes: frozenset[str]
    week: tuple[Windows, ...] | None
    holiday: Windows | None
    calendars: frozenset[str]
    attempts: Attempts | None
    pause_after_refusal_days: int
    automatic: bool
    lifts: frozenset[str]
    words: str
    source: str
    reviewed: str
    verified: bool

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> "HourRule":
        """Read an entry of the data file. Raises KeyError or ValueError for one that is none."""
        windows, attempts = entry.get("windows"), entry.get("attempts")
        return cls(
            id=entry["id"],
            place=entry["place"],
            regions=frozenset(entry["regions"]),
            states=frozenset(entry.get("states", ())),
            purposes=frozenset(entry["purposes"]),
            week=_week(windows) if windows else None,
            holiday=read_windows(windows["holiday"]) if windows and "holiday" in windows else None,
            calendars=frozenset(entry.get("holidays", ())),
            attempts=Attempts(attempts["most"], attempts["hours"]) if attempts else None,
            pause_after_refusal_days=int(entry.get("pause_after_refusal_days", 0)),
            automatic=bool(entry.get("automatic", False)),
            lifts=frozenset(entry.get("lifts", ())),
            words=entry["words"],
            source=entry["source"],
            reviewed=entry["reviewed"],
            verified=entry["verified"],
        )

    @classmethod
    def of_pool(cls, hours: PoolHours) -> "HourRule | None":
        """A pool's own hours; None where it keeps to the law alone."""
        if hours.weekdays is hours.saturday is hours.sunday is None and hours.holidays:
            return None
        weekdays, saturday, sunday = (
            ALL_DAY if windows is None else windows
            for windows in (hours.weekdays, hours.saturday, hours.sunday)
        )
        anything = frozenset[str]()
        return cls(
            id=POOL_HOURS,
            place="",
            regions=anything,
            states=anything,
            purposes=anything,
            week=(weekdays,) * SATURDAY + (saturday, sunday),
            holiday=None if hours.holidays else (),
            calendars=frozenset((STATE, FEDERAL)),
            attempts=None,
            pause_after_refusal_days=0,
            automatic=False,
            lifts=anything,
            words="The pool calls within these hours of its own.",
            source="the configuration",
            reviewed="",
            verified=True,
        )

    def holds(self, location: Location, purpose: str, *, automatic: bool) -> bool:
        """Whether it is about calls there, for that purpose."""
        return (
            (not self.regions or location.region in self.regions)
            and (not self.purposes or purpose in self.purposes)
            and (automatic or not self.automatic)
            and (
                not self.states
                or not location.states
                or not self.states.isdisjoint(location.states)
            )
        )

    def windows_on(self, location: Location, day: date, calendar: Calendar) -> Windows:
        """The windows of a day there. Where it is a holiday in one of the states that the
        destination may be in, and of which the rule is, the holiday's."""
        if self.week is None:
            return ALL_DAY
        if self.holiday is not None and self.is_holiday(location, day, calendar):
            return self.holiday
        return self.week[day.weekday()]

    def is_holiday(self, location: Location, day: date, calendar: Calendar) -> bool:
        """Whether the day is a holiday by the rule's calendars."""
        region = location.region
        if FEDERAL in self.calendars and calendar.is_national(region, day):
            return True
        if STATE not in self.calendars:
            return False
        own = self.states.intersection(location.states) or self.states or location.states or ("",)
        return any(calendar.is_holiday(region, state, day) for state in own)


def in_force(rules: Iterable[HourRule], *of: HourRule | None) -> tuple[HourRule, ...]:
    """The rules without those that a verified permission among them lifts, and without the
    permissions; a state's rules come first, since they say more than the country's."""
    all_of_them = [*rules, *(rule for rule in of if rule)]
    lifted = {name for rule in all_of_them if rule.verified for name in rule.lifts}
    left = [rule for rule in all_of_them if not rule.lifts and rule.id not in lifted]
    return tuple(sorted(left, key=lambda rule: not rule.states))


def read_windows(texts: Sequence[Sequence[str]]) -> Windows:
    """Pairs of "HH:MM" as ascending windows; "24:00" is the end of a day. ValueError otherwise."""
    windows = tuple((_minutes(begin), _minutes(end)) for begin, end in texts)
    edges = [edge for window in windows for edge in window]
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise ValueError(f"windows must ascend and not touch: {texts}")
    return windows


def _week(windows: Mapping[str, Sequence[Sequence[str]]]) -> tuple[Windows, ...]:
    unknown = windows.keys() - {*WEEK, "mon_fri", "holiday"}
    if unknown:
        raise ValueError(f"unknown kinds of day: {sorted(unknown)}")
    return tuple(
        read_windows(windows[day] if day in windows else windows["mon_fri"]) for day in WEEK
    )


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    found = int(hours) * 60 + int(minutes)
    if len(text) != len("HH:MM") or int(minutes) > 59 or not 0 <= found <= DAY:
        raise ValueError(f"{text!r} is no time of day; write HH:MM")
    return found
