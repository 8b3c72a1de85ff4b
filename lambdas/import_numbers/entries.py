"""Rows of a spreadsheet as entries of the intake: every cell as the text that a person meant."""

from collections.abc import Iterator

from lambdas.domain.intake import Entry
from lambdas.files.damage import Problem, text_of_number_cell
from lambdas.files.table import Cell, Row, Table


def entries(table: Table) -> Iterator[Entry]:
    """One entry for each row of the table, in order."""
    return (_entry(row) for row in table.rows)


def _entry(row: Row) -> Entry:
    cell = row.get("number")
    number = text_of_number_cell(cell)
    problem = row.problem
    if isinstance(number, Problem):
        problem = problem or number.message
        number = _text(cell)
    return Entry(
        row=row.number,
        number=number,
        country=_text(row.get("country")),
        city=_text(row.get("city")),
        state=_text(row.get("state")),
        label=_text(row.get("label")),
        direction=_text(row.get("direction")),
        problem=problem,
    )


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
