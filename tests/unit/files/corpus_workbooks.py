"""Workbooks as Excel, LibreOffice, exports and scripts write them."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time

import openpyxl  # type: ignore[import-untyped]
import xlsxwriter  # type: ignore[import-untyped]
from openpyxl.styles import PatternFill  # type: ignore[import-untyped]
from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

from .corpus import A, B, C, Readable
from .packages import STRICT, book, cell, package, parts, row, shared, sheet

_DAY = datetime(2024, 1, 2, tzinfo=UTC).replace(tzinfo=None)
_FILL = PatternFill("solid", fgColor="FFEE00")


def _saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _grid(*rows: tuple[object, ...]) -> Callable[[], bytes]:
    """A workbook of one sheet, by openpyxl."""

    def make() -> bytes:
        book = openpyxl.Workbook()
        for cells in rows:
            _first(book).append(list(cells))
        return _saved(book)

    return make


def _first(book: openpyxl.Workbook) -> Worksheet:
    active = book.active
    assert isinstance(active, Worksheet)
    return active


def _by_xlsxwriter(*, constant_memory: bool = False) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": constant_memory}) as book:
        page = book.add_worksheet("Liste")
        page.write_row(0, 0, ["Telefonnummer", "Ort", "Bezeichnung"])
        page.write_row(1, 0, [12065550101, "Köln", "aus Excel"])
        page.write_string(2, 0, B)
        page.write_formula(3, 0, '="+1"&"2065550103"', None, C)
        page.write_formula(4, 0, "=VLOOKUP(1,X1:Y2,2)", None, "#N/A")
    return buffer.getvalue()


def _designed() -> bytes:
    """A title over merged cells, blank rows, fills far out, and an empty column in front."""
    book = openpyxl.Workbook()
    page = _first(book)
    page["B1"] = "Numbers of the campaign"
    page.merge_cells("B1:E1")
    page["B3"], page["C3"], page["D3"] = "Phone number", "City", "ZIP"
    page["B4"], page["C4"], page["D4"] = A, "Seattle", 98101
    page["B7"], page["C7"] = 12065550102, "Tacoma"
    page["XFD9"].fill = page["B60000"].fill = _FILL
    return _saved(book)


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """Sheets by name, from rows of cells; a name that begins with `-` makes a hidden one."""
    book = openpyxl.Workbook()
    book.remove(_first(book))
    for name, rows in sheets.items():
        page = book.create_sheet(name.lstrip("-"))
        page.sheet_state = "hidden" if name.startswith("-") else "visible"
        for cells in rows:
            page.append(list(cells))
    return _saved(book)


def _sheets() -> bytes:
    """A cover, a hidden list, the list itself, and a second list."""
    book = openpyxl.Workbook()
    _first(book)["A1"] = "Read me first"
    old, now, more = (book.create_sheet(name) for name in ("Old", "Current", "More"))
    old.sheet_state = "hidden"
    for page, number in ((old, C), (now, A), (more, B)):
        page.append(["Phone"])
        page.append([number])
    return _saved(book)


def _kinds() -> bytes:
    return _grid(
        ("Phone", "Label", "State"),
        (12065550101, True, _DAY),
        (441134960101.0, time(3, 4), None),
        (True, None, "x"),
        (_DAY, None, "x"),
        (-449, None, "x"),
        (12065550101.5, None, "x"),
        (1.2e17, None, "x"),
        ("'+12065550101", None, "x"),
    )()


def _unusual() -> bytes:
    """Valid XML as no common program writes it: prefixes, apostrophes, no cell addresses."""
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return package(
        parts(
            (
                f"<x:worksheet xmlns:x='{name}'><x:sheetData><x:row>"
                "<x:c t='inlineStr'><x:is><x:t>Phone</x:t></x:is></x:c></x:row><x:row>"
                f"<x:c t='str'><x:v>{A}</x:v></x:c><x:c t='e'><x:v>#N/A</x:v></x:c></x:row>"
                f"<x:row  r='5'><x:c t='str'\n r='A5'><x:v>{B}</x:v></x:c></x:row>"
                "</x:sheetData></x:worksheet>"
            ).encode()
        )
    )


def _strings() -> bytes:
    """Shared strings in parts of several formats, with Japanese readings, and with escapes."""
    strings = shared(
        "<si><t>Phone</t></si><si><t>市</t><rPh sb='0' eb='1'><t>シ</t></rPh></si>"
        "<si><r><t>+1206</t></r><r><rPr><b/></rPr><t>5550101</t></r></si>"
        "<si><t xml:space='preserve'>a_x000D_\n&lt;b&gt; </t></si>"
    )
    rows = f'<row r="1">{cell("A1", "0", "s")}{cell("B1", "1", "s")}</row>'
    rows += f'<row r="2">{cell("A2", "2", "s")}{cell("B2", "3", "s")}</row>'
    return package(parts(sheet(rows), shared=strings))


READABLE_WORKBOOKS = (
    Readable(
        "excel.xlsx",
        "numbers as numbers and as text, formulas with results, a failed formula",
        _by_xlsxwriter,
        rows=((2, "12065550101"), (3, B), (4, C), (5, "!error_value")),
        fields={"number": 12065550101.0, "city": "Köln"},
    ),
    Readable(
        "streamed.xlsx",
        "texts written in the cells",
        lambda: _by_xlsxwriter(constant_memory=True),
        rows=((2, "12065550101"), (3, B), (4, C), (5, "!error_value")),
        fields={"label": "aus Excel"},
    ),
    Readable(
        "designed.xlsx",
        "title, merged and blank rows, an empty first column, fills in far corners",
        _designed,
        rows=((4, A), (7, "12065550102")),
        fields={"postal_code": 98101.0, "city": "Seattle"},
    ),
    Readable(
        "sheets.xlsx",
        "the first sheet that people see with a column of numbers",
        _sheets,
        rows=((2, A),),
        note="Only the sheet “Current” was read. There are phone numbers on “More”, “Old” (hidden)",
    ),
    Readable(
        "kinds.xlsx",
        "cells of every kind under the heading",
        _kinds,
        rows=(
            *((2, "12065550101"), (3, "441134960101"), (4, "!not_a_number"), (5, "!date")),
            *((6, "!calculated"), (7, "!calculated"), (8, "!digits_lost"), (9, A)),
        ),
        fields={"label": True, "state": _DAY.date()},
    ),
    Readable("unusual.xlsx", "XML of another hand", _unusual, rows=((2, A), (5, B))),
    Readable(
        "strings.xlsx",
        "rich text, readings and escapes in shared strings",
        _strings,
        rows=((2, A),),
        fields={"city": "a\r\n<b> "},
    ),
    Readable(
        "errors.xlsx",
        "a row that holds nothing but an error is still a row",
        lambda: book(row(1, "Phone") + f'<row r="2">{cell("A2", "#REF!", "e")}</row>' + row(3, A)),
        rows=((2, "!error_value"), (3, A)),
    ),
    Readable(
        "strict.xlsx",
        "saved as Strict Open XML",
        lambda: package(parts(sheet(row(1, "Phone") + row(2, A), namespace=STRICT))),
        rows=((2, A),),
    ),
    Readable(
        "bare.xlsx",
        "one column of numbers, no heading, some typed as numbers",
        _grid((12065550101,), (B,), (None,), (C,)),
        rows=((1, "12065550101"), (2, B), (4, C)),
    ),
    Readable(
        "hidden.xlsx",
        "the heading in another language on row 3",
        _grid(("予定表",), (), ("電話番号", "国"), (A, "US"), (" ",), (B, "US")),
        rows=((4, A), (6, B)),
        fields={"country": "US"},
    ),
    Readable(
        "wide.xlsx",
        "three hundred columns",
        _grid(("Phone", *(f"Field {i}x" for i in range(300))), (A, *range(300)), (B, *range(300))),
        rows=((2, A), (3, B)),
    ),
    Readable(
        "workbook.csv",
        "a workbook named as text",
        _grid(("Phone",), (A,)),
        rows=((2, A),),
        note="is an Excel workbook although its name ends in “.csv”",
    ),
    Readable("macro.xlsm", "a workbook with macros", _grid(("Phone",), (A,)), rows=((2, A),)),
    Readable(
        "picture.xlsx",
        "parts that are no sheets are checked and passed over",
        lambda: package(
            parts(sheet(row(1, "Phone") + row(2, A)))
            | {"xl/media/image1.png": b"\x89PNG" + bytes(100), "docProps/app.xml": b"<a/>"}
        ),
        rows=((2, A),),
    ),
)
