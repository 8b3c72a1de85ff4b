"""The form of places.bin: parts one behind the other, each of plain arrays that need no parsing.

Layout of a part, everything little-endian:

    header    magic 8s, version u16, number of sections u16, length of the part u32, length of it
              and all parts behind it u32, CRC-32 of what follows the header in the part u32,
              fingerprint of its making 32s
    sections  per section: tag 4s, item type 1s (I = u32, H = u16, h = i16, B = bytes), 3 zero
              bytes, offset u32 from the start of the part, length in bytes u32

The first part is all that finding a number's place takes (`places.Places`); the second, read only
when it is asked for, is the gazetteer (`gazetteer.Gazetteer`). A later version adds a column as one
more section: readers skip sections that they do not know.
"""

import struct
import sys
from array import array
from collections.abc import Mapping
from typing import Final, NamedTuple
from zlib import crc32

MAGIC: Final = b"LPPLACES"
VERSION: Final = 2
HEADER: Final = struct.Struct("<8sHHIII32s")
SECTION: Final = struct.Struct("<4sc3xII")
NOWHERE: Final = 0xFFFF
NO_POSITION: Final = -0x8000
LATITUDE: Final = 1 / 360
LONGITUDE: Final = 1 / 180
KEY_DIGITS: Final = 9
_PAD: Final = "a"
_BASE: Final = 11


class Header(NamedTuple):
    """What a part says of itself; `length` and `whole` are bytes, see the layout."""

    sections: int
    length: int
    whole: int
    checksum: int
    fingerprint: bytes


def header(data: bytes | memoryview) -> Header:
    """The header at the start of a part; ValueError where it is none of this format."""
    if len(data) < HEADER.size or data[: len(MAGIC)] != MAGIC:
        raise ValueError("This is no places file: it does not begin as one. Build it again.")
    _, version, *fields = HEADER.unpack_from(data)
    if version != VERSION:
        raise ValueError(
            f"The places file has format {version}, this code reads format {VERSION}: "
            "build it again."
        )
    return Header(*fields)


class Sections:
    """The sections of one part by their tags."""

    def __init__(self, data: bytes | memoryview) -> None:
        """Take a part of exactly these bytes; ValueError where it is damaged."""
        said = header(data)
        if len(data) != said.length:
            raise ValueError(
                f"The places file is cut off or has a tail: {len(data)} bytes, "
                f"{said.length} expected."
            )
        self._data = memoryview(data)
        if crc32(self._data[HEADER.size :]) != said.checksum:
            raise ValueError(
                "The places file is damaged: its checksum does not fit. Build it again."
            )
        self._table: dict[str, tuple[str, int, int]] = {}
        for number in range(said.sections):
            at = HEADER.size + number * SECTION.size
            tag, item, offset, size = SECTION.unpack_from(data, at)
            self._table[tag.decode()] = (item.decode(), offset, size)

    def bytes(self, tag: str) -> bytes:
        return bytes(self._view(tag, "B"))

    def text(self, tag: str) -> str:
        return str(self._view(tag, "B"), "utf-8")

    def lines(self, tag: str) -> list[str]:
        return self.text(tag).splitlines()

    def array(self, tag: str, item: str) -> "array[int]":
        column = array(item)
        column.frombytes(self._view(tag, item))
        if sys.byteorder == "big":
            column.byteswap()
        return column

    def _view(self, tag: str, item: str) -> memoryview:
        found, offset, length = self._table.get(tag, ("", 0, 0))
        if found != item:
            raise ValueError(f"The places file lacks its part {tag}; build it again.")
        return self._data[offset : offset + length]


class Strings:
    """Texts by number: the ends of their bytes, and the bytes."""

    def __init__(self, ends: "array[int]", data: bytes) -> None:
        self._ends = ends
        self._data = data
        if (ends[-1] if ends else 0) != len(data):
            raise ValueError("The places file is damaged: its texts do not fit together.")

    def __len__(self) -> int:
        return len(self._ends)

    def text(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return self._data[start : self._ends[number]].decode()


class Positions:
    """Positions by number, in degrees; None where there is none."""

    def __init__(self, latitudes: "array[int]", longitudes: "array[int]") -> None:
        if len(latitudes) != len(longitudes):
            raise ValueError("The places file is damaged: its columns differ in length.")
        self._latitudes = latitudes
        self._longitudes = longitudes

    def __len__(self) -> int:
        return len(self._latitudes)

    def at(self, number: int) -> tuple[float, float] | None:
        latitude, longitude = self._latitudes[number], self._longitudes[number]
        if latitude == NO_POSITION:
            return None
        return round(latitude * LATITUDE, 4), round(longitude * LONGITUDE, 4)


def key_of(digits: str) -> int:
    """The sort key of a number's first digits.

    Digits are read in base 11 and padded with the eleventh digit, so that a number which ends
    early sorts behind every longer prefix and is never taken for one that ends in zeros.
    """
    return int(digits.ljust(KEY_DIGITS, _PAD), _BASE)


def key_range(prefix: str) -> tuple[int, int]:
    """First key of a prefix, and the first key behind it."""
    return int(prefix.ljust(KEY_DIGITS, "0"), _BASE), key_of(prefix) + 1


def by_region(lines: list[str]) -> Mapping[str, dict[str, str]]:
    """Lines of "region, value, keys…" (tabs between them) as region → key → value."""
    found: dict[str, dict[str, str]] = {}
    for line in lines:
        region, value, *keys = line.split("\t")
        found.setdefault(region, {}).update((key, value) for key in keys)
    return found
