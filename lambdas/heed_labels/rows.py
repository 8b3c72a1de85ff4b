"""Rows of a file of labels: which column is which, and what each row says."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from lambdas.domain.cells import cell_text
from lambdas.domain.phone import E164, NotAPhoneNumber
from lambdas.domain.row_words import WORDS
from lambdas.domain.written import understand
from lambdas.files.damage import Problem, text_of_number_cell
from lambdas.files.headers import normal
from lambdas.files.table import Cell, Row, Table
from lambdas.usecases.heed_labels import Report

_SYNONYMS: Mapping[str, str] = {
    "label": "label|spam label|shown|shown as|display|displayed as|status|result|reputation|risk",
    "source": "source|vendor|provider|carrier|network|analytics|from|reported by|by",
    "seen_on": "seen on|seen|date|day|on|since|last seen|checked on|reported on",
}
_FIELD_OF = {normal(word): field for field, words in _SYNONYMS.items() for word in words.split("|")}
LIFTED = frozenset(
    normal(word)
    for word in (
        "clean",
        "none",
        "no label",
        "not labelled",
        "not labeled",
        "lifted",
        "removed",
        "ok",
    )
)
"""A label in these words says that there is none any more."""
LONGEST = 80


class LabelRow(NamedTuple):
    """One row: what it says, or why it must be refused."""

    row: int
    written: str
    report: Report | None
    problem: str = ""


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Fields to column indexes, the first column of a field."""
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        field = _FIELD_OF.get(normal(heading))
        if field:
            found.setdefault(field, index)
    return found


def read(table: Table, country: str, file: str) -> Iterator[LabelRow]:
    """What each row says; a row that names no source has the file as its source."""
    columns = columns_of(table.headings)
    for row in table.rows:
        yield _read(row, columns, country, file)


def _read(row: Row, columns: Mapping[str, int], country: str, file: str) -> LabelRow:
    number = text_of_number_cell(row.get("number"))
    if row.problem or isinstance(number, Problem):
        why = row.problem or (number.message if isinstance(number, Problem) else "")
        return LabelRow(row.number, _text(row.get("number")), None, why)
    told = {
        field: _text(row.cells[index] if index < len(row.cells) else None)[:LONGEST]
        for field, index in columns.items()
    }
    if not told.get("label"):
        return LabelRow(
            row.number, number, None, "There is no label; write what phones show, or clean."
        )
    try:
        phone, _ = understand(number, _text(row.get("country")) or country or None)
    except NotAPhoneNumber as problem:
        return LabelRow(row.number, number, None, WORDS[problem.code])
    label = "" if normal(told["label"]) in LIFTED else told["label"]
    source = told.get("source") or (file if label else "")
    report = Report(E164(phone.e164), label, source, told.get("seen_on", ""))
    return LabelRow(row.number, number, report)


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    return " ".join(cell_text(cell).split())
