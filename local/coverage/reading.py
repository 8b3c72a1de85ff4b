"""The two files: opened as the importer opens them, judged row by row in its words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lambdas.domain.cells import cell_text, country_code
from lambdas.domain.phone import NotAPhoneNumber, Phone
from lambdas.domain.row_words import WORDS
from lambdas.domain.rows import Outcome
from lambdas.domain.whereabouts import Knowledge
from lambdas.domain.written import understand
from lambdas.files.damage import Problem, text_of_number_cell
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.files.table import Cell, Row, Table
from lambdas.import_numbers.entries import entries
from local.coverage.ground import Ground
from local.coverage.publishing import published
from local.errors import LocalError
from local.toolchain import Say

CONTACT_LIMITS = Limits(file_bytes=250_000_000, rows=1_000_000)
"""More than an upload may hold: nothing is stored, and contact lists are longer than pools."""

TOLD_EVERY = 50_000
FEW = 5
DAMAGED = (
    "The cell holds no phone number any more: Excel has rounded or calculated it, or made a date of"
    " it. Format the column as Text and type the number again."
)
DUPLICATE = "The same number is in an earlier row; it is counted once."
_POSTAL_DIGITS = {"US": 5, "PR": 5, "DE": 5, "FR": 5, "ES": 5, "IT": 5, "MX": 5, "FI": 5, "AU": 4}


class Unusable(NamedTuple):
    """A row that is left out: its number as the spreadsheet counts, and why."""

    row: int
    why: str


@dataclass(frozen=True)
class Rows:
    """What became of a file's rows; `unusable` lists those left out, in order."""

    name: str
    count: int
    unusable: Sequence[Unusable]
    notes: Sequence[str] = ()

    @property
    def used(self) -> int:
        return self.count - len(self.unusable)

    @property
    def reasons(self) -> Sequence[tuple[str, int]]:
        """Why rows were left out, the commonest first."""
        return Counter(row.why for row in self.unusable).most_common()


class Contact(NamedTuple):
    """A customer to be rung, and what the file knows of where they are."""

    phone: Phone
    knowledge: Knowledge
    row: int
    """Its number as the spreadsheet counts."""


def read_pool(
    path: Path, ground: Ground, country: str | None, now: datetime
) -> tuple[Sequence[bytes], Rows]:
    """The segments of the directory that an upload of the file into an empty pool would publish,
    and what became of its rows.

    Raises LocalError, with the intake's words, for a file that cannot be read.
    """
    table = _opened(path, Limits())
    intake = ground.intake(_country(country, ground), now.date())
    wanted, results = intake.read(entries(table))
    left_out = [
        Unusable(row.row, row.message)
        for row in results
        if row.outcome in (Outcome.REJECTED, Outcome.DUPLICATE)
    ]
    segments = published(ground.pool.name, list(wanted.values()), now)
    return segments, Rows(path.name, len(results), left_out, table.notes)


def read_contacts(
    path: Path, ground: Ground, country: str | None, say: Say
) -> tuple[Sequence[Contact], Rows]:
    """The contacts, each number once, and what became of the file's rows.

    Raises LocalError, with the intake's words, for a file that cannot be read.
    """
    table = _opened(path, CONTACT_LIMITS)
    default = _country(country, ground) or ground.pool.country
    contacts: dict[str, Contact] = {}
    left_out: list[Unusable] = []
    count = 0
    for row, judged in _judged(table, ground, default):
        count += 1
        if count % TOLD_EVERY == 0:
            say(f"Reading {path.name}: {count:,} of {table.row_count:,} rows")
        if isinstance(judged, str):
            left_out.append(Unusable(row.number, judged))
        elif judged.phone.e164 in contacts:
            left_out.append(Unusable(row.number, DUPLICATE))
        else:
            contacts[judged.phone.e164] = judged
    return list(contacts.values()), Rows(path.name, count, left_out, table.notes)


def _opened(path: Path, limits: Limits) -> Table:
    try:
        return open_table(path, path.name, limits=limits)
    except UnreadableFile as problem:
        raise LocalError(f"{path.name}: {problem.message}") from problem
    except OSError as problem:
        raise LocalError(f"{path.name} cannot be opened: {problem.strerror}.") from problem


def _country(said: str | None, ground: Ground) -> str | None:
    if not said:
        return None
    code = country_code(said, ground.countries)
    if code is None:
        raise LocalError(f"{said!r} is no country. Write its two-letter code, such as GB.")
    return code


def _judged(
    table: Table, ground: Ground, default: str | None
) -> Iterator[tuple[Row, Contact | str]]:
    for row in table.rows:
        yield row, _contact(row, ground, default)


def _contact(row: Row, ground: Ground, default: str | None) -> Contact | str:
    """The contact of a row, or why there is none. The words repeat nothing of the row: they are
    shown on pages that go round, and a cell may hold anybody's number."""
    if row.problem:
        return row.problem
    number = text_of_number_cell(row.get("number"))
    if isinstance(number, Problem):
        return DAMAGED  # its own words quote the cell
    if not number.strip():
        return WORDS["empty"]
    said = cell_text(row.get("country"))
    country = country_code(said, ground.countries) if said else default
    if said and country is None:
        return WORDS["unknown_country"]
    try:
        phone, _ = understand(number, country)
    except NotAPhoneNumber as problem:
        return WORDS[problem.code]
    known = Knowledge(
        postal_code=_postal_code(row.get("postal_code"), phone.region),
        city=cell_text(row.get("city")),
        state=cell_text(row.get("state")),
    )
    return Contact(phone, known, row.number)


def _postal_code(cell: Cell, region: str) -> str:
    """The code as written; Excel takes the zeros from the front of what it holds for a number."""
    text = cell_text(cell)
    if isinstance(cell, int | float) and text.isdigit():
        return text.zfill(_POSTAL_DIGITS.get(region, 0))
    return text
