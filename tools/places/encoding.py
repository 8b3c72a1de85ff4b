"""The bytes of places.bin; lambdas/domain/place_file.py tells their form."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from sys import byteorder
from typing import NamedTuple, TypeVar
from zlib import crc32

from lambdas.domain.place_file import (
    HEADER,
    KEY_DIGITS,
    LATITUDE,
    LONGITUDE,
    MAGIC,
    NO_POSITION,
    NOWHERE,
    SECTION,
    VERSION,
    key_of,
    key_range,
)
from tools.places.geometry import Position

Section = tuple[str, str, bytes]
"""Tag, item type and content."""

_Value = TypeVar("_Value")


class Row(NamedTuple):
    """One place of the file; a later column is one more field.

    `position` counts in units of LATITUDE and LONGITUDE degrees, see `in_units`.
    """

    description: str
    name: str
    state: str
    position: tuple[int, int] = (NO_POSITION, NO_POSITION)
    centre: bool = False
    names_town: bool = True


class Tables(NamedTuple):
    """What the first part holds beside places: lines of the sections STTS, OVER and LOCZ."""

    states: Sequence[str] = ()
    overlays: Sequence[str] = ()
    local_zones: Sequence[str] = ()


_NO_TABLES = Tables()


def in_units(position: Position) -> tuple[int, int]:
    """A position in degrees as the file counts it."""
    return round(position[0] / LATITUDE), round(position[1] / LONGITUDE)


def intervals(values: Mapping[str, _Value]) -> list[tuple[int, _Value | None]]:
    """Nested prefixes laid flat: ascending first keys, each with its longest prefix's value."""
    too_long = [prefix for prefix in values if len(prefix) > KEY_DIGITS]
    if too_long:
        raise ValueError(f"Prefixes longer than {KEY_DIGITS} digits: {too_long[:3]}")
    flat: list[tuple[int, _Value | None]] = [(0, None)]
    open_prefixes: list[tuple[int, _Value | None]] = [(key_of("a" * KEY_DIGITS) + 1, None)]

    def begin(start: int, value: _Value | None) -> None:
        if flat[-1][0] == start:
            flat.pop()
        if not flat or flat[-1][1] != value:
            flat.append((start, value))

    # A prefix sorts before the longer ones within it, as its text does.
    for prefix in sorted(values):
        start, end = key_range(prefix)
        while open_prefixes[-1][0] <= start:
            closed, _ = open_prefixes.pop()
            begin(closed, open_prefixes[-1][1])
        begin(start, values[prefix])
        open_prefixes.append((end, values[prefix]))
    while len(open_prefixes) > 1:
        closed, _ = open_prefixes.pop()
        begin(closed, open_prefixes[-1][1])
    return flat


def encode(
    rows: Mapping[str, Row],
    mobile: Iterable[tuple[str, str]],
    fingerprint: bytes,
    zones: Mapping[str, tuple[str, ...]] | None = None,
    tables: Tables = _NO_TABLES,
    gazetteer: Sequence[Section] = (),
) -> bytes:
    """The bytes of the file; the same places give the same bytes. No gazetteer: no second part."""
    sections = [*_places(rows), *_zones(zones or {})]
    mobile_lines = (f"{written}>{meant}" for written, meant in sorted(mobile))
    sections.append(lines_section("MOBI", mobile_lines))
    sections.append(lines_section("STTS", tables.states))
    sections.append(lines_section("OVER", tables.overlays))
    sections.append(lines_section("LOCZ", tables.local_zones))
    second = _pack(gazetteer, fingerprint, 0) if gazetteer else b""
    return _pack(sections, fingerprint, len(second)) + second


def lines_section(tag: str, lines: Iterable[str]) -> Section:
    """A section of texts, a line each."""
    return tag, "B", "".join(f"{line}\n" for line in lines).encode()


def _places(rows: Mapping[str, Row]) -> Iterator[Section]:
    places = sorted(set(rows.values()))
    texts = sorted({text for row in places for text in (row.description, row.name, row.state)})
    number_of = {text: number for number, text in enumerate(texts)}
    yield from _flat("STRT", "ROWS", rows, places)
    yield "DESC", "I", items("I", (number_of[row.description] for row in places))
    yield "NAME", "I", items("I", (number_of[row.name] for row in places))
    yield "STAT", "I", items("I", (number_of[row.state] for row in places))
    yield "LATI", "h", items("h", (row.position[0] for row in places))
    yield "LONG", "h", items("h", (row.position[1] for row in places))
    yield "CENT", "B", _bits([row.centre for row in places])
    yield "TOWN", "B", _bits([row.names_town for row in places])
    encoded = [text.encode() for text in texts]
    yield "SOFF", "I", items("I", accumulate(map(len, encoded)))
    yield "STRS", "B", b"".join(encoded)


def _zones(zones: Mapping[str, tuple[str, ...]]) -> Iterator[Section]:
    lists = sorted(set(zones.values()))
    yield from _flat("TZST", "TZRW", zones, lists)
    yield "TZNM", "B", "".join(" ".join(names) + "\n" for names in lists).encode()


def _flat(
    starts: str, numbers: str, values: Mapping[str, _Value], rows: Sequence[_Value]
) -> Iterator[Section]:
    if len(rows) >= NOWHERE:
        raise ValueError(f"{len(rows)} rows do not fit a 16-bit row number")
    number_of = {row: number for number, row in enumerate(rows)}
    flat = intervals(values)
    yield starts, "I", items("I", (start for start, _ in flat))
    yield (
        numbers,
        "H",
        items("H", (NOWHERE if value is None else number_of[value] for _, value in flat)),
    )


def _pack(sections: Sequence[Section], fingerprint: bytes, behind: int) -> bytes:
    offset = HEADER.size + SECTION.size * len(sections)
    table, body = [], []
    for tag, item, data in sections:
        table.append(SECTION.pack(tag.encode(), item.encode(), offset, len(data)))
        padded = data + bytes(-len(data) % 4)
        body.append(padded)
        offset += len(padded)
    content = b"".join(table + body)
    header = HEADER.pack(
        MAGIC, VERSION, len(sections), offset, offset + behind, crc32(content), fingerprint
    )
    return header + content


def items(item: str, values: Iterable[int]) -> bytes:
    """An array of numbers of this type, little-endian."""
    column = array(item, values)
    if byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _bits(flags: Sequence[bool]) -> bytes:
    return bytes(
        sum(flag << bit for bit, flag in enumerate(flags[start : start + 8]))
        for start in range(0, len(flags), 8)
    )
