"""Sums: everything once, few told by chance, what is expected of the same calls."""

import random
from datetime import timedelta

import pytest

from lambdas.domain.expectation import Expectation
from lambdas.domain.outcomes import Cell, NumberHour, Outcome, tally
from lambdas.domain.report import LEAST_CALLS, OWN, Report, Verdict
from tests.unit.report.samples import (
    NUMBERS,
    OWN_NUMBER,
    PERIOD,
    hour,
    sample,
    standing,
    sums,
)


@pytest.fixture(scope="module")
def report() -> Report:
    return sample()


def test_every_table_adds_up_to_the_counters(report: Report) -> None:
    total = report.total.now
    for lines in (report.pools, report.tiers, report.regions, report.hours, report.arms):
        assert sum(line.now.made for line in lines) == total.made
        assert sum(line.now.answered for line in lines) == total.answered
    days = [day.tally for day in report.days]
    assert len(days) == 35
    assert sum(day.made for day in days[-7:]) == total.made
    assert sum(day.made for day in days[:-7]) == report.total.before.made
    numbers = sum(line.now.made for line in report.numbers) + report.few.now.made
    assert numbers + sum(own.now.made for own in report.own) == total.made


def test_the_total_is_that_of_the_counters_themselves() -> None:
    rng = random.Random(5)
    hours = [
        hour(NUMBERS[0], rng.randrange(1, 36), at, answered=rng.randrange(5), no_answer=9)
        for at in range(24)
    ]
    found = sums({("service", NUMBERS[0]): hours}).report()
    recent = [one for one in hours if one.hour >= PERIOD.since]
    assert found.total.now == tally(pair for one in recent for pair in one.cells.items())
    earlier = [one for one in hours if one.hour < PERIOD.since]
    assert found.total.before == tally(pair for one in earlier for pair in one.cells.items())


def test_hours_outside_the_weeks_do_not_count() -> None:
    before, today = hour(NUMBERS[0], 36, 5, answered=7), hour(NUMBERS[0], 0, 1, answered=9)
    found = sums({("service", NUMBERS[0]): [before, today]}).report()
    assert found.is_empty


def test_local_hours_are_those_of_the_destination() -> None:
    found = sums({("service", NUMBERS[0]): [hour(NUMBERS[0], 2, 20, no_answer=3)]}).report()
    assert [line.name for line in found.hours] == ["12"]


def test_what_is_expected_over_all_is_what_came(report: Report) -> None:
    for lines in (report.tiers, report.regions, report.hours):
        assert sum(line.expected for line in lines) == pytest.approx(report.total.now.answered)


def test_a_better_tier_and_a_worse_one_are_told() -> None:
    report = sample(tiers={"city": (0.5, 1.5), "country": (0.5, 0.5)})
    verdicts = {line.name: line.verdict for line in report.tiers}
    assert verdicts["city"] is Verdict.MORE
    assert verdicts["country"] is Verdict.LESS


def test_where_tiers_are_alike_none_is_told() -> None:
    """However many of them there are, over several seeds."""
    alike = {f"tier{n}": (0.1, 1.0) for n in range(10)}
    told = 0
    for seed in range(5):
        found = sample(seed=seed, tiers=alike)
        told += sum(line.verdict in (Verdict.MORE, Verdict.LESS) for line in found.tiers
                    if line.name.startswith("tier"))  # fmt: skip
    assert told <= 3, "of 50"


def test_a_tier_that_is_used_in_good_hours_is_not_taken_for_a_better_one() -> None:
    """Twice as many answers at 17 o'clock than at 9; a tier of the evening, one of the morning."""
    hours = []
    for day in range(1, 8):
        for at, rate, tiers in ((17, 4, {"city": 1, "state": 9}), (1, 8, {"city": 9, "state": 1})):
            moment = PERIOD.until - timedelta(days=day) + timedelta(hours=at)
            cells = {}
            for tier, times in tiers.items():
                cells[Cell("", tier, "US-WA", Outcome.ANSWERED)] = rate * times
                cells[Cell("", tier, "US-WA", Outcome.NO_ANSWER)] = (100 - rate) * times
            hours.append(NumberHour(NUMBERS[0], moment, cells))
    found = sums({("service", NUMBERS[0]): hours}).report()
    lines = {line.name: line for line in found.tiers}
    assert (lines["city"].now.rate or 0) > 1.5 * (lines["state"].now.rate or 1)
    assert {line.verdict for line in found.tiers} == {Verdict.CHANCE}
    assert lines["city"].expected == pytest.approx(lines["city"].now.answered, rel=0.05)


def test_numbers_of_few_calls_are_summed_and_never_ranked(report: Report) -> None:
    assert all(line.now.made >= LEAST_CALLS for line in report.numbers)
    few = sums(
        {
            ("service", NUMBERS[0]): [hour(NUMBERS[0], 2, 20, no_answer=LEAST_CALLS - 1)],
            ("service", NUMBERS[1]): [hour(NUMBERS[1], 2, 20, answered=LEAST_CALLS)],
            ("service", NUMBERS[2]): [hour(NUMBERS[2], 2, 20, unprompted=1)],
        }
    ).report()
    assert [line.number for line in few.numbers] == [NUMBERS[1]]
    assert (few.few.numbers, few.few.idle, few.few.now.made) == (1, 1, LEAST_CALLS - 1)


def test_a_fall_of_the_whole_is_told_and_chance_is_not() -> None:
    def week(rate: int) -> Report:
        before = [
            hour(NUMBERS[0], day, 20, answered=80 + day % 9, no_answer=920) for day in range(8, 36)
        ]
        now = [hour(NUMBERS[0], day, 20, answered=rate, no_answer=920) for day in range(1, 8)]
        return sums({("service", NUMBERS[0]): [*before, *now]}).report()

    assert week(50).total.change is Verdict.LESS
    assert week(120).total.change is Verdict.MORE
    assert week(84).total.change is Verdict.CHANCE


def test_own_numbers_have_their_busiest_hour(report: Report) -> None:
    [own] = report.own
    assert own.number == OWN_NUMBER
    assert own.busiest >= own.now.made / (7 * 24)
    found = sums(
        {(OWN, OWN_NUMBER): [hour(OWN_NUMBER, 3, 20, busy=7), hour(OWN_NUMBER, 2, 20, busy=3)]}
    )
    [line] = found.report().own
    assert (line.busiest, line.busiest_at) == (7, PERIOD.until - timedelta(days=3, hours=-20))


def test_a_number_that_strangers_call_back_stands_out() -> None:
    hours = {
        ("service", number): [hour(number, 2, 20, no_answer=200, unprompted=1 + 11 * (n == 3))]
        for n, number in enumerate(NUMBERS)
    }
    found = sums(hours).report()
    assert [one.number for one in found.spoofed] == [NUMBERS[3]]
    calm = {
        ("service", number): [hour(number, 2, 20, no_answer=200, unprompted=1)]
        for number in NUMBERS
    }
    assert not sums(calm).report().spoofed


def test_standings_come_by_what_speaks_against_them() -> None:
    found = sums({}).report([standing(NUMBERS[0], level=1.0), standing(NUMBERS[1], level=9.0)])
    assert [one.number for one in found.standings] == [NUMBERS[1], NUMBERS[0]]


def test_an_expectation_of_nothing_is_none() -> None:
    assert Expectation({}, {}).of("US-WA", 3) == 0.0
    assert Expectation({("US-WA", 3): 10}, {}).of("US-WA", 3) == 0.0
