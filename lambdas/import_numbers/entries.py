"""Rows of a spreadsheet as entries of the intake: every cell as the text that a person meant."""

from collections.abc import Iterator

from lambdas.domain.cells import cell_text
from lambdas.domain.intake import Entry
from lambdas.files.damage import Problem, text_of_number_cell
from lambdas.files.table import Row, Table

FACTS = ("country", "city", "state", "label", "direction", "ownership", "proof", "golden")


def entries(table: Table) -> Iterator[Entry]:
    """One entry for each row of the table, in order."""
    facts = [name for name in FACTS if name in table.columns]
    return (_entry(row, facts) for row in table.rows)


def _entry(row: Row, facts: list[str]) -> Entry:
    cell = row.get("number")
    number = text_of_number_cell(cell)
    problem = row.problem
    if isinstance(number, Problem):
        problem = problem or number.message
        number = cell_text(cell)
    told = {name: cell_text(row.get(name)) for name in facts}
    return Entry(row.number, number, **told, problem=problem)
