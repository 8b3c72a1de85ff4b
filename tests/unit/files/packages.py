"""Zip packages made by hand, to hold what no spreadsheet program would write."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def sheet(rows: str, *, namespace: str = MAIN, head: str = HEAD) -> bytes:
    return (
        f'{head}<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    )


def cell(reference: str, value: str, kind: str = "str") -> str:
    return f'<c r="{reference}" t="{kind}"><v>{value}</v></c>'


def row(number: int, *values: str) -> str:
    cells = (cell(f"{chr(65 + i)}{number}", value) for i, value in enumerate(values))
    return f'<row r="{number}">{"".join(cells)}</row>'


def parts(worksheet: bytes, **more: bytes) -> dict[str, bytes]:
    """The parts of the smallest workbook; `more` adds parts, `shared` the shared strings."""
    made = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"/>'.encode(),
        "_rels/.rels": (
            f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
            '<sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ).encode(),
        SHEET: worksheet,
    }
    if "shared" in more:
        made["xl/sharedStrings.xml"] = more.pop("shared")
    return made | more


def package(content: Mapping[str, bytes], *, stored: bool = False) -> bytes:
    buffer = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def book(rows: str) -> bytes:
    return package(parts(sheet(rows)))


def shared(items: str) -> bytes:
    return f'{HEAD}<sst xmlns="{MAIN}">{items}</sst>'.encode()


@dataclass(frozen=True)
class Entry:
    """One part as its headers describe it, whether that is true or not."""

    name: str
    packed: bytes
    size: int
    crc: int
    method: int = 8
    flags: int = 0


def entry(name: str, data: bytes) -> Entry:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return Entry(name, packer.compress(data) + packer.flush(), len(data), zlib.crc32(data))


def entries(content: Mapping[str, bytes]) -> list[Entry]:
    return [entry(name, data) for name, data in content.items()]


def raw_package(entries: Iterable[Entry]) -> bytes:
    """A zip with headers exactly as told."""
    body, directory, count = b"", b"", 0
    for e in entries:
        name = e.name.encode()
        common = struct.pack(
            "<HHHHHIIIHH",
            *(20, e.flags, e.method, 0, 0x21, e.crc, len(e.packed), e.size, len(name), 0),
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + common + name + e.packed
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def with_sheet_entry(**told: Any) -> bytes:
    """A workbook of one row whose sheet's headers tell something else, such as `size=10`."""
    content = entries(parts(sheet(row(1, "Phone") + row(2, "+12065550101"))))
    return raw_package(replace(e, **told) if e.name == SHEET else e for e in content)


def zeros_package(size: int, *, told: int = 2**32 - 1) -> bytes:
    """A workbook whose sheet is `size` zero bytes, packed 1000 to 1; its headers say `told`."""
    block = bytes(1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packer.compress(block)
    packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    zeros = Entry(SHEET, again * (size // len(block)) + end, told, 0)
    return raw_package([*(e for e in entries(parts(b"")) if e.name != SHEET), zeros])
