"""A dial and its explanation say the same; and a number that was answered is shown again."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.__main__ import main

CUSTOMER = "+12067420187"
POOL = "Number;City\n+12065550123;Seattle\n+12065550145;Seattle\n+12535550123;Tacoma\n"
SHARED = ("caller_id", "action", "tier", "distance_km", "place", "state", "time_zones", "known_by")

Run = Any


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process; the JSON lines that it prints."""

    def command(*arguments: object) -> list[dict[str, Any]]:
        assert main([str(argument) for argument in arguments]) == 0
        out = capsys.readouterr().out
        return [json.loads(line) for line in out.splitlines()]

    return command


def test_an_answered_number_is_shown_again_and_explained(run: Run, tmp_path: Path) -> None:
    pool, state = tmp_path / "numbers.csv", tmp_path / "state"
    pool.write_text(POOL)
    to = ("--to", CUSTOMER, "--json")
    first, second = run("dial", "--pool", pool, *to, "--state", state, "--times", 2)
    assert first["caller_id"] != second["caller_id"], "nobody answered"
    (afterwards,) = run("explain", *to, "--state", state)
    assert afterwards["rejected"]["shown_lately"] == 2

    (answered,) = run("dial", *to, "--state", state, "--answered")
    (again,) = run("dial", *to, "--state", state)
    assert (again["tier"], again["caller_id"]) == ("answered_before", answered["caller_id"])
    (explained,) = run("explain", *to, "--state", state, "--contact-id", again["contact_id"])
    assert {key: again[key] for key in SHARED} == {key: explained[key] for key in SHARED}


def test_a_dial_and_its_explanation_agree(run: Run, tmp_path: Path) -> None:
    pool = tmp_path / "numbers.csv"
    pool.write_text(POOL)
    asked = ("--pool", pool, "--to", CUSTOMER, "--attribute", "postal_code=98402", "--json")
    (dialled,) = run("dial", *asked)
    (explained,) = run("explain", *asked, "--contact-id", dialled["contact_id"])
    assert {key: dialled[key] for key in SHARED} == {key: explained[key] for key in SHARED}
    assert explained["known_by"] == "postal_code"
