"""The bytes of places.bin; lambdas/domain/places.py tells their layout."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sys import byteorder
from typing import NamedTuple, TypeVar
from zlib import crc32

from lambdas.domain.places import (
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

_Section = tuple[str, str, bytes]
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
) -> bytes:
    """The bytes of the file; the same places give the same bytes."""
    sections = [*_places(rows), *_zones(zones or {})]
    lines = "".join(f"{written}>{meant}\n" for written, meant in sorted(mobile))
    sections.append(("MOBI", "B", lines.encode()))
    return _pack(sections, fingerprint)


def _places(rows: Mapping[str, Row]) -> Iterator[_Section]:
    places = sorted(set(rows.values()))
    texts = sorted({text for row in places for text in (row.description, row.name, row.state)})
    number_of = {text: number for number, text in enumerate(texts)}
    encoded = [text.encode() for text in texts]
    ends, end = [], 0
    for text in encoded:
        end += len(text)
        ends.append(end)
    yield from _flat("STRT", "ROWS", rows, places)
    yield "DESC", "I", _items("I", (number_of[row.description] for row in places))
    yield "NAME", "I", _items("I", (number_of[row.name] for row in places))
    yield "STAT", "I", _items("I", (number_of[row.state] for row in places))
    yield "LATI", "h", _items("h", (row.position[0] for row in places))
    yield "LONG", "h", _items("h", (row.position[1] for row in places))
    yield "CENT", "B", _bits([row.centre for row in places])
    yield "SOFF", "I", _items("I", ends)
    yield "STRS", "B", b"".join(encoded)


def _zones(zones: Mapping[str, tuple[str, ...]]) -> Iterator[_Section]:
    lists = sorted(set(zones.values()))
    yield from _flat("TZST", "TZRW", zones, lists)
    yield "TZNM", "B", "".join(" ".join(names) + "\n" for names in lists).encode()


def _flat(
    starts: str, numbers: str, values: Mapping[str, _Value], rows: Sequence[_Value]
) -> Iterator[_Section]:
    if len(rows) >= NOWHERE:
        raise ValueError(f"{len(rows)} rows do not fit a 16-bit row number")
    number_of = {row: number for number, row in enumerate(rows)}
    flat = intervals(values)
    yield starts, "I", _items("I", (start for start, _ in flat))
    yield (
        numbers,
        "H",
        _items("H", (NOWHERE if value is None else number_of[value] for _, value in flat)),
    )


def _pack(sections: list[_Section], fingerprint: bytes) -> bytes:
    offset = HEADER.size + SECTION.size * len(sections)
    table, body = [], []
    for tag, item, data in sections:
        table.append(SECTION.pack(tag.encode(), item.encode(), offset, len(data)))
        padded = data + bytes(-len(data) % 4)
        body.append(padded)
        offset += len(padded)
    content = b"".join(table + body)
    header = HEADER.pack(MAGIC, VERSION, len(sections), offset, crc32(content), fingerprint)
    return header + content


def _items(item: str, values: Iterable[int]) -> bytes:
    column = array(item, values)
    if byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _bits(flags: Sequence[bool]) -> bytes:
    return bytes(
        sum(flag << bit for bit, flag in enumerate(flags[start : start + 8]))
        for start in range(0, len(flags), 8)
    )
