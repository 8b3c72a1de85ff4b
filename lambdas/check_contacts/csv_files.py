"""The clean and the rejected rows of a list, as text files that harm no spreadsheet."""

import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

from lambdas.check_contacts.entries import written
from lambdas.domain.contact_rows import CLEAN, ContactResult
from lambdas.domain.contacts import ContactRow
from lambdas.files.report import neutralise

CLEAN_FILE: Final = "clean.csv"
REJECTED_FILE: Final = "rejected.csv"
ABOUT_CLEAN: Final = (
    *("row", "e164", "kind", "region", "place", "state", "time_zones", "earliest", "tier"),
    *("other_numbers", "corrected_number", "message"),
)
ABOUT_REJECTED: Final = (
    *("row", "e164", "reason", "message", "suggestion", "duplicate_of"),
    *("kind", "region", "place", "state", "corrected_number"),
)
_LINES: Final = 2_000
_REMEMBERED: Final = 50_000


class Lines:
    """Cells to lines of a text file. Nothing that is written is taken for a formula: a cell that
    begins like one gets an apostrophe, but for a strict E.164 number."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        # What a spreadsheet might run, behind any sign that one of them separates cells by.
        ends = rf"(?:{re.escape(delimiter)}|\Z)"
        self._risky = re.compile(
            rf"[,;|\t](?:[=\-@\s＝＋－＠]|\+(?![1-9][0-9]{{6,14}}{ends}))"
        ).search

    def line(self, cells: Sequence[str]) -> str:
        delimiter = self.delimiter
        joined = delimiter.join(cells)
        if (
            joined.count(delimiter) == len(cells) - 1
            and '"' not in joined
            and "\n" not in joined
            and "\r" not in joined
            and not self._risky(delimiter + joined)
        ):
            return joined
        return delimiter.join([self._quoted(neutralise(cell)) for cell in cells])

    def _quoted(self, cell: str) -> str:
        if self.delimiter in cell or '"' in cell or "\n" in cell or "\r" in cell:
            doubled = cell.replace('"', '""')
            return f'"{doubled}"'
        return cell


class CsvFiles:
    """Writes each row to one of two files in a folder: all of its cells, and what became of it.

    The columns of the list come first, then ours; cells beyond the list's columns are last.
    """

    def __init__(self, folder: Path, headings: Sequence[str], delimiter: str = ",") -> None:
        self._lines = Lines(delimiter if delimiter in ",;" else ",")
        self._width = len(headings)
        self._facts: dict[tuple[str, ...], str] = {}
        self._clean = _Out(folder / CLEAN_FILE)
        self._rejected = _Out(folder / REJECTED_FILE)
        taken = {heading.casefold() for heading in headings}
        for out, about in ((self._clean, ABOUT_CLEAN), (self._rejected, ABOUT_REJECTED)):
            named = [f"checked {name}" if name in taken else name for name in about]
            out.add(self._lines.line([*headings, *named]))

    def add(self, row: ContactRow, result: ContactResult) -> None:
        """Write one row."""
        cells = [
            cell if cell.__class__ is str else "" if cell is None else written(cell)
            for cell in row.cells
        ]
        beyond: list[str] = []
        if len(cells) != self._width:
            beyond = cells[self._width :]
            cells = [*cells[: self._width], *[""] * (self._width - len(cells))]
        if result.outcome == CLEAN:
            out, about = self._clean, self._about_clean(result)
        else:
            out, about = self._rejected, self._about_rejected(result)
        delimiter = self._lines.delimiter
        line = f"{self._lines.line(cells)}{delimiter}{about}"
        out.add(f"{line}{delimiter}{self._lines.line(beyond)}" if beyond else line)

    def close(self) -> None:
        self._clean.close()
        self._rejected.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _about_clean(self, result: ContactResult) -> str:
        facts = result[6:13]
        told = self._facts.get(facts)
        if told is None:
            if len(self._facts) >= _REMEMBERED:
                self._facts.clear()
            told = self._facts[facts] = self._lines.line(facts)
        delimiter = self._lines.delimiter
        start = f"{result.row}{delimiter}{result.e164}{delimiter}{told}{delimiter}"
        if result.message or result.other_numbers or result.corrected_number:
            rest = (result.other_numbers, result.corrected_number, result.message)
            return f"{start}{self._lines.line(rest)}"
        return f"{start}{delimiter}{delimiter}"

    def _about_rejected(self, result: ContactResult) -> str:
        told = (str(result.row), *[str(getattr(result, name)) for name in ABOUT_REJECTED[1:]])
        return self._lines.line(told)


class _Out:
    """A text file with a byte-order mark, by which Excel knows UTF-8."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open(
            "w", encoding="utf-8-sig", errors="backslashreplace", newline=""
        )
        self._waiting: list[str] = []

    def add(self, line: str) -> None:
        self._waiting.append(line)
        if len(self._waiting) >= _LINES:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._file.write("\r\n".join(self._waiting) + "\r\n")
            self._waiting.clear()

    def close(self) -> None:
        self._flush()
        self._file.close()
