"""Places: what a phone number's leading digits name: its town and state, where that is, its hours.

The file `places.bin` is made by the build from libphonenumber's geographic descriptions and time
zones and from GeoNames' towns, and read here without a parse step: its parts are plain arrays.

Layout, everything little-endian:

    header    magic 8s, version u16, number of sections u16, length of the file u32,
              CRC-32 of all that follows the header u32, fingerprint of its making 32s
    sections  per section: tag 4s, item type 1s (I = u32, H = u16, h = i16, B = bytes), 3 zero
              bytes, offset u32 from the start of the file, length in bytes u32
    STRT (I)  first key of each interval, ascending; see `_key`
    ROWS (H)  per interval the row of the place, NOWHERE where no place is named
    DESC, NAME, STAT (I)  per row the number of a string
    LATI, LONG (h)  per row its position, in units of LATITUDE and LONGITUDE degrees;
              NO_POSITION where it has none
    CENT (B)  per row a bit, lowest first: the position is its area's centre, no town's
    SOFF (I)  per string the end of its bytes in STRS, which holds them in UTF-8
    MOBI (B)  lines "written>meant": mobile prefixes that hide an area code behind a token
    TZST (I)  as STRT, for time zones; TZRW (H) per interval the line of TZNM, or NOWHERE
    TZNM (B)  lines of time zones, a space between them

A later version adds a column as one more section: readers skip sections that they do not know.
"""

import re
import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, Self
from zlib import crc32

MAGIC: Final = b"LPPLACES"
VERSION: Final = 1
HEADER: Final = struct.Struct("<8sHHII32s")
SECTION: Final = struct.Struct("<4sc3xII")
NOWHERE: Final = 0xFFFF
NO_POSITION: Final = -0x8000
LATITUDE: Final = 1 / 360
LONGITUDE: Final = 1 / 180
KEY_DIGITS: Final = 9
_COLUMNS: Final = (
    ("DESC", "I"),
    ("NAME", "I"),
    ("STAT", "I"),
    ("LATI", "h"),
    ("LONG", "h"),
    ("CENT", "B"),
)
_PAD: Final = "a"
_BASE: Final = 11


STATE_CODE: Final = re.compile("[A-Z0-9]{1,3}")
"""What an ISO 3166-2 subdivision looks like without its country; a state's name does not."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the leading digits of a number say about where it is.

    `name` is the town as people say it, or the state or region where no town is named; several
    towns that share the digits are joined by "/". `state` is the ISO 3166-2 subdivision without
    its country ("WA", "SP", "13"), "" where it cannot be told. `description` is libphonenumber's
    own text.

    `position` is latitude and longitude in degrees, to about 300 m: of the town (the most populous
    one where several share the digits), or where `centre` says so, the middle of the towns of the
    area code or of the state. None where neither is known.
    """

    name: str
    state: str
    description: str
    position: tuple[float, float] | None = None
    centre: bool = False


class PlaceFinder(Protocol):
    """Whatever tells the place of a number; `Places` does."""

    def find(self, e164: str) -> Place | None: ...


class Places:
    """The place index: longest prefix wins."""

    def __init__(
        self,
        starts: "array[int]",
        rows: "array[int]",
        columns: Mapping[str, "array[int]"],
        strings: "_Strings",
        mobile: tuple[tuple[str, str], ...],
        zones: "_Zones",
    ) -> None:
        self._starts = starts
        self._rows = rows
        self._names = columns["NAME"]
        self._states = columns["STAT"]
        self._descriptions = columns["DESC"]
        self._latitudes = columns["LATI"]
        self._longitudes = columns["LONG"]
        self._centres = columns["CENT"]
        self._zones = zones
        self._strings = strings
        self._mobile = mobile
        self._seen: dict[int, Place] = {}

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Read the bytes of a places file; ValueError says why a file is not one."""
        sections = _sections(data)
        mobile = tuple(
            (written, meant)
            for written, _, meant in (
                line.partition(">") for line in sections.text("MOBI").splitlines()
            )
        )
        places = cls(
            starts=sections.array("STRT", "I"),
            rows=sections.array("ROWS", "H"),
            columns={tag: sections.array(tag, item) for tag, item in _COLUMNS},
            strings=_Strings(sections.array("SOFF", "I"), sections.bytes("STRS")),
            mobile=mobile,
            zones=_Zones(
                sections.array("TZST", "I"),
                sections.array("TZRW", "H"),
                [tuple(line.split(" ")) for line in sections.text("TZNM").splitlines()],
            ),
        )
        places._check()
        return places

    def find(self, e164: str) -> Place | None:
        """The place that the longest known prefix of a number names; None for no place.

        Takes "+" and digits; anything else names no place. It looks at digits only: whether a
        number is of a kind that is tied to a place is the caller's to know.
        """
        for written, meant in self._mobile:
            if e164.startswith(written):
                e164 = meant + e164[len(written) :]
        digits = e164[1 : KEY_DIGITS + 1]
        if e164[:1] != "+" or not (digits.isascii() and digits.isdigit()):
            return None
        row = self._rows[bisect_right(self._starts, key_of(digits)) - 1]
        if row == NOWHERE:
            return None
        return self._seen.get(row) or self._place(row)

    def time_zones(self, e164: str) -> tuple[str, ...]:
        """The IANA time zones that a number may be in, as libphonenumber tells them.

        A number of a kind that is tied to no area (toll-free, most countries' mobiles) has all
        zones of its calling code. () where none is known, and for what is no "+" and digits.
        """
        digits = e164[1:]
        if e164[:1] != "+" or not (digits.isascii() and digits.isdigit()):
            return ()
        zones = self._zones.at(digits)
        # Imported here: what only finds places does without its 60 ms.
        import phonenumbers

        for length in (1, 2, 3):
            if int(digits[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
                everywhere = self._zones.at(digits[:length])
                break
        else:
            return ()
        if zones == everywhere or _is_tied_to_an_area(e164):
            return zones
        return everywhere

    def __len__(self) -> int:
        """How many places the file tells apart."""
        return len(self._names)

    def _place(self, row: int) -> Place:
        text = self._strings.text
        place = Place(
            name=text(self._names[row]),
            state=text(self._states[row]),
            description=text(self._descriptions[row]),
            position=self._position(row),
            centre=bool(self._centres[row >> 3] >> (row & 7) & 1),
        )
        self._seen[row] = place
        return place

    def _position(self, row: int) -> tuple[float, float] | None:
        latitude, longitude = self._latitudes[row], self._longitudes[row]
        if latitude == NO_POSITION:
            return None
        return round(latitude * LATITUDE, 4), round(longitude * LONGITUDE, 4)

    def _check(self) -> None:
        if not self._starts or len(self._starts) != len(self._rows) or self._starts[0] != 0:
            raise ValueError("The places file is damaged: its intervals do not fit together.")
        columns = (self._states, self._descriptions, self._latitudes, self._longitudes)
        rows = len(self._names)
        if any(len(column) != rows for column in columns) or len(self._centres) * 8 < rows:
            raise ValueError("The places file is damaged: its columns differ in length.")


def key_of(digits: str) -> int:
    """The sort key of a number's first digits.

    Digits are read in base 11 and padded with the eleventh digit, so that a number which ends
    early sorts behind every longer prefix and is never taken for one that ends in zeros.
    """
    return int(digits.ljust(KEY_DIGITS, _PAD), _BASE)


def key_range(prefix: str) -> tuple[int, int]:
    """First key of a prefix, and the first key behind it."""
    return int(prefix.ljust(KEY_DIGITS, "0"), _BASE), key_of(prefix) + 1


def _is_tied_to_an_area(e164: str) -> bool:
    import phonenumbers

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_number_geographical(number))


class _Zones:
    def __init__(
        self, starts: "array[int]", rows: "array[int]", lists: list[tuple[str, ...]]
    ) -> None:
        self._starts = starts
        self._rows = rows
        self._lists = lists
        if not starts or len(starts) != len(rows) or starts[0] != 0:
            raise ValueError("The places file is damaged: its time zones do not fit together.")

    def at(self, digits: str) -> tuple[str, ...]:
        key = key_of(digits[:KEY_DIGITS])
        row = self._rows[bisect_right(self._starts, key) - 1]
        return () if row == NOWHERE else self._lists[row]


class _Strings:
    def __init__(self, ends: "array[int]", data: bytes) -> None:
        self._ends = ends
        self._data = data
        if (ends[-1] if ends else 0) != len(data):
            raise ValueError("The places file is damaged: its texts do not fit together.")

    def text(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return self._data[start : self._ends[number]].decode()


class _Sections:
    def __init__(self, data: bytes, table: Mapping[str, tuple[str, int, int]]) -> None:
        self._data = data
        self._table = table

    def bytes(self, tag: str, item: str = "B") -> bytes:
        found, offset, length = self._table.get(tag, ("", 0, 0))
        if found != item:
            raise ValueError(f"The places file lacks its part {tag}; build it again.")
        return self._data[offset : offset + length]

    def text(self, tag: str) -> str:
        return self.bytes(tag).decode()

    def array(self, tag: str, item: str) -> "array[int]":
        column = array(item)
        column.frombytes(self.bytes(tag, item))
        if sys.byteorder == "big":
            column.byteswap()
        return column


def _sections(data: bytes) -> _Sections:
    if len(data) < HEADER.size or data[: len(MAGIC)] != MAGIC:
        raise ValueError("This is no places file: it does not begin as one. Build it again.")
    _, version, count, length, checksum, _ = HEADER.unpack_from(data)
    if version != VERSION:
        raise ValueError(
            f"The places file has format {version}, this code reads format {VERSION}: "
            "build it again."
        )
    if len(data) != length:
        raise ValueError(
            f"The places file is cut off or has a tail: {len(data)} bytes, {length} expected."
        )
    if crc32(memoryview(data)[HEADER.size :]) != checksum:
        raise ValueError("The places file is damaged: its checksum does not fit. Build it again.")
    table: dict[str, tuple[str, int, int]] = {}
    for number in range(count):
        tag, item, offset, size = SECTION.unpack_from(data, HEADER.size + number * SECTION.size)
        table[tag.decode()] = (item.decode(), offset, size)
    return _Sections(data, table)
