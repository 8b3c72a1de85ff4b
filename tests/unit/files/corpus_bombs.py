"""Short workbooks that would take all memory or time of a trusting reader."""

from lambdas.files.errors import Fault
from lambdas.files.table import column_letters

from .corpus import A, Unreadable
from .packages import (
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

_LIST = row(1, "Phone") + row(2, A)
_LAUGHS = "".join(
    f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' if i else '<!ENTITY l0 "lol">' for i in range(10)
)


def _overlapping() -> bytes:
    """Three hundred names for the same 9 MB, as in a bomb that needs no nesting."""
    big = entry("xl/worksheets/a.xml", b"<a>" + b"x" * 9_000_000)
    loose = [Entry(f"xl/x{i}.xml", b"", big.size, big.crc) for i in range(300)]
    return raw_package([*entries(parts(sheet(_LIST))), big, *loose])


def _repeated(
    item: str, references: int, *, reference: str = '<c r="B{}" t="s"><v>1</v></c>'
) -> bytes:
    """A list whose cells in column B all refer to one text."""
    rows = (
        f'<row r="{i}">{cell(f"A{i}", A)}{reference.format(i)}</row>'
        for i in range(2, references + 2)
    )
    strings = shared(f"<si><t>Phone</t></si>{item}")
    return package(parts(sheet(row(1, "Phone") + "".join(rows)), shared=strings))


def _named(count: int) -> bytes:
    content = parts(sheet(_LIST))
    entry = '<sheet name="List{0}" sheetId="{0}" r:id="rId1"/>'
    entries = "".join(entry.format(i) for i in range(1, count + 1))
    book = content["xl/workbook.xml"].decode()
    start, end = book.index("<sheet "), book.index("</sheets>")
    return package(content | {"xl/workbook.xml": f"{book[:start]}{entries}{book[end:]}".encode()})


def _one_row() -> bytes:
    places = (f'<c r="{column_letters(i)}2" t="s"><v>0</v></c>' for i in range(1, 15_000))
    cells = f'<row r="2">{cell("A2", A)}{"".join(places)}</row>'
    return package(parts(sheet(row(1, "Phone") + cells), shared=shared(_text(30_000, "😀"))))


def _rich(size: int) -> str:
    return f"<si>{'<r><t>abcdefghij</t></r>' * (size // 10)}</si>"


def _text(size: int, end: str = "") -> str:
    return f"<si><t>{'abcdefghij' * (size // 10)}{end}</t></si>"


def _noise(size: int) -> bytes:
    return (b"".join(b"<xf n='%d'/>" % (i * 7919 % 1_000_003) for i in range(size // 16)) * 2)[
        :size
    ]


def _sheet_with(head: str) -> bytes:
    return package(parts(sheet(_LIST, head=head)))


BOMBS = (
    Unreadable(
        "zeros.xlsx",
        "four gigabytes of zeros in four megabytes",
        lambda: zeros_package(4 << 30),
        Fault.UNPACKS_TOO_LARGE,
        "more than 500 MB",
    ),
    Unreadable(
        "tight.xlsx",
        "packed 1000 to 1, below the size limit",
        lambda: zeros_package(100 << 20, told=100 << 20),
        Fault.DAMAGED,
        "damaged",
    ),
    Unreadable(
        "liar.xlsx",
        "four gigabytes of zeros that say they are ten bytes",
        lambda: zeros_package(4 << 30, told=10),
        Fault.DAMAGED,
        "damaged",
    ),
    Unreadable(
        "repeat.xlsx",
        "one cell, again and again",
        lambda: package(parts(sheet(_LIST + cell("A3", "x") * 2_000_000))),
        Fault.UNPACKS_TOO_LARGE,
        "packed more tightly",
    ),
    Unreadable(
        "parts.xlsx",
        "5000 parts",
        lambda: package(parts(sheet(_LIST)) | {f"xl/x{i}.xml": b"<a/>" for i in range(5_000)}),
        Fault.UNPACKS_TOO_LARGE,
        "more than 2,000 parts",
    ),
    Unreadable(
        "overlap.xlsx", "overlapping parts", _overlapping, Fault.UNPACKS_TOO_LARGE, "500 MB"
    ),
    Unreadable(
        "laughs.xlsx",
        "definitions that multiply",
        lambda: _sheet_with(f'<?xml version="1.0"?><!DOCTYPE x [{_LAUGHS}]>'),
        Fault.DAMAGED,
        "never writes",
    ),
    Unreadable(
        "outside.xlsx",
        "a definition that would read another file",
        lambda: _sheet_with('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
        Fault.DAMAGED,
        "never writes",
    ),
    Unreadable(
        "corner.xlsx",
        "one cell in the far corner, which would cost 400 GB",
        lambda: book(_LIST + cell("XFD1048576", "x")),
        Fault.TOO_MANY_CELLS,
        "Ctrl+End",
    ),
    Unreadable(
        "beyond.xlsx",
        "a cell far below the last row",
        lambda: book(_LIST + cell("A99999999999", "x")),
        Fault.DAMAGED,
        "the address “A99999999999”",
    ),
    Unreadable(
        "double.xlsx",
        "a cell with two addresses, of which the library takes the second",
        lambda: book(_LIST + '<c r="A3" s="&gt;" r="Z9999999"><v>1</v></c>'),
        Fault.DAMAGED,
        "damaged",
    ),
    Unreadable(
        "quoted.xlsx",
        "a second address behind a quoted sign that looks like the end of the tag",
        lambda: book(_LIST + '<c r="A3" s=">" r="Z9999999"><v>1</v></c>'),
        Fault.DAMAGED,
        "damaged",
    ),
    Unreadable(
        "below.xlsx",
        "a row far below, whose cell has no address",
        lambda: book(f'{_LIST}<row r="4000000000"><c t="str"><v>x</v></c></row>'),
        Fault.DAMAGED,
        "a row in it has the number",
    ),
    Unreadable(
        "right.xlsx",
        "a cell far to the right",
        lambda: book(_LIST + cell("XFE1", "x")),
        Fault.DAMAGED,
        "outside every sheet",
    ),
    Unreadable(
        "implied.xlsx",
        "a thousand rows deep, a hundred thousand cells wide, none with an address",
        lambda: book(f"{_LIST}<row>{'<c><v>1</v></c>' * 20_000}</row>"),
        Fault.DAMAGED,
        "outside every sheet",
    ),
    Unreadable(
        "thousand.xlsx",
        "one sheet under a thousand names, each of which would be read",
        lambda: _named(1_000),
        Fault.UNPACKS_TOO_LARGE,
        "has 1,000 sheets",
    ),
    Unreadable(
        "shared.xlsx",
        "one text of a megabyte in 5,000 cells: 5 GB from 47 KB",
        lambda: _repeated(_text(1_000_000), 5_000),
        Fault.UNPACKS_TOO_LARGE,
        "more than 200,000 bytes of text",
    ),
    Unreadable(
        "sharedrich.xlsx",
        "one text of a megabyte in many formats",
        lambda: _repeated(_rich(1_000_000), 5_000),
        Fault.UNPACKS_TOO_LARGE,
        "more than 200,000 bytes of text",
    ),
    Unreadable(
        "shared2.xlsx",
        "a text below that limit in so many cells that it comes to 1.5 GB",
        lambda: _repeated(_text(150_000), 10_000),
        Fault.UNPACKS_TOO_LARGE,
        "more than 500 MB",
    ),
    Unreadable(
        "sharedrich2.xlsx",
        "the same in many formats",
        lambda: _repeated(_rich(150_000), 10_000),
        Fault.UNPACKS_TOO_LARGE,
        "more than 500 MB",
    ),
    Unreadable(
        "sharedcells.xlsx",
        "the same, the cells written as Excel would not",
        lambda: _repeated(
            _text(150_000), 10_000, reference="<c a='&gt;' t = 's' r='B{}'><v> 1</v></c>"
        ),
        Fault.UNPACKS_TOO_LARGE,
        "more than 500 MB",
    ),
    Unreadable(
        "sharedquoted.xlsx",
        "the same, each cell dressed up as one that refers to a short text",
        lambda: _repeated(
            _text(150_000),
            10_000,
            reference='<c r="B{}" t="s" a="><v>0</v></c>"><v>1</v></c>',
        ),
        Fault.DAMAGED,
        "damaged",
    ),
    Unreadable(
        "sharedwide.xlsx",
        "450 MB in one row, each text with a character that makes it four times as wide",
        _one_row,
        Fault.UNPACKS_TOO_LARGE,
        "more than 500 MB",
    ),
    Unreadable(
        "sharednested.xlsx",
        "texts within texts, which would count otherwise for the library",
        lambda: _repeated("<si><r><t>a</t><si/><si><t>b</t></si></r></si>", 10),
        Fault.DAMAGED,
        "stands within another",
    ),
    Unreadable(
        "styles.xlsx",
        "a part that holds no cells is larger than any such part",
        lambda: package(parts(sheet(_LIST)) | {"xl/styles.xml": _noise(21_000_000)}),
        Fault.DAMAGED,
        "far too large",
    ),
)
