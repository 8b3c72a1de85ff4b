"""Makes places.bin from libphonenumber's geographic descriptions (English)."""

import struct
from array import array
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from sys import byteorder
from typing import NamedTuple
from zlib import crc32

import phonenumbers

from lambdas.domain import places as reader
from lambdas.domain.places import (
    HEADER,
    KEY_DIGITS,
    MAGIC,
    NOWHERE,
    SECTION,
    VERSION,
    Places,
    key_range,
)
from tools.places.naming import SUBDIVISIONS, Naming

_LANGUAGE = "en"
_SOURCES = (Path(__file__), Path(__file__).with_name("naming.py"), SUBDIVISIONS)


class Row(NamedTuple):
    """One place of the file; a later column is one more field."""

    description: str
    name: str
    state: str


class Interval(NamedTuple):
    """From this key on, up to the next interval, numbers are in this place."""

    start: int
    row: Row | None


def build(out: Path) -> None:
    """Write the places file to `out`; a file made from the same sources is left as it is."""
    fingerprint = _fingerprint()
    if _made_by(out, fingerprint):
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(out.name + ".part")
    unfinished.write_bytes(encode(describe(), _mobile_prefixes(), fingerprint))
    unfinished.replace(out)


def describe() -> dict[str, Row]:
    """Every prefix that libphonenumber describes in English, with its place."""
    from phonenumbers.geodata import GEOCODE_DATA  # 48 MB: only when there is something to build

    naming = Naming.reviewed()
    rows = {}
    for prefix, texts in GEOCODE_DATA.items():
        description = texts.get(_LANGUAGE)
        if description is None:
            continue
        name, state = naming.name(_calling_code(prefix), prefix, description)
        rows[prefix] = Row(description, name, state)
    return rows


def intervals(rows: Mapping[str, Row]) -> list[Interval]:
    """Nested prefixes laid flat: ascending intervals, each with its longest prefix's place."""
    too_long = [prefix for prefix in rows if len(prefix) > KEY_DIGITS]
    if too_long:
        raise ValueError(f"Prefixes longer than {KEY_DIGITS} digits: {too_long[:3]}")
    flat = [Interval(0, None)]
    open_prefixes: list[tuple[int, Row | None]] = [(reader.key_of("a" * KEY_DIGITS) + 1, None)]

    def begin(start: int, row: Row | None) -> None:
        if flat[-1].start == start:
            flat.pop()
        if not flat or flat[-1].row != row:
            flat.append(Interval(start, row))

    # A prefix sorts before the longer ones within it, as its text does.
    for prefix in sorted(rows):
        start, end = key_range(prefix)
        while open_prefixes[-1][0] <= start:
            closed, _ = open_prefixes.pop()
            begin(closed, open_prefixes[-1][1])
        begin(start, rows[prefix])
        open_prefixes.append((end, rows[prefix]))
    while len(open_prefixes) > 1:
        closed, _ = open_prefixes.pop()
        begin(closed, open_prefixes[-1][1])
    return flat


def encode(rows: Mapping[str, Row], mobile: Iterable[tuple[str, str]], fingerprint: bytes) -> bytes:
    """The bytes of the file; the same places give the same bytes."""
    flat = intervals(rows)
    places = sorted(set(rows.values()))
    if len(places) >= NOWHERE:
        raise ValueError(f"{len(places)} places do not fit a 16-bit row number")
    texts = sorted({text for row in places for text in row})
    number_of = {text: number for number, text in enumerate(texts)}
    row_of = {row: number for number, row in enumerate(places)}
    encoded = [text.encode() for text in texts]
    ends, end = [], 0
    for text in encoded:
        end += len(text)
        ends.append(end)
    return _pack(
        [
            ("STRT", "I", _items("I", (interval.start for interval in flat))),
            (
                "ROWS",
                "H",
                _items("H", (row_of.get(i.row, NOWHERE) if i.row else NOWHERE for i in flat)),
            ),
            ("DESC", "I", _items("I", (number_of[row.description] for row in places))),
            ("NAME", "I", _items("I", (number_of[row.name] for row in places))),
            ("STAT", "I", _items("I", (number_of[row.state] for row in places))),
            ("SOFF", "I", _items("I", ends)),
            ("STRS", "B", b"".join(encoded)),
            ("MOBI", "B", "".join(f"{a}>{b}\n" for a, b in sorted(mobile)).encode()),
        ],
        fingerprint,
    )


def _pack(sections: list[tuple[str, str, bytes]], fingerprint: bytes) -> bytes:
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


def _mobile_prefixes() -> list[tuple[str, str]]:
    """Argentina writes a mobile's area code behind a 9: +54 9 11 … is in the area of +54 11 …."""
    return [
        (f"+{code}{token}", f"+{code}")
        for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
        if (token := phonenumbers.country_mobile_token(code))
    ]


def _calling_code(prefix: str) -> str:
    for length in (1, 2, 3):
        if int(prefix[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return prefix[:length]
    raise ValueError(f"No calling code begins {prefix}")


def _fingerprint() -> bytes:
    digest = sha256(phonenumbers.__version__.encode())
    for source in (*_SOURCES, Path(reader.__file__)):
        digest.update(source.read_bytes())
    return digest.digest()


def _made_by(out: Path, fingerprint: bytes) -> bool:
    if not out.is_file():
        return False
    data = out.read_bytes()
    try:
        Places.load(data)
    except (ValueError, struct.error):
        return False
    return bool(HEADER.unpack_from(data)[5] == fingerprint)
