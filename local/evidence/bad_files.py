"""Files as nobody should upload them, each brought through the real bucket, queue and importer."""

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from local.cloud import LocalCloud
from local.evidence import Finding, evidence
from local.importing import ImportResult, import_file
from local.toolchain import ROOT, Say

CONFIG = ROOT / "config" / "example.yaml"
POOL, OTHER = "service", "sales"
OURS, THEIRS = "+12065550100", "+12125550100"


@dataclass(frozen=True)
class Bad:
    """One file: what is wrong, its name and bytes, and what must come of it.

    `taken` is how many rows are taken; `says` stands in the error or in a row's message.
    """

    why: str
    name: str
    content: bytes
    taken: int
    says: str
    replace: bool = False


def files(folder: Path) -> Iterator[Bad]:
    """The files, made when asked for: the large ones are held one at a time."""
    good = _workbook(folder, [[OURS]])
    yield Bad("empty", "empty.csv", b"", 0, "empty")
    yield Bad("only blanks", "blanks.csv", b"\n \n;;\n", 0, "no")
    yield Bad("heading only", "heading.csv", b"number\n", 0, "heading")
    yield Bad("truncated workbook", "cut.xlsx", good[: len(good) * 2 // 3], 0, "damaged")
    yield Bad("a PDF by another name", "pdf.xlsx", b"%PDF-1.7\n" + b"x" * 500, 0, "PDF")
    yield Bad("a workbook called .csv", "really.csv", good, 1, "Added")
    yield Bad("a web page called .xls", "page.xls", b"<html><table><tr><td>1", 0, "web page")
    yield Bad("a zip bomb", "bomb.xlsx", _bomb(folder), 0, "")
    yield Bad("200 MB", "large.csv", b"number\n" + b"+12065550100\n" * 15_400_000, 0, "200 MB")
    yield Bad("all rows bad", "bad.csv", b"number\nx\n12\n\xff\n", 0, "not a phone number")
    yield Bad("formulas", "formulas.csv", b"number\n=1+1\n@SUM(A1)\n-1\n" + OURS.encode(), 1, "not")
    yield Bad("duplicates", "twice.csv", f"number\n{OURS}\n{OURS}\n".encode(), 1, "row 2")
    yield Bad("a number of another pool", "theirs.csv", f"number\n{THEIRS}\n".encode(), 0, OTHER)
    yield Bad("digits lost in Excel", "lost.csv", b"number\n1.20656E+10\n", 0, "digits are lost")
    yield Bad("national form of nobody", "whose.csv", b"tel\n020 7946 0123\n", 0, "for its country")
    yield Bad("an unclosed quote", "quote.csv", f'number\n"{OURS}\n{OURS}\n'.encode(), 0, "quot")
    yield Bad(
        "a replacing file with a bad row",
        "replace.csv",
        f"number\n{OURS}\noops\n".encode(),
        0,
        "was to replace",
        replace=True,
    )


@evidence("path/bad_files")
def bad_files(say: Say) -> Finding:
    """Each bad file ends in a clear result; the pool stays as it was but for the good rows."""
    told: list[str] = []
    wrong: list[str] = []
    with LocalCloud.start(CONFIG, None, say) as cloud, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _put(cloud, folder, Bad("", "theirs.csv", f"number\n{THEIRS}\n".encode(), 1, ""), OTHER)
        count = 0
        for bad in files(folder):
            count += 1
            say(bad.why)
            result = _put(cloud, folder, bad, POOL)
            words = _words(result)
            taken = sum(row.accepted for row in result.results)
            told.append(f"{bad.why}: {taken} taken; {words[:160]}")
            if taken != bad.taken or bad.says not in words or cloud.failures():
                wrong.append(told[-1])
    return Finding(count - len(wrong), f"all {count}", not wrong, " | ".join(wrong or told))


def _put(cloud: LocalCloud, folder: Path, bad: Bad, pool: str) -> ImportResult:
    path = folder / bad.name
    path.write_bytes(bad.content)
    try:
        return import_file(cloud, path, f"{pool}/replace" if bad.replace else pool)
    finally:
        path.unlink()


def _words(result: ImportResult) -> str:
    rows = [row.message for row in result.results if not row.accepted] or [
        row.message for row in result.results
    ]
    return " / ".join([result.error] * bool(result.error) + rows[:3])


def _workbook(folder: Path, rows: list[list[str]]) -> bytes:
    path = folder / "made.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([["number"], *rows]):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return path.read_bytes()


def _bomb(folder: Path) -> bytes:
    path = folder / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            with archive.open(name, "w", force_zip64=True) as member:
                for _ in range(600 if "sheet1" in name else 1):
                    member.write(b"0" * 1_000_000)
    return path.read_bytes()
