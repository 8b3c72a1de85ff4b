"""Every rule at its edges, in local time, against windows that were written down by hand."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from lambdas.domain.hours import CallingHours, Location
from tests.unit.hours.expected_windows import COUNTRIES, STATES, ZONES, Law, windows
from tests.unit.hours.samples import POOL, allowed, local

DAY = 1440
IN_STATES = {"AU": ("NSW",)}
"""Where a country's states have holidays of their own on the days below."""
DAYS = {
    "weekday": ("2026-11-18", "a Wednesday"),
    "saturday": ("2026-11-21", "a Saturday"),
    "sunday": ("2026-11-22", "a Sunday"),
    "holiday": ("2026-12-25", "Christmas, a Friday, and a holiday in every one of these places"),
    "after the clocks went forth": ("2026-03-08", "a Sunday: 02:00 to 03:00 is left out"),
    "after they went back": ("2026-11-01", "a Sunday: 01:00 to 02:00 comes twice"),
    "the Monday after the change": ("2026-03-09", "the first weekday of summer time"),
}


class Edge(NamedTuple):
    place: Location
    zone: str
    day: str
    minute: int
    open: bool
    why: str


def _places() -> Iterator[tuple[Location, str, Law]]:
    for state, law in STATES.items():
        yield Location("US", (state,), (ZONES[state],)), ZONES[state], law
    for region, (zone, law) in COUNTRIES.items():
        yield Location(region, IN_STATES.get(region, ()), (zone,)), zone, law


def _edges() -> Iterator[Edge]:
    for place, zone, law in _places():
        for name, (day, of_day) in DAYS.items():
            weekday = datetime.fromisoformat(day).weekday()
            of_week = (law.weekdays,) * 5 + (law.saturday, law.sunday)
            text = of_week[weekday]
            if name == "holiday" and law.holiday != "=":
                text = law.holiday
            open_at = windows(text)
            minutes = {0, 12 * 60, DAY - 1}
            for begin, end in open_at:
                minutes |= {begin - 1, begin, end - 1, end}
            for minute in sorted(each for each in minutes if 0 <= each < DAY):
                is_open = any(begin <= minute < end for begin, end in open_at)
                yield Edge(place, zone, day, minute, is_open, f"{law.why}; {of_day}")


EDGES = list(_edges())


@pytest.mark.parametrize(
    "edge",
    EDGES,
    ids=lambda edge: (
        f"{edge.place.region}-{''.join(edge.place.states)} {edge.day} "
        f"{edge.minute // 60:02}:{edge.minute % 60:02} {'open' if edge.open else 'closed'}"
    ),
)
def test_first_and_last_lawful_minute(hours: CallingHours, edge: Edge) -> None:
    clock = f"{edge.day} {edge.minute // 60:02}:{edge.minute % 60:02}"

    assert allowed(hours, edge.place, local(edge.zone, clock)) is edge.open, edge.why


def test_the_last_second_of_the_last_lawful_minute_is_lawful(hours: CallingHours) -> None:
    florida = Location("US", ("FL",), ("America/New_York",))
    end = local("America/New_York", "2026-11-18 20:00")

    assert allowed(hours, florida, end - timedelta(microseconds=1))
    assert not allowed(hours, florida, end)


def test_every_state_is_written_down_here_and_in_the_data(hours: CallingHours) -> None:
    assert len(STATES) == len(ZONES) == 51
    assert {state for rule in hours.rules for state in rule.states} == set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_attempts_are_as_the_states_say(hours: CallingHours, state: str) -> None:
    place = Location("US", (state,), (ZONES[state],))
    found = [
        f"{each.attempts.most}/{each.attempts.hours}" for each in hours.attempts(place, "marketing")
    ]

    assert found == [each for each in (STATES[state].attempts,) if each]


@pytest.mark.parametrize("region", COUNTRIES)
def test_attempts_are_as_the_countries_say(hours: CallingHours, region: str) -> None:
    zone, law = COUNTRIES[region]
    found = hours.attempts(Location(region, (), (zone,)), "marketing")

    assert [f"{each.attempts.most}/{each.attempts.hours}" for each in found] == [
        each for each in (law.attempts,) if each
    ]


def test_where_the_state_is_not_known_every_state_counts(hours: CallingHours) -> None:
    anywhere = Location("US", (), ("America/Chicago",))
    expected = Law("10-18", "10-17", "-", "-", "3/24")
    for name in ("weekday", "saturday", "sunday", "holiday"):
        day = DAYS[name][0]
        text = {
            "weekday": expected.weekdays,
            "saturday": expected.saturday,
            "sunday": expected.sunday,
            "holiday": expected.holiday,
        }[name]
        open_minutes = {
            minute
            for minute in range(DAY)
            if allowed(
                hours,
                anywhere,
                local("America/Chicago", f"{day} {minute // 60:02}:{minute % 60:02}"),
            )
        }
        wanted = {minute for begin, end in windows(text) for minute in range(begin, end)}
        assert open_minutes == wanted, name
    assert [tuple(each.attempts) for each in hours.attempts(anywhere, "marketing")] == [(3, 24)]


@pytest.mark.parametrize(
    ("state", "day", "is_holiday", "why"),
    [
        ("AL", "2026-06-01", True, "Jefferson Davis' birthday, a holiday of Alabama alone"),
        ("LA", "2026-02-17", True, "Mardi Gras, a holiday of Louisiana"),
        ("RI", "2026-08-10", True, "Victory Day, a holiday of Rhode Island"),
        ("RI", "2026-06-01", False, "Alabama's holiday is none here"),
        ("AL", "2026-08-10", False, "Rhode Island's holiday is none here"),
        ("LA", "2026-10-12", True, "Columbus Day: Louisiana works, the federation does not"),
        ("FL", "2026-12-25", False, "Florida's rule says nothing of holidays"),
    ],
)
def test_each_state_has_its_own_holidays(
    hours: CallingHours, state: str, day: str, is_holiday: bool, why: str
) -> None:
    place = Location("US", (state,), (ZONES[state],))

    assert allowed(hours, place, local(ZONES[state], f"{day} 12:00")) is not is_holiday, why


def test_where_the_state_is_not_known_the_holiday_of_any_bars(hours: CallingHours) -> None:
    anywhere = Location("US", (), ("America/Chicago",))

    assert not allowed(hours, anywhere, local("America/Chicago", "2026-08-10 12:00"))
    assert allowed(hours, anywhere, local("America/Chicago", "2026-08-11 12:00"))


PURPOSES = [
    ("US", ("KY",), "America/New_York", "marketing", "09:59", False, "Kentucky's 10:00"),
    ("US", ("KY",), "America/New_York", "service", "03:00", True, "no hours in the sources"),
    ("US", ("KY",), "America/New_York", "requested", "03:00", True, "no hours in the sources"),
    ("US", ("KY",), "America/New_York", "collections", "07:59", False, "15 USC 1692c(a)(1)"),
    ("US", ("KY",), "America/New_York", "collections", "08:00", True, "sales hours do not count"),
    ("US", ("KY",), "America/New_York", "collections", "20:59", True, "until nine"),
    ("US", ("KY",), "America/New_York", "collections", "21:00", False, "15 USC 1692c(a)(1)"),
    ("FR", (), "Europe/Paris", "service", "13:30", True, "the pause is for sales alone"),
    ("FR", (), "Europe/Paris", "marketing", "13:30", False, "between the two windows"),
    ("DE", (), "Europe/Berlin", "marketing", "23:00", True, "no hours established for Germany"),
]


@pytest.mark.parametrize(
    ("region", "states", "zone", "purpose", "time", "is_open", "why"), PURPOSES
)
def test_rules_hold_for_their_purposes(
    hours: CallingHours,
    region: str,
    states: tuple[str, ...],
    zone: str,
    purpose: str,
    time: str,
    is_open: bool,
    why: str,
) -> None:
    place = Location(region, states, (zone,))

    assert allowed(hours, place, local(zone, f"2026-11-18 {time}"), purpose) is is_open, why


def test_debts_are_called_about_seven_times_in_seven_days(hours: CallingHours) -> None:
    place = Location("US", ("KY",), ("America/New_York",))

    assert [(each.rule, tuple(each.attempts)) for each in hours.attempts(place, "collections")] == [
        ("us_collections_attempts", (7, 168))
    ]
    assert hours.attempts(place, "service") == ()


def test_the_french_are_left_alone_for_sixty_days_after_a_refusal(hours: CallingHours) -> None:
    assert hours.pause_after_refusal("FR", "marketing") == 60
    assert hours.pause_after_refusal("FR", "service") == 0
    assert hours.pause_after_refusal("US", "marketing") == 0


def test_no_rule_stays_unused(hours: CallingHours) -> None:
    """Each rule's windows are the reason somewhere in the tables above, or limit attempts."""
    seen = set()
    for edge in EDGES:
        clock = f"{edge.day} {edge.minute // 60:02}:{edge.minute % 60:02}"
        seen.add(hours.judge(edge.place, "marketing", POOL, local(edge.zone, clock)).rule)
    timed = {rule.id for rule in hours.rules if rule.week and not rule.automatic}

    assert timed - seen == {"us_collections"}
