"""The commands that others build on: what they print, and what they tell of mistakes."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.__main__ import main
from local.commands.common import DEFAULT_CONFIG

POOL = "Number;City\n+12065550123;Seattle\n(206) 555-0145;Seattle\nhello;\n+442079460123;London\n"
DIAL_KEYS = {
    "to", "action", "caller_id", "tier", "reason", "region", "place", "state", "rejected", "trace",
    "decision_id", "contact_id", "at",
}  # fmt: skip

Run = Any


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    path = tmp_path / "our numbers.csv"
    path.write_text(POOL)
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process: its exit code, its standard output, its standard error."""

    def command(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse's own way
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def test_without_a_command_the_help_is_printed(run: Run) -> None:
    code, out, _ = run()
    assert code == 0
    assert all(name in out for name in ("import", "dial", "demo", "bench", "evidence"))


def test_import_tells_what_became_of_each_row(run: Run, pool: Path) -> None:
    code, out, _ = run("import", pool, "--json")
    document = json.loads(out)
    assert code == 0
    assert (document["rows"], document["accepted"], document["rejected"]) == (4, 3, 1)
    assert [row["e164"] for row in document["results"]] == [
        "+12065550123", "+12065550145", "", "+442079460123",
    ]  # fmt: skip
    assert set(document["results"][0]) == {"row", "input", "e164", "outcome", "message"}
    assert document["results"][2]["row"] == 4, "as the spreadsheet counts"


def test_the_notes_of_an_import_are_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("Number;Colour\n+12065550123;red\n")
    _, out, _ = run("import", file)
    assert "Columns that are not used: Colour." in out
    assert "1 row: 1 accepted, 0 rejected" in out


def test_a_result_file_is_not_taken_for_numbers(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "sales.xlsx.result.xlsx"
    file.touch()
    for command in (("import", file), ("dial", "--to", "+12065550187", "--pool", file)):
        code, _, err = run(*command)
        assert code == 1
        assert ".result.xlsx are results and are not read; rename it." in err


def test_a_country_says_what_national_numbers_are_of(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "uk.csv"
    file.write_text("Telephone\n020 7946 0123\n")
    code, out, _ = run("import", file, "--country", "gb", "--json")
    assert code == 0
    assert json.loads(out)["results"][0]["e164"] == "+442079460123"


def test_a_file_that_cannot_be_used_is_told_in_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cut.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    code, out, err = run("import", tmp_path / "cut.xlsx", "--json")
    document = json.loads(out)
    assert code == 1
    assert (document["rows"], document["accepted"], document["results"]) == (0, 0, [])
    assert len(document["error"]) > 20
    assert "Traceback" not in out + err


def test_dials_of_one_command_share_one_state(run: Run, pool: Path) -> None:
    code, out, _ = run(
        *("dial", "--pool", pool, "--to", "+12065550187", "--times", 3, "--json"),
        *("--at", "2026-03-02T15:04:05Z"),
    )
    dials = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert len(dials) == 3
    assert all(set(one) >= DIAL_KEYS for one in dials)
    first, second, third = dials
    assert {first["caller_id"], second["caller_id"]} == {"+12065550123", "+12065550145"}
    assert {first["tier"], first["region"], first["state"]} == {"nearest", "US", "WA"}
    assert third["action"] == "default", "both were shown to this customer, London may not be"
    assert third["rejected"]["shown_lately"] == 2
    assert len({one["contact_id"] for one in dials}) == 3
    assert first["at"] == "2026-03-02T15:04:05+00:00"
    assert first["trace"][0]["type"] == "UpdateFlowLoggingBehavior"
    assert {"id", "type", "branch", "ms"} <= set(first["trace"][0])


def test_a_state_is_kept_between_commands(run: Run, pool: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    _, first, _ = run("dial", "--pool", pool, "--to", "+12065550187", "--state", state, "--json")
    _, second, _ = run("dial", "--to", "+12065550187", "--state", state, "--json")
    _, other, _ = run("dial", "--pool", pool, "--to", "+12065550188", "--state", state)
    shown = [json.loads(text)["caller_id"] for text in (first, second)]
    assert set(shown) == {"+12065550123", "+12065550145"}
    assert "nearest" in other


def test_a_dial_tells_of_rows_that_were_not_taken(run: Run, pool: Path) -> None:
    code, out, err = run("dial", "--pool", pool, "--country", "US", "--to", "+12065550187")
    assert code == 0
    assert f"3 of 4 rows taken; `python -m local import '{pool}' --country US` shows" in err
    assert "rows taken" not in out


def test_a_dial_from_a_file_that_cannot_be_used_says_why(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cut.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    code, out, err = run(
        *("dial", "--pool", tmp_path / "cut.xlsx", "--to", "+12065550187", "--json")
    )
    told = json.loads(out)
    assert code == 1
    assert told["outcome"] == "failed"
    assert "Nothing was changed" in told["error"]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("to", "reason", "hinted"),
    [
        ("02079460123", "destination_not_understood", True),  # a national format
        ("+44 20 7946 0123", None, True),  # spaces
        ("hello", "destination_not_understood", True),  # no number at all
        ("+442079460123", None, False),  # as Connect gives it
    ],
)
def test_a_number_that_connect_would_not_give_is_dialled_with_a_hint(
    run: Run, pool: Path, to: str, reason: str | None, hinted: bool
) -> None:
    code, out, err = run("dial", "--pool", pool, "--to", to, "--json")
    assert code == 0
    assert reason in (None, json.loads(out)["reason"])
    assert ("write it like +442079460123" in err) is hinted


def test_progress_goes_to_standard_error_with_json_too(run: Run, pool: Path) -> None:
    _, out, err = run("import", pool, "--json")
    assert "Starting the local cloud" in err
    assert json.loads(out)["rows"] == 4


def test_a_folder_without_state_is_told_and_not_made(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "none yet"
    code, _, err = run("dial", "--state", folder, "--to", "+12065550187")
    assert code == 2
    assert f"{folder} holds no state yet; import first" in err
    assert not folder.exists()
    code, out, _ = run("dial", "--state", folder, "--to", "+12065550187", "--json")
    assert code == 2
    assert json.loads(out)["outcome"] == "failed"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("dial", "--to", "+12065550187"), "--pool FILE"),
        (("dial", "--to", "1", "--pool", "service"), "--pool takes a file of numbers here"),
        (("dial", "--to", "1", "--times", "²"), "write 1 or more"),
        (("dial", "--to", "+12065550187", "--pool", "nowhere.csv"), "no file nowhere.csv"),
        (("dial", "--pool", "x.csv"), "--to"),
        (("dial", "--to", "1", "--at", "yesterday"), "ISO 8601"),
        (("dial", "--to", "1", "--at", "2026-03-02T15:04:05"), "time zone"),
        (("dial", "--to", "1", "--times", "0"), "write 1 or more"),
        (("dial", "--to", "1", "--attribute", "x"), "state=WA"),
        (("import", "nowhere.xlsx"), "no file nowhere.xlsx"),
        (("import", "."), "a folder"),
        (("bench", "nothing/here"), "Nothing is named"),
        (("dance",), "invalid choice"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_in_one_line(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    code, out, err = run(*arguments)
    assert code in (1, 2)
    assert told in err
    assert "Traceback" not in out + err


def test_mistakes_of_the_config_are_told_without_a_stack_trace(
    run: Run, pool: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(DEFAULT_CONFIG.read_text().replace("on_exhausted: block", "on_exhausted: cry"))
    code, out, err = run("dial", "--pool", pool, "--to", "+12065550187", "--config", wrong)
    assert code == 1
    assert "on_exhausted" in err
    assert "cry" in err
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "is a folder; choose a config file in it"),  # --config config
        ("environment: [", "not YAML"),  # broken off
        ("", "write keys and values"),  # nothing in it
    ],
)
def test_a_config_that_is_none_is_told_before_anything_is_synthesised(
    run: Run, pool: Path, tmp_path: Path, content: str | None, told: str
) -> None:
    config = tmp_path / "config"
    config.mkdir() if content is None else config.write_text(content)
    code, out, err = run("dial", "--pool", pool, "--to", "+12065550187", "--config", config)
    assert code == 1
    assert told in err
    assert "Synthesising" not in out + err


def test_an_unknown_queue_or_pool_is_told_with_those_that_exist(run: Run, pool: Path) -> None:
    _, _, err = run("dial", "--pool", pool, "--to", "+12065550187", "--queue", "nobody")
    assert "outbound-service" in err
    code, out, _ = run("import", pool, "--pool", "puddle", "--json")
    assert code == 1
    assert "service" in json.loads(out)["error"]
