"""What speaks against a number, and what does not."""

import math
import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.reputation import (
    ALTERNATIVES,
    HIGHEST_EXPECTATION,
    HIGHEST_ODDS,
    Baseline,
    Call,
    Doubt,
    Expected,
    Signal,
    Sum,
    Today,
    limit_for,
    sums,
    todays_factor,
    todays_factors,
)

RATE = 0.08


def known(rate: float = RATE, calls: int = 100_000) -> Baseline:
    """A pool that is known well: every region and hour is answered alike."""
    baseline = Baseline()
    answered = round(calls * rate)
    blocked = min(calls // 100, calls - answered)
    for region in ("WA", "OR"):
        for hour in range(9, 19):
            baseline.learn([Call(region, hour, calls, answered, answered // 10, blocked)])
    return baseline


def after(doubt: Doubt, *answers: int, made: int = 4, factor: float = 1.0) -> Doubt:
    baseline = known()
    for answered in answers:
        doubt = doubt.after([Call("WA", 10, made, answered)], baseline, Today(factor))
    return doubt


def test_doubt_grows_with_calls_that_nobody_answers_and_shrinks_with_answers() -> None:
    silent = after(Doubt(), *[0] * 50)
    assert after(Doubt(), *[0] * 10).value < silent.value
    assert after(silent, 3).value < silent.value
    assert silent.level > math.log(limit_for(0.01, 300)) / 2


def test_an_hour_without_calls_says_nothing_of_the_number() -> None:
    doubt = after(Doubt(), *[0] * 20)
    quiet = doubt.after([], known(), Today())
    assert quiet == doubt


def test_on_a_day_on_which_nobody_is_answered_silence_says_little() -> None:
    assert after(Doubt(), *[0] * 20, factor=0.3).value < after(Doubt(), *[0] * 20).value


def test_where_fewer_answer_fewer_answers_are_expected() -> None:
    baseline = known()
    baseline.learn([Call("NV", 10, 10_000, 300)])
    assert baseline.expects("NV", 10).answers == pytest.approx(0.03, rel=0.1)
    assert baseline.expects("WA", 10).answers == pytest.approx(RATE, rel=0.05)


def test_a_region_of_which_nothing_is_known_counts_as_the_pool() -> None:
    assert known().expects("nowhere", 10).answers == pytest.approx(RATE, rel=0.01)
    assert Baseline().expects("nowhere", 3).answers == pytest.approx(0.08)


def test_old_calls_count_less() -> None:
    baseline = known(0.2, 1_000)
    baseline.age(140)
    baseline.learn([Call("WA", 10, 1_000, 50)])
    assert baseline.expects("nowhere", 10).answers < 0.07


def test_the_others_tell_how_the_day_goes() -> None:
    assert todays_factor([]) == Today()
    assert todays_factor([Sum(30, 60.0), Sum(10, 20.0)]).answers == pytest.approx(55 / 95)
    told = sums({"+12065550100": [Call("WA", 10, 50, 3)]}, known())
    assert (told["+12065550100"].answered, round(told["+12065550100"].expected, 1)) == (3, 4.0)


def test_healthy_numbers_rest_by_mistake_no_more_often_than_stated() -> None:
    random_ = random.Random(7)
    baseline = known()
    chance = baseline.expects("WA", 10).answers
    steps, stated, numbers = 60, 0.1, 200
    rested = 0
    for _ in range(numbers):
        doubt, highest = Doubt(), 0.0
        for _ in range(steps):
            answered = sum(random_.random() < chance for _ in range(4))
            doubt = doubt.after([Call("WA", 10, 4, answered)], baseline, Today())
            highest = max(highest, doubt.value)
        rested += highest >= limit_for(stated, steps)
    assert rested <= stated * numbers


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_a_worn_number_reaches_the_limit(share: float) -> None:
    random_ = random.Random(11)
    baseline = known()
    limit = limit_for(0.01, 300)
    doubt, steps = Doubt(), 0
    while doubt.value < limit and steps < 2_000:
        answered = sum(random_.random() < RATE * share for _ in range(4))
        doubt = doubt.after([Call("WA", 10, 4, answered)], baseline, Today())
        steps += 1
    assert steps < 400


def test_a_pool_where_everybody_answers_is_no_error() -> None:
    baseline = known(1.0)
    doubt = Doubt().after([Call("WA", 10, 4, 0)], baseline, Today(5.0))
    assert math.isfinite(doubt.value)


@st.composite
def some_calls(draw: st.DrawFn, most: int = 12) -> list[Call]:
    """What became of the calls of one step."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        made = draw(st.integers(0, most))
        answered = draw(st.integers(0, made))
        found.append(
            Call(
                draw(st.sampled_from(("WA", "OR", "NV"))),
                draw(st.integers(0, 23)),
                made,
                answered,
                draw(st.integers(0, answered)),
                draw(st.integers(0, made - answered)),
            )
        )
    return found


pasts = st.lists(some_calls(most=400), max_size=6)
todays = st.builds(Today, st.floats(0.05, 5), st.floats(1, 20), st.floats(1, 60))


def taught(past: Sequence[Sequence[Call]]) -> Baseline:
    baseline = Baseline()
    for calls in past:
        baseline.learn(calls)
    return baseline


def outcomes(made: int, expected: Expected) -> Iterator[tuple[float, Call]]:
    """All that can become of so many calls of a healthy number, with the chances."""
    for answered in range(made + 1):
        for blocked in range(made - answered + 1):
            lost = made - answered - blocked
            ways = math.comb(made, answered) * math.comb(made - answered, blocked)
            chance = (
                ways
                * expected.answers**answered
                * expected.blocked**blocked
                * max(0.0, 1 - expected.answers - expected.blocked) ** lost
            )
            for short in range(answered + 1):
                of_short = (
                    math.comb(answered, short)
                    * expected.short**short
                    * (1 - expected.short) ** (answered - short)
                )
                yield chance * of_short, Call("WA", 10, made, answered, short, blocked)


@given(past=pasts, today=todays, made=st.integers(1, 4), before=st.floats(0, 1e4))
@settings(max_examples=60)
def test_doubt_of_a_healthy_number_grows_by_no_more_than_one_a_step_on_average(
    past: Sequence[Sequence[Call]], today: Today, made: int, before: float
) -> None:
    """Exactly, over all that can become of the calls, whatever is expected: which is why a limit
    of A is reached after A steps on average, or later."""
    baseline = taught(past)
    expected = due(baseline.expects("WA", 10), today)
    doubt = Doubt((before,) * len(ALTERNATIVES))
    mean = math.fsum(
        chance * doubt.after([call], baseline, today).value
        for chance, call in outcomes(made, expected)
    )
    assert mean <= (before + 1) * (1 + 1e-9)


@given(
    past=pasts,
    better=st.floats(1, 3),
    lighter=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    made=st.integers(1, 3),
)
@settings(max_examples=40)
def test_nor_does_that_of_a_number_that_does_better_than_expected(
    past: Sequence[Sequence[Call]], better: float, lighter: tuple[float, float], made: int
) -> None:
    baseline = taught(past)
    usual = due(baseline.expects("WA", 10), Today())
    blocked = usual.blocked * lighter[1]
    truth = Expected(min(usual.answers * better, 1 - blocked), usual.short * lighter[0], blocked)
    mean = math.fsum(
        chance * Doubt().after([call], baseline, Today()).value
        for chance, call in outcomes(made, truth)
    )
    assert mean <= 1 + 1e-9


@given(past=pasts, region=st.sampled_from(("WA", "nowhere")), hour=st.integers(0, 23))
@settings(max_examples=40)
def test_what_is_expected_is_a_chance(
    past: Sequence[Sequence[Call]], region: str, hour: int
) -> None:
    for chance in taught(past).expects(region, hour):
        assert 0 < chance < 1


@given(past=pasts, calls=some_calls(), today=todays, seed=st.integers(0, 9))
@settings(max_examples=40)
def test_neither_the_order_of_calls_nor_how_they_are_grouped_matters(
    past: Sequence[Sequence[Call]], calls: list[Call], today: Today, seed: int
) -> None:
    baseline = taught(past)
    shuffled = random.Random(seed).sample(calls, len(calls))
    apart = [
        part
        for call in shuffled
        for part in (
            call._replace(made=call.answered, blocked=0),
            call._replace(made=call.made - call.answered, answered=0, short=0),
        )
    ]
    whole = Doubt().after(calls, baseline, today)
    for other in (shuffled, apart):
        assert Doubt().after(other, baseline, today).odds == pytest.approx(whole.odds)


@given(past=pasts, call=some_calls(), today=todays)
@settings(max_examples=60)
def test_what_speaks_against_a_number_raises_its_doubt(
    past: Sequence[Sequence[Call]], call: list[Call], today: Today
) -> None:
    """One answer fewer, one answer that is short, one lost call that was blocked."""
    baseline = taught(past)
    doubts = Doubt((5.0,) * len(ALTERNATIVES))

    def after(one: Call) -> float:
        return doubts.after([one], baseline, today).value

    for one in call:
        if one.answered > one.short:
            fewer = Doubt().after([one._replace(answered=one.answered - 1)], baseline, today)
            assert all(
                more >= less - 1e-12
                for more, less, kind in zip(
                    fewer.odds,
                    Doubt().after([one], baseline, today).odds,
                    ALTERNATIVES,
                    strict=True,
                )
                if kind.signals != (Signal.SHORT,)
            )
            assert after(one._replace(short=one.short + 1)) >= after(one) - 1e-12
        if one.made > one.answered + one.blocked:
            assert after(one._replace(blocked=one.blocked + 1)) >= after(one) - 1e-12


@pytest.mark.parametrize(
    "call",
    [
        Call("WA", 10, 400, 0),
        Call("WA", 10, 400, 400),
        Call("WA", 10, 400, 400, 400),
        Call("WA", 10, 400, 0, 0, 400),
        Call("WA", 10, 1, 1),
    ],
)
def test_doubt_stays_finite_and_comes_down_again(call: Call) -> None:
    """Years of the same, in a pool that knows nothing else; then a month of what is usual."""
    baseline = known()
    doubt = Doubt()
    for _ in range(5_000):
        doubt = doubt.after([call], baseline, Today())
        baseline.learn([call])
        baseline.age(0.1)
    assert all(map(math.isfinite, doubt.written()))
    assert all(0 <= odds <= HIGHEST_ODDS for odds in doubt.odds)
    answered = round(400 * RATE)
    for _ in range(60):
        usual = Call("WA", 10, 400, answered, answered // 10, 4)
        doubt = doubt.after([usual], known(), Today())
    assert doubt.value < limit_for(0.01, 300)


def test_no_single_hour_makes_a_number_rest() -> None:
    """However bad: calls of one hour are not independent of each other."""
    doubt = Doubt().after([Call("WA", 10, 5_000, 0, 0, 5_000)], known(), Today())
    assert 10 < doubt.value < limit_for(0.01, 300) / 1_000


@pytest.mark.parametrize(
    ("call", "signal", "happened", "calls", "expected"),
    [
        (Call("WA", 10, 20, 0), Signal.ANSWERS, 0, 600, 48.0),
        (Call("WA", 10, 20, 2, 2), Signal.SHORT, 60, 60, 6.0),
        (Call("WA", 10, 20, 2, 0, 5), Signal.BLOCKED, 150, 600, 6.0),
    ],
)
def test_the_signal_that_speaks_most_is_named_with_its_numbers(
    call: Call, signal: Signal, happened: int, calls: int, expected: float
) -> None:
    doubt, baseline = Doubt(), known()
    for _ in range(30):
        doubt = doubt.after([call], baseline, Today())
    leading = doubt.leading
    assert leading.signal is signal
    assert (leading.seen.happened, leading.seen.calls) == (happened, calls)
    assert leading.seen.expected == pytest.approx(expected, rel=0.05)
    assert math.fsum(voice.part for voice in doubt.signals) == pytest.approx(1)


def test_what_a_signal_has_shown_begins_anew_once_it_no_longer_speaks() -> None:
    silent = after(Doubt(), *[0] * 40)
    assert silent.leading.seen.calls == 160
    recovered = after(silent, *[4] * 5, 0, 0)
    [answers] = [voice for voice in recovered.signals if voice.signal is Signal.ANSWERS]
    assert answers.seen.calls == 8


def test_a_network_that_blocks_everybody_is_not_the_number_s_fault() -> None:
    baseline = known()
    everybody = sums({str(n): [Call("WA", 10, 20, 1, 0, 6)] for n in range(20)}, baseline)
    today = todays_factors(everybody)["7"]
    assert today.blocked > 10
    call = [Call("WA", 10, 20, 1, 0, 6)]
    assert Doubt().after(call, baseline, today).value < Doubt().after(call, baseline, Today()).value
    assert Doubt().after(call, baseline, today).value < 3


@given(calls=st.lists(some_calls(), min_size=1, max_size=5))
@settings(max_examples=30)
def test_each_number_is_held_against_the_others_alone(calls: list[list[Call]]) -> None:
    lately = sums({str(index): one for index, one in enumerate(calls)}, known())
    for number, factor in todays_factors(lately).items():
        others = [one for other, one in lately.items() if other != number]
        assert factor == pytest.approx(todays_factor(others))


def test_doubt_is_read_as_it_was_written() -> None:
    doubt = after(Doubt(), 0, 0, 1, 0, 0)
    assert Doubt.read(doubt.written()) == doubt
    assert Doubt.read(doubt.written()[1:]) == Doubt()


def test_a_bad_afternoon_of_the_pool_rests_nobody() -> None:
    """A worn number in the same pool rests all the same."""
    random_ = random.Random(5)
    baseline = known(RATE, 2_000)
    numbers = [str(index) for index in range(20)]
    doubts = dict.fromkeys(numbers, Doubt())
    for hour in range(120):
        bad = 0.4 if hour % 10 > 4 and hour // 10 % 3 == 0 else 1.0
        calls = {
            number: [
                Call(
                    "WA",
                    10,
                    8,
                    sum(
                        random_.random() < RATE * bad * (0.1 if number == "3" else 1)
                        for _ in range(8)
                    ),
                )
            ]
            for number in numbers
        }
        today = todays_factors(sums(calls, baseline))
        for number in numbers:
            doubts[number] = doubts[number].after(calls[number], baseline, today[number])
    limit = limit_for(0.01, 120)
    assert [number for number in numbers if doubts[number].value >= limit] == ["3"]


def due(usual: Expected, today: Today) -> Expected:
    """What is expected of a call on such a day."""
    blocked = min(HIGHEST_EXPECTATION, usual.blocked * today.blocked)
    return Expected(
        min(HIGHEST_EXPECTATION, usual.answers * today.answers, 1 - blocked),
        min(HIGHEST_EXPECTATION, usual.short * today.short),
        blocked,
    )


def test_the_weights_add_up_to_one() -> None:
    assert math.fsum(one.weight for one in ALTERNATIVES) == pytest.approx(1)
