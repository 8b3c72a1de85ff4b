"""A long worksheet in parts reads as it does whole."""

import datetime as dt
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from lambdas.files import xlsx_table
from lambdas.files.limits import Limits
from lambdas.files.table import Cell
from lambdas.files.xlsx_parts import cut_apart
from lambdas.files.xlsx_table import LongSheet, Sheet, open_sheets
from tests.unit.files import packages

ROWS = 400


def _write(path: Path, *, shared: bool) -> Path:
    with xlsxwriter.Workbook(str(path), {"constant_memory": not shared}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        first = book.add_worksheet("Cover")
        first.write_string(0, 0, "a cover")
        sheet = book.add_worksheet("Contacts & <more>")
        sheet.write_row(2, 1, ["Phone", "Name", "Since", "Score", "Sure"])
        for row in range(3, ROWS):
            if row % 50 == 0:
                continue  # a blank row
            sheet.write_string(row, 1, f"+1206555{row:04d}")
            sheet.write_string(row, 2, f"Zoë <{row % 7}> & co\nline")
            sheet.write_datetime(row, 3, dt.date(2026, 1, 1 + row % 28), day)
            sheet.write_number(row, 4, row / 4)
            sheet.write_boolean(row, 5, row % 2 == 0)
            if row % 9 == 0:
                sheet.write_formula(row, 6, "=1/0", None, "#DIV/0!")
        book.add_worksheet("Last").write_number(5, 5, 12065550100)
    return path


def _stripped(cells: Sequence[Cell]) -> list[Cell]:
    """Without the empty cells at the end: a part is as wide as its own rows."""
    found = list(cells)
    while found and found[-1] is None:
        found.pop()
    return found


def _read(path: Path) -> list[tuple[str, list[tuple[int, list[Cell]]], list[int]]]:
    found = []
    for sheet in open_sheets(path, Limits()):
        rows = [(number, _stripped(cells)) for number, cells in sheet.rows()]
        found.append((sheet.name, rows, [sheet.count(after=after) for after in (0, 3, 200)]))
    return found


@pytest.mark.parametrize("shared", [True, False], ids=["shared strings", "inline strings"])
@pytest.mark.parametrize("part", [1, 2_000, 10_000_000])
def test_parts_read_as_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: bool, part: int
) -> None:
    path = _write(tmp_path / "list.xlsx", shared=shared)
    whole = _read(path)

    monkeypatch.setattr(xlsx_table, "cut_apart", partial(cut_apart, long=0, part=part))
    kinds = [type(sheet) for sheet in open_sheets(path, Limits())]

    assert kinds == [LongSheet] * 3
    assert _read(path) == whole
    assert len(whole[1][1]) > ROWS * 0.9


def test_short_sheets_stay_whole(tmp_path: Path) -> None:
    path = _write(tmp_path / "list.xlsx", shared=True)

    assert {type(sheet) for sheet in open_sheets(path, Limits())} == {Sheet}


ROWS_XML = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        (f"<!-- <row r='7'> -->{ROWS_XML}", "a comment first"),
        (f"{ROWS_XML}<!-- <row > -->", "a comment among rows"),
        ("<row><c><v>1</v></c></row>", "rows without numbers"),
        ("", "no rows"),
    ],
)
def test_what_is_written_otherwise_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: str, why: str
) -> None:
    path = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for name, content in packages.parts(packages.sheet(sheet)).items():
            package.writestr(name, content)
    whole = _read(path)

    monkeypatch.setattr(xlsx_table, "cut_apart", partial(cut_apart, long=0, part=1))

    assert {type(one) for one in open_sheets(path, Limits())} <= {Sheet}, why
    assert _read(path) == whole


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path / "list.xlsx", shared=True)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(xlsx_table, "cut_apart", partial(cut_apart, long=0, part=1))

    read = _read(path)
    del read

    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_copy_holds_what_was_checked(tmp_path: Path) -> None:
    path = _write(tmp_path / "list.xlsx", shared=True)
    with path.open("rb") as copy, (tmp_path / "parts.xlsx").open("w+b") as target:
        names = cut_apart(copy, target, long=0, part=2_000).names

    with zipfile.ZipFile(tmp_path / "parts.xlsx") as package:
        kept = set(package.namelist())
    assert len(names[1]) > 3
    assert {f"xl/worksheets/{name}.xml" for several in names.values() for name in several} <= kept
