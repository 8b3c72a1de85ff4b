"""The simulation that detectors are compared in, and its figures in the documentation."""

import json
import math
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from local.detection import publishing
from local.detection.detectors import (
    DETECTORS,
    LENT,
    OURS,
    Cusum,
    FixedThreshold,
    Ours,
    TwoProportions,
    Window,
)
from local.detection.trial import Trial, trial
from local.detection.world import (
    BADLY_LABELLED,
    DAYS,
    FIFTH,
    HALVED,
    HOURS,
    NO_WEAR,
    ONSET_DAY,
    Hour,
    World,
    hours,
    names,
)
from local.toolchain import ROOT

SMALL = World(numbers=4, calls_an_hour=4)
DOCS = ROOT / "docs"


class InThisProcess(Executor):
    """Runs what it is given at once."""

    def submit(self, fn: Any, /, *args: Any, **options: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **options))
        return done


@pytest.fixture(scope="module")
def small() -> Trial:
    return trial(InThisProcess(), SMALL, (HALVED, FIFTH), 2, lambda _: None)


def rate(number: str, world: World, worn: bool, seeds: int = 3) -> tuple[float, float]:
    """The answer rates of a number before and after the onset."""
    sums = {False: [0, 0], True: [0, 0]}
    for seed in range(seeds):
        for hour in hours(seed, world, {number: FIFTH if worn else NO_WEAR}):
            made, answered = hour.totals[number]
            sums[hour.day >= ONSET_DAY][0] += made
            sums[hour.day >= ONSET_DAY][1] += answered
    before, after = (answered / made for made, answered in sums.values())
    return before, after


def test_rates_are_as_real_ones_and_a_worn_number_has_a_fifth_of_them() -> None:
    before, after = rate("number 1", SMALL, worn=True)
    assert 0.04 < before < 0.12
    assert after / before == pytest.approx(0.2, abs=0.1)
    before, after = rate("number 1", SMALL, worn=False)
    assert after / before == pytest.approx(1, abs=0.25)


def test_a_seed_is_a_world() -> None:
    def calls(seed: int) -> list[Any]:
        return [hour.calls for hour in hours(seed, SMALL, {})]

    assert calls(1) == calls(1) != calls(2)
    assert len(calls(1)) == DAYS * len(HOURS)


def test_a_label_brings_short_calls_and_blocking() -> None:
    world = World(numbers=4, calls_an_hour=10, has_signs=True)
    seen = {number: [0, 0, 0] for number in names(world)}
    for hour in hours(3, world, {"number 2": BADLY_LABELLED}):
        if hour.day >= ONSET_DAY:
            for number, calls in hour.calls.items():
                for call in calls:
                    assert call.short <= call.answered <= call.made - call.blocked
                    seen[number][0] += call.made
                    seen[number][1] += call.blocked
                    seen[number][2] += call.answered
    made, blocked, answered = seen["number 2"]
    others = [seen[number] for number in seen if number != "number 2"]
    assert blocked / made > 4 * max(one[1] / one[0] for one in others)
    assert answered / made < 0.5 * min(one[2] / one[0] for one in others)


def test_the_same_share_of_healthy_months_passes_every_limit(small: Trial) -> None:
    assert small.months == 8
    for variant, peaks in small.peaks.items():
        assert len(peaks) == 8
        limit = small.limit(variant, 0.25)
        assert sum(level > limit for level in peaks) <= 2
        assert sum(level >= limit for level in peaks) >= 3


def test_all_detectors_are_timed_on_the_same_worn_numbers(small: Trial) -> None:
    families = {variant.split("|")[0] for variant in small.peaks}
    assert families >= {OURS, *LENT, "fixed threshold", "two proportions", "CUSUM"}
    for wear in (HALVED, FIFTH):
        for variant in small.peaks:
            loose = small.delay(wear, variant, small.limit(variant, 0.5))
            tight = small.delay(wear, variant, small.limit(variant, 0.0))
            assert loose.of == tight.of == 2
            assert loose.median <= tight.median


def test_the_best_of_a_rival_s_variants_stands_for_it(small: Trial) -> None:
    best = small.best(FIFTH, "CUSUM", 0.125)
    assert best.startswith("CUSUM|")
    fastest = small.delay(FIFTH, best, small.limit(best, 0.125)).median
    assert all(
        fastest <= small.delay(FIFTH, variant, small.limit(variant, 0.125)).median
        for variant in small.peaks
        if variant.startswith("CUSUM|")
    )


def test_a_number_that_nobody_answers_stands_out_for_every_detector() -> None:
    numbers = ["good", "better", "silent"]
    totals = {"good": (20, 2), "better": (20, 3), "silent": (20, 0)}
    for make in DETECTORS:
        if make is Ours:
            continue
        detector = make(numbers)
        for _ in range(30):
            levels = detector.after(Hour(0, 9, {}, totals))
        for variant, of_each in levels.items():
            highest = max(of_each, key=of_each.__getitem__)
            assert highest == "silent", variant


def test_a_window_forgets() -> None:
    window = Window(days=1)
    for index in range(2 * len(HOURS)):
        window.add({"one": (4, 1 if index < len(HOURS) else 0)})
    assert window.totals["one"] == (4 * len(HOURS), 0)


def test_rivals_are_what_their_names_say() -> None:
    hour = Hour(0, 9, {}, {"one": (30, 3), "two": (70, 7)})
    [levels] = FixedThreshold(["one"], least=20, days=7).after(hour).values()
    assert levels == {"one": -0.1}
    [levels] = FixedThreshold(["one"], least=50, days=7).after(hour).values()
    assert levels == {"one": -math.inf}
    [levels] = TwoProportions(["one"], days=7).after(hour).values()
    assert levels["one"] == pytest.approx(0)
    hour = Hour(0, 9, {}, {"one": (100, 5), "two": (100, 15)})
    [levels] = TwoProportions(["one"], days=7).after(hour).values()
    assert levels["one"] == pytest.approx(0.1 / math.sqrt(0.1 * 0.9 * 2 / 100))
    told = Cusum(["one"], half_life_days=14).after(Hour(0, 9, {}, {"one": (10, 0)}))
    [half] = [levels["one"] for variant, levels in told.items() if variant.endswith("to 0.5")]
    assert half == pytest.approx(10 * math.log(0.96 / 0.92))


def test_the_documentation_tells_what_the_record_says() -> None:
    record = json.loads((DOCS / publishing.RECORD).read_text("utf-8"))
    page = (DOCS / publishing.PAGE).read_text("utf-8")
    assert all(f"<!-- {name} -->" in page for name in publishing.TABLES)
    assert publishing.with_tables(page, record) == page
    for place in publishing.PICTURES:
        assert place.as_posix() in page
        picture = (DOCS / place).read_text("utf-8")
        assert f'data-record="{publishing.mark(record)}"' in picture


def test_pictures_are_drawn_the_same_each_time() -> None:
    record = json.loads((DOCS / publishing.RECORD).read_text("utf-8"))
    for draw in publishing.PICTURES.values():
        picture = draw(record)
        assert picture == draw(record)
        assert "CUSUM, pool-wide rate" in picture
        assert "Answers fall to a fifth" in picture
