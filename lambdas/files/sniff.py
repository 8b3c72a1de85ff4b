"""What a file really is, whatever its ending says."""

import re
import zipfile
from enum import Enum
from pathlib import Path

from .encoding import likely
from .errors import Fault, UnreadableFile, damaged, megabytes
from .limits import Limits
from .xlsx_package import BROKEN, open_package


class Kind(Enum):
    TEXT = "csv"
    XLSX = "xlsx"


_SAVE_AS = (
    "Open it in Excel, choose “Save As” and “Excel Workbook (.xlsx)”, and upload the new file."
)
_EXPORT = "Export the list as CSV or save it as an Excel workbook (.xlsx), and upload that."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_MAGIC: tuple[tuple[bytes, Fault, str], ...] = (
    (b"%PDF", Fault.PDF, "a PDF document"),
    (b"\x89PNG", Fault.IMAGE, "a picture (PNG)"),
    (b"\xff\xd8\xff", Fault.IMAGE, "a picture (JPEG)"),
    (b"GIF8", Fault.IMAGE, "a picture (GIF)"),
    (b"II*\0", Fault.IMAGE, "a picture (TIFF)"),
    (b"MM\0*", Fault.IMAGE, "a picture (TIFF)"),
    (b"\x1f\x8b", Fault.ARCHIVE, "a compressed file (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", Fault.ARCHIVE, "a compressed folder (7-Zip)"),
    (b"Rar!", Fault.ARCHIVE, "a compressed folder (RAR)"),
    (b"\xfd7zXZ", Fault.ARCHIVE, "a compressed file (xz)"),
    (b"{\\rtf", Fault.OTHER_OFFICE, "a text document (RTF)"),
    (b"PAR1", Fault.NOT_A_TABLE, "a Parquet file"),
    (b"SQLite format 3", Fault.NOT_A_TABLE, "a database"),
    (b"\x7fELF", Fault.NOT_A_TABLE, "a program"),
)
_TEXTS: tuple[tuple[re.Pattern[str], Fault, str], ...] = (
    (
        re.compile(r"<\?xml.{0,400}(progid=\"Excel\.Sheet\"|office:spreadsheet)", re.S),
        Fault.OTHER_SPREADSHEET,
        "an old Excel XML spreadsheet",
    ),
    (
        re.compile(r"(<!--.{0,500}?-->\s*)?<(!doctype html|html|head|body|table|meta|div)\b", re.I),
        Fault.WEB_PAGE,
        "a web page, though it may open in Excel",
    ),
    (
        re.compile(r"(MIME-Version:|From: <Saved by)", re.I),
        Fault.WEB_PAGE,
        "a saved web page or e-mail",
    ),
    (re.compile(r"<\?xml", re.I), Fault.NOT_A_TABLE, "an XML file"),
    (re.compile(r"[\[{]\s*([\[{\"]|$)"), Fault.NOT_A_TABLE, "a JSON file"),
    (re.compile(r"BEGIN:VCARD", re.I), Fault.NOT_A_TABLE, "a contact card (vCard)"),
)
_HEAD = 8_192


def check_bytes(size: int, limits: Limits) -> None:
    """Refuse a file that is empty or larger than the limit, before anything of it is read."""
    if size == 0:
        raise UnreadableFile(
            Fault.EMPTY,
            "The file is empty (0 bytes). Check that it was saved, and upload it again.",
        )
    if size > limits.file_bytes:
        raise UnreadableFile(
            Fault.TOO_LARGE,
            f"The file is {megabytes(size)} large; the limit is {megabytes(limits.file_bytes)}. "
            "Delete columns that are not needed, or split the list into several files.",
        )


def kind_of(path: Path, name: str, limits: Limits) -> tuple[Kind, tuple[str, ...]]:
    """The kind by content, and a remark where the ending of `name` says something else.

    Raises:
        UnreadableFile: the file is no table, or of a kind that must be saved anew first.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_ZIP):
        _check_package(path, limits)
        return Kind.XLSX, _ending_note(name, Kind.XLSX)
    if head.startswith(_OLE):
        raise _ole(path)
    _check_magic(head)
    _check_text(head)
    return Kind.TEXT, _ending_note(name, Kind.TEXT)


def _ending_note(name: str, kind: Kind) -> tuple[str, ...]:
    ending = Path(name).suffix.casefold()
    if kind is Kind.XLSX and ending not in {".xlsx", ".xlsm", ".xltx", ".xltm"}:
        return (f"The file is an Excel workbook although its name ends in “{ending}”.",)
    if kind is Kind.TEXT and ending.startswith(".xl"):
        return (f"The file is plain text (CSV) although its name ends in “{ending}”.",)
    return ()


def _check_magic(head: bytes) -> None:
    for magic, fault, what in _MAGIC:
        if head.startswith(magic):
            raise _not_a_table(fault, what)
    if head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or _is_bmp(head):
        raise _not_a_table(Fault.IMAGE, "a picture or a film")


def _is_bmp(head: bytes) -> bool:
    return head[:2] == b"BM" and len(head) > 10 and head[6:10] == b"\0\0\0\0"


def _check_text(head: bytes) -> None:
    text = head.decode(likely(head), "replace").lstrip("\ufeff \t\r\n")
    for pattern, fault, what in _TEXTS:
        if pattern.match(text):
            raise _not_a_table(fault, what)
    nul = text.count("\0")
    controls = sum(c < "\t" or "\r" < c < " " for c in text) - nul
    if controls > max(len(text) // 20, 5) or nul * 10 > len(text):
        raise _not_a_table(Fault.NOT_A_TABLE, "not text that can be read")


def _check_package(path: Path, limits: Limits) -> None:
    """An XLSX is a zip package with a workbook in it; so are its relatives, which are not read."""
    with open_package(path, limits) as package:
        infos = {info.filename.replace("\\", "/").casefold(): info for info in package.infolist()}
        kind = _start_of(package, infos["mimetype"]) if "mimetype" in infos else b""
    names = set(infos)
    if "xl/workbook.xml" in names:
        return
    raise _other_package(names, kind)


def _start_of(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with package.open(info) as part:
            return part.read(100)
    except (*BROKEN, RuntimeError) as error:
        raise damaged() from error


def _other_package(names: set[str], kind: bytes) -> UnreadableFile:
    if "xl/workbook.bin" in names:
        return UnreadableFile(
            Fault.BINARY_EXCEL,
            f"The file is an Excel binary workbook (.xlsb), which is not read. {_SAVE_AS}",
        )
    if b"opendocument.spreadsheet" in kind:
        return UnreadableFile(
            Fault.OTHER_SPREADSHEET,
            "The file is a LibreOffice or OpenOffice spreadsheet (.ods), which is not read. Save "
            "it as “Excel 2007-365 (.xlsx)” and upload the new file.",
        )
    if any(n.endswith((".iwa", "index.zip")) for n in names):
        return UnreadableFile(
            Fault.OTHER_SPREADSHEET,
            "The file is an Apple Numbers or Pages document, which is not read. In Numbers choose "
            "File, Export To, Excel, and upload the new file.",
        )
    if any(n.startswith(("word/", "ppt/", "visio/")) for n in names) or kind:
        return _not_a_table(Fault.OTHER_OFFICE, "a document of another office program")
    inside = sorted(n for n in names if n.endswith((".xlsx", ".csv", ".xls", ".txt")))
    hint = f" It holds “{Path(inside[0]).name}”: take that out and upload it." if inside else ""
    return UnreadableFile(
        Fault.ARCHIVE,
        "The file is a compressed folder (zip), not a list." + (hint or f" {_EXPORT}"),
    )


def _ole(path: Path) -> UnreadableFile:
    """Old Office files and encrypted new ones share a container; its directory tells which."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return UnreadableFile(
            Fault.PASSWORD,
            "The workbook is protected with a password and cannot be opened. In Excel choose "
            "File, Info, Protect Workbook, Encrypt with Password, delete the password, save, and "
            "upload it again.",
        )
    if any(word.encode("utf-16-le") in content for word in ("Workbook", "Book")):
        return UnreadableFile(
            Fault.OLD_EXCEL,
            f"The file is in the format of Excel 97-2003 (.xls), which is not read. {_SAVE_AS}",
        )
    return _not_a_table(Fault.OTHER_OFFICE, "a document of an old office program")


def _not_a_table(fault: Fault, what: str) -> UnreadableFile:
    return UnreadableFile(fault, f"The file is not a list: it is {what}. {_EXPORT}")
