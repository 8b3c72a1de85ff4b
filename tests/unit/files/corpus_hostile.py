"""Lists that are broken, or made to break their reader."""

from functools import partial

from lambdas.files.errors import Fault

from .corpus import A, B, C, Unreadable, lines, raw, text
from .packages import (
    SHEET,
    book,
    cell,
    entries,
    entry,
    package,
    parts,
    raw_package,
    row,
    shared,
    sheet,
    with_sheet_entry,
)

_LIST = row(1, "Phone") + row(2, A)
_OK = book(_LIST)


def _many_rows() -> bytes:
    return book(row(1, "Phone") + "".join(row(i, A) for i in range(2, 3_000)))


def _cut(share: float) -> bytes:
    content = _many_rows()
    return content[: int(len(content) * share)]


def _flipped() -> bytes:
    """One bit of the packed sheet is wrong."""
    content = bytearray(_many_rows())
    content[content.find(SHEET.encode()) + len(SHEET) + 2_000] ^= 4
    return bytes(content)


def _sheet_with(head: str = "", rows: str = _LIST) -> bytes:
    return package(parts(sheet(rows, head=head)))


BROKEN = (
    Unreadable(
        "open.csv",
        "a quotation mark that is never closed",
        text(lines("Phone,Name", f"{A},a", f'{B},"b', f"{C},c")),
        Fault.UNCLOSED_QUOTE,
        "opens in row 3",
    ),
    Unreadable(
        "swallow.csv",
        "a stray mark that a later one seems to close",
        text(lines("Phone,Name", f'{A},"a', f"{B},b", f'{C},"c"')),
        Fault.UNCLOSED_QUOTE,
        "opens in row 2",
    ),
    Unreadable(
        "first.csv",
        "a stray mark at the start of a number",
        text(lines("Phone,Name", f'"{A},a', *[f"{B},b"] * 400, f'{C}",c')),
        Fault.UNCLOSED_QUOTE,
        "opens in row 2",
    ),
    *(
        Unreadable(
            f"cut{share}.xlsx",
            "cut off",
            partial(_cut, share / 100),
            Fault.DAMAGED,
            "new name",
        )
        for share in (5, 50, 95, 99)
    ),
    Unreadable("flip.xlsx", "one bit is wrong", _flipped, Fault.DAMAGED, "damaged"),
    Unreadable("tail.xlsx", "half a directory", lambda: _OK[:-40], Fault.DAMAGED, "damaged"),
    Unreadable("pk.xlsx", "four bytes", raw(b"PK\x03\x04"), Fault.DAMAGED, "damaged"),
    Unreadable(
        "flag.xlsx",
        "a part with a password",
        lambda: with_sheet_entry(flags=1),
        Fault.PASSWORD,
        "password",
    ),
    Unreadable(
        "method.xlsx",
        "an unknown packing",
        lambda: with_sheet_entry(method=99),
        Fault.DAMAGED,
        "damaged",
    ),
    Unreadable(
        "less.xlsx", "says 10 bytes", lambda: with_sheet_entry(size=10), Fault.DAMAGED, "damaged"
    ),
    Unreadable(
        "more.xlsx", "says 9 MB", lambda: with_sheet_entry(size=9_000_000), Fault.DAMAGED, "damaged"
    ),
    Unreadable(
        "crc.xlsx", "wrong checksum", lambda: with_sheet_entry(crc=1), Fault.DAMAGED, "damaged"
    ),
    Unreadable(
        "twice.xlsx",
        "two parts of one name",
        lambda: raw_package([*entries(parts(sheet(_LIST))), entry(SHEET.upper(), sheet(""))]),
        Fault.DAMAGED,
        "two parts have one name",
    ),
    Unreadable(
        "gone.xlsx",
        "the sheet is not there",
        lambda: package({k: v for k, v in parts(b"").items() if k != SHEET}),
        Fault.DAMAGED,
        "damaged",
    ),
    Unreadable(
        "xml.xlsx",
        "XML that ends early",
        lambda: package(parts(sheet(_LIST)[:-40])),
        Fault.DAMAGED,
        "damaged",
    ),
    Unreadable(
        "index.xlsx",
        "a shared string that does not exist",
        lambda: package(parts(sheet(row(1, "Phone") + cell("A2", "99", "s")), shared=shared(""))),
        Fault.DAMAGED,
        "damaged",
    ),
    Unreadable(
        "wide16.xlsx",
        "a sheet in UTF-16, which the library would give as empty",
        lambda: package(parts(sheet(_LIST).decode().replace("UTF-8", "UTF-16").encode("utf-16"))),
        Fault.DAMAGED,
        "damaged",
    ),
    Unreadable(
        "latin.xlsx",
        "a sheet in another encoding",
        lambda: _sheet_with(head='<?xml version="1.0" encoding="ISO-8859-1"?>'),
        Fault.DAMAGED,
        "not in the encoding",
    ),
    Unreadable(
        "cdata.xlsx",
        "character data sections, which the library would give as empty",
        lambda: book(row(1, "Phone") + row(2, f"<![CDATA[{A}]]>")),
        Fault.DAMAGED,
        "never writes",
    ),
)
