"""Calling hours the slow way: a clock is read for each minute, and the data as it stands.

It shares nothing with lambdas/domain but the data file: holidays are asked of their package, and
there are no spans, no folds and no caches of verdicts to get wrong.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from local.toolchain import ROOT

Rule = Mapping[str, Any]

DATA = ROOT / "lambdas" / "domain" / "data" / "calling_hours.json"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_REGIONS_OF_THEIR_OWN = (
    *("971", "972", "973", "974", "976", "BL", "MF", "NC", "PF", "PM", "TF", "WF"),
    *("AS", "GU", "MP", "PR", "UM", "VI"),
)
"""French and American subdivisions that telephony knows by codes of their own."""
MINUTE = timedelta(minutes=1)
AHEAD = timedelta(days=8)


@cache
def all_rules() -> Sequence[Rule]:
    rules: Sequence[Rule] = json.loads(DATA.read_text("utf-8"))["rules"]
    return rules


def rules_on_hours(region: str, states: Collection[str], purpose: str) -> list[Rule]:
    """The rules on hours for calls by people; no states means that each may be meant."""
    return [
        rule
        for rule in all_rules()
        if "windows" in rule
        and region in rule["regions"]
        and purpose in rule["purposes"]
        and not rule.get("automatic")
        and (not states or "states" not in rule or set(states) & set(rule["states"]))
    ]


def is_open(
    region: str, states: Sequence[str], zones: Sequence[str], purpose: str, moment: datetime
) -> bool:
    """Whether every rule is open on every clock."""
    rules = rules_on_hours(region, states, purpose)
    return all(
        _within(rule["id"], region, tuple(states), moment.astimezone(_zone(zone)))
        for zone in zones
        for rule in rules
    )


def opens_at(
    region: str, states: Sequence[str], zones: Sequence[str], purpose: str, moment: datetime
) -> datetime | None:
    """The first open minute behind a closed moment, by trying each of eight days."""
    trying = moment.astimezone(UTC).replace(second=0, microsecond=0)
    for _ in range(AHEAD // MINUTE):
        trying += MINUTE
        if is_open(region, states, zones, purpose, trying):
            return trying
    return None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _within(rule: str, region: str, states: tuple[str, ...], clock: datetime) -> bool:
    time = f"{clock:%H:%M}"
    return any(begin <= time < end for begin, end in _windows(rule, region, states, clock.date()))


@cache
def _windows(rule: str, region: str, states: tuple[str, ...], day: date) -> Sequence[Sequence[str]]:
    found = next(each for each in all_rules() if each["id"] == rule)
    windows: Mapping[str, Sequence[Sequence[str]]] = found["windows"]
    if "holiday" in windows and _is_holiday(found, region, states, day):
        return windows["holiday"]
    name = WEEK[day.weekday()]
    return windows[name] if name in windows else windows["mon_fri"]


def _is_holiday(rule: Rule, region: str, states: tuple[str, ...], day: date) -> bool:
    if "federal" in rule["holidays"] and day in _holidays(region, None):
        return True
    if "state" not in rule["holidays"]:
        return False
    own = rule.get("states", ())
    asked = [state for state in own if state in states] or own or states
    if not asked:
        supported = holidays.list_supported_countries()[region]
        asked = [state for state in supported if state not in _REGIONS_OF_THEIR_OWN]
    return any(day in _holidays(region, state) for state in asked)


@cache
def _holidays(region: str, state: str | None) -> Any:
    return holidays.country_holidays(region, subdiv=state)
