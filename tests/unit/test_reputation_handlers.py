"""The judge's handler over several pools, and the daily questions to a label service."""

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from lambdas import wiring
from lambdas.domain.lifecycle import Mode
from lambdas.domain.phone import E164
from lambdas.heed_labels import handler as labels_handler
from lambdas.judge_numbers import handler as judge_handler
from lambdas.usecases.ask_labels import LabelFault
from lambdas.usecases.heed_labels import Report
from lambdas.usecases.judge_numbers import Judged, Overtaken
from lambdas.wiring import judging, labels
from local.judged_pool import MemoryPool
from tests.unit.builders import NOON, nanp
from tests.unit.test_heed_labels import TERMS

ONE, TWO = map(E164, nanp("206", 2))
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three pools: one fails, one is another judge's, one is judged; in the order of the looks."""
    looked: list[str] = []

    def look(pool: str, mode: Mode, _now: object) -> Judged | None:
        looked.append(pool)
        if pool == "broken":
            raise TimeoutError("the table is slow")
        if pool == "taken":
            raise Overtaken(pool)
        return Judged(pool, mode, hours=2, behind=3, waiting=(ONE,))

    names = dict.fromkeys(("broken", "taken", "sales"))
    monkeypatch.setattr(wiring, "now", lambda: NOON)
    monkeypatch.setattr(wiring, "settings", lambda: SimpleNamespace(pools=names))
    monkeypatch.setattr(judging, "mode", lambda: Mode.OBSERVE)
    monkeypatch.setattr(judging, "judge", lambda *_: SimpleNamespace(look=look))
    return looked


def test_what_fails_for_one_pool_keeps_no_other_from_being_judged(
    pools: list[str], lines: Lines
) -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 900_000)
    with pytest.raises(TimeoutError):
        judge_handler.handler({}, context)
    assert sorted(pools) == ["broken", "sales", "taken"]
    told = {line["event"]: line for line in lines()}
    assert told["judge_failed"]["pool"] == "broken"
    assert told["judge_gave_way"]["pool"] == "taken"
    judged = told["judged"]
    assert (judged["Pool"], judged["NumbersWaitingToRest"], judged["HoursToJudge"]) == (
        "sales", 1, 3,
    )  # fmt: skip


def test_another_pool_comes_first_every_hour() -> None:
    orders = {tuple(judge_handler._in_turn(["a", "b", "c"], hour)) for hour in range(24)}
    assert {order[0] for order in orders} == {"a", "b", "c"}
    assert judge_handler._in_turn([], 5) == []


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> MemoryPool:
    held = MemoryPool({ONE: 0, TWO: 0})
    monkeypatch.setattr(wiring, "now", lambda: NOON)
    monkeypatch.setattr(labels, "reputations", lambda: held)
    monkeypatch.setattr(labels, "terms_of", lambda _: TERMS)
    monkeypatch.setattr(labels, "numbers", lambda: iter([(ONE, False), (TWO, True)]))
    return held


def test_what_a_service_tells_rests_numbers_in_its_name(
    pool: MemoryPool, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reports(labelled: object, others: object, _now: object) -> Iterator[Report]:
        assert (labelled, others) == ([TWO], [ONE])
        yield Report(ONE, "Spam", "Example Labels")

    asking = SimpleNamespace(reports=reports, name="Example Labels")
    monkeypatch.setattr(labels, "questions", lambda: asking)
    assert labels_handler.handler({}, None) == {"asked": True, "rests": 1}
    assert ONE in pool.held
    assert pool.history[0].by == "Example Labels"
    assert lines()[-1]["NumbersLabelled"] == 1


def test_a_service_that_does_not_answer_is_told_of_and_raised(
    pool: MemoryPool, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reports(*_: object) -> Iterator[Report]:
        yield Report(ONE, "Spam", "Example Labels")
        raise LabelFault("it answered with status 500")

    asking = SimpleNamespace(reports=reports, name="Example Labels")
    monkeypatch.setattr(labels, "questions", lambda: asking)
    with pytest.raises(LabelFault):
        labels_handler.handler({}, None)
    assert ONE in pool.held, "what it told before stands"
    assert any(line.get("LabelServiceFailed") == 1 for line in lines())


def test_without_a_service_nobody_is_asked(
    pool: MemoryPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "questions", lambda: None)
    assert labels_handler.handler({}, None) == {"asked": False}
    assert pool.history == []
