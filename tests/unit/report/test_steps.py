"""What to do next: each finding, and none where nothing is found."""

from datetime import timedelta

import pytest

from lambdas.domain.lifecycle import Mode, State
from lambdas.domain.outcomes import Cell, NumberHour, Outcome
from lambdas.domain.report import OWN, Report, Standing
from lambdas.domain.report_steps import Around, QueueFacts, Step, steps
from tests.unit.report.samples import NUMBERS, OWN_NUMBER, PERIOD, hour, standing, sums

QUEUES = {"outbound": QueueFacts("service", "on")}
AROUND = Around(QUEUES, {"service": 12})


def quiet(days: int = 35, **calls: int) -> Report:
    """Calls like any others, a month of them."""
    told = calls or {"answered": 8, "no_answer": 92}
    hours = [hour(NUMBERS[0], day, 20, **told) for day in range(1, days + 1)]
    return sums({("service", NUMBERS[0]): hours}).report()


def with_standings(*standings: Standing) -> Report:
    hours = [hour(NUMBERS[0], day, 20, answered=8, no_answer=92) for day in range(1, 36)]
    return sums({("service", NUMBERS[0]): hours}).report(standings)


def only(report: Report, around: Around = AROUND) -> Step:
    [step] = steps(report, around)
    return step


def test_where_nothing_is_found_nothing_is_to_be_done() -> None:
    assert steps(quiet(), AROUND) == []


def test_where_nothing_was_counted_it_says_why() -> None:
    assert "No call was counted" in only(sums({}).report()).what


def test_numbers_that_do_not_exist_are_a_matter_of_the_list() -> None:
    assert "check-contacts" in only(quiet(answered=8, no_answer=92, invalid=2)).do
    few = sums({("service", NUMBERS[0]): [hour(NUMBERS[0], 1, 20, no_answer=150, invalid=1)]})
    assert steps(few.report(), AROUND) == [], "one of 151 is no sign of anything"


def test_blocking_beyond_what_is_usual_names_numbers() -> None:
    step = only(quiet(answered=8, no_answer=90, network_blocked=4))
    assert "block" in step.what
    assert NUMBERS[0] in step.why


def test_a_number_that_strangers_call_back_comes_first() -> None:
    hours = [hour(NUMBERS[0], day, 20, answered=8, no_answer=90, network_blocked=4)
             for day in range(1, 36)]  # fmt: skip
    odd = [hour(NUMBERS[1], 2, 20, answered=8, no_answer=92, unprompted=9)]
    found = sums({("service", NUMBERS[0]): hours, ("service", NUMBERS[1]): odd}).report()
    assert NUMBERS[1] in steps(found, AROUND)[0].what


def test_a_busy_number_of_a_queue_is_named_with_its_hour() -> None:
    hours = [hour(NUMBERS[0], 2, 20, answered=80, no_answer=920)]
    own = [hour(OWN_NUMBER, 2, 20, answered=1, no_answer=12)]
    found = sums({("service", NUMBERS[0]): hours, (OWN, OWN_NUMBER): own}).report()
    step = only(found)
    assert OWN_NUMBER in step.what
    assert "13 times" in step.why
    assert steps(found, Around(QUEUES, {"service": 13})) == []


def test_many_calls_with_own_numbers_ask_for_coverage() -> None:
    hours = [hour(NUMBERS[0], 2, at, answered=40, no_answer=460) for at in range(10)]
    own = [hour(OWN_NUMBER, 2, at, answered=7, no_answer=93) for at in range(10)]
    found = sums({("service", NUMBERS[0]): hours, (OWN, OWN_NUMBER): own}).report()
    step = only(found, Around(QUEUES, {"service": 500}))
    assert "17%" in step.what
    assert "coverage" in step.do


def test_regions_that_see_numbers_from_elsewhere_are_told_with_what_is_lost() -> None:
    moment = PERIOD.until - timedelta(days=2, hours=-20)
    near = {Outcome.ANSWERED: 100, Outcome.NO_ANSWER: 900}
    far = {Outcome.ANSWERED: 50, Outcome.NO_ANSWER: 950}
    cells = {
        **{Cell("", "city", "US-NY", outcome): count for outcome, count in near.items()},
        **{Cell("", "country", "US-WA", outcome): count for outcome, count in far.items()},
    }
    found = sums({("service", NUMBERS[0]): [NumberHour(NUMBERS[0], moment, cells)]}).report()
    [step] = [one for one in steps(found, AROUND) if "Add numbers" in one.what]
    assert "US-WA (1,000 of 1,000)" in step.why
    assert "50 answers more" in step.why
    assert step.do.endswith("--queue outbound")


def test_papers_are_urgent_or_soon() -> None:
    assert "2 urgent, 5 more" in only(quiet(), Around(QUEUES, urgent=2, soon=5)).what


def test_a_queue_that_still_observes_is_asked_to_begin() -> None:
    around = Around({"sales": QueueFacts("service", "observe")}, {"service": 12})
    assert only(quiet(), around).do == "python -m local mode sales percent 25"


@pytest.mark.parametrize(("days", "mode", "asked"), [
    (35, Mode.OBSERVE, True), (35, Mode.ENFORCE, False), (20, Mode.OBSERVE, False),
    (35, None, False),
])  # fmt: skip
def test_reputation_is_asked_to_act_after_four_weeks(
    days: int, mode: Mode | None, asked: bool
) -> None:
    hours = [hour(NUMBERS[0], day, 20, answered=8, no_answer=92) for day in range(1, days + 1)]
    found = sums({("service", NUMBERS[0]): hours}).report([standing(NUMBERS[0], would_rest=True)])
    told = [one for one in steps(found, Around(QUEUES, judge=mode)) if "rest by" in one.what]
    assert bool(told) is asked


def test_numbers_that_wait_and_retired_ones_ask_for_more() -> None:
    waits = only(with_standings(standing(NUMBERS[0], waits=True)))
    assert "1 that should rest cannot" in waits.what
    retired = only(with_standings(standing(NUMBERS[0], State.RETIRED)))
    assert "Replace 1 retired number" in retired.what


def test_a_fall_is_told_with_both_rates() -> None:
    before = [hour(NUMBERS[0], day, 20, answered=80, no_answer=920) for day in range(8, 36)]
    now = [hour(NUMBERS[0], day, 20, answered=50, no_answer=950) for day in range(1, 8)]
    step = only(sums({("service", NUMBERS[0]): [*before, *now]}).report())
    assert "5.0% now, 8.0% in the four weeks before" in step.why


def test_better_hours_and_worse_ones_are_told_as_ranges() -> None:
    hours = [
        hour(NUMBERS[0], day, at, answered=20 if at in (0, 1) else 8 if at == 20 else 2,
             no_answer=100)
        for day in range(1, 8)
        for at in (0, 1, 20, 21)
    ]  # fmt: skip
    told = [
        one
        for one in steps(sums({("service", NUMBERS[0]): hours}).report(), AROUND)
        if one.what.startswith("Call more")
    ]
    assert [one.what for one in told] == ["Call more from 16 to 18 and less from 12 to 14"]


def test_numbers_that_make_no_call_are_told_where_they_are_many() -> None:
    hours = {("service", number): [hour(number, 1, 20, answered=8, no_answer=92)] if n else []
             for n, number in enumerate(NUMBERS[:4])}  # fmt: skip
    assert "1 number of 4 made no call" in only(sums(hours).report()).what
