"""How much text the cells of a workbook hold once each has a copy of the string it refers to.

A workbook keeps each text once; the spreadsheet library copies it into every cell that refers to
it. One long text and many references would cost all memory, although the file is small and every
part of it is within its limit. What is written as Excel and its like write it is measured by
searches in the raw bytes; other shared strings are measured by an XML parser, and a reference
written otherwise is taken for one to the longest string.
"""

import re
from array import array
from collections.abc import Iterator
from xml.parsers import expat

from .errors import Fault, UnreadableFile, damaged, megabytes
from .limits import Limits

_HEAD = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml[^<>]*\?>)?\s*<sst(?:\s+[\w:]+="[^"<>]*")*\s*>',
)
_TAIL = re.compile(rb"\s*</sst>\s*")
_STRING = re.compile(
    rb'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t/>)'
    rb'(?:<phoneticPr(?: \w+="[^"<>]*")*/>)?</si>'
)
_END = b"</si>"
_LONGEST_HEAD = 1 << 16
# The values of attributes hold no `=`, so the tag cannot be a part of another one's attribute.
_REFERENCE = re.compile(
    rb'<c(?: \w+="[\w ]*")*? t="s"(?: \w+="[\w ]*")*><v>([0-9]{1,9})</v></c>',
)
_LONGEST_CELL = 1 << 16


class SharedStrings:
    """The length of each shared string in bytes of memory, in order, from a part in pieces."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rest = b""
        self._begun = False
        self.lengths = array("I")
        self.longest = 0
        self.must_be_parsed = False

    def length(self, index: bytes) -> int:
        """The length of the string that a cell refers to, the longest if there is none."""
        place = int(index)
        return self.lengths[place] if place < len(self.lengths) else self.longest

    def feed(self, piece: bytes) -> None:
        """Measure the strings that end in this piece.

        Raises:
            UnreadableFile: one is longer than any of Excel's.
        """
        if self.must_be_parsed:
            return
        piece = self._rest + piece
        cut = piece.rfind(_END) + len(_END)
        if cut < len(_END):
            self._rest = piece
            self.must_be_parsed = len(piece) > max(_LONGEST_HEAD, self._limits.string_bytes)
            return
        self._rest = piece[cut:]
        self._measure(piece[:cut])

    def finish(self) -> None:
        """The part has ended; whether as expected shows in `must_be_parsed`."""
        if not self._begun:
            head = _HEAD.match(self._rest)
            self._rest = self._rest[head.end() :] if head else self._rest
        if _TAIL.fullmatch(self._rest) is None:
            self.must_be_parsed = True
        self._rest = b""

    def parse(self, part: Iterator[bytes]) -> None:
        """Measure the strings again, whatever XML they are written in.

        Raises:
            UnreadableFile: the XML is broken, or a string is longer than any of Excel's.
        """
        self.lengths, self.longest = array("I"), 0
        handler = _Parsed(self)
        parser = expat.ParserCreate()
        parser.StartElementHandler = handler.start
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = handler.text
        try:
            for chunk in part:
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise damaged("its texts are not readable") from error

    def add(self, lengths: Iterator[int]) -> None:
        """Append lengths.

        Raises:
            UnreadableFile: one is longer than any of Excel's.
        """
        before = len(self.lengths)
        self.lengths.extend(lengths)
        self.longest = max(self.longest, max(self.lengths[before:], default=0))
        if self.longest > self._limits.string_bytes:
            raise UnreadableFile(
                Fault.UNPACKS_TOO_LARGE,
                "The workbook is not opened, for one of its cells holds more than "
                f"{self._limits.string_bytes:,} bytes of text, several times what Excel can keep "
                "in a cell. Copy the list alone into a new workbook, save it, and upload that.",
            )

    def _measure(self, piece: bytes) -> None:
        marks = piece.count(b"<")
        if not self._begun:
            self._begun = True
            head = _HEAD.match(piece)
            marks -= head[0].count(b"<") if head else 0
        found = _STRING.findall(piece)
        self.add(map(len if piece.isascii() else _held, found))
        # Each string found has four marks, or three if it is empty. Any other one but the
        # harmless <phoneticPr/> might begin a string that was not found.
        expected = 4 * len(found) - piece.count(b"<t/>") + piece.count(b"<phoneticPr")
        if marks != expected or b"&#" in piece:
            self.must_be_parsed = True


def _held(text: bytes) -> int:
    """What a text takes: as UTF-8, or in Python, where its widest character sets the width."""
    if text.isascii():
        return len(text)
    characters = text.decode(errors="replace")
    return max(len(text), len(characters) * _width(characters))


def _width(text: str) -> int:
    widest = max(text, default="")
    return 1 if widest <= "\xff" else 2 if widest <= "\uffff" else 4


class _Parsed:
    """Adds up the text within each string; readings count too, which is on the safe side."""

    def __init__(self, strings: SharedStrings) -> None:
        self._strings = strings
        self._inside = False
        self._bytes = self._characters = 0
        self._width = 1

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            if self._inside:
                raise damaged("a text of it stands within another")
            self._inside = True
            self._bytes = self._characters = 0
            self._width = 1

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "si":
            self._inside = False
            self._strings.add(iter((max(self._bytes, self._characters * self._width),)))

    def text(self, data: str) -> None:
        if self._inside:
            self._bytes += len(data.encode())
            self._characters += len(data)
            self._width = max(self._width, _width(data))


def check_repeated(
    sheets: Iterator[Iterator[bytes]], references: int, strings: SharedStrings, limits: Limits
) -> None:
    """Refuse a workbook whose cells would hold more text than `limits.text_bytes`.

    `references` is how many cells may refer to a shared string. `sheets` are read only where
    as many copies of the longest string would take twice the limit.

    Raises:
        UnreadableFile: as above.
    """
    if references * strings.longest <= 2 * limits.text_bytes:
        return
    size = 0
    for sheet in sheets:
        for indexes in _referred(sheet):
            references -= len(indexes)
            size += sum([strings.length(index) for index in indexes])
            if size > limits.text_bytes:
                raise _repeats(limits)
    if size + references * strings.longest > limits.text_bytes:
        raise _repeats(limits)


def _referred(sheet: Iterator[bytes]) -> Iterator[list[bytes]]:
    rest = b""
    for chunk in sheet:
        piece = rest + chunk
        cut = piece.rfind(b"<c ")
        rest = piece[cut:] if cut >= 0 and len(piece) - cut <= _LONGEST_CELL else b""
        yield _REFERENCE.findall(piece, 0, len(piece) - len(rest))
    yield _REFERENCE.findall(rest)


def _repeats(limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        Fault.UNPACKS_TOO_LARGE,
        "The workbook is not opened, for long texts stand in so many of its cells that they come "
        f"to more than {megabytes(limits.text_bytes)}. Copy the list alone into a new "
        "workbook, without columns of long texts, save it, and upload that.",
    )
