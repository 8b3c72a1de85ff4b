"""Records of a delimited text file, such that a stray quotation mark never swallows rows."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are separated; a blank after the separator may belong to the separator."""

    delimiter: str
    skip_blank: bool = False


class UnclosedQuoteError(Exception):
    """A quotation mark opens in `row` (the logical row, from 1) and is not closed properly."""

    def __init__(self, row: int) -> None:
        super().__init__(f"unclosed quotation mark in row {row}")
        self.row = row


def records(
    lines: Iterator[str], dialect: Dialect, *, lines_per_cell: int = 253
) -> Iterator[list[str]]:
    """Every logical row, blank ones as empty lists; quotes as RFC 4180 has them.

    A quotation mark that is closed on its own line and followed by other text is kept as Excel
    keeps it (`"Joe" Smith`). One that runs over line ends must be closed before a separator,
    within the line breaks that Excel allows in a cell.

    Raises:
        UnclosedQuoteError: otherwise, for the rows that it swallowed would be lost.
    """
    source = _Lines(lines)
    strict = _reader(source, dialect, strict=True)
    row = 0
    while True:
        row += 1
        source.taken = 0
        try:
            cells = next(strict)
        except StopIteration:
            return
        except csv.Error:
            cells = _leniently(source, dialect, row)
        if source.taken > lines_per_cell:
            raise UnclosedQuoteError(row)
        yield cells


def _leniently(source: "_Lines", dialect: Dialect, row: int) -> list[str]:
    if source.taken > 1:
        raise UnclosedQuoteError(row)
    source.put_back()
    cells = next(_reader(source, dialect, strict=False))
    if source.taken > 1 or source.ended:
        raise UnclosedQuoteError(row)
    return cells


def _reader(source: "_Lines", dialect: Dialect, *, strict: bool) -> "Iterator[list[str]]":
    return csv.reader(
        source,
        delimiter=dialect.delimiter,
        skipinitialspace=dialect.skip_blank,
        strict=strict,
    )


class _Lines:
    """Lines with one step back, counting those that the current record took."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._last = ""
        self._again = False
        self.taken = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._again:
            self._again = False
        else:
            try:
                self._last = next(self._lines)
            except StopIteration:
                self.ended = True
                raise
        self.taken += 1
        return self._last

    def put_back(self) -> None:
        self._again = True
        self.taken = 0


def allow_long_cells(characters: int) -> None:
    """Raise the csv module's limit on a cell, which is one for the whole process.

    It is never lowered, so a reader that is in use elsewhere keeps what it was promised.
    """
    if csv.field_size_limit() < characters:
        csv.field_size_limit(characters)
