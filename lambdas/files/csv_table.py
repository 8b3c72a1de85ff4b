"""Delimited text of any locale: what its encoding and separator are, and its rows."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from .csv_records import Dialect, UnclosedQuoteError, allow_long_cells, records
from .encoding import LEGACY, WESTERN, Encoding, decodes, detect
from .errors import Fault, UnreadableFile
from .headers import find_header
from .limits import Limits
from .table import Cell

DELIMITERS = ("\t", ";", "|", ",")
_DIALECTS = tuple(Dialect(d, skip) for skip in (False, True) for d in DELIMITERS)
_SAMPLE_LINES = 200
_SAMPLE_LINE_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class TextFile:
    """A delimited text file whose form is known."""

    path: Path
    encoding: Encoding
    dialect: Dialect
    first_line: int
    lines_per_cell: int
    notes: tuple[str, ...] = ()

    def rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Row numbers as Excel shows them, and cells; blank rows are counted but left out.

        Raises:
            UnreadableFile: a quotation mark swallows rows.
        """
        for number, cells in self._filled():
            yield number, tuple([cell or None for cell in cells])

    def count(self, after: int) -> int:
        """How many rows `rows` gives below row `after`; reads the file to its end."""
        return sum(number > after for number, _ in self._filled())

    def _filled(self) -> Iterator[tuple[int, list[str]]]:
        lines = islice(_lines(self.path, self.encoding), self.first_line, None)
        rows = records(lines, self.dialect, lines_per_cell=self.lines_per_cell)
        try:
            for number, cells in enumerate(rows, start=1):
                text = "".join(cells)
                if text and not text.isspace():
                    yield number, cells
        except UnclosedQuoteError as error:
            raise _unclosed(error.row) from error


def inspect(path: Path, limits: Limits) -> TextFile:
    """Find encoding and separator; nothing is read beyond a sample except to check the encoding."""
    allow_long_cells(max(limits.file_bytes, 1))
    encoding = detect(path)
    if encoding.name == WESTERN:
        encoding = _legacy(path, encoding, limits)
    sample = _sample(path, encoding)
    first_line, told = _separator_line(sample)
    dialect = told or _best(sample, limits)[1]
    return TextFile(path, encoding, dialect, first_line, limits.lines_per_cell, _notes(encoding))


def _lines(path: Path, encoding: Encoding) -> Iterator[str]:
    with path.open(encoding=encoding.name, errors="replace", newline="") as file:
        if encoding.nul_bytes:
            yield from (line.replace("\0", "\ufffd") for line in file)
        else:
            yield from file


def _sample(path: Path, encoding: Encoding) -> list[str]:
    lines = islice(_lines(path, encoding), _SAMPLE_LINES)
    return [line[:_SAMPLE_LINE_CHARACTERS] for line in lines]


def _separator_line(sample: list[str]) -> tuple[int, Dialect | None]:
    """Excel's own `sep=;` line, which is not a row of the sheet."""
    first = sample[0].rstrip("\r\n").strip('"') if sample else ""
    if first[:4].casefold() == "sep=" and len(first) == 5:
        return 1, Dialect(first[4])
    return 0, None


def _best(sample: list[str], limits: Limits) -> tuple[tuple[int, float], Dialect]:
    ranked = [(_rank(sample, dialect, limits), dialect) for dialect in _DIALECTS]
    return max(ranked, key=lambda pair: pair[0])


def _rank(sample: list[str], dialect: Dialect, limits: Limits) -> tuple[int, float]:
    """How well a separator fits: known headers first, then how even the rows are."""
    rows: list[tuple[str | None, ...]] = []
    with suppress(UnclosedQuoteError):
        rows.extend(
            tuple([cell or None for cell in cells])
            for cells in records(iter(sample), dialect)
            if any(cells)
        )
    header = find_header(rows[: limits.header_search_rows])
    widths = [len(cells) for cells in rows]
    usual = max(sorted(set(widths)), key=widths.count, default=1)
    even = widths.count(usual) / len(widths) if usual > 1 else 0.0
    return (header[1].known if header else 0, even)


def _legacy(path: Path, western: Encoding, limits: Limits) -> Encoding:
    """The older code page in which the header names most fields; Windows-1252 on a tie."""
    best, known = western, -1
    for name in LEGACY:
        candidate = Encoding(name, western.nul_bytes)
        found = _best(_sample(path, candidate), limits)[0][0]
        if found > known and (name == WESTERN or decodes(path, name)):
            best, known = candidate, found
    return best


def _notes(encoding: Encoding) -> tuple[str, ...]:
    notes = []
    if encoding.name in LEGACY:
        notes.append(
            "The file is not in Unicode. If letters with accents look wrong in this result, save "
            "the list in Excel as “CSV UTF-8” or as an Excel workbook (.xlsx) and upload it again."
        )
    if encoding.nul_bytes:
        notes.append(
            f"The file holds {encoding.nul_bytes} characters that no program can show; they "
            "appear as “\ufffd” in this result."
        )
    return tuple(notes)


def _unclosed(row: int) -> UnreadableFile:
    return UnreadableFile(
        Fault.UNCLOSED_QUOTE,
        f'A quotation mark (") opens in row {row} and is not closed, so the rows after it cannot '
        "be told apart. Open the file in a text editor, close or "
        f"remove the quotation mark in row {row}, and upload it again; or save the list in Excel "
        "as an Excel workbook (.xlsx).",
    )
