"""`reputation` and `activate`: states, what would be done, the mode, and retired numbers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from lambdas.domain.lifecycle import Mode, Terms
from lambdas.domain.outcomes import hour_of
from lambdas.domain.phone import E164
from lambdas.domain.reputation import ALTERNATIVES, Call, Doubt, limit_for
from lambdas.store import keys
from lambdas.store.claims import Tables
from lambdas.store.judges_mode import read_judges_mode
from lambdas.store.outcomes import DynamoOutcomes
from lambdas.store.reputations import DynamoReputations
from lambdas.usecases.judge_numbers import Judge
from local.__main__ import main
from local.commands import deployment
from local.commands.deployment import Deployment
from local.judged_pool import number_hour, utc_hour
from tests.adapters.conftest import House
from tests.conftest import MakeTables
from tests.unit.builders import NOON, nanp

NUMBERS = nanp("206", 5)
WORST = E164(NUMBERS[0])
LIMIT = limit_for(0.01, 300)


@pytest.fixture
def home(dynamodb: Any, make_tables: MakeTables) -> House:
    names = make_tables()
    house = House(dynamodb, Tables(names.number_pool, names.usage, names.customers))
    house.bring(NUMBERS, pool="service")
    house.publish("service")
    return house


@pytest.fixture
def deployed(home: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """What the commands find is this house."""

    @contextmanager
    def opened(_options: object) -> Iterator[Deployment]:
        yield Deployment(
            client=home.client,
            table=home.tables.number_pool,
            queues={},
            who="ada",
            now=NOON,
            in_aws=True,
            changed=lambda: None,
            session=boto3.Session(region_name="us-east-1"),
            customers=lambda: pytest.fail("nobody asks for customers"),
            uploads=lambda: "",
            usage=lambda: home.tables.usage,
        )

    monkeypatch.setattr(deployment, "opened", opened)
    return home


def store(home: House) -> DynamoReputations:
    return DynamoReputations(home.client, home.tables.number_pool)


def doubted(home: House, **past: object) -> None:
    one = store(home).number("service", WORST)
    doubt = Doubt((LIMIT * 2,) * len(ALTERNATIVES))
    store(home).keep("service", [replace(one, doubt=doubt, **past)])  # type: ignore[arg-type]


def counted(home: House, number: str, call: Call, hour: datetime) -> None:
    told = number_hour(E164(number), hour, [call])
    cells: Mapping[str, Any] = {
        cell.written(): {"N": str(calls)} for cell, calls in told.cells.items()
    }
    item: Any = {**keys.outcomes(number, hour), **cells}
    home.client.put_item(TableName=home.tables.usage, Item=item)


def look(home: House, mode: Mode = Mode.ENFORCE, now: datetime = NOON) -> None:
    class Read:
        def at(self, numbers: Any, hour: datetime) -> Any:
            return DynamoOutcomes(home.client, home.tables.usage).at(numbers, hour)

    Judge(store(home), Read(), utc_hour, Terms(LIMIT), lambda: 900.0).look("service", mode, now)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main([*arguments, "--aws", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def by_number(document: Any) -> dict[str, Any]:
    return {one["number"]: one for one in document["pools"]["service"]["numbers"]}


def test_each_number_is_told_with_its_state_calls_and_what_would_be_done(
    deployed: House, capsys: pytest.CaptureFixture[str]
) -> None:
    hour = hour_of(NOON - timedelta(days=2))
    counted(deployed, NUMBERS[1], Call("US-WA", 9, 20, 3), hour)
    look(deployed)
    doubted(deployed)
    document = told(capsys, "reputation", "--pool", "service")
    assert document["mode"] == "observe"
    pool = document["pools"]["service"]
    assert (pool["numbers_in_use"], pool["resting"], pool["most_resting"]) == (5, 0, 1)
    numbers = by_number(document)
    assert next(iter(numbers)) == WORST, "the most urgent first"
    assert numbers[WORST]["would"] == "rest until 2026-12-04"
    other = numbers[NUMBERS[1]]
    assert (other["state"], other["made_14_days"], other["answered_14_days"]) == ("WARMING", 20, 3)
    assert numbers[NUMBERS[2]]["state"] == "NEW"


def test_a_resting_number_tells_why_and_until_when(
    deployed: House, capsys: pytest.CaptureFixture[str]
) -> None:
    doubted(deployed)
    look(deployed)
    resting = by_number(told(capsys, "reputation"))[WORST]
    assert resting["state"] == "RESTING"
    assert resting["until"].startswith("2026-12-04T12:00")
    assert resting["by"] == "reputation"
    assert "calls were answered" in resting["reason"]

    deployed.rest(NUMBERS[1], NOON + timedelta(days=3))
    by_staff = by_number(told(capsys, "reputation"))[NUMBERS[1]]
    assert (by_staff["state"], by_staff["reason"], by_staff["by"]) == (
        "RESTING", "flagged as spam", "ada",
    )  # fmt: skip


def test_a_numbers_history_tells_each_step_with_person_reason_and_figures(
    deployed: House, capsys: pytest.CaptureFixture[str]
) -> None:
    doubted(deployed)
    look(deployed, now=NOON - timedelta(hours=1))
    told(capsys, "activate", WORST, "--reason", "a mistake, ticket 7", "--by", "grace")
    history = told(capsys, "reputation", WORST)["history"]
    assert [(each["status"], each["by"]) for each in history] == [
        ("RESTING", "reputation"), ("ACTIVE", "grace"),
    ]  # fmt: skip
    assert "doubt" in history[0]["evidence"]
    assert history[1]["reason"] == "a mistake, ticket 7"

    assert main(["reputation", WORST, "--aws"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "RESTING" in out
    assert "grace" in out
    assert main(["reputation", NUMBERS[3], "--aws"]) == 0
    assert "Nothing is recorded" in capsys.readouterr().out
    assert main(["reputation", "12", "--aws"]) == 1
    assert "12" in capsys.readouterr().err


def test_it_is_told_on_a_terminal_too(deployed: House, capsys: pytest.CaptureFixture[str]) -> None:
    doubted(deployed)
    look(deployed, Mode.OBSERVE)
    assert main(["reputation", "--aws"]) == 0
    out = capsys.readouterr().out
    assert "service: 5 numbers, 0 resting (at most 1), judged until 2026-11-20" in out
    assert "11.0 of 10.3" in out
    assert "The judge would rest until" in " ".join(out.split())


def test_the_mode_is_set_at_run_time(deployed: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "reputation", "--mode", "enforce") == {
        "mode": "enforce", "before": "observe",
    }  # fmt: skip
    table = deployed.tables.number_pool
    assert read_judges_mode(deployed.client, table) is Mode.ENFORCE
    assert main(["reputation", "--mode", "observe", "--aws"]) == 0
    assert "observe (was enforce)" in capsys.readouterr().out


def test_a_retired_number_is_back_when_somebody_activates_it(
    deployed: House, capsys: pytest.CaptureFixture[str]
) -> None:
    doubted(deployed, strikes=2, probation_until=NOON + timedelta(days=1))
    look(deployed)
    assert by_number(told(capsys, "reputation"))[WORST]["state"] == "RETIRED"
    assert deployed.publish("service") == 4

    done = told(capsys, "activate", WORST, "--reason", "a new start, ticket 12")
    assert (done["status"], done["changed"]) == ("ACTIVE", True)
    assert deployed.publish("service") == 5
    back = by_number(told(capsys, "reputation"))[WORST]
    assert (back["state"], back["on_probation"]) == ("NEW", True)
    assert [each["status"] for each in deployed.rests.changes(WORST)] == ["RETIRED", "RETURNED"]
    again = told(capsys, "activate", WORST, "--reason", "twice")
    assert again["changed"] is False


def test_a_pool_that_is_none_is_a_mistake(
    deployed: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reputation", "--pool", "nowhere", "--aws"]) == 1
    assert "no pool 'nowhere'" in capsys.readouterr().err
