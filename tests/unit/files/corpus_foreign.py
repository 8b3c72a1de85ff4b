"""Files that hold no list, or that another program must save anew first."""

import gzip
import io
import zipfile

import openpyxl  # type: ignore[import-untyped]

from lambdas.files.errors import Fault

from .corpus import A, Unreadable, lines, raw, text
from .packages import book, package, row

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
_OK = book(row(1, "Phone") + row(2, A))


def _hidden_only() -> bytes:
    made = openpyxl.Workbook()
    made.create_sheet("Front")
    page = made["Sheet"]
    page.append(["Phone"])
    page.append([A])
    page.sheet_state = "hidden"
    buffer = io.BytesIO()
    made.active = 1
    made.save(buffer)
    return buffer.getvalue()


def _empty_book() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def _nested() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("list.xlsx", _OK)
    return buffer.getvalue()


FOREIGN = (
    Unreadable("zero.csv", "no bytes", raw(b""), Fault.EMPTY, "0 bytes"),
    Unreadable("zero.xlsx", "no bytes", raw(b""), Fault.EMPTY, "upload it again"),
    Unreadable("mark.csv", "a byte-order mark alone", raw(b"\xef\xbb\xbf"), Fault.EMPTY, "empty"),
    Unreadable("blanks.csv", "blanks", text(" \r\n ,,\r\n\t\r\n"), Fault.EMPTY, "no cell holds"),
    Unreadable("none.xlsx", "an empty workbook", _empty_book, Fault.EMPTY, "no cell holds"),
    Unreadable("head.csv", "a heading", text("Phone;City\r\n"), Fault.HEADER_ONLY, "in row 1"),
    Unreadable(
        "head.xlsx", "a heading", lambda: book(row(3, "Phone")), Fault.HEADER_ONLY, "in row 3"
    ),
    Unreadable(
        "people.csv",
        "no column of numbers",
        text(lines("Name,City", "Ada,London", "Bob,Leeds")),
        Fault.NO_NUMBER_COLUMN,
        "heading “Phone number”",
    ),
    Unreadable("veiled.xlsx", "hidden", _hidden_only, Fault.NO_NUMBER_COLUMN, "hidden sheet"),
    Unreadable("list.pdf", "PDF", raw(b"%PDF-1.7\n%..."), Fault.PDF, "a PDF document"),
    Unreadable("scan.csv", "PNG", raw(b"\x89PNG\r\n\x1a\n" + bytes(99)), Fault.IMAGE, "picture"),
    Unreadable("photo.xlsx", "JPEG", raw(b"\xff\xd8\xff\xe0" + bytes(99)), Fault.IMAGE, "picture"),
    Unreadable("phone.heic", "HEIC", raw(b"\0\0\0\x18ftypheic"), Fault.IMAGE, "picture"),
    Unreadable(
        "web.xls",
        "a web page that Excel opens",
        raw(b"\xef\xbb\xbf\r\n<html xmlns:o='x'><table><tr><td>Phone"),
        Fault.WEB_PAGE,
        "may open in Excel",
    ),
    Unreadable("t.xls", "a bare table", raw(b"<TABLE border=1><tr>"), Fault.WEB_PAGE, "web page"),
    Unreadable("w.mht", "web archive", raw(b"MIME-Version: 1.0\r\n"), Fault.WEB_PAGE, "web page"),
    Unreadable(
        "2003.xml",
        "Excel 2003 XML",
        raw(b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook>'),
        Fault.OTHER_SPREADSHEET,
        "old Excel XML",
    ),
    Unreadable("x.xml", "XML", raw(b'<?xml version="1.0"?><a/>'), Fault.NOT_A_TABLE, "XML"),
    Unreadable("j.json", "JSON", raw(b'[\n  {"phone": "x"}]'), Fault.NOT_A_TABLE, "JSON"),
    Unreadable("c.vcf", "vCard", raw(b"BEGIN:VCARD\r\nTEL:x"), Fault.NOT_A_TABLE, "vCard"),
    Unreadable("r.rtf", "RTF", raw(b"{\\rtf1\\ansi"), Fault.OTHER_OFFICE, "text document"),
    Unreadable(
        "random.csv", "random bytes", raw(bytes(range(256)) * 40), Fault.NOT_A_TABLE, "not text"
    ),
    Unreadable("p.exe", "a program", raw(b"MZ\x90\0\3\0\0\0" * 99), Fault.NOT_A_TABLE, "not text"),
    Unreadable("nuls.csv", "NUL bytes", raw(bytes(5_000)), Fault.NOT_A_TABLE, "not text"),
    Unreadable("z.gz", "gzip", lambda: gzip.compress(b"Phone"), Fault.ARCHIVE, "gzip"),
    Unreadable("7.7z", "7-Zip", raw(b"7z\xbc\xaf\x27\x1c" + bytes(9)), Fault.ARCHIVE, "7-Zip"),
    Unreadable(
        "old.xls",
        "Excel 97",
        raw(_OLE + "Workbook".encode("utf-16-le")),
        Fault.OLD_EXCEL,
        "choose “Save As”",
    ),
    Unreadable(
        "secret.xlsx",
        "a workbook with a password",
        raw(_OLE + "EncryptedPackage".encode("utf-16-le")),
        Fault.PASSWORD,
        "delete the password",
    ),
    Unreadable("old.doc", "Word 97", raw(_OLE), Fault.OTHER_OFFICE, "old office program"),
    Unreadable(
        "b.xlsb",
        "binary workbook",
        lambda: package({"xl/workbook.bin": b""}),
        Fault.BINARY_EXCEL,
        ".xlsb",
    ),
    Unreadable(
        "l.ods",
        "LibreOffice",
        lambda: package({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        Fault.OTHER_SPREADSHEET,
        "LibreOffice",
    ),
    Unreadable(
        "n.numbers",
        "Apple Numbers",
        lambda: package({"Index/Document.iwa": b""}),
        Fault.OTHER_SPREADSHEET,
        "Export To, Excel",
    ),
    Unreadable(
        "d.docx",
        "Word",
        lambda: package({"word/document.xml": b""}),
        Fault.OTHER_OFFICE,
        "another office program",
    ),
    Unreadable("n.zip", "a workbook in a zip", _nested, Fault.ARCHIVE, "It holds “list.xlsx”"),
    Unreadable("e.zip", "an empty zip", lambda: package({}), Fault.ARCHIVE, "compressed folder"),
)
