"""`check-contacts`: what staff see, what programs read, and what is written."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from local.__main__ import main
from local.list_checking import Asked, check

AT = "2026-03-02T20:00:00Z"
LIST = (
    "Name,Phone,Mobile,Country,Source,Campaign\n"
    "Ada,(206) 555-0123,,US,web,spring\n"
    "Ben,+442079460123,,,web,spring\n"
    "Cy,206 555 0123,,US,fair,spring\n"
    "Di,911,,US,fair,spring\n"
    "Ed,,+12125550142,US,fair,summer\n"
    "=Fay(),n/a,,US,bought,summer\n"
)


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, "utf-8")
    return path


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    code = main(["check-contacts", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_json_of_a_list(contacts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = _run(capsys, str(contacts), "--out", str(tmp_path / "out"), "--at", AT)

    assert code == 0, "a bad list is no failure of the check"
    assert (told["rows"], told["clean"], told["rejected"]) == (6, 3, 3)
    assert told["by_reason"] == {"duplicate": 1, "emergency": 1, "not_a_number": 1}
    assert {name: one["rejected"] for name, one in told["by_source"].items()} == {
        "web": 0,
        "fair": 2,
        "bought": 1,
    }
    assert (told["invalid"], told["alarm"], told["purpose"]) == (2, True, "marketing")
    assert "results" not in told
    assert any("--state" in note for note in told["notes"])


def test_json_with_every_row(
    contacts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, told = _run(capsys, str(contacts), "--out", str(tmp_path / "out"), "--at", AT, "--rows")

    results = told["results"]
    assert [one["row"] for one in results] == [2, 3, 4, 5, 6, 7]
    assert results[0]["e164"] == "+12065550123"
    assert results[0]["state"] == "WA"
    assert results[0]["time_zones"] == "America/Los_Angeles"
    assert results[0]["earliest"] == "2026-03-02T12:00-08:00"
    assert results[2]["duplicate_of"] == "2"
    assert results[4]["input"] == "+12125550142"


def test_the_files(contacts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    code = main(["check-contacts", str(contacts), "--out", str(out), "--at", AT])

    shown = capsys.readouterr().out
    assert code == 0
    assert "ALARM" in shown
    assert "3 of 6 rows can be dialled" in shown
    assert sorted(path.name for path in out.iterdir()) == [
        *("clean.csv", "rejected.csv", "report.html", "result.xlsx", "summary.json")
    ]
    clean, rejected = _lines(out / "clean.csv"), _lines(out / "rejected.csv")
    assert [line["e164"] for line in clean] == ["+12065550123", "+442079460123", "+12125550142"]
    assert [(line["Name"], line["reason"]) for line in rejected] == [
        ("Cy", "duplicate"),
        ("Di", "emergency"),
        ("'=Fay()", "not_a_number"),
    ]
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["rows"] == len(clean) + len(rejected) == 6


def test_the_country_of_national_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Telefon\n030 23125000\n", "utf-8")

    _, told = _run(capsys, str(path), "--out", str(tmp_path / "out"), "--country", "DE")

    assert told["by_region"] == {"DE": 1}


def test_results_beside_the_list_where_no_folder_is_named(
    contacts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, told = _run(capsys, str(contacts))

    assert told["out"] == f"{contacts}.check"
    assert (contacts.parent / "list.csv.check" / "clean.csv").exists()


REFUSED = [
    (["nowhere.csv"], "There is no file"),
    (["empty.csv"], "empty"),
    (["list.csv", "--country", "Atlantis"], "no country"),
    (["list.csv", "--queue", "nobody"], "no queue"),
    (["list.csv", "--state", "nothing"], "no state"),
    (["list.csv", "--out", "list.csv"], "is a file"),
    (["folder/clean.csv", "--out", "folder"], "overwrite"),
]


@pytest.mark.parametrize(("words", "says"), REFUSED)
def test_what_cannot_be_checked_is_told_and_nothing_is_written(
    contacts: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(contacts.parent)
    Path("empty.csv").write_text("")
    Path("folder").mkdir()
    Path("folder/clean.csv").write_text(LIST)
    before = sorted(Path().rglob("*"))

    code, told = _run(capsys, *words)

    assert code == 1
    assert told["outcome"] == "failed"
    assert says in told["error"]
    assert sorted(Path().rglob("*")) == before
    assert main(["check-contacts", *words]) == 1
    assert says in capsys.readouterr().err


def test_a_check_that_fails_midway_leaves_the_last_results(
    contacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(contacts, tmp_path / "out", Path("config/example.yaml"))
    check(asked)
    before = {path.name: path.read_bytes() for path in asked.out.iterdir()}

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("local.list_checking.write_page", broken)
    with pytest.raises(Exception, match="No space left"):
        check(asked)

    assert {path.name: path.read_bytes() for path in asked.out.iterdir()} == before


def test_rows_are_told_while_they_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Phone\n" + "".join(f"+1206555{n:04d}\n" for n in range(2_500)), "utf-8")
    told: list[tuple[int, int]] = []

    check(
        Asked(path, tmp_path / "out", Path("config/example.yaml")),
        told=lambda done, of: told.append((done, of)),
    )

    assert told == [(1_000, 2_500), (2_000, 2_500), (2_500, 2_500)]


def test_a_state_knows_who_must_not_be_called_and_what_they_would_see(
    contacts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("number\n+12062345678\n+442071234567\n", "utf-8")
    state = ["--state", str(tmp_path / "state")]
    assert main(["import", str(pool), *state]) == 0
    assert main(["suppress", "+442079460123", "--reason", "opt_out", *state]) == 0
    capsys.readouterr()

    _, told = _run(
        capsys, str(contacts), "--out", str(tmp_path / "out"), "--at", AT, "--rows", *state
    )

    assert told["by_reason"]["suppressed_opt_out"] == 1
    assert told["results"][1]["reason"] == "suppressed_opt_out"
    assert told["results"][0]["tier"] in ("city", "nearest")
    assert set(told["by_tier"]) <= {"city", "nearest", "area_code", "state", "country", "default"}
    assert not any("--state" in note for note in told["notes"])
