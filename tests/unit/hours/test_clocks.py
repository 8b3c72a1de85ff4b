"""Clocks that are set forth and back, the next lawful moment, and both against a naive reading."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.hours import LOOKED_AHEAD, CallingHours, Location
from lambdas.domain.opening import DAY, Window, minute_of, offsets, open_spans
from lambdas.domain.settings import PoolHours
from local.evidence import hours_reference as naive
from tests.unit.hours.samples import MINUTE, POOL, allowed, local, pool_with

FLORIDA = Location("US", ("FL",), ("America/New_York",))
GERMANY = Location("DE", (), ("Europe/Berlin",))
ONE_TO_FOUR = pool_with(PoolHours(sunday=((60, 240),)))
HALF_PAST_TWO = pool_with(PoolHours(sunday=((150, 300),)))


def test_in_spring_the_lawful_hours_are_an_hour_earlier_by_utc(hours: CallingHours) -> None:
    saturday, sunday = (
        hours.judge(FLORIDA, "marketing", POOL, local("America/New_York", f"2026-03-0{day} 00:30"))
        for day in (7, 8)
    )

    assert saturday.opens_at == datetime(2026, 3, 7, 13, 0, tzinfo=UTC)
    assert sunday.opens_at == datetime(2026, 3, 8, 12, 0, tzinfo=UTC)


def test_in_autumn_they_are_an_hour_later(hours: CallingHours) -> None:
    saturday, sunday = (
        hours.judge(FLORIDA, "marketing", POOL, local("America/New_York", f"{day} 00:30"))
        for day in ("2026-10-31", "2026-11-01")
    )

    assert saturday.opens_at == datetime(2026, 10, 31, 12, 0, tzinfo=UTC)
    assert sunday.opens_at == datetime(2026, 11, 1, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "fold", "is_open", "why"),
    [
        ("2026-10-25 00:59", 0, False, "not yet"),
        ("2026-10-25 01:00", 0, True, "the window begins"),
        ("2026-10-25 02:30", 0, True, "half past two, for the first time"),
        ("2026-10-25 02:30", 1, True, "half past two, for the second time"),
        ("2026-10-25 03:59", 0, True, "four hours and 59 minutes of calls, not three"),
        ("2026-10-25 04:00", 0, False, "over"),
        ("2026-03-29 01:59", 0, True, "the last minute before the clocks go forth"),
        ("2026-03-29 03:00", 0, True, "the minute behind it"),
        ("2026-03-29 04:00", 0, False, "over, after two hours"),
    ],
)
def test_an_hour_that_comes_twice_is_open_twice_and_one_left_out_never(
    hours: CallingHours, text: str, fold: int, is_open: bool, why: str
) -> None:
    moment = local("Europe/Berlin", text, fold)

    assert allowed(hours, GERMANY, moment, "service", ONE_TO_FOUR) is is_open, why


def test_a_window_that_begins_in_the_hour_left_out_begins_behind_it(hours: CallingHours) -> None:
    before = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)  # 01:59; a minute later it is 03:00
    verdict = hours.judge(GERMANY, "service", HALF_PAST_TWO, before)

    assert verdict.opens_at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert allowed(hours, GERMANY, before + MINUTE, "service", HALF_PAST_TWO)


def test_the_next_moment_is_beyond_a_weekend_and_a_holiday(hours: CallingHours) -> None:
    france = Location("FR", (), ("Europe/Paris",))
    thursday = local("Europe/Paris", "2026-12-24 20:00")
    verdict = hours.judge(france, "marketing", POOL, thursday)

    assert verdict.opens_at == local("Europe/Paris", "2026-12-28 10:00"), "Monday; not Christmas"


def test_at_most_eight_days_are_looked_ahead(hours: CallingHours) -> None:
    def opens_at(weekdays: tuple[Window, ...] | None) -> datetime | None:
        own = pool_with(PoolHours(weekdays=weekdays, saturday=(), sunday=((600, 660),)))
        sunday = local("Europe/Berlin", "2026-11-15 11:00")
        return hours.judge(GERMANY, "service", own, sunday).opens_at

    assert opens_at(()) == local("Europe/Berlin", "2026-11-22 10:00")
    assert opens_at(((600, 660),)) == local("Europe/Berlin", "2026-11-16 10:00")
    never = pool_with(PoolHours((), (), ()))
    assert (
        hours.judge(GERMANY, "service", never, datetime(2026, 11, 15, tzinfo=UTC)).opens_at is None
    )


def test_a_moment_just_within_eight_days_is_told_and_one_just_beyond_is_not(
    hours: CallingHours,
) -> None:
    # Friday 20 Nov is no holiday; from the evening of Christmas week's Wednesday the only open
    # hours of this pool are those of the Saturday a week later.
    own = pool_with(PoolHours(weekdays=(), saturday=((600, 601),), sunday=()))
    opening = local("Europe/Berlin", "2026-11-21 10:00")
    after = opening + MINUTE
    following = local("Europe/Berlin", "2026-11-28 10:00")

    assert hours.judge(GERMANY, "service", own, after).opens_at == following
    assert following - after < LOOKED_AHEAD


ZONES = (
    "America/New_York", "America/Los_Angeles", "America/Phoenix", "America/St_Johns",
    "Australia/Lord_Howe", "Australia/Sydney", "Asia/Kathmandu", "Asia/Kolkata", "Europe/London",
    "Europe/Paris", "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "America/Santiago",
    "Asia/Beirut", "UTC",
)  # fmt: skip
NEW_YEAR = datetime(2025, 2, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 9 * 365 * DAY).map(lambda minutes: NEW_YEAR + minutes * MINUTE)
CHANGES = st.sampled_from(
    [
        datetime.fromtimestamp(60 * start, UTC)
        for zone in (*ZONES[:2], "Europe/Paris", "Australia/Lord_Howe", *ZONES[-4:-1])
        for start, _, _ in offsets(
            ZoneInfo(zone), minute_of(NEW_YEAR), minute_of(NEW_YEAR + timedelta(days=6 * 365))
        )[1:]
    ]
)
NEAR_CHANGES = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    CHANGES,
    st.integers(-2 * DAY, 2 * DAY),
)
PLACES = st.one_of(
    st.builds(
        lambda states, zones: Location("US", tuple(states), tuple(zones)),
        st.lists(
            st.sampled_from(["FL", "TX", "KY", "RI", "AL", "WA", "NY", "SD"]),
            unique=True,
            max_size=3,
        ),
        st.lists(st.sampled_from(ZONES), unique=True, min_size=1, max_size=3),
    ),
    st.builds(
        lambda region, zones: Location(region, (), tuple(zones)),
        st.sampled_from(["FR", "AU", "CA", "IN", "GB", "PR"]),
        st.lists(st.sampled_from(ZONES), unique=True, min_size=1, max_size=2),
    ),
)


@settings(max_examples=400, deadline=None)
@given(
    PLACES,
    st.sampled_from(["marketing", "collections", "service"]),
    st.one_of(MOMENTS, NEAR_CHANGES),
)
def test_a_verdict_is_that_of_a_clock_that_is_read(
    hours: CallingHours, place: Location, purpose: str, moment: datetime
) -> None:
    verdict = hours.judge(place, purpose, POOL, moment)

    assert verdict.allowed is naive.is_open(
        place.region, place.states, place.zones, purpose, moment
    )


@settings(max_examples=25, deadline=None)
@given(PLACES, st.one_of(MOMENTS, NEAR_CHANGES))
def test_the_next_moment_is_that_of_a_clock_that_is_read_minute_by_minute(
    hours: CallingHours, place: Location, moment: datetime
) -> None:
    verdict = hours.judge(place, "marketing", POOL, moment)
    if verdict.allowed:
        assert verdict.opens_at is None
    else:
        assert verdict.opens_at == naive.opens_at(
            place.region, place.states, place.zones, "marketing", moment
        )


WINDOWS = st.lists(st.integers(0, DAY), unique=True, min_size=2, max_size=6).map(
    lambda edges: tuple(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)


@settings(max_examples=60, deadline=None)
@given(WINDOWS, st.sampled_from(ZONES), st.one_of(MOMENTS, NEAR_CHANGES))
def test_any_windows_on_any_clock(windows: tuple[Window, ...], zone: str, moment: datetime) -> None:
    first = minute_of(moment)
    last = first + 3 * DAY
    spans = open_spans(lambda _day: windows, offsets(ZoneInfo(zone), first, last))
    opened = {minute for begin, end in spans for minute in range(begin, end)}
    for minute in range(first, last, 7):
        clock = datetime.fromtimestamp(minute * 60, ZoneInfo(zone))
        at = clock.hour * 60 + clock.minute
        assert (minute in opened) is any(begin <= at < end for begin, end in windows)
