"""How far the cells of a worksheet reach, whatever XML it is written in."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from .errors import damaged
from .limits import Limits
from .xlsx_scan import too_many_cells

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


def check_extent(part: Iterator[bytes], limits: Limits) -> None:
    """Refuse a worksheet whose filled cells span more than `limits.cells`, or lie outside Excel.

    Raises:
        UnreadableFile: as above, or the XML is broken.
    """
    extent = _Extent()
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    try:
        for chunk in part:
            parser.Parse(chunk)
            if extent.rows * extent.columns > limits.cells:
                raise too_many_cells(limits)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged() from error
    if extent.rows * extent.columns > limits.cells:
        raise too_many_cells(limits)


class _Extent:
    """Follows rows and cells as the spreadsheet library does; empty cells do not count."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._row = self._column = 0
        self._cell = (0, 0)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self._row = _whole(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif local == "c":
            self._start_cell(attributes.get("r"))
        elif local in {"v", "is", "t", "f"}:
            self.rows = max(self.rows, self._cell[0])
            self.columns = max(self.columns, self._cell[1])

    def _start_cell(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
            self._cell = (max(self._row, 1), self._column)
        else:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise damaged(f"a cell in it has the address “{reference[:20]}”")
            self._column = _letters(match[1].upper())
            self._cell = (int(match[2]), self._column)
        if self._cell[0] > _MOST_ROWS or self._cell[1] > _MOST_COLUMNS:
            raise damaged("a cell in it lies outside every sheet")


def _whole(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise damaged(f"a row in it has the number “{text[:20]}”")
    return int(text)


def _letters(text: str) -> int:
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
