"""Rows of a spreadsheet as rows of a contact list: every cell as the text that a person meant."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Final

from lambdas.domain.contacts import ContactRow, Damaged, Judge, usual_region
from lambdas.files.damage import Problem, text_of_number_cell
from lambdas.files.table import Cell, Table

FACTS: Final = ("country", "city", "state", "postal_code", "source", "campaign")
LONGEST_NAME: Final = 100
SAMPLE_ROWS: Final = 1_000
_REMEMBERED: Final = 20_000
_PLAIN: Final = str.maketrans("", "", " ()-/+")


def contact_rows(table: Table) -> Iterator[ContactRow]:
    """One row for each row of the table, in order."""
    columns = dict(table.columns)
    # "Herkunft" of a number of ours is whose it is; of a contact, where it came from.
    columns.setdefault("source", columns.get("ownership", -1))
    numbers = table.number_columns
    country, city, state, postal_code, source, campaign = (columns.get(fact, -1) for fact in FACTS)
    # What is behind every column is empty: a column that the file has not, and a short row's end.
    width = max((*columns.values(), *numbers)) + 1
    empty = (None,) * (width + 1)
    only = numbers[0] if len(numbers) == 1 else -1
    text, name = _Texts(), _Names()
    for row in table.rows:
        cells = row.cells
        known = cells if len(cells) == width else (*cells, *empty)[:width]
        known = (*known, None)
        yield ContactRow(
            row.number,
            (_number(known[only]),) if only >= 0 else tuple([_number(known[i]) for i in numbers]),
            text[known[country]],
            text[known[city]],
            text[known[state]],
            text[known[postal_code]],
            name[known[source]],
            name[known[campaign]],
            row.problem,
            cells,
        )


def sampled(table: Table, judge: Judge) -> tuple[str, Table]:
    """The region that most of a table's first numbers are of, and the table with all its rows."""
    first = list(islice(table.rows, SAMPLE_ROWS))
    usual = usual_region(contact_rows(replace(table, rows=iter(first))), judge)
    return usual, replace(table, rows=chain(first, table.rows))


def _number(cell: Cell) -> str | Damaged:
    if cell.__class__ is str and _is_plain(cell):
        return cell
    found = text_of_number_cell(cell)
    if isinstance(found, Problem):
        return Damaged(written(cell), found.code, found.message)
    return found


def _is_plain(text: str) -> bool:
    digits = text.translate(_PLAIN)
    return digits.isascii() and digits.isdecimal()


def written(cell: object) -> str:
    """A cell as text; a whole number without decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


class _Texts(dict[Cell, str]):
    """Cells as text without blanks around it; few different ones, so what they give is kept."""

    def __missing__(self, cell: Cell) -> str:
        found = self.of(cell)
        # Numbers are not kept: 1, 1.0 and True would be one.
        if cell is None or cell.__class__ is str:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[cell] = found
        return found

    def of(self, cell: Cell) -> str:
        return written(cell).strip()


class _Names(_Texts):
    """Sources and campaigns: on one line, and not longer than a name."""

    def of(self, cell: Cell) -> str:
        return " ".join(written(cell).split())[:LONGEST_NAME]
