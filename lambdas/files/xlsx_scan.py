"""Look through a worksheet's XML as it streams by, before memory is spent on its cells.

The spreadsheet library allots rows times columns cells at once: one cell in the far corner of a
sheet would cost it all memory. What Excel and its like write is measured by a few searches in the
raw bytes; anything written otherwise is measured by an XML parser (`xlsx_extent`).
"""

import re

from .errors import Fault, UnreadableFile, damaged
from .limits import Limits

SHARED_STRINGS = "xl/sharedstrings.xml"
# The whole tag, for an attribute given twice would say another address than the one measured.
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})[1-9][0-9]*"(?: t="s">|>|(?: [stcvp][mh]?="\w*")* ?/?>)',
)
_ANY_CELL = re.compile(rb"<(?:[^\s<>/]+:)?c[\s/>]")
_ERROR = re.compile(rb"""(<(?:[^\s<>/]+:)?c\s[^<>]*?\bt=)(["'])e\2""")
_FOREIGN = re.compile(rb"<!(?:DOCTYPE|ENTITY|\[CDATA)", re.I)
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
_LONGEST_TAG = 1 << 16
# The last row that may stand in a sheet, and a pattern of cells below it, for each step that a
# sheet's length is measured in. Below the last step lies no row of Excel's.
_STEPS = (
    (99_999, re.compile(rb'<c r="[A-Z]+[0-9]{6}')),
    (999_999, re.compile(rb'<c r="[A-Z]+[0-9]{7}')),
    (
        1_049_999,
        re.compile(rb'<c r="[A-Z]+(?:[0-9]{8}|[2-9][0-9]{6}|1(?:0[5-9][0-9]{4}|[1-9][0-9]{5}))'),
    ),
)


class Scan:
    """One part of the package, fed in chunks.

    `feed` and `finish` return the bytes to keep: the same, except that error cells (`#N/A`) are
    turned into text, for the library would give them as empty. `references` is how many cells
    may refer to a shared string.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self._limits = limits
        self._is_sheet = name.casefold().startswith("xl/worksheets/")
        self._part_bytes = (
            limits.unpacked_bytes
            if self._is_sheet or name.casefold() == SHARED_STRINGS
            else limits.part_bytes
        )
        self._tail = b""
        self._size = self._cells = self._strings = 0
        self.references = 0
        self._columns: set[bytes] = set()
        self._step = 0
        self._unusual = False

    @property
    def must_be_measured(self) -> bool:
        """Whether the cells may reach beyond the limit, so that their extent has to be known."""
        width = max(map(_column, self._columns), default=0)
        return self._unusual or width * _STEPS[self._step][0] > self._limits.cells

    def feed(self, chunk: bytes) -> bytes:
        piece = self._tail + chunk
        cut = piece.rfind(b"<")
        if cut < 0 or piece.find(b">", cut) >= 0:
            cut = len(piece)
        kept, self._tail = piece[:cut], piece[cut:]
        if len(self._tail) > _LONGEST_TAG:
            raise damaged("a mark in it does not end")
        return self._checked(kept)

    def finish(self) -> bytes:
        return self._checked(self._tail)

    def _checked(self, piece: bytes) -> bytes:
        if self._size == 0 and piece:
            self._check_encoding(piece)
        self._size += len(piece)
        if self._size > self._part_bytes:
            raise damaged("a part of it is far too large")
        # Searches for one byte cost next to nothing and spare the costly ones.
        if b"\0" in piece or (b"!" in piece and _FOREIGN.search(piece)):
            raise damaged("it holds definitions that Excel never writes")
        self._count(piece)
        if b"#" in piece:
            piece = _ERROR.sub(rb"\1\2str\2", piece)
        return piece

    def _count(self, piece: bytes) -> None:
        # Cells that refer to a shared string (t="s"), and perhaps some other attributes.
        self.references += piece.count(b'"s"') + piece.count(b"'s'")
        columns = _CELL.findall(piece)
        self._cells += len(columns)
        self._columns.update(columns)
        while not self._unusual and _STEPS[self._step][1].search(piece):
            self._unusual = self._step == len(_STEPS) - 1
            self._step = min(self._step + 1, len(_STEPS) - 1)
        if piece.count(b"<c") != len(columns) or b":c" in piece:
            others = len(_ANY_CELL.findall(piece)) - len(columns)
            self._cells += others
            self._unusual = self._unusual or others > 0
        if not self._is_sheet:
            self._strings += piece.count(b"<si") + piece.count(b":si")
        if max(self._cells, self._strings) > self._limits.cells:
            raise too_many_cells(self._limits)

    def _check_encoding(self, piece: bytes) -> None:
        declared = _DECLARED.match(piece.removeprefix(b"\xef\xbb\xbf"))
        if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii", b"ascii"}:
            raise damaged("it is not in the encoding that Excel writes")


def too_many_cells(limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        Fault.TOO_MANY_CELLS,
        f"A sheet of the workbook has more than {limits.cells:,} cells, counted from its first "
        "cell to its last one; often one stray cell lies far away (Ctrl+End in Excel goes there). "
        "Copy the list alone into a new workbook, save it, and upload that.",
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
