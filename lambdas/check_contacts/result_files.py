"""Reading results again: in the order of the rows, several files at once, and two checks."""

import csv
import gzip
import heapq
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final, NamedTuple

from lambdas.check_contacts.csv_files import CLEAN_FILE, REJECTED_FILE
from lambdas.domain.contact_rows import CLEAN, REJECTED
from lambdas.domain.list_checks import Tally
from lambdas.files.csv_records import allow_long_cells

CHANGES_FILE: Final = "changes.csv"
ABOUT_CHANGE: Final = (
    *("row", "number", "outcome_before", "reason_before", "outcome_now", "reason_now"),
    "corrected_number",
)
LONGEST_CELL: Final = 1 << 20
MARK: Final = "\ufeff"


class Line(NamedTuple):
    """One record of a result file: the row that it is of, and its text as it stands there."""

    row: int
    text: str


class Fate(NamedTuple):
    """What became of one row."""

    row: int
    number: str
    outcome: str
    reason: str


def merge_parts(parts: Sequence[Path], target: Path) -> Tally:
    """Put parts of one kind of result together in the order of the rows, without holding them.

    Raises ValueError where two parts tell of the same row.
    """
    rows = row_sum = latest = 0
    with ExitStack() as stack, target.open("w", encoding="utf-8", newline="") as out:
        readers = [_Reader(stack.enter_context(opened(part))) for part in parts]
        out.write(readers[0].header if readers else "")
        for row, text in heapq.merge(*(reader.lines() for reader in readers)):
            if row <= latest:
                raise ValueError(f"row {row} stands in two parts")
            latest = row
            out.write(text)
            rows += 1
            row_sum += row
    return Tally(rows, row_sum)


def count(part: Path) -> Tally:
    """How many rows a result file tells of, and the sum of their numbers."""
    rows = row_sum = 0
    with opened(part) as file:
        for line in _Reader(file).lines():
            rows += 1
            row_sum += line.row
    return Tally(rows, row_sum)


def changes(
    before: Path, now: Path, corrected: tuple[Mapping[int, str], Mapping[int, str]]
) -> Iterator[Sequence[str]]:
    """The rows of a list that came out otherwise than before, as lines of the changes' file.

    `before` and `now` are folders with a clean and a rejected file of the same list; `corrected`
    holds the corrected numbers of each, by row.
    """
    corrected_before, corrected_now = corrected
    for was, found in _side_by_side(fates(before), fates(now)):
        row = found.row if found else was.row if was else 0
        correction = corrected_now.get(row, "")
        is_news = correction and correction != corrected_before.get(row)
        told = (was.outcome, was.reason) if was else ("", "")
        tells = (found.outcome, found.reason) if found else ("", "")
        if told != tells or is_news:
            known = found or was
            number = known.number if known else ""
            yield (str(row), number, *told, *tells, correction)


def fates(folder: Path) -> Iterator[Fate]:
    """What became of each row, in their order."""
    with ExitStack() as stack:
        files = [
            (stack.enter_context(opened(path)), outcome)
            for name, outcome in ((CLEAN_FILE, CLEAN), (REJECTED_FILE, REJECTED))
            for path in (folder / name, folder / f"{name}.gz")
            if path.exists()
        ]
        yield from heapq.merge(*(_Reader(file).fates(outcome) for file, outcome in files))


def opened(path: Path) -> IO[str]:
    """A result file, packed or not, with its ends of lines as they are."""
    allow_long_cells(LONGEST_CELL)
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


class _Reader:
    """Records of a result file together with their text; `header` is the first one's."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._taken: list[str] = []
        first = next(iter(file), "")
        self.header = first
        while first and first.count('"') % 2:
            first = next(iter(file))
            self.header += first
        self._delimiter, self._names = _columns(self.header.removeprefix(MARK))
        self._records = csv.reader(self._remembered(), delimiter=self._delimiter)

    def lines(self) -> Iterator[Line]:
        place = self._place("row")
        for record in self._records:
            yield Line(int(record[place]), "".join(self._taken))
            self._taken.clear()

    def fates(self, outcome: str) -> Iterator[Fate]:
        row, number = self._place("row"), self._place("e164")
        reason = self._place("reason") if outcome == REJECTED else -1
        for record in self._records:
            self._taken.clear()
            told = record[reason] if reason >= 0 else ""
            yield Fate(int(record[row]), record[number], outcome, told)

    def _remembered(self) -> Iterator[str]:
        for line in self._file:
            self._taken.append(line)
            yield line

    def _place(self, name: str) -> int:
        """Our column of that name: the last one, for the list's own come before."""
        names = (name, f"checked {name}")
        return max(place for place, found in enumerate(self._names) if found in names)


def _columns(header: str) -> tuple[str, list[str]]:
    """Delimiter and names of the columns; of the two delimiters that we write, the one by which
    our own columns are found."""
    for delimiter in (",", ";"):
        names = next(csv.reader([*header.splitlines(keepends=True)], delimiter=delimiter), [])
        if {"row", "checked row"} & set(names):
            return delimiter, names
    raise ValueError("a result file without a column for the rows' numbers")


def _side_by_side(
    before: Iterator[Fate], now: Iterator[Fate]
) -> Iterator[tuple[Fate | None, Fate | None]]:
    was, found = next(before, None), next(now, None)
    while was or found:
        if was and (found is None or was.row < found.row):
            yield was, None
            was = next(before, None)
        elif found and (was is None or found.row < was.row):
            yield None, found
            found = next(now, None)
        else:
            yield was, found
            was, found = next(before, None), next(now, None)
