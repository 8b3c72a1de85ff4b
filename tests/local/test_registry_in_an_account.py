"""registry against an account, which is moto's here: files from Excel, what is due, lists."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lambdas.domain.intake import Entry
from lambdas.domain.phone import E164
from lambdas.store.papers import DynamoPapers
from local import paper_sample
from local.__main__ import main
from tests.local.numbers_scene import Scene, deployed

ONE, TWO, CALLED, BRITISH = "+12065550101", "+12065550102", "+12065550103", "+442079460101"
TODAY = datetime.now(UTC).date()
Run = Any


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A pool that asks for names and plans test calls."""
    with deployed(tmp_path) as made:
        entries = [Entry(2, ONE), Entry(3, TWO), Entry(4, CALLED, direction="inbound")]
        made.bring("service", [*entries, Entry(5, BRITISH)])
        made.say("service", "requires: [cnam]")
        made.say("service", "test_calls: {networks: [Northern Mobile], every_days: 30}")
        yield made


@pytest.fixture
def run(scene: Scene, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(["registry", *arguments, "--aws", "--config", str(scene.config)])
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What an office keeps of the numbers, one row of which is of no use."""
    path = tmp_path / "papers.xlsx"

    def row(number: paper_sample.Cell, kind: str, party: str = "", **told: Any) -> paper_sample.Row:
        whole = {"Number": number, "Paper": kind, "With": party or None, **told}
        return tuple(whole.get(heading) for heading in paper_sample.HEADINGS)

    late, soon = TODAY - timedelta(days=3), TODAY + timedelta(days=10)
    paper_sample.write(
        path,
        [
            row(int(ONE[1:]), "CNAM", Value="EXAMPLE CARE"),
            row("(206) 555-0101", "labelling", "Example Labels", State="filed", Due=late),
            row(TWO, "caller registry", "Example Registry", Due=soon, Cost=24.5),
            row(CALLED, "Owner", Value="=HYPERLINK(1)"),
            row(BRITISH, "Brand", Value="Example Clinic"),
            row(BRITISH, "CNAM", Value="EXAMPLE CARE"),
            row("+12065550177", "Owner", Value="Ada"),
        ],
    )
    return path


def test_a_file_is_kept_and_numbers_go_out_of_use_and_come_back(
    scene: Scene, run: Run, file: Path, tmp_path: Path
) -> None:
    code, out, _ = run("--file", str(file), "--pool", "service")

    assert code == 1, "two rows are of no use"
    assert "row 7: Caller names are enrolled for numbers of the United States" in out
    assert "row 8: The number is not in this pool; upload it first." in out
    assert out.endswith("7 rows: 5 changed, 2 rejected.\n")
    assert scene.withheld("service") == {TWO: {"lacks_cnam"}}

    more = tmp_path / "more.csv"
    more.write_text(f"Number,Paper,Value\n{TWO},cnam,EXAMPLE CARE\n", "utf-8")
    assert run("--file", str(more), "--pool", "service", "--json") == (
        0, '{"changed": 1, "rejected": []}\n', "",
    )  # fmt: skip
    assert scene.withheld("service") == {}
    assert json.loads(run("--file", str(more), "--pool", "service", "--json")[1])["changed"] == 0


def test_what_is_due_is_told_the_most_urgent_first(run: Run, file: Path) -> None:
    run("--file", str(file), "--pool", "service")

    code, out, _ = run("--json")

    assert code == 3
    assert [(gap["number"], gap["trouble"], gap["kind"]) for gap in json.loads(out)] == [
        (ONE, "overdue", "labelling"),
        (TWO, "missing", "cnam"),
        (ONE, "test_due", "test_call"),
        (TWO, "test_due", "test_call"),
        (BRITISH, "test_due", "test_call"),
        (TWO, "due_soon", "caller_registry"),
    ]
    code, out, _ = run("--due")
    assert code == 3
    assert "6 things to do." in out
    assert run("--due", "--pool", "sales") == (0, "0 things to do.\n", "")


@pytest.mark.parametrize(
    ("wanted", "columns", "rows"),
    [
        (
            "do-not-originate", "number,country,owner,reason",
            [[CALLED, "US", "'=HYPERLINK(1)", "Takes calls only; never shown as caller ID."]],
        ),
        (
            "caller-registry", "number,business_name,call_reason,owner,registered_with",
            [
                [ONE, "Example Care", "Your appointment", "", ""],
                [TWO, "Example Care", "Your appointment", "", "Example Registry: done"],
            ],
        ),
        (
            "cnam", "number,caller_name,state",
            [[ONE, "EXAMPLE CARE", "enrolled"], [TWO, "", "to enrol"]],
        ),
        (
            "branding", "number,country,brand,logo,call_reason",
            [
                [ONE, "US", "Example Care", "", "Your appointment"],
                [TWO, "US", "Example Care", "", "Your appointment"],
                [BRITISH, "GB", "Example Clinic", "", "Your appointment"],
            ],
        ),
    ],
)  # fmt: skip
def test_lists_for_others_are_files_without_formulas(
    run: Run, file: Path, tmp_path: Path, wanted: str, columns: str, rows: list[list[str]]
) -> None:
    run("--file", str(file), "--pool", "service")
    out = tmp_path / "list.csv"

    code, told, _ = run("--export", wanted, "--out", str(out))

    assert (code, told.split(" in ")[0]) == (0, f"{len(rows)} number{'s' * (len(rows) > 1)}")
    with out.open(encoding="utf-8-sig", newline="") as opened:
        assert list(csv.reader(opened)) == [columns.split(","), *rows]
    assert len(json.loads(run("--export", wanted, "--json")[1])) == len(rows)


def test_a_test_call_is_kept_and_a_label_is_urgent(scene: Scene, run: Run, file: Path) -> None:
    run("--file", str(file), "--pool", "service")

    code, out, _ = run("--tested", "+1 (206) 555-0101", "Northern Mobile", "Scam Likely")
    assert (code, out) == (0, f"Kept: {ONE} on Northern Mobile showed Scam Likely.\n")
    told = [(gap["number"], gap["trouble"]) for gap in json.loads(run("--json")[1])]
    assert (ONE, "labelled") in told
    assert (ONE, "test_due") not in told

    _, out, _ = run("--tested", ONE, "Northern Mobile", "clean")
    assert f"(before, on {TODAY}: Scam Likely)" in out
    told = [(gap["number"], gap["trouble"]) for gap in json.loads(run("--json")[1])]
    assert not {(ONE, "labelled"), (ONE, "test_due")} & set(told)
    kept = DynamoPapers(scene.dynamodb, scene.table).all()
    assert [paper.value for paper in kept[E164(ONE)] if paper.kind == "test_call"] == ["clean"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--pool", "other"], "no pool 'other': "),
        (["--state", "here"], "give one of the two"),
        (["--export", "cnam"], "--out FILE"),
        (["--export", "cnam", "--out", "/nowhere/list.csv"], "cannot be written"),
        (["--tested", "+12065550177", "Northern Mobile", "clean"], "is in no pool"),
        (["--tested", "2065550101", "Northern Mobile", "clean"], "write it like +1206"),
        (["--tested", ONE, " ", "clean"], "which network"),
        (["--file", "/nowhere/papers.xlsx"], "papers.xlsx"),
    ],
)
def test_a_mistake_is_told_in_words_and_changes_nothing(
    scene: Scene, run: Run, arguments: list[str], words: str
) -> None:
    code, out, err = run(*arguments)

    assert (code, out) == (1, "")
    assert words in err
    assert "Traceback" not in err
    assert DynamoPapers(scene.dynamodb, scene.table).all() == {}
