"""Stricter pools, lifted rules, permissions, machines, and what the data must say of each rule."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lambdas.domain.holidays import Holidays
from lambdas.domain.hour_rules import HourRule, read_windows
from lambdas.domain.hours import CallingHours, Location
from lambdas.domain.settings import PoolHours
from tests.unit.hours.samples import POOL, allowed, local, pool_with, rules_document

ZONE = "America/New_York"
FLORIDA = Location("US", ("FL",), (ZONE,))
KENTUCKY = Location("US", ("KY",), (ZONE,))
RULES = [HourRule.from_json(entry) for entry in rules_document()["rules"]]
TEN_TO_FIVE = PoolHours(((600, 1020),), (), (), holidays=False)


@pytest.mark.parametrize(
    ("clock", "purpose", "is_open", "why"),
    [
        ("2026-11-18 09:59", "marketing", False, "the law is open since eight, the pool is not"),
        ("2026-11-18 10:00", "marketing", True, "both are open"),
        ("2026-11-18 16:59", "marketing", True, "both are open"),
        ("2026-11-18 17:00", "marketing", False, "the pool is closed"),
        ("2026-11-18 17:00", "service", False, "the pool's hours hold for every purpose"),
        ("2026-11-21 12:00", "marketing", False, "no Saturdays in this pool"),
        ("2026-11-22 12:00", "service", False, "no Sundays in this pool"),
        ("2026-11-26 12:00", "service", False, "Thanksgiving, and no calls on holidays"),
    ],
)
def test_a_pool_may_be_stricter(
    hours: CallingHours, clock: str, purpose: str, is_open: bool, why: str
) -> None:
    own = pool_with(TEN_TO_FIVE)

    assert allowed(hours, FLORIDA, local(ZONE, clock), purpose, own) is is_open, why


def test_a_pool_is_never_laxer_by_its_own_hours(hours: CallingHours) -> None:
    all_day = pool_with(PoolHours(((0, 1440),), ((0, 1440),), ((0, 1440),)))

    assert not allowed(hours, FLORIDA, local(ZONE, "2026-11-18 07:59"), of=all_day)
    assert not allowed(hours, FLORIDA, local(ZONE, "2026-11-18 20:00"), of=all_day)


def test_the_pool_says_that_it_is_the_pool_that_is_closed(hours: CallingHours) -> None:
    verdict = hours.judge(
        FLORIDA, "marketing", pool_with(TEN_TO_FIVE), local(ZONE, "2026-11-18 17:30")
    )

    assert verdict.rule == "pool_hours"
    assert verdict.words == (
        "It is 17:30 on Wednesday where this customer is (America/New_York); marketing calls of"
        " this pool are allowed there from 10:00 to 17:00. Next: Thu 19 Nov 10:00 there"
        " (15:00 UTC)."
    )


def test_a_lifted_rule_does_not_bar_and_is_told_with_its_reason(hours: CallingHours) -> None:
    lifted = pool_with(PoolHours(lifted=(("us_ky", "Counsel agreed on 2026-11-20, LEGAL-14"),)))
    early, late = local(ZONE, "2026-11-18 09:00"), local(ZONE, "2026-11-18 12:00")

    verdict = hours.judge(KENTUCKY, "marketing", lifted, early)
    assert verdict.allowed
    assert verdict.lifted == (("us_ky", "Counsel agreed on 2026-11-20, LEGAL-14"),)
    assert hours.judge(KENTUCKY, "marketing", lifted, late).lifted == (), "it bars nothing at noon"
    assert hours.judge(FLORIDA, "marketing", lifted, early).lifted == (), "nor in another state"
    assert not allowed(hours, KENTUCKY, local(ZONE, "2026-11-18 07:59"), of=lifted), "federal law"


def test_the_reason_is_told_from_the_first_minute_to_the_last(hours: CallingHours) -> None:
    lifted = pool_with(PoolHours(lifted=(("us_ky", "because"),)))
    told = [
        bool(hours.judge(KENTUCKY, "marketing", lifted, local(ZONE, f"2026-11-18 {time}")).lifted)
        for time in ("08:00", "09:59", "10:00", "20:59")
    ]

    assert told == [True, True, False, False]


def test_lifted_attempts_do_not_count_and_are_told_with_every_call(hours: CallingHours) -> None:
    lifted = pool_with(PoolHours(lifted=(("us_fl_attempts", "because"),)))
    noon = local(ZONE, "2026-11-18 12:00")

    assert hours.attempts(FLORIDA, "marketing", lifted) == ()
    assert hours.attempts(FLORIDA, "marketing", POOL) != ()
    assert hours.judge(FLORIDA, "marketing", lifted, noon).lifted == (
        ("us_fl_attempts", "because"),
    )


@pytest.mark.parametrize(
    ("state", "clock", "by_people", "by_machines"),
    [
        ("IN", "2026-11-18 08:59", True, False),
        ("IN", "2026-11-18 09:00", True, True),
        ("IN", "2026-11-18 19:59", True, True),
        ("IN", "2026-11-18 20:00", True, False),
        ("ME", "2026-11-18 16:59", True, True),
        ("ME", "2026-11-18 17:00", True, False),
        ("ME", "2026-11-21 12:00", True, False),
        ("ME", "2026-11-22 12:00", True, False),
    ],
)
def test_machines_have_fewer_hours(
    hours: CallingHours, state: str, clock: str, by_people: bool, by_machines: bool
) -> None:
    place = Location("US", (state,), (ZONE,))
    machine = pool_with(PoolHours(automatic=True))

    assert allowed(hours, place, local(ZONE, clock)) is by_people
    assert allowed(hours, place, local(ZONE, clock), of=machine) is by_machines


def test_machines_ring_a_person_in_maine_once_in_eight_hours(hours: CallingHours) -> None:
    maine = Location("US", ("ME",), (ZONE,))
    machine = pool_with(PoolHours(automatic=True))

    assert hours.attempts(maine, "marketing") == ()
    assert [tuple(each.attempts) for each in hours.attempts(maine, "marketing", machine)] == [
        (1, 8)
    ]


def _permission(*, verified: bool) -> HourRule:
    closed = next(rule for rule in RULES if rule.id == "us_ky")
    return closed._replace(
        id="us_ky_permission", week=None, lifts=frozenset({"us_ky"}), verified=verified
    )


def test_an_unverified_permission_never_applies_and_a_verified_one_does() -> None:
    early = local(ZONE, "2026-11-18 09:00")
    for verified in (False, True):
        ours = CallingHours([*RULES, _permission(verified=verified)])
        assert allowed(ours, KENTUCKY, early) is verified


def test_an_unverified_restriction_applies(hours: CallingHours) -> None:
    kentucky = next(rule for rule in hours.rules if rule.id == "us_ky")

    assert not kentucky.verified
    assert not allowed(hours, KENTUCKY, local(ZONE, "2026-11-18 09:00"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_it_means_where_it_stands_and_when_it_was_read(rule: HourRule) -> None:
    assert rule.words.endswith(".")
    assert len(rule.words) > 40
    assert len(rule.source) > 10
    assert date(2026, 1, 1) <= date.fromisoformat(rule.reviewed) <= date(2026, 11, 22)
    assert rule.place
    assert rule.regions
    assert rule.purposes <= {"marketing", "service", "collections", "requested"}
    kinds = [rule.week is not None, rule.attempts is not None, rule.pause_after_refusal_days > 0]
    assert sum(kinds) == 1, "one thing each, so that it is lifted alone"
    assert (rule.holiday is not None) == bool(rule.calendars)


def test_no_two_rules_have_one_id() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_windows_are_read_strictly() -> None:
    assert read_windows([["10:00", "13:00"], ["14:00", "24:00"]]) == ((600, 780), (840, 1440))
    for wrong in ([["13:00", "10:00"]], [["10:00", "14:00"], ["13:00", "15:00"]],
                  [["10:00", "24:01"]], [["9:00", "10:00"]], [["10:00", "10:60"]]):  # fmt: skip
        with pytest.raises(ValueError, match=r"windows must ascend|no time of day"):
            read_windows(wrong)


def test_single_weekdays_may_differ() -> None:
    entry = dict(rules_document()["rules"][0])
    entry["windows"] = {**entry["windows"], "wed": [["12:00", "13:00"]]}
    rule = HourRule.from_json(entry)

    assert rule.week is not None
    assert rule.week[2] == ((720, 780),)
    assert rule.week[1] == ((480, 1260),)
    with pytest.raises(ValueError, match="unknown kinds of day"):
        HourRule.from_json({**entry, "windows": {**entry["windows"], "friday": []}})


WORDS = [
    (FLORIDA, "2026-11-20 20:42", "It is 20:42 on Friday in Florida (America/New_York); marketing"
     " calls are allowed there from 08:00 to 20:00. Next: Sat 21 Nov 08:00 there (13:00 UTC)."),
    (FLORIDA._replace(zones=("America/Chicago", ZONE)), "2026-11-20 20:42",
     "This customer may be in Florida, and it may be 20:42 on Friday there (America/New_York);"
     " marketing calls are allowed there from 08:00 to 20:00. Next: Sat 21 Nov 09:00 there"
     " (14:00 UTC)."),
    (Location("US", (), (ZONE,)), "2026-11-22 12:00", "Nobody knows in which state this customer"
     " is, so that the hours of each count; it may be 12:00 on Sunday there (America/New_York),"
     " and by those of Alabama marketing calls are not allowed there on Sundays. Next: Mon 23 Nov"
     " 10:00 there (15:00 UTC)."),
    (Location("US", ("RI",), (ZONE,)), "2026-12-25 12:00", "It is 12:00 on Friday in Rhode Island"
     " (America/New_York); marketing calls are not allowed there on public holidays. Next: Sat 26"
     " Dec 10:00 there (15:00 UTC)."),
    (Location("US", ("RI",), (ZONE,)), "2040-01-04 12:00", "It is 12:00 on Wednesday in Rhode"
     " Island (America/New_York); marketing calls are not allowed there on public holidays, and"
     " which days those of 2040 are is not known yet. There is no lawful time within the next"
     " eight days."),
    (Location("CN", (), ("Asia/Shanghai",)), "2026-11-20 12:00", "It is 01:00 on Saturday in China"
     " (Asia/Shanghai); marketing calls are not allowed there at any time. There is no lawful time"
     " within the next eight days."),
    (Location("FR", (), ("Europe/Paris",)), "2026-11-20 07:30", "It is 13:30 on Friday in France"
     " (Europe/Paris); marketing calls are allowed there from 10:00 to 13:00 and from 14:00 to"
     " 20:00. Next: Fri 20 Nov 14:00 there (13:00 UTC)."),
]  # fmt: skip


@pytest.mark.parametrize(("place", "clock", "words"), WORDS)
def test_the_agent_reads_why_and_until_when(
    hours: CallingHours, place: Location, clock: str, words: str
) -> None:
    assert hours.judge(place, "marketing", POOL, local(ZONE, clock)).words == words


def test_words_tell_the_minute_in_which_they_are_read(hours: CallingHours) -> None:
    at = local(ZONE, "2026-11-20 20:42")
    said = [
        hours.judge(FLORIDA, "marketing", POOL, at + timedelta(seconds=seconds)).words[6:11]
        for seconds in (0, 59, 60, 61, -1)
    ]

    assert said == ["20:42", "20:42", "20:43", "20:43", "20:41"]


def test_nothing_is_remembered_beyond_its_day(hours: CallingHours) -> None:
    for day in range(400):
        noon = datetime(2026, 1, 1, 17, tzinfo=UTC) + timedelta(days=day)
        assert allowed(hours, FLORIDA, noon)
        assert not allowed(hours, FLORIDA, noon + timedelta(hours=9))


def test_a_calendar_knows_states_and_says_where_it_ends(calendar: Holidays) -> None:
    christmas, jazz_day = date(2026, 12, 25), date(2026, 4, 30)

    assert calendar.is_national("US", christmas)
    assert calendar.is_holiday("US", "RI", date(2026, 8, 10))
    assert not calendar.is_holiday("US", "NY", date(2026, 8, 10))
    assert calendar.is_holiday("US", "", date(2026, 8, 10)), "in any of the states"
    assert not calendar.is_holiday("US", "", jazz_day)
    assert not calendar.is_holiday("US", "LA", date(2026, 10, 12)), "left out there"
    assert calendar.is_holiday("AU", "NSW", date(2026, 6, 8))
    assert not calendar.knows("US", date(2037, 1, 1))
    assert calendar.is_holiday("US", "NY", date(2037, 1, 2)), "not known, so the strict side"
    assert calendar.is_national("US", date(2024, 12, 31))
    assert calendar.is_holiday("XX", "", jazz_day), "a country that nobody knows"


def test_the_file_of_holidays_is_their_packages_own(calendar: Holidays) -> None:
    import holidays

    for region, state in (("US", "TX"), ("AU", "VIC"), ("FR", "57"), ("CA", "QC"), ("DE", "BY")):
        theirs = holidays.country_holidays(region, subdiv=state)
        for offset in range(0, 365 * 11):
            day = date(2025, 1, 1) + timedelta(days=offset)
            assert calendar.is_holiday(region, state, day) is (day in theirs), (region, state, day)
