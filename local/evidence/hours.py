"""Calling hours against a clock that is read minute by minute, and the data as it stands."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lambdas.domain.hours import CallingHours, Location
from lambdas.domain.opening import minute_of, moment, offsets
from lambdas.domain.phone import parse
from lambdas.domain.settings import AvoidRepeat, Limits, PoolSettings, Tier
from lambdas.domain.whereabouts import NOTHING_KNOWN, whereabouts
from local.deployed_hours import deployed_hours
from local.evidence import Finding, evidence
from local.evidence import hours_reference as naive
from local.spread_pool import places
from local.toolchain import Say

VERDICTS = 200_000
SCANS = 20_000
SEED = 20261122
SHOWN = 3
POOL = PoolSettings(
    "evidence", (Tier.COUNTRY,), Limits(per_minute=4, per_hour=12, per_day=60), AvoidRepeat(30, 10)
)
PURPOSES = ("marketing", "collections", "service", "requested")
BEGIN, END = datetime(2025, 2, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
COUNTRIES = ("CA", "GB", "AU", "FR", "IN", "CN", "PR", "DE")
DAYS = (
    *("2026-11-18", "2026-11-21", "2026-11-22", "2026-12-25", "2026-03-08"),
    *("2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"),
)
"""A weekday, a Saturday, a Sunday, Christmas, and days on which clocks change somewhere."""
NEAR = timedelta(days=2) // timedelta(minutes=1)


class Case(NamedTuple):
    place: Location
    purpose: str
    moment: datetime

    def __str__(self) -> str:
        where = f"{self.place.region}-{'/'.join(self.place.states) or '?'}"
        return f"{self.purpose} to {where} in {len(self.place.zones)} zones at {self.moment}"


@evidence("hours/edges")
def edges(say: Say) -> list[Finding]:
    """Each rule around each of its edges, on each kind of day, in each zone of its place."""
    cases = list(_edges())
    say(f"{len(cases):,} minutes around the edges of the rules")
    return [_compared(cases, "minutes ahead of, at and behind each window's ends")]


@evidence("hours/verdicts")
def verdicts(say: Say) -> list[Finding]:
    """Random calls, a third of them near a change of clocks."""
    say(f"{VERDICTS:,} random calls")
    cases = list(random_cases(VERDICTS, random.Random(SEED)))
    return [_compared(cases, f"a third near a change of clocks, seed {SEED}")]


@evidence("hours/opens_at")
def next_moments(say: Say) -> list[Finding]:
    """The next lawful moment of random calls, beside a scan of the minutes of eight days."""
    hours = deployed_hours()
    wrong: list[str] = []
    closed = never = 0
    for number, case in enumerate(random_cases(SCANS, random.Random(SEED + 1))):
        if number % 2_000 == 0:
            say(f"{number:,} of {SCANS:,} scans")
        verdict = hours.judge(case.place, case.purpose, POOL, case.moment)
        if verdict.allowed:
            continue
        closed += 1
        place = case.place
        expected = naive.opens_at(
            place.region, place.states, place.zones, case.purpose, case.moment
        )
        never += expected is None
        if verdict.opens_at != expected:
            wrong.append(f"{case}: {verdict.opens_at}, not {expected}")
    how = (
        f"{SCANS:,} random calls, {closed:,} of them barred; for {never:,} no lawful minute within "
        f"eight days, seed {SEED + 1}"
    )
    return [_finding(wrong, how)]


def random_cases(count: int, rng: random.Random) -> Iterator[Case]:
    """Calls to places that numbers of the United States and other countries may be in."""
    changes = _changes()
    spots = _spots(rng)
    for _ in range(count):
        at = BEGIN + timedelta(minutes=rng.randrange((END - BEGIN) // naive.MINUTE))
        if rng.random() < 1 / 3:
            at = rng.choice(changes) + timedelta(minutes=rng.randrange(-NEAR, NEAR))
        yield Case(rng.choice(spots), rng.choice(PURPOSES), at)


def _spots(rng: random.Random) -> list[Location]:
    """Each state, pairs of states as of people who moved, any state, and other countries."""
    known = places()
    states = sorted({state for rule in deployed_hours().rules for state in rule.states})
    zones = {state: known.zones_of_state("US", state) for state in states}
    spots = [Location("US", (state,), zones[state]) for state in states]
    for _ in range(30):
        one, other = rng.sample(states, 2)
        both = tuple(dict.fromkeys((*zones[one], *zones[other])))
        spots.append(Location("US", (one, other), both))
    for number in ("+12065550100", "+18505550100", "+18005550100"):
        phone = parse(number)
        where = whereabouts(phone, NOTHING_KNOWN, known)
        found = deployed_hours().location(phone, NOTHING_KNOWN, where, known)
        spots.append(found if found.states else found._replace(zones=found.zones[::5]))
    spots += [Location(region, (), known.zones_of_state(region, "")) for region in COUNTRIES]
    spots += [
        Location("AU", (state,), known.zones_of_state("AU", state)) for state in ("NSW", "WA")
    ]
    return spots


def _changes() -> Sequence[datetime]:
    """When clocks change in zones with different rules for it."""
    first, last = minute_of(BEGIN), minute_of(END - timedelta(days=30))
    return [
        moment(start)
        for zone in ("America/New_York", "America/Los_Angeles", "Europe/Paris", "Australia/Sydney",
                     "Australia/Lord_Howe")
        for start, _, _ in offsets(ZoneInfo(zone), first, last)[1:]
    ]  # fmt: skip


def _edges() -> Iterator[Case]:
    known = places()
    for rule in deployed_hours().rules:
        if rule.week is None or rule.automatic:
            continue
        (region, *_) = sorted(rule.regions, key=lambda name: name not in ("US", "FR", "AU"))
        (state,) = rule.states or ("",)
        zones = known.zones_of_state(region, state)
        ends = {edge for windows in rule.week for window in windows for edge in window} | {0, 720}
        purpose = "collections" if "collections" in rule.purposes else "marketing"
        for zone in zones:
            place = Location(region, (state,) if state else (), (zone,))
            for day in DAYS:
                midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
                for edge in sorted(ends):
                    clock = midnight + timedelta(minutes=edge)
                    for minutes in (-1, 0, 1):
                        at = clock.astimezone(UTC) + timedelta(minutes=minutes)
                        yield Case(place, purpose, at)


def _compared(cases: Sequence[Case], how: str) -> Finding:
    hours: CallingHours = deployed_hours()
    wrong = []
    allowed = 0
    for case in cases:
        place = case.place
        ours = hours.judge(place, case.purpose, POOL, case.moment).allowed
        theirs = naive.is_open(place.region, place.states, place.zones, case.purpose, case.moment)
        allowed += theirs
        if ours is not theirs:
            wrong.append(f"{case}: {ours}, not {theirs}")
    return _finding(wrong, f"{len(cases):,} cases, {allowed:,} of them allowed: {how}")


def _finding(wrong: Sequence[str], how: str) -> Finding:
    shown = "; ".join(wrong[:SHOWN])
    return Finding(len(wrong), "0 mismatches", not wrong, f"{how}. {shown}".strip())
