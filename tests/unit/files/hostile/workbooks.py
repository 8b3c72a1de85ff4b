"""Workbooks as lists: unusual, damaged, and made to take all memory or another file."""

import io
import zipfile
from collections.abc import Callable
from functools import partial

import xlsxwriter  # type: ignore[import-untyped]

from lambdas.files.errors import Fault

from ..packages import (
    STRICT,
    Entry,
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
    zeros_package,
)
from .corpus import Hostile, dialled, us

_HEADING = row(1, "Phone", "Name")
_DATE_1904 = "<workbookPr date1904='1'/>"


def _rows(count: int) -> str:
    return _HEADING + "".join(row(i + 2, us(i), "Ann") for i in range(count))


def _made(fill: "Callable[[xlsxwriter.Workbook], None]") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        fill(made)
    return buffer.getvalue()


def _typed(made: xlsxwriter.Workbook) -> None:
    """Numbers as numbers, dates, times, truths, errors and results of formulas."""
    page = made.add_worksheet()
    day = made.add_format({"num_format": "dd.mm.yyyy"})
    page.write_row(0, 0, ["Phone", "Name"])
    page.write_number(1, 0, 12065550100)
    page.write_number(2, 0, 45_000, day)
    page.write_boolean(3, 0, True)
    page.write_formula(4, 0, "=1/0", None, "#DIV/0!")
    page.write_formula(5, 0, f'="{us(1)}"', None, us(1))
    page.write_number(6, 0, 4.42079e11)
    page.write_number(7, 0, 1.5)
    page.write_number(8, 0, -12065550100)
    page.write_string(9, 0, "'+12065550102")
    page.write_formula(10, 0, "=cmd|'/C calc'!A0", None, "=cmd|'/C calc'!A0")


def _merged(made: xlsxwriter.Workbook) -> None:
    page = made.add_worksheet()
    page.merge_range(0, 0, 0, 3, "Contacts of spring")
    page.write_row(1, 0, ["Phone", "Name"])
    for index in range(4):
        page.write_row(2 + index, 0, [us(index), "Ann"])
    page.merge_range(3, 2, 4, 2, "both")


def _hidden(made: xlsxwriter.Workbook) -> None:
    for name, first in (("Old", 8), ("Now", 0)):
        page = made.add_worksheet(name)
        page.write_row(0, 0, ["Phone", "Name"])
        for index in range(4):
            page.write_row(1 + index, 0, [us(first + index), "Ann"])
        if name == "Old":
            page.hide()
        else:
            page.activate()
            page.set_first_sheet()
            page.set_row(2, None, None, {"hidden": True})
            page.autofilter(0, 0, 4, 1)


def _linked(made: xlsxwriter.Workbook) -> None:
    page = made.add_worksheet()
    page.write_row(0, 0, ["Phone", "Name"])
    for index in range(4):
        page.write_url(1 + index, 0, "http://example.invalid/", None, us(index))
        page.write_formula(1 + index, 1, "='[http://example.invalid/x.xlsx]A'!A1", None, "Ann")


def _wide() -> bytes:
    cells = "".join(f'<c r="{_letters(i)}2"><v>1</v></c>' for i in range(2, 16_384))
    return book(f'{_HEADING}<row r="2">{cell("A2", us(0))}{cell("B2", "Ann")}{cells}</row>')


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _empty_rows() -> bytes:
    empty = "".join(f'<row r="{i}" s="1" customFormat="1"/>' for i in range(4, 1_000_003))
    last = f'<row r="1000003">{cell("A1000003", us(1))}</row>'
    return book(_HEADING + row(2, us(0)) + empty + last)


def _styled_rows() -> bytes:
    """Cells with a border and no content, to the end of a hundred thousand rows."""
    blank = "".join(
        f'<row r="{i}"><c r="A{i}" s="1"/><c r="B{i}" s="1"/></row>' for i in range(4, 100_000)
    )
    return book(_HEADING + row(2, us(0)) + row(3, us(1)) + blank)


def _with_part(**more: bytes) -> bytes:
    return package(
        parts(sheet(_rows(4))) | {name.replace("__", "/"): v for name, v in more.items()}
    )


def _macros() -> bytes:
    return package(
        parts(sheet(_rows(4)))
        | {
            "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(2_000),
            "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
            "xl/activeX/activeX1.xml": b"<ax/>",
        }
    )


def _old_dates() -> bytes:
    content = parts(sheet(_rows(4)))
    made = content["xl/workbook.xml"].replace(b"<sheets>", f"{_DATE_1904}<sheets>".encode())
    return package(content | {"xl/workbook.xml": made})


def _claims(dimension: str) -> bytes:
    content = sheet(_rows(4)).replace(
        b"<sheetData>", f'<dimension ref="{dimension}"/><sheetData>'.encode()
    )
    return package(parts(content))


def _inline() -> bytes:
    lines = "".join(
        f'<row r="{i}"><c r="A{i}" t="inlineStr"><is><r><t>{text[:5]}</t></r><r><t>{text[5:]}</t>'
        "</r></is></c></row>"
        for i, text in enumerate(["Phone number", *map(us, range(4))], start=1)
    )
    return book(lines)


def _ods() -> bytes:
    return package(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}
    )


def _ole(word: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + word.encode("utf-16-le") + bytes(999)


def _nested(depth: int = 9) -> bytes:
    """Zips in zips, each ten times the same one."""
    inner = bytes(1_000_000)
    for _ in range(depth):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(10):
                archive.writestr(f"{copy}.zip", inner)
        inner = buffer.getvalue()
    return inner


def _nested_in_workbook() -> bytes:
    return package(parts(sheet(_rows(4))) | {"xl/media/bomb.zip": _nested(3)})


def _strings(size: int, references: int) -> bytes:
    lines = "".join(
        f'<row r="{i}">{cell(f"A{i}", us(i))}{cell(f"B{i}", "1", "s")}</row>'
        for i in range(2, references + 2)
    )
    texts = shared(f"<si><t>Phone</t></si><si><t>{'a' * size}</t></si>")
    return package(parts(sheet(row(1, "Phone") + lines), shared=texts))


def _entities(head: str, value: str, *, part: str = "sheet") -> bytes:
    """A document type of one's own in the sheet, in the strings or in the workbook."""
    if part == "strings":
        texts = shared(f"<si><t>Phone</t></si><si><t>{value}</t></si>")
        body = f'<row r="1">{cell("A1", "0", "s")}</row><row r="2">{cell("A2", "1", "s")}</row>'
        marked = texts.replace(b"<sst ", f"{head}<sst ".encode(), 1)
        return package(parts(sheet(body), shared=marked))
    if part == "workbook":
        content = parts(sheet(_rows(4)))
        book_part = content["xl/workbook.xml"].replace(
            b"<workbook ", f"{head}<workbook ".encode(), 1
        )
        return package(content | {"xl/workbook.xml": book_part.replace(b'"List"', b'"&a;"')})
    return package(parts(sheet(row(1, "Phone") + row(2, value), head=head)))


_LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}<!ENTITY a '&a9;'>]>".format(
    "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10))
)
_QUADRATIC = f"<!DOCTYPE x [<!ENTITY a '{'a' * 50_000}'>]>"
_FILE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
_NETWORK = "<!DOCTYPE x SYSTEM 'http://example.invalid/x.dtd' [<!ENTITY % a SYSTEM 'x'> %a;]>"

GOOD = (
    Hostile(
        "typed.xlsx",
        "cells of every type",
        lambda: _made(_typed),
        range(2, 12),
        dials={2: us(0), 6: us(1)},
        codes={3: "date", 4: "not_a_number", 5: "error_value", 8: "calculated", 9: "calculated"},
    ),
    Hostile(
        "merged.xlsx", "merged cells", lambda: _made(_merged), range(3, 7), dials=dialled(4, 3)
    ),
    Hostile(
        "hidden.xlsx",
        "a hidden sheet, a hidden row, a filter",
        lambda: _made(_hidden),
        range(2, 6),
        dials=dialled(4),
    ),
    Hostile(
        "linked.xlsx",
        "links to elsewhere",
        lambda: _made(_linked),
        range(2, 6),
        dials=dialled(4),
    ),
    Hostile("macros.xlsm", "macros and controls", _macros, range(2, 6), dials=dialled(4)),
    Hostile("1904.xlsx", "dates from 1904 on", _old_dates, range(2, 6), dials=dialled(4)),
    Hostile(
        "strict.xlsx",
        "strict Open XML",
        lambda: package(parts(sheet(_rows(4), namespace=STRICT))),
        range(2, 6),
        dials=dialled(4),
    ),
    Hostile("inline.xlsx", "texts within the cells", _inline, range(2, 6), dials=dialled(4)),
    *(
        Hostile(
            f"dimension{i}.xlsx",
            f"a sheet that says it reaches over {said}",
            partial(_claims, said),
            range(2, 6),
            dials=dialled(4),
        )
        for i, said in enumerate(("A1", "A1:XFD1048576", "Z90:AA99", "A1:A2"))
    ),
    Hostile("wide.xlsx", "16 384 columns", _wide, (2,), dials={2: us(0)}),
    Hostile(
        "emptyrows.xlsx",
        "a million empty rows before the last one",
        _empty_rows,
        (2, 1_000_003),
        dials={2: us(0), 1_000_003: us(1)},
    ),
    Hostile("styled.xlsx", "borders far below the list", _styled_rows, (2, 3), dials=dialled(2)),
    Hostile(
        "unordered.xlsx",
        "rows out of order",
        lambda: book(_HEADING + row(4, us(2)) + row(2, us(0)) + row(3, us(1))),
        (2, 3, 4),
        dials=dialled(3),
    ),
    Hostile(
        "longcell.xlsx",
        "a text as long as Excel allows, and one that is cut off",
        lambda: book(_HEADING + row(2, us(0), "x" * 32_767) + row(3, us(1), "x" * 9_000)),
        (2, 3),
        dials={3: us(1)},
    ),
    Hostile(
        "markup.xlsx",
        "markup and formulas as texts",
        lambda: book(
            row(1, "Phone", "Source", "Campaign")
            + row(2, us(0), "&lt;script&gt;alert(1)&lt;/script&gt;", "=1+1")
            + row(3, us(1), "_x003D_1+1", "&lt;r&gt;&lt;t&gt;x&lt;/t&gt;&lt;/r&gt;")
            + row(4, "=HYPERLINK(&quot;x&quot;)", "@x", "{{7*7}}")
        ),
        (2, 3, 4),
        dials=dialled(2),
    ),
)

BAD = (
    Hostile(
        "dimension.xlsx",
        "a sheet that says nonsense about its reach",
        lambda: _claims("nonsense"),
        fault=Fault.DAMAGED,
    ),
    Hostile("none.xlsx", "no cell at all", lambda: book(""), fault=Fault.EMPTY),
    Hostile("heading.xlsx", "only a heading", lambda: book(_HEADING), fault=Fault.HEADER_ONLY),
    Hostile("cut.xlsx", "cut off", lambda: book(_rows(900))[:-3_000], fault=Fault.DAMAGED),
    Hostile("encrypted.xlsx", "encrypted", lambda: _ole("EncryptedPackage"), fault=Fault.PASSWORD),
    Hostile("old.xls", "Excel 97", lambda: _ole("Workbook"), fault=Fault.OLD_EXCEL),
    Hostile("list.ods", "OpenDocument", _ods, fault=Fault.OTHER_SPREADSHEET),
    Hostile("page.xlsx", "a web page", lambda: b"<html><body>", fault=Fault.WEB_PAGE),
    Hostile("pdf.xlsx", "a PDF", lambda: b"%PDF-1.7", fault=Fault.PDF),
    Hostile(
        "zeros.xlsx",
        "4 GB of zeros",
        lambda: zeros_package(4 << 30),
        fault=Fault.UNPACKS_TOO_LARGE,
    ),
    Hostile("nested.xlsx", "zips in zips", _nested, fault=Fault.ARCHIVE),
    Hostile(
        "shared.xlsx",
        "one long text in very many cells",
        lambda: _strings(190_000, 9_000),
        fault=Fault.UNPACKS_TOO_LARGE,
    ),
    Hostile(
        "sharedlong.xlsx",
        "one text of ten megabytes",
        lambda: _strings(10_000_000, 9),
        fault=Fault.UNPACKS_TOO_LARGE,
    ),
    Hostile(
        "giantcell.xlsx",
        "ten megabytes in a cell itself",
        lambda: book(_HEADING + row(2, us(0), "x" * 10_000_000)),
        fault=Fault.UNPACKS_TOO_LARGE,
    ),
    Hostile(
        "manyparts.xlsx",
        "thousands of parts",
        lambda: package(parts(sheet(_rows(4))) | {f"xl/x{i}.xml": b"<a/>" for i in range(5_000)}),
        fault=Fault.UNPACKS_TOO_LARGE,
    ),
    Hostile(
        "overlap.xlsx",
        "three hundred parts that are one",
        lambda: raw_package(
            [
                *entries(parts(sheet(_rows(4)))),
                (big := entry("xl/worksheets/a.xml", b"<a>" + b"x" * 9_000_000)),
                *(Entry(f"xl/x{i}.xml", b"", big.size, big.crc) for i in range(300)),
            ]
        ),
        fault=Fault.UNPACKS_TOO_LARGE,
    ),
    *(
        Hostile(
            f"{name}{part}.xlsx", f"{why} in the {part}",
            partial(_entities, head, value, part=part), fault=Fault.DAMAGED,
        )
        for part in ("sheet", "strings", "workbook")
        for name, why, head, value in (
            ("laughs", "entities that multiply", _LAUGHS, "&a;"),
            ("quadratic", "one long entity very often", _QUADRATIC, "&a;" * 9_000),
            ("outside", "an entity that is a file", _FILE, "&a;"),
            ("network", "a definition on the network", _NETWORK, "&a;"),
        )
    ),
    Hostile(
        "corner.xlsx",
        "one cell in the far corner",
        lambda: book(_rows(4) + cell("XFD1048576", "x")),
        fault=Fault.TOO_MANY_CELLS,
    ),
)  # fmt: skip

MEDIA = (
    Hostile(
        "media.xlsx",
        "a bomb among the pictures, which are never opened",
        _nested_in_workbook,
        range(2, 6),
        dials=dialled(4),
    ),
)

WORKBOOKS = (*GOOD, *MEDIA, *BAD)
