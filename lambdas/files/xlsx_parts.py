"""A long worksheet as several short ones, since the spreadsheet library holds a whole sheet.

A million rows of nine columns take it a gigabyte. Here the rows of a checked copy are cut apart
into a second copy with a sheet for each part, and with the texts in their cells; the parts are read
one at a time: the library still reads every cell. A workbook that is not written as Excel and its
like write them is left whole.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO, Final, NamedTuple

from .xlsx_inline import Texts, UnusualTexts

LONG: Final = 48_000_000
"""Bytes of a worksheet's XML from which on it is cut apart."""
PART: Final = 12_000_000
"""Bytes of XML that a part has at least."""

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_TEXTS: Final = "xl/sharedStrings.xml"
_CHUNK: Final = 1 << 20
_SMALLEST: Final = 256
_LONGEST_HEAD: Final = 1 << 20
_ROW: Final = b"<row "
_TAIL: Final = b"</sheetData></worksheet>"
_FIRST_ROW: Final = re.compile(rb'<row [^<>]*?\br="[0-9]+"')
_SHEETS: Final = re.compile(r"<sheets>.*?</sheets>", re.S)
_SHEET: Final = re.compile(r"<sheet\s[^<>]*?/>")
_RELATION: Final = re.compile(r"<Relationship\s[^<>]*?/>")
_ATTRIBUTE: Final = re.compile(r'([\w:]+)="([^"]*)"')
_WORKSHEET: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"


class _Unusual(Exception):
    """The workbook is not written as expected, and stays whole."""


class Parts(NamedTuple):
    """The parts' names by the place of their sheet among the workbook's."""

    names: Mapping[int, tuple[str, ...]]


def cut_apart(copy: IO[bytes], target: IO[bytes], long: int = LONG, part: int = PART) -> Parts:
    """Write a copy of a checked workbook in which long sheets are cut apart, and short ones are a
    part each; no names where none is long, and nothing is written that is worth reading then."""
    with zipfile.ZipFile(copy) as book:
        sizes = {info.filename: info.file_size for info in book.infolist()}
        if not any(_is_sheet(name) and size >= long for name, size in sizes.items()):
            return Parts({})
        try:
            return _written(book, sizes, target, (long, part))
        except (_Unusual, UnusualTexts, KeyError, UnicodeDecodeError):
            return Parts({})


def _written(
    book: zipfile.ZipFile, sizes: Mapping[str, int], target: IO[bytes], limits: tuple[int, int]
) -> Parts:
    workbook, relations = book.read(_WORKBOOK).decode(), book.read(_RELATIONS).decode()
    if not _SHEETS.search(workbook) or "</Relationships>" not in relations:
        raise _Unusual
    long, part = limits
    paths = _paths(workbook, relations)
    named: dict[int, tuple[str, ...]] = {}
    cut: set[str] = set()
    texts = _texts(book)
    with zipfile.ZipFile(target, "w") as out:
        for place, path in enumerate(paths):
            if not _is_sheet(path) or path in cut:
                continue
            whole = sizes.get(path, 0) < long
            pieces = [_whole(book, path)] if whole else _parts(book, path, part)
            named[place] = tuple(
                _write_part(out, f"part-{place}-{number}", texts.inlined(rows))
                for number, rows in enumerate(pieces)
            )
            cut.add(path)
        for name in sizes:
            if name not in (_WORKBOOK, _RELATIONS, _TEXTS) and not _is_sheet(name):
                with book.open(name) as source, out.open(name, "w", force_zip64=True) as copied:
                    while chunk := source.read(_CHUNK):
                        copied.write(chunk)
        every = [name for names in named.values() for name in names]
        sheets = "".join(
            f'<sheet name="{name}" sheetId="{number}" r:id="{name}"/>'
            for number, name in enumerate(every, start=1)
        )
        added = "".join(
            f'<Relationship Id="{name}" Type="{_WORKSHEET}" Target="worksheets/{name}.xml"/>'
            for name in every
        )
        kept = _RELATION.sub(_without_sheets, relations)
        out.writestr(_WORKBOOK, _SHEETS.sub(f"<sheets>{sheets}</sheets>", workbook))
        out.writestr(_RELATIONS, kept.replace("</Relationships>", f"{added}</Relationships>"))
    return Parts(named)


def _write_part(out: zipfile.ZipFile, name: str, chunks: Iterator[bytes]) -> str:
    with out.open(f"xl/worksheets/{name}.xml", "w", force_zip64=True) as part:
        for chunk in chunks:
            part.write(chunk)
    return name


def _paths(workbook: str, relations: str) -> list[str]:
    """The part of each sheet in the workbook's order."""
    targets = {}
    for found in _RELATION.findall(relations):
        told = dict(_ATTRIBUTE.findall(found))
        targets[told["Id"]] = told["Target"]
    listed = _SHEETS.search(workbook)
    paths = []
    for found in _SHEET.findall(listed[0] if listed else ""):
        target = targets[dict(_ATTRIBUTE.findall(found))["r:id"]]
        paths.append(target[1:] if target.startswith("/") else str(PurePosixPath("xl") / target))
    return paths


def _without_sheets(relation: "re.Match[str]") -> str:
    return "" if _WORKSHEET in relation[0] else relation[0]


def _is_sheet(name: str) -> bool:
    return name.casefold().startswith("xl/worksheets/")


def _texts(book: zipfile.ZipFile) -> Texts:
    if _TEXTS not in book.namelist():
        return Texts(None)
    with book.open(_TEXTS) as part:
        return Texts(part)


def _whole(book: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    with book.open(path) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _parts(book: zipfile.ZipFile, path: str, least: int) -> Iterator[Iterator[bytes]]:
    """The XML of each part. Every one has to be read to its end before the next.

    Raises _Unusual where the sheet is written otherwise.
    """
    with book.open(path) as file:
        rows = _Rows(file, max(_SMALLEST, min(_CHUNK, least)))
        while not rows.ended:
            yield rows.part(least)


class _Rows:
    """The rows of a sheet's XML, cut where a row begins."""

    def __init__(self, file: IO[bytes], chunk: int) -> None:
        self._file, self._chunk = file, chunk
        self._held = b""
        while b"<row" not in self._held:
            if len(self._held) > _LONGEST_HEAD or not self._more():
                raise _Unusual
        start = self._held.find(_ROW)
        head = self._held[:start]
        if start < 0 or not head.rstrip().endswith(b"<sheetData>") or b"<worksheet" not in head:
            raise _Unusual
        # What stands between the mark of the sheet and its rows says how wide columns look.
        opening = head.index(b"<worksheet")
        self._head = head[: head.index(b">", opening) + 1] + b"<sheetData>"
        self._held = self._held[start:]
        self.ended = False

    def part(self, least: int) -> Iterator[bytes]:
        """One part, whole: its head, its rows, and its tail."""
        self._check_first_row()
        yield self._head
        given = 0
        while True:
            if b"<!" in self._held:
                raise _Unusual  # a comment may hold anything
            if given >= least:
                cut = self._held.find(_ROW, 1)
                if cut >= 0:
                    yield self._held[:cut]
                    self._held = self._held[cut:]
                    yield _TAIL
                    return
            # The last of it is kept: a tag may go on in the next piece.
            keep = self._held.rfind(b"<")
            if keep > 0:
                given += keep
                yield self._held[:keep]
                self._held = self._held[keep:]
            if not self._more():
                yield self._held  # with the sheet's own tail
                self.ended = True
                return

    def _check_first_row(self) -> None:
        """A row without its number would be taken for the first of the sheet."""
        while b">" not in self._held and self._more():
            pass
        if not _FIRST_ROW.match(self._held):
            raise _Unusual

    def _more(self) -> bool:
        chunk = self._file.read(self._chunk)
        self._held += chunk
        return bool(chunk)
