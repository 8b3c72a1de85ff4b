import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, Caps, Tier
from lambdas.usecases.picking import Decision, Refusal, Refused, Spend
from local.__main__ import main
from local.commands.simulate_summary import meaning
from local.simulation import sizes
from local.simulation.costs import costs, prices
from local.simulation.hours import LEAST_ANSWERED, MOST_ANSWERED, AnswerRates, windows
from local.simulation.memory_store import MemoryStore, Meter, Request, Status
from local.simulation.running import Asked, simulate
from local.simulation.watching import Watch
from local.toolchain import silent
from local.units import item_size
from tests.unit.builders import NOON, directory, nanp, pool

CUSTOMER = E164("+12067770100")
NUMBER = E164("+12065550100")
KEPT = NOON - datetime(2026, 8, 1, tzinfo=UTC)


def nobody(_made: int, _of: int) -> None:
    return


def claim(index: int, number: str = NUMBER) -> Claim:
    return Claim(f"contact-{index}", number, NOON, Action.DIAL, Tier.CITY, "local_number")


def store() -> MemoryStore:
    return MemoryStore({NUMBER: Status("sales")}, KEPT)


@pytest.fixture(scope="module")
def small() -> Asked:
    return Asked(calls=1_500, days=2, numbers=80, seed=5)


def test_a_small_simulation_breaks_no_rule_and_is_the_same_for_the_same_seed(small: Asked) -> None:
    first, again = (simulate(small, silent, nobody).as_json() for _ in range(2))
    assert json.dumps(first) == json.dumps(again)
    assert first["calls"] == 3_000 == sum(first["by_action"].values())
    assert first["caps_passed"] == first["repeats_avoidable"] == first["answers_differ"] == 0
    assert sum(first["by_tier"].values()) == first["by_action"]["dial"]
    assert first["commits_refused"]["limit_reached"] > 0  # the limits were in reach
    assert first["answered_number_kept"] > 0
    assert 2 <= first["round_trips_per_pick"] < 3
    assert first["outcomes"]["answered"] / first["calls"] == pytest.approx(0.08, abs=0.04)


def test_a_pool_that_is_too_small_is_told_in_words() -> None:
    report = simulate(Asked(calls=400, days=1, numbers=4), silent, nobody)
    assert report.rules_held
    assert report.watch.tally.by_action[Action.DEFAULT] > 100
    assert any("The pool is too small" in line for line in meaning(report))


def test_the_command_prints_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--numbers", "50", "--calls", "300", "--json"]) == 0
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) == 1
    assert json.loads(printed)["numbers"] == 50


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--numbers", "5", "--pool", "x.csv"], "not both"),
        (["--pool", "no-such-file.csv"], "no file"),
        (["--numbers", "900000000"], "at most"),
        (["--queue", "nobody", "--numbers", "5"], "no queue"),
    ],
)
def test_what_cannot_be_simulated_is_told(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", *arguments]) == 1
    assert words in capsys.readouterr().err


def test_a_file_of_numbers_is_simulated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pool.csv"
    file.write_text("Phone number\n" + "\n".join(nanp("206", 40) + nanp("212", 40)))
    assert main(["simulate", "--pool", str(file), "--calls", "200", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["numbers"] == 80
    assert told["by_action"] == {"dial": 200}


def test_a_watch_counts_a_passed_limit_and_a_repeat() -> None:
    watch = Watch(directory(NUMBER), pool(per_hour=2), customers=1)
    shown = Decision("one", Action.DIAL, "local_number", NUMBER, Tier.CITY)
    for _ in range(3):
        watch.saw(0, shown, NOON.timestamp())
    assert watch.tally.caps_passed == 1
    assert watch.tally.repeats == 2


def test_a_number_that_the_customer_answered_is_no_repeat() -> None:
    watch = Watch(directory(NUMBER), pool(), customers=1)
    watch.saw(0, Decision("one", Action.DIAL, "", NUMBER, Tier.CITY), NOON.timestamp())
    watch.note_answer(0)
    watch.saw(0, Decision("two", Action.DIAL, "", NUMBER, Tier.ANSWERED_BEFORE), NOON.timestamp())
    assert (watch.tally.repeats, watch.tally.kept_answered) == (0, 1)


def test_a_refused_commit_changes_nothing() -> None:
    memory = store()
    caps = Caps(1, 1, 1)
    first, second = memory.read(CUSTOMER), memory.read(E164("+12067770101"))
    assert memory.commit(first, claim(1), Spend(NUMBER, "sales", caps)) is None
    refused = memory.commit(second, claim(2), Spend(NUMBER, "sales", caps))
    tomorrow = datetime(2026, 11, 21, tzinfo=UTC)
    assert refused == Refused(Refusal.LIMIT_REACHED, until=tomorrow)
    late = memory.commit(first, claim(3), Spend(NUMBER, "sales", caps))
    assert late == Refused(Refusal.LEDGER_MOVED, memory.read(CUSTOMER))
    assert len(memory.customers) == 1
    assert memory.meter.requests == {Request.READ: 3, Request.COMMIT: 3}


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 80), st.booleans())
def test_bytes_are_those_of_item_arithmetic(calls: int, answered: bool) -> None:
    memory = store()
    ledger = Ledger()
    for index in range(calls):
        ledger = ledger.with_claim(claim(index))
        memory.remember(CUSTOMER, ledger, NOON)
        memory.commit(memory.read(E164("+1")), claim(index), Spend(NUMBER))
    if answered:
        memory.answered(CUSTOMER, NUMBER, NOON)
    written = memory.customers[CUSTOMER]
    assert written.size == item_size(written.item("0" * 40))
    used = memory.usage[NOON.date()][NUMBER]
    assert used.size == item_size(used.item(NUMBER, NOON.date()))


@given(st.integers(0, 10**12))
def test_a_numbers_bytes_are_those_of_item_arithmetic(value: int) -> None:
    assert sizes.number_bytes(value) == item_size({"": {"N": str(value)}})


def test_customers_are_rung_when_it_is_day_in_all_their_zones() -> None:
    both = windows(("America/Denver", "America/Phoenix"), date(2026, 7, 6), 2)
    hours = [datetime.fromtimestamp(at, UTC).hour for at in (both.starts[0], both.ends[0])]
    assert hours == [16, 2]  # nine in Phoenix, eight in the evening in Denver
    assert not both.open(both.starts[0] - 1)
    assert both.open(both.starts[1])
    assert not both.open(both.ends[1])


def test_answer_rates_stay_between_4_and_12_percent() -> None:
    rates = AnswerRates([("America/New_York",)], NOON)
    found = [rates.rate("US", f"S{n}", 0, hour * 3600.0) for n in range(60) for hour in range(24)]
    assert LEAST_ANSWERED <= min(found) < 0.05
    assert 0.1 < max(found) <= MOST_ANSWERED


def test_costs_follow_units_and_time() -> None:
    meter = Meter(read_units=1_000_000, write_units=6_000_000)
    meter.requests.update({Request.READ: 1_000_000, Request.COMMIT: 1_000_000})
    found = costs(meter, 1_000_000, 1024, prices())
    assert found.write_units == pytest.approx(6 * 0.625)
    assert found.read_units == pytest.approx(0.125)
    assert found.lambda_requests == pytest.approx(0.2)
    assert found.lambda_duration == pytest.approx(0.015 * 13.3334)
