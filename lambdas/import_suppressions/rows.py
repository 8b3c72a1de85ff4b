"""Rows of a file of suppressions: which column is which, and what each row asks for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from lambdas.domain.cells import cell_text
from lambdas.files.damage import Problem, text_of_number_cell
from lambdas.files.headers import normal
from lambdas.files.table import Cell, Row, Table
from lambdas.usecases.suppress import Request

_SYNONYMS: Mapping[str, str] = {
    "reason": "reason|suppression reason|why|disposition|code|type|grund|motif|motivo|reden",
    "brand": "brand|company|marke|marque|marca|merk",
    "purpose": "purpose|campaign type|zweck|finalite|finalidad|scopo|doel",
    "until": "until|expires|expiry|end|end date|valid until|bis|jusqu au|hasta|fino a|tot",
    "note": "note|notes|comment|comments|remark|remarks|notiz|bemerkung|remarque|nota|opmerking",
    "channel": "channel|preferred channel|kanal|canal|canale|kanaal",
    "new_number": "new number|new phone|new telephone|correct number|corrected number|neue nummer"
    "|nouveau numero|nuevo numero|nuovo numero|nieuw nummer",
    "by": "by|entered by|agent|user|von|par|por|da|door",
}
_FIELD_OF = {normal(word): field for field, words in _SYNONYMS.items() for word in words.split("|")}
_NO_REASON = "do_not_call"


class Asked(NamedTuple):
    """One row: its number in the file, what stands there as number, and what it asks for; or why
    it must be refused."""

    row: int
    written: str
    request: Request
    problem: str = ""


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Fields to column indexes, the first column of a field."""
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        field = _FIELD_OF.get(normal(heading))
        if field:
            found.setdefault(field, index)
    return found


def asked(table: Table, brand: str, country: str, file: str) -> Iterator[Asked]:
    """What each row asks for. A row without a reason asks not to be called at all."""
    columns = columns_of(table.headings)
    for row in table.rows:
        yield _asked(row, columns, brand, country, file)


def _asked(row: Row, columns: Mapping[str, int], brand: str, country: str, file: str) -> Asked:
    told = {
        field: _text(row.cells[index] if index < len(row.cells) else None)
        for field, index in columns.items()
    }
    number = text_of_number_cell(row.get("number"))
    problem = row.problem
    if isinstance(number, Problem):
        problem = problem or number.message
        number = _text(row.get("number"))
    told["reason"] = told.get("reason") or _NO_REASON
    told["brand"] = told.get("brand") or brand
    told["by"] = told.get("by") or file
    request = Request(
        number, country=_text(row.get("country")) or country or None, through="file", **told
    )
    return Asked(row.number, number, request, problem)


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if not (cell.hour or cell.minute) else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return cell_text(cell)
