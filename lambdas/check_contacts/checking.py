"""Check one table, the whole of a list or a chunk of one: the same code for both."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from lambdas.check_contacts.csv_files import CsvFiles
from lambdas.check_contacts.entries import contact_rows
from lambdas.check_contacts.page import Examples
from lambdas.check_contacts.workbook import MOST_ROWS
from lambdas.domain.contact_rows import ContactResult, Summary
from lambdas.domain.contacts import ContactRow, Judge, Standing
from lambdas.domain.list_checks import Tally
from lambdas.files.table import Table
from lambdas.usecases.check_contacts import ListCheck, SuppressionLookup

CORRECTIONS_FILE: Final = "corrections.csv"
ABOUT_CORRECTION: Final = ("row", "number", "corrected_number", "reason")


class Outcome(NamedTuple):
    """What a table came to, besides the files in the folder. `results` are all of a short list."""

    summary: Summary
    examples: Mapping[str, Sequence[int]]
    tally: Tally
    results: Sequence[ContactResult] | None


def check_table(
    table: Table,
    judge: Judge,
    lookup: SuppressionLookup,
    folder: Path,
    name: str,
    *,
    campaign: str = "",
) -> Outcome:
    """Write clean, rejected and corrected rows of a table into a folder, as they come. `campaign`
    is that of rows which say none.

    Raises NotEveryRow unless there is one result for each row, and StoreUnavailable.
    """
    known = WithCorrections(lookup)
    check = ListCheck(judge, known, table.row_count)
    examples = Examples()
    results: list[ContactResult] | None = [] if table.row_count <= MOST_ROWS else None
    rows = row_sum = 0
    with (
        CsvFiles(folder, table.headings, table.delimiter) as files,
        Corrections(folder) as corrections,
    ):
        for row, found in check.results(_rows(table, campaign)):
            result = found
            corrected = known.corrected.get(found.e164) if known.corrected else None
            if corrected:
                result = found._replace(corrected_number=corrected)
                corrections.add(result)
            files.add(row, result)
            examples.add(result)
            rows += 1
            row_sum += result.row
            if results is not None:
                results.append(result)
    summary = check.summary(file=name, notes=table.notes, unread=table.unread)
    return Outcome(summary, examples.rows, Tally(rows, row_sum), results)


def _rows(table: Table, campaign: str) -> Iterator[ContactRow]:
    rows = contact_rows(table)
    if not campaign:
        return rows
    return (row if row.campaign else row._replace(campaign=campaign) for row in rows)


@dataclass(eq=False)
class WithCorrections:
    """A look-up that remembers which numbers customers gave in place of theirs."""

    lookup: SuppressionLookup
    corrected: dict[str, str] = field(default_factory=dict)

    def many(self, numbers: Sequence[str]) -> Mapping[str, Standing]:
        found = self.lookup.many(numbers)
        self.corrected = {
            number: standing.corrected for number, standing in found.items() if standing.corrected
        }
        return found


class Corrections:
    """The rows whose customers gave another number, for whoever keeps the list."""

    def __init__(self, folder: Path) -> None:
        path = folder / CORRECTIONS_FILE
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(ABOUT_CORRECTION)

    def add(self, result: ContactResult) -> None:
        self._writer.writerow((result.row, result.e164, result.corrected_number, result.reason))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def read_corrections(path: Path) -> Iterator[tuple[int, str]]:
    """Row and corrected number of each line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            yield int(line["row"]), line["corrected_number"]
