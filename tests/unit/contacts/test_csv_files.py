"""The files of results: nothing is lost, nothing is run, and Excel reads them as they are."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.check_contacts.csv_files import ABOUT_CLEAN, ABOUT_REJECTED, CsvFiles, Lines
from lambdas.check_contacts.entries import contact_rows, sampled, written
from lambdas.domain.contacts import Damaged, Judge
from lambdas.files.limits import CONTACTS
from lambdas.files.reading import open_table
from lambdas.files.report import neutralise
from lambdas.usecases.check_contacts import ListCheck
from tests.unit.contacts.rows import NEW_YORK, SEATTLE, ground

HOSTILE = (
    *("=1+1", "+1+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠A", " =1", "\n=1"),
    *('say "no"', "a,b", "a;b", "two\nlines", "two\r\nlines", "", "plain", SEATTLE, "'=1", "Zoë"),
    *(f"{SEATTLE};x", f"{SEATTLE},x", f"x;{SEATTLE}", f"{SEATTLE}; {SEATTLE}", f"{SEATTLE}|=1"),
)


def _checked(path: Path, out: Path) -> tuple[list[list[str]], list[list[str]]]:
    table = open_table(path, path.name, limits=CONTACTS, every_number=True)
    check = ListCheck(Judge(ground()), None, table.row_count)
    out.mkdir(exist_ok=True)
    with CsvFiles(out, table.headings, table.delimiter) as files:
        for row, result in check.results(contact_rows(table)):
            files.add(row, result)
    return tuple(_read(out / name, table.delimiter) for name in ("clean.csv", "rejected.csv"))  # type: ignore[return-value]


def _read(path: Path, delimiter: str) -> list[list[str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "by this Excel knows UTF-8"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter, strict=True))


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_is_a_formula_and_every_cell_is_whole(cell: str, delimiter: str) -> None:
    for cells in ([cell], ["a", cell], [cell, "b"], ["", cell, cell]):
        line = Lines(delimiter).line(cells)

        read = next(csv.reader([*line.splitlines(keepends=True)], delimiter=delimiter), [""])
        assert read == [neutralise(one) for one in cells]
        for found in read:
            assert found == SEATTLE or not found.lstrip().startswith(tuple("=+-@＝＋－＠"))


@given(st.lists(st.text("=+-@\t\n\r ,;|\"'a1＝", max_size=9) | st.text(), min_size=2, max_size=6))
def test_any_cells_come_back(cells: list[str]) -> None:
    cells = [cell.replace("\0", "") for cell in cells]

    with StringIO(f"{Lines(',').line(cells)}\r\n", newline="") as file:
        (read,) = csv.reader(file)

    assert read == [neutralise(cell) for cell in cells]


def test_columns_of_the_list_come_first_and_cells_beyond_them_last(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    usual = "".join(f"+1206555{number:04d};Eve;1\n" for number in range(1_200))
    path.write_text(f"Phone;Name;Row\n{usual}{NEW_YORK};Ada;7;extra;=1\nn/a;Ben\n", "utf-8")

    clean, rejected = _checked(path, tmp_path / "out")

    ours = [f"checked {name}" if name == "row" else name for name in ABOUT_CLEAN]
    assert clean[0] == ["Phone", "Name", "Row", *ours]
    assert clean[-1][:5] == [NEW_YORK, "Ada", "7", "1202", NEW_YORK]
    assert clean[-1][len(clean[0]) :] == ["extra", "'=1"]
    assert len(rejected[1]) == len(rejected[0]) == 3 + len(ABOUT_REJECTED)
    assert rejected[1][:6] == ["n/a", "Ben", "", "1203", "", "not_a_number"]


def test_a_list_without_headings_has_its_columns_by_letter(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{SEATTLE},Ada\n+12125550123,Ben\n", "utf-8")

    clean, _ = _checked(path, tmp_path / "out")

    assert clean[0][:3] == ["Column A", "Column B", "row"]
    assert [line[1] for line in clean[1:]] == ["Ada", "Ben"]


def test_every_number_column_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        f"Name,Home phone,Mobile,Lead source\nAda,n/a,{SEATTLE},web\nBen,,+12125550123,web\n",
        "utf-8",
    )
    table = open_table(path, path.name, limits=CONTACTS, every_number=True)

    rows = list(contact_rows(table))

    assert [row.numbers for row in rows] == [("n/a", SEATTLE), ("", "+12125550123")]
    assert {row.source for row in rows} == {"web"}
    assert table.unread == ()
    assert table.notes == ()


def test_where_a_contact_came_from_in_a_word_that_means_whose_a_number_is(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"Telefon;Herkunft\n{SEATTLE};Messe\n", "utf-8")

    (row,) = contact_rows(open_table(path, path.name, every_number=True))

    assert row.source == "Messe"


def test_cells_of_a_workbook_are_text() -> None:
    assert [written(cell) for cell in (None, 98101.0, 1.5, True, "x")] == [
        *("", "98101", "1.5", "True", "x")
    ]


def test_a_damaged_cell_keeps_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Phone\n1.20656E+10\n2065550123.0\n", "utf-8")

    first, second = contact_rows(open_table(path, path.name, every_number=True))

    assert isinstance(first.numbers[0], Damaged)
    assert first.numbers[0].code == "digits_lost"
    assert second.numbers == ("2065550123",)


def test_the_sample_takes_no_row_away(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    lines = [f"+1206555{number:04d}" for number in range(2_500)]
    path.write_text("\n".join(["Phone", *lines]), "utf-8")

    usual, table = sampled(open_table(path, path.name, every_number=True), Judge(ground()))

    assert usual == "US"
    assert [row.numbers[0] for row in contact_rows(table)] == lines
