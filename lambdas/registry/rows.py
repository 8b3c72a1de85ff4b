"""Files of papers: read row by row, and answered with what became of each."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from lambdas.domain.paper_rows import PaperRow, columns_of, read_row
from lambdas.files.damage import Problem, text_of_number_cell
from lambdas.files.errors import Fault, UnreadableFile
from lambdas.files.report import write_report
from lambdas.files.table import Row, Table
from lambdas.usecases.keep_papers import Kept

COLUMNS = ("row", "input", "e164", "paper", "outcome", "message")


def read(table: Table, country: str | None) -> Iterator[PaperRow]:
    """Judge every row. Raises UnreadableFile where no column says what a row is about."""
    fields = columns_of(table.headings)
    if "kind" not in fields:
        raise UnreadableFile(
            Fault.NO_NUMBER_COLUMN,
            "There is no column that says what each row is about. Give it the heading “Paper”, with"
            " cells such as cnam, caller registry, attestation or test call.",
        )
    return (_read(row, fields, country) for row in table.rows)


def _read(row: Row, fields: Mapping[str, int], country: str | None) -> PaperRow:
    cell = row.get("number")
    number = text_of_number_cell(cell)
    if row.problem or isinstance(number, Problem):
        words = row.problem or (number.message if isinstance(number, Problem) else "")
        return PaperRow(row.number, str(cell or ""), None, words)
    cells = {
        field: row.cells[index] if index < len(row.cells) else None
        for field, index in fields.items()
    }
    said = row.get("country")
    return read_row(row.number, number, cells, _alpha_2(said) or country)


def _alpha_2(said: object) -> str | None:
    text = str(said or "").strip().upper()
    return text if len(text) == 2 and text.isalpha() else None


def write(path: Path, summary: Mapping[str, str | int], kept: Kept) -> None:
    """The report beside the file."""
    write_report(path, summary, COLUMNS, map(_line, kept.rows))


def _line(row: PaperRow) -> tuple[str, ...]:
    if row.paper is None:
        return str(row.row), row.input, "", "", "rejected", row.message
    paper = row.paper
    return str(row.row), row.input, paper.number, paper.kind.value, "accepted", row.message
