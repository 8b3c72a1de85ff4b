"""The result of an upload as a workbook, in which no cell is ever anything but text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
from python_calamine import CalamineWorkbook
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from lambdas.files.formulas import neutralise

__all__ = ["neutralise", "read_report", "write_report"]

SUMMARY, ROWS = "Summary", "Rows"
OUTCOME = "outcome"

_COLOURS = {
    "added": ("#006100", "#C6EFCE"),
    "accepted": ("#006100", "#C6EFCE"),
    "clean": ("#006100", "#C6EFCE"),
    "updated": ("#006100", "#E2F0D9"),
    "unchanged": ("#404040", "#EDEDED"),
    "duplicate": ("#7F6000", "#FFEB9C"),
    "removed": ("#404040", "#D9D9D9"),
    "rejected": ("#9C0006", "#FFC7CE"),
}
_SHEET_ROWS = 1_048_575
_LONGEST = 16_000
_CUT_OFF = "… (cut off)"
_WIDTHS = (8, 70)
_SAMPLE = 200
_UNWRITABLE = re.compile("[\0\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?")


def write_report(
    path: Path,
    summary: Mapping[str, str | int],
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> None:
    """Write the sheets “Summary” (keys and values) and “Rows” (a header and every row).

    All cells are typed as text, so nothing in them is run. Rows are written as they come, in
    constant memory; past the end of a sheet they go on in “Rows 2”. The column named `outcome`
    is coloured by its value. Line ends become those of Excel; NUL and what XML cannot hold
    becomes U+FFFD.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        styles = _Styles(book)
        _write_summary(book.add_worksheet(SUMMARY), summary, styles)
        remaining = iter(rows)
        for number in range(1, 1_000):
            part = islice(remaining, _SHEET_ROWS)
            first = next(part, None)
            if first is None and number > 1:
                break
            sheet = book.add_worksheet(ROWS if number == 1 else f"{ROWS} {number}")
            _write_rows(sheet, columns, chain([] if first is None else [first], part), styles)


def read_report(path: Path) -> list[dict[str, str]]:
    """The rows of a report, each as its header says; cells without text are ""."""
    with CalamineWorkbook.from_path(path) as book:
        return [
            row
            for name in book.sheet_names
            if name.startswith(ROWS)
            for row in _as_dicts(book.get_sheet_by_name(name).iter_rows())
        ]


class _Styles:
    """The workbook's formats; `text` is Excel's own Text format, so that edits stay text too."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.text = book.add_format({"num_format": "@", "valign": "top"})
        self.wrapped = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.header = book.add_format(
            {"num_format": "@", "bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF"}
        )
        self.key = book.add_format({"num_format": "@", "bold": True, "valign": "top"})
        self._outcomes = {
            word: book.add_format({"num_format": "@", "font_color": ink, "bg_color": ground})
            for word, (ink, ground) in _COLOURS.items()
        }

    def of_outcome(self, word: str) -> Format:
        return self._outcomes.get(word.casefold(), self.text)


def _write_summary(sheet: Worksheet, summary: Mapping[str, str | int], styles: _Styles) -> None:
    sheet.set_column(0, 0, max([24, *(len(key) + 2 for key in summary)]), styles.key)
    sheet.set_column(1, 1, 90, styles.wrapped)
    for number, (key, value) in enumerate(summary.items()):
        sheet.write_string(number, 0, _writable(key), styles.key)
        sheet.write_string(number, 1, _writable(str(value)), styles.wrapped)


def _write_rows(
    sheet: Worksheet, columns: Sequence[str], rows: Iterator[Sequence[str]], styles: _Styles
) -> None:
    sample = list(islice(rows, _SAMPLE))
    for index, width in enumerate(_widths(columns, sample)):
        sheet.set_column(index, index, width, styles.text)
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.write_string(0, index, _writable(column), styles.header)
    outcome = next((i for i, name in enumerate(columns) if name.casefold() == OUTCOME), -1)
    last = 0
    for last, cells in enumerate(chain(sample, rows), start=1):
        for index, cell in enumerate(cells):
            style = styles.of_outcome(cell) if index == outcome else styles.text
            sheet.write_string(last, index, _writable(cell), style)
    if columns:
        sheet.autofilter(0, 0, last, len(columns) - 1)


def _widths(columns: Sequence[str], sample: list[Sequence[str]]) -> list[int]:
    least, most = _WIDTHS
    cells = ([name, *(row[i] for row in sample if i < len(row))] for i, name in enumerate(columns))
    return [min(most, max(least, *(len(cell) + 2 for cell in column))) for column in cells]


def _writable(text: str) -> str:
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + _CUT_OFF
    if _UNWRITABLE.search(text):
        text = _UNWRITABLE.sub("\ufffd", text)
    if "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
    # XlsxWriter takes such a cell for marked-up text and would write it into the XML as it is.
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _as_dicts(rows: Iterator[Sequence[object]]) -> Iterator[dict[str, str]]:
    header = [str(cell) for cell in next(rows, [])]
    for cells in rows:
        yield dict(zip(header, map(str, cells), strict=False))
