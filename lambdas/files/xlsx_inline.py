"""Shared texts put into the cells that refer to them.

A workbook as Excel saves it keeps every text once, and the spreadsheet library holds all of them
as long as the book is open: most of a gigabyte for a million rows. Here they stand packed in one
piece of memory, as they are written, while a sheet is copied with its texts in place.
"""

import re
from array import array
from collections.abc import Iterator
from typing import IO, Final

_CHUNK: Final = 1 << 20
_LONGEST_HEAD: Final = 1 << 16
_HEAD: Final = re.compile(rb"<sst[\s>]")
_TEXT: Final = re.compile(rb"<si>(.*?)</si>|<si\s*/>", re.S)
_REFERENCE: Final = re.compile(
    rb'(<c (?:[^<>]*? )?)t="s"((?: [^<>]*)?)><v>([0-9]{1,9})</v></c>', re.S
)
_LEFT_OVER: Final = re.compile(rb'<c [^<>]*?\bt="s"')
_CELL: Final = b"<c "


class UnusualTexts(Exception):
    """They are not written as Excel and its like write them."""


class Texts:
    """All shared texts of a workbook, as the XML within `<si>`."""

    def __init__(self, part: IO[bytes] | None) -> None:
        """Raises UnusualTexts. A workbook without shared texts has no part."""
        self._all = bytearray()
        self._ends = array("Q", [0])
        if part is not None:
            self._read(part)

    def inlined(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The XML of a sheet, with each text in its cell. Raises UnusualTexts."""
        held = b""
        for chunk in chunks:
            held += chunk
            cut = held.rfind(_CELL)
            if cut > 0:
                yield self._with_texts(held[:cut])
                held = held[cut:]
        yield self._with_texts(held)

    def _with_texts(self, xml: bytes) -> bytes:
        if b't="s"' not in xml:
            return xml
        inlined = _REFERENCE.sub(self._cell, xml)
        if _LEFT_OVER.search(inlined):
            raise UnusualTexts
        return inlined

    def _cell(self, cell: "re.Match[bytes]") -> bytes:
        before, after, index = cell.groups()
        place = int(index)
        if place + 1 >= len(self._ends):
            raise UnusualTexts
        text = self._all[self._ends[place] : self._ends[place + 1]]
        return b'%st="inlineStr"%s><is>%s</is></c>' % (before, after, text)

    def _read(self, part: IO[bytes]) -> None:
        held = b""
        begun = False
        while chunk := part.read(_CHUNK):
            held += chunk
            if not begun:
                begun = _HEAD.search(held) is not None
                if not begun and len(held) > _LONGEST_HEAD:
                    raise UnusualTexts
            if b"<!" in held:
                raise UnusualTexts  # a comment or a declaration may hold anything
            end = 0
            for text in _TEXT.finditer(held):
                self._all += text[1] or b""
                self._ends.append(len(self._all))
                end = text.end()
            held = held[end:]
        if not begun or b"<si" in held:
            raise UnusualTexts
