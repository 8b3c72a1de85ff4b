"""Each hostile list is read row by row or refused in words; no row of any is lost."""

from collections import Counter
from pathlib import Path
from time import process_time

import pytest

from lambdas.files.damage import Problem, text_of_number_cell
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import CONTACTS
from lambdas.files.reading import open_table
from lambdas.files.table import Row

from .cases import CASES
from .corpus import Hostile, us, written

MOST_SECONDS = 15  # of this process alone: a busy machine adds none


def _id(case: Hostile) -> str:
    return f"{case.name}: {case.why}"


def test_there_are_many_and_their_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 100


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_no_row_is_lost_before_the_check(case: Hostile, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content())
    begun = process_time()

    if case.fault:
        with pytest.raises(UnreadableFile) as refusal:
            open_table(path, case.name, limits=CONTACTS, every_number=True)
        assert refusal.value.code is case.fault
        assert refusal.value.message.endswith(".")
    else:
        table = open_table(path, case.name, limits=CONTACTS, every_number=True)
        rows = list(table.rows)
        assert Counter(row.number for row in rows) == Counter(case.rows)
        assert table.row_count == len(case.rows)
        assert all(_heard(row) for row in rows)
        codes = {row.number: _heard(row) for row in rows if row.number in case.codes}
        assert codes == {number: f"!{code}" for number, code in case.codes.items()}
    assert process_time() - begun < MOST_SECONDS


@pytest.mark.parametrize(
    ("lines", "rows", "note", "why"),
    [
        (["Ann,none", "Name,Phone", f"Bob,{us(0)}"], (3,), "above it was not read (row 1)", "told"),
        (["Spring,", "Name,Phone", f"Bob,{us(0)}"], (3,), "", "a title is no row"),
        (["x,y", "n/a,Ann", f"{us(0)},Bob"], (2, 3), "", "words for none are a row"),
        (["x,y", "here,Ann", f"{us(0)},Ann"], (2, 3), "", "a word of the rows below is a row"),
        (["a,b", "x,y", f"{us(0)},Bob"], (3,), "above it was not read (row 1)", "told too"),
    ],
)
def test_what_stands_above_the_heading_is_told(
    lines: list[str], rows: tuple[int, ...], note: str, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(written(lines)())

    table = open_table(path, path.name)

    assert tuple(row.number for row in table.rows) == rows, why
    assert note in " ".join(table.notes), why
    assert ("above it" in " ".join(table.notes)) is bool(note), why


def _heard(row: Row) -> str:
    """Never fails and never hangs, whatever the cell holds."""
    number = text_of_number_cell(row.get("number"))
    return f"!{number.code}" if isinstance(number, Problem) else f"={number}"
