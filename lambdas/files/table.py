"""What every reader gives: a table with known columns and a stream of rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Cell = str | float | int | bool | datetime | date | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank.

    `number` is the row number that Excel shows (from 1). An empty cell is None, a formula is its
    last result, an error cell is its text (`#N/A`). `problem` is empty, or says why the row must
    be refused whatever its cells hold.
    """

    number: int
    cells: tuple[Cell, ...]
    columns: Mapping[str, int]
    problem: str = ""

    def get(self, name: str) -> Cell:
        """The cell under a canonical field; None when the file has no such column."""
        index = self.columns.get(name)
        if index is None or index >= len(self.cells):
            return None
        return self.cells[index]


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file.

    `columns` maps canonical fields (`number`, `country`, …) to column indexes from 0;
    `number_columns` are all columns of phone numbers, best first. `rows` can be read once.
    `row_count` is how many rows it gives. `kind` is `csv` or `xlsx`. `notes`
    are remarks for the person who uploaded. `unread` names each part of the file that holds phone
    numbers and was not read, as words within a sentence: `the sheet “Old numbers”`, `the column
    “Phone 2”`. `headings` name every column, by its letters where it has no heading; `delimiter` is
    what a text file has between its cells.
    """

    columns: Mapping[str, int]
    number_columns: tuple[int, ...]
    unknown_headers: tuple[str, ...]
    has_header: bool
    row_count: int
    rows: Iterator[Row]
    notes: tuple[str, ...] = ()
    sheet: str = ""
    header_row: int = 0
    kind: str = ""
    unread: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    delimiter: str = ","


def column_letters(index: int) -> str:
    """The letters that Excel shows above a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
