"""Look through a worksheet's XML as it streams by, before memory is spent on its cells.

The spreadsheet library allots rows times columns cells at once: one cell in the far corner of a
sheet would cost it all memory. What Excel and its like write is measured by a few searches in the
raw bytes; anything written otherwise is measured by an XML parser (`xlsx_extent`).
"""

import re

from .errors import Fault, UnreadableFile, damaged
from .limits import Limits

_CELL = re.compile(rb'<c r="([A-Z]{1,3})[1-9]')
_UNUSUAL = re.compile(rb"<(?:[\w.-]+:c[\s/>]|c[\t\r\n/>])")
_STRING = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_ERROR = re.compile(rb"""(<(?:[\w.-]+:)?c\s[^<>]*?\bt=)(["'])e\2""")
_FOREIGN = re.compile(rb"<!(?:DOCTYPE|ENTITY|\[CDATA)", re.I)
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
_LONGEST_TAG = 1 << 16
_SLACK = 1_000


class Scan:
    """One part of the package, fed in chunks.

    `feed` and `finish` return the bytes to keep: the same, except that error cells (`#N/A`) are
    turned into text, for the library would give them as empty.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._part_bytes = (
            limits.unpacked_bytes
            if name.casefold().startswith(("xl/worksheets/", "xl/sharedstrings"))
            else limits.part_bytes
        )
        self._tail = b""
        self._size = self._cells = self._plain_cells = self._strings = 0
        self._columns: set[bytes] = set()
        self._rows = limits.rows + _SLACK
        self._beyond = re.compile(rb'<c r="[A-Z]+(?!%s")' % _at_most(self._rows))
        self._unusual = False

    @property
    def must_be_measured(self) -> bool:
        """Whether the cells may reach beyond the limit, so that their extent has to be known."""
        width = max(map(_column, self._columns), default=0)
        return (
            self._unusual
            or self._cells != self._plain_cells
            or width * self._rows > self._limits.cells
        )

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
        if b"\0" in piece or (b"<!" in piece and _FOREIGN.search(piece)):
            raise damaged("it holds definitions that Excel never writes")
        self._count(piece)
        if b't="e"' in piece or b"t='e'" in piece:
            piece = _ERROR.sub(rb"\1\2str\2", piece)
        return piece

    def _count(self, piece: bytes) -> None:
        self._cells += piece.count(b"<c ")
        columns = _CELL.findall(piece)
        self._plain_cells += len(columns)
        self._columns.update(columns)
        if b"si" in piece:
            self._strings += len(_STRING.findall(piece))
        self._unusual = self._unusual or bool(
            _UNUSUAL.search(piece) or (columns and self._beyond.search(piece))
        )
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


def _at_most(largest: int) -> bytes:
    """A pattern of the whole numbers 1 to `largest`, without leading zeros."""
    digits = str(largest)
    forms = [rf"[1-9]\d{{0,{len(digits) - 2}}}"] if len(digits) > 1 else []
    for i, digit in enumerate(digits):
        low = 1 if i == 0 else 0
        if int(digit) > low:
            rest = rf"\d{{{len(digits) - i - 1}}}"
            forms.append(f"{digits[:i]}[{low}-{int(digit) - 1}]{rest}")
    forms.append(digits)
    return f"(?:{'|'.join(forms)})".encode()
