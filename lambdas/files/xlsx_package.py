"""An XLSX's parts, checked and unpacked into a plain copy before any spreadsheet library sees them.

The copy holds exactly the bytes that were checked, so a package that means different things to
different zip readers means only one here. Everything is read in chunks against the limits.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from .errors import Fault, UnreadableFile, damaged, megabytes
from .limits import Limits
from .xlsx_extent import check_extent
from .xlsx_scan import SHARED_STRINGS, Scan
from .xlsx_strings import SharedStrings, check_repeated

_CHUNK = 1 << 20
_ENTRY = b"PK\x01\x02"
_RATIO_FROM = 10_000_000
_PART = re.compile(r"(\[content_types\]\.xml|_rels/\.rels|xl/.+\.(xml|rels))", re.I)
_UNUSED = re.compile(
    r"xl/(drawings|charts|chartsheets|pivot|theme|media|externallinks|comments|threadedcomments|"
    r"persons|tables|querytables|calcchain|connections|worksheets/_rels|customdata|slicer)",
    re.I,
)
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# The second line: a compression or version that zipfile does not know, an offset beyond any file.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError),
    *(NotImplementedError, OverflowError),
)


def open_package(path: Path, limits: Limits) -> zipfile.ZipFile:
    """A zip's directory, after counting its entries in the raw bytes."""
    entries = sum(piece.count(_ENTRY) for piece in _raw(path))
    if entries > 2 * limits.members:
        raise _unpacks_too_large(f"it holds more than {limits.members:,} parts")
    try:
        package = zipfile.ZipFile(path)
    except BROKEN as error:
        raise damaged() from error
    infos = package.infolist()
    if len(infos) > limits.members:
        package.close()
        raise _unpacks_too_large(f"it holds more than {limits.members:,} parts")
    if not all(info.filename for info in infos):
        package.close()
        raise damaged("a part of it has no name")
    return package


def copy_checked(path: Path, copy: IO[bytes], limits: Limits) -> None:
    """Write the parts that describe sheets, uncompressed, after reading every part whole.

    Raises:
        UnreadableFile: cut off, damaged, password-protected, or beyond the limits.
    """
    with open_package(path, limits) as package, zipfile.ZipFile(copy, "w") as plain:
        infos = [info for info in package.infolist() if not info.is_dir()]
        _check_names(infos)
        if sum(info.file_size for info in infos) > limits.unpacked_bytes:
            raise _unpacked(limits)
        copying = _Copying(package, plain, limits)
        for info in infos:
            copying.copy(info)
        copying.check_texts()


class _Copying:
    """From one package to the other, part by part, with what is known of the whole."""

    def __init__(self, package: zipfile.ZipFile, plain: zipfile.ZipFile, limits: Limits) -> None:
        self._package, self._plain, self._limits = package, plain, limits
        self._left = limits.unpacked_bytes
        self._strings = SharedStrings(limits)
        self._references: list[tuple[zipfile.ZipInfo, int]] = []

    def copy(self, info: zipfile.ZipInfo) -> None:
        name = _name(info)
        if _PART.fullmatch(name) and not _UNUSED.match(name):
            self._left -= self._copy_scanned(info, name)
        else:
            with self._chunks(info) as chunks:
                self._left -= sum(map(len, chunks))

    def check_texts(self) -> None:
        """Refuse cells that would hold too much text together, once all parts are known."""
        total = sum(count for _, count in self._references)
        with closing(self._sheets()) as sheets:
            check_repeated(sheets, total, self._strings, self._limits)

    def _copy_scanned(self, info: zipfile.ZipInfo, name: str) -> int:
        scan = Scan(name, self._limits)
        strings = self._strings if name.casefold() == SHARED_STRINGS else None
        with self._chunks(info) as chunks, self._plain.open(name, "w") as out:
            for piece in _scanned(scan, chunks):
                out.write(piece)
                if strings:
                    strings.feed(piece)
        if strings:
            strings.finish()
            if strings.must_be_parsed:
                with self._chunks(info) as chunks:
                    strings.parse(chunks)
        if scan.must_be_measured:
            with self._chunks(info) as chunks:
                check_extent(chunks, self._limits)
        if scan.references:
            self._references.append((info, scan.references))
        return info.file_size

    def _sheets(self) -> Generator[Iterator[bytes], None, None]:
        for info, _ in self._references:
            with self._chunks(info, again=True) as chunks:
                yield chunks

    def _chunks(
        self, info: zipfile.ZipInfo, *, again: bool = False
    ) -> "closing[Generator[bytes, None, None]]":
        left = self._limits.unpacked_bytes if again else self._left
        return closing(_unpack(self._package, info, self._limits, left))


def _scanned(scan: Scan, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield scan.feed(chunk)
    yield scan.finish()


def _unpack(
    package: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, left: int
) -> Generator[bytes, None, None]:
    if info.flag_bits & 1:
        raise UnreadableFile(
            Fault.PASSWORD,
            "The file is protected with a password. Remove the password and upload it again.",
        )
    if info.compress_type not in _METHODS:
        raise damaged("it is packed in a way that Excel never uses")
    size = 0
    try:
        with package.open(info) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                if size > left:
                    raise _unpacked(limits)
                if size > max(_RATIO_FROM, info.compress_size * limits.ratio):
                    raise _unpacks_too_large("it is packed more tightly than any list of numbers")
                yield chunk
    except BROKEN as error:
        raise damaged() from error
    if size != info.file_size:
        raise damaged()


def _check_names(infos: list[zipfile.ZipInfo]) -> None:
    names = {_name(info).casefold() for info in infos}
    if len(names) != len(infos):
        raise damaged("two parts have one name")


def _name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").lstrip("/")


def _raw(path: Path) -> Iterator[bytes]:
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield tail + chunk
            tail = chunk[1 - len(_ENTRY) :]


def _unpacked(limits: Limits) -> UnreadableFile:
    return _unpacks_too_large(f"it unpacks to more than {megabytes(limits.unpacked_bytes)}")


def _unpacks_too_large(why: str) -> UnreadableFile:
    return UnreadableFile(
        Fault.UNPACKS_TOO_LARGE,
        f"The workbook is not opened, for {why}. Copy the list alone into a new workbook, without "
        "other sheets and pictures, save it, and upload that.",
    )
