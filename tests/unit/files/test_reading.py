"""Every file of the corpus gives the rows it holds, or a refusal that tells what to do."""

import tracemalloc
from pathlib import Path

import pytest

from lambdas.files.damage import Problem, text_of_number_cell
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.files.table import Row

from .corpus import A, B, C, Readable, Unreadable
from .corpus_bombs import BOMBS
from .corpus_foreign import FOREIGN
from .corpus_hostile import BROKEN
from .corpus_text import READABLE_TEXTS
from .corpus_workbooks import READABLE_WORKBOOKS, workbook

READABLE = (*READABLE_TEXTS, *READABLE_WORKBOOKS)
UNREADABLE = (*FOREIGN, *BROKEN, *BOMBS)
EVERY: tuple[Readable | Unreadable, ...] = (*READABLE, *UNREADABLE)


def _id(case: Readable | Unreadable) -> str:
    return f"{case.name}: {case.why}"


def _number(row: Row) -> str:
    number = text_of_number_cell(row.get("number"))
    return f"!{number.code}" if isinstance(number, Problem) else number


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    names = [case.name for case in EVERY]
    assert len(names) == len(set(names)) >= 100


@pytest.mark.parametrize("case", READABLE, ids=_id)
def test_each_row_is_read_with_the_number_that_excel_shows(case: Readable, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content())

    table = open_table(path, case.name)
    rows = list(table.rows)

    assert tuple((row.number, _number(row)) for row in rows) == case.rows
    assert table.row_count == len(rows)
    assert {field: rows[0].get(field) for field in case.fields} == dict(case.fields)
    assert case.note in " ".join(table.notes)
    assert bool(case.note) >= bool(table.notes) or "not in Unicode" in table.notes[0]
    assert case.problem in " ".join(row.problem for row in rows)
    assert bool(case.problem) == any(row.problem for row in rows)


@pytest.mark.parametrize("case", UNREADABLE, ids=_id)
def test_a_file_that_cannot_be_read_is_refused_in_words(case: Unreadable, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content())

    with pytest.raises(UnreadableFile) as refusal:
        open_table(path, case.name)

    assert refusal.value.code is case.code
    assert case.words in refusal.value.message
    assert refusal.value.message.endswith(".")


def test_a_file_above_the_limit_is_refused_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)

    with pytest.raises(UnreadableFile, match="200 MB large; the limit is 50 MB") as refusal:
        open_table(path, "huge.csv")

    assert refusal.value.code == "too_large"


def test_a_list_of_more_rows_than_the_limit_is_refused_with_its_count(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Phone\n" + "+12065550101\n" * 1_001)

    with pytest.raises(UnreadableFile, match="1,001 rows; at most 1,000"):
        open_table(path, "long.csv", limits=Limits(rows=1_000))


def test_a_field_without_a_column_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("Phone,City\n+12065550101\n")

    (row,) = open_table(path, "one.csv").rows

    assert row.get("city") is None
    assert row.get("state") is None


def test_all_columns_of_numbers_and_all_unknown_headings_are_known(tmp_path: Path) -> None:
    path = tmp_path / "several.csv"
    path.write_text("Colour,Home phone,Mobile,City,Town\nred,+12065550101,+12065550102,x,y\n")

    table = open_table(path, "several.csv")

    assert table.number_columns == (1, 2)
    assert table.columns == {"number": 1, "city": 3}
    assert table.unknown_headers == ("Colour", "Town")


@pytest.mark.parametrize(
    ("content", "unread", "note", "why"),
    [
        (
            f"Phone 1,Phone 2\n{A},{B}\n",
            ("the column “Phone 2”",),
            "Only the column “Phone 1” was read for phone numbers. There are phone numbers in the "
            "column “Phone 2” too",
            "two columns",
        ),
        (
            f"Home phone,Mobile,Work phone\n{A},,\n{B},{C},{C}\n",
            ("the column “Mobile”", "the column “Work phone”"),
            "in the column “Mobile” and the column “Work phone” too",
            "three columns, two of them filled late",
        ),
        (
            f"Phone,Mobile\n{A},\n{B},-\n",
            (),
            "the column “Phone” was read, the others are empty",
            "a second column without a number",
        ),
        (
            f"Phone,Phone\n{A},{B}\n",
            ("the column “Phone” (B)",),
            "Only the column “Phone” (A) was read",
            "two columns of one name",
        ),
        (
            f"Phone,Fax,Order\n{A},{B},20240001\n",
            ("the column “Fax”",),
            "Only the column “Phone” was read",
            "a heading that nobody knows over numbers in international form",
        ),
        (f"{A},x,{B}\n{B},y,{C}\n", ("column C",), "Only column A was read", "no headings"),
        (f"Phone,City,ID\n{A},x,1206555010\n", (), "", "an ID is not in international form"),
    ],
)
def test_columns_of_numbers_that_are_not_read_are_told(
    content: str, unread: tuple[str, ...], note: str, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(content)

    table = open_table(path, "list.csv")

    assert table.unread == unread, why
    assert note in " ".join(table.notes), why
    assert bool(table.notes) is bool(note), why


@pytest.mark.parametrize(
    ("sheets", "read", "unread", "why"),
    [
        (
            {"Now": [["Phone"], [A]], "Old numbers": [["Phone"], [B]]},
            "Now",
            ("the sheet “Old numbers”",),
            "two lists",
        ),
        (
            {"Now": [["Phone"], [A]], "-Old": [["Phone"], [B]]},
            "Now",
            ("the hidden sheet “Old”",),
            "a hidden list",
        ),
        (
            {"Raw": [[B], [C]], "Now": [["Phone", "Mobile"], [A, B]]},
            "Now",
            ("the column “Mobile”", "the sheet “Raw”"),
            "a list without headings before the list with one",
        ),
        (
            {"Read me": [["Made in 2024"]], "Now": [["Phone"], [A]], "Blank": [["Phone"]]},
            "Now",
            (),
            "neither words nor an empty form are numbers",
        ),
        ({"Read me": [["Made in 2024"]], "Now": [[A], [B]]}, "Now", (), "a cover, then a list"),
        ({"-Blank": [["Phone"]], "Now": [["Phone"], [A]]}, "Now", (), "a hidden empty form"),
    ],
)
def test_sheets_of_numbers_that_are_not_read_are_told(
    sheets: dict[str, list[list[str]]],
    read: str,
    unread: tuple[str, ...],
    why: str,
    tmp_path: Path,
) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook(sheets))

    table = open_table(path, "list.xlsx")

    assert table.sheet == read, why
    assert table.unread == unread, why
    assert all(phrase.split()[-1] in " ".join(table.notes) for phrase in unread)


def test_a_text_of_any_length_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Phone,City\n" + "+12065550101,Seattle\n" * 100_000)
    tracemalloc.start()

    count = sum(1 for _ in open_table(path, "long.csv").rows)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 4_000_000
