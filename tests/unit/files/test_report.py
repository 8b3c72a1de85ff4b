"""Reports: what goes in comes out, and nothing in them is ever run."""

import re
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambdas.files import report
from lambdas.files.report import neutralise, read_report, write_report

COLUMNS = ("row", "input", "e164", "outcome", "message")
TEXT = st.text(max_size=60) | st.sampled_from(
    ["=1+1", "+1", "@x", "<r><t>x</t></r>", "_x0041_", "http://x.example", "1e5", "TRUE", "\t="]
)
ROWS = st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT, TEXT), max_size=8)


def _as_kept(text: str) -> str:
    """What a workbook can hold of a text, by the module's own promise."""
    kept = re.sub("\r\n?", "\n", re.sub("[\0\ufffe\uffff]", "\ufffd", text))
    return f"{kept} " if kept.startswith("<r>") and kept.endswith("</r>") else kept


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, value=TEXT)
def test_all_text_comes_back_and_no_cell_is_a_formula(
    tmp_path: Path, rows: list[tuple[str, ...]], value: str
) -> None:
    path = tmp_path / "report.xlsx"

    write_report(path, {"File": value, "Rows": len(rows)}, COLUMNS, rows)

    assert read_report(path) == [
        dict(zip(COLUMNS, map(_as_kept, cells), strict=True)) for cells in rows
    ]
    book = openpyxl.load_workbook(path)
    kinds = {cell.data_type for page in book for line in page for cell in line}
    assert kinds <= {"s", "n"}  # n is how it reads a cell without content
    assert not any(cell.value for p in book for line in p for cell in line if cell.data_type == "n")
    assert not any(cell.hyperlink for page in book for line in page for cell in line)


def test_a_report_is_laid_out_for_reading(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    rows = [("2", "x", "+12065550101", "added", "m" * 300), ("3", "y", "", "rejected", "")]

    write_report(path, {"File": "numbers.csv"}, COLUMNS, rows)

    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Summary", "Rows"]
    page = book["Rows"]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:E3"
    assert page.column_dimensions["E"].width == pytest.approx(70, abs=1)
    assert {page["B2"].number_format, page["D3"].number_format} == {"@"}
    assert page["D2"].fill.fgColor.rgb != page["D3"].fill.fgColor.rgb
    assert (book["Summary"]["A1"].value, book["Summary"]["B1"].value) == ("File", "numbers.csv")


def test_rows_past_the_end_of_a_sheet_go_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "_SHEET_ROWS", 10)
    path = tmp_path / "long.xlsx"

    write_report(path, {}, ("row",), ([str(n)] for n in range(25)))

    assert [line["row"] for line in read_report(path)] == [str(n) for n in range(25)]
    assert openpyxl.load_workbook(path).sheetnames == ["Summary", "Rows", "Rows 2", "Rows 3"]


def test_a_report_without_rows_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "none.xlsx"

    write_report(path, {"Result": "Nothing was changed."}, COLUMNS, [])

    assert read_report(path) == []


def test_a_text_longer_than_a_cell_is_cut_off_visibly(tmp_path: Path) -> None:
    path = tmp_path / "cut.xlsx"

    write_report(path, {}, ("message",), [("😀" * 40_000,)])

    (line,) = read_report(path)
    assert line["message"].endswith("… (cut off)")
    assert len(line["message"]) > 10_000


@pytest.mark.parametrize(
    ("cell", "expected", "why"),
    [
        ("=1+1", "'=1+1", "a formula"),
        ("+1-2", "'+1-2", "a formula of another beginning"),
        ("-2+3", "'-2+3", "as well"),
        ("@SUM(1)", "'@SUM(1)", "an old formula"),
        ("\t=1", "'\t'=1", "a tab is skipped by some, and separates cells for others"),
        ("\r=1", "'\r=1", "so is a carriage return"),
        ("  =1", "'  =1", "and a blank"),
        ("＝1+1", "'＝1+1", "full width, which Excel takes in some languages"),
        ("+12065550101", "+12065550101", "strict E.164 is no formula"),
        ("+12065550101 ", "'+12065550101 ", "not strict"),
        ("+12065550101\n", "'+12065550101\n", "not strict"),
        ("+0206555", "'+0206555", "no country code begins with 0"),
        ("+1206555010199999", "'+1206555010199999", "too long to be a number"),
        ("x;=1+1", "x;'=1+1", "a formula where cells are separated by semicolons"),
        ("x\t@A1|+1,-2", "x\t'@A1|'+1,'-2", "or by something else"),
        ("+12065550101;+12065550102", "'+12065550101;+12065550102", "two numbers"),
        ("Leeds, -2 or +3", "Leeds, -2 or +3", "signs amid words"),
        ("Leeds", "Leeds", "a word"),
        ("", "", "nothing"),
    ],
)
def test_a_csv_cell_cannot_be_taken_for_a_formula(cell: str, expected: str, why: str) -> None:
    assert neutralise(cell) == expected, why


@given(st.text())
def test_a_neutral_cell_stays_neutral(text: str) -> None:
    once = neutralise(text)

    assert neutralise(once) == once
    assert once.replace("'", "") == text.replace("'", "")
