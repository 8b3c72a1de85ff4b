"""A hostile list through the whole check: one result a row, and nothing written that could run."""

import csv
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lambdas import domain
from lambdas.check_contacts.checking import check_table
from lambdas.check_contacts.page import write_page
from lambdas.check_contacts.workbook import write_workbook
from lambdas.domain.contact_rows import CLEAN, Summary
from lambdas.domain.contacts import Ground, Judge, Standing
from lambdas.domain.hours import CallingHours
from lambdas.domain.suppression import Reason, Suppression
from lambdas.files.limits import CONTACTS
from lambdas.files.reading import open_table
from tests.unit.builders import NOON, NanpStates, pool
from tests.unit.contacts.pages import check_page

from .corpus import Hostile, us

_HOURS = Path(domain.__file__).with_name("data") / "calling_hours.json"
_STRICT = re.compile(r"\+[1-9][0-9]{6,14}")
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
_CELL = re.compile(rb"<c [^>]*>")
_TEXT = re.compile(rb' t="(s|inlineStr)"')


def ground() -> Ground:
    """What the lists are judged by: marketing calls to the United States, at noon in UTC."""
    hours = CallingHours.from_json(json.loads(_HOURS.read_text("utf-8")))
    countries = {"united states": "US", "us": "US"}
    return Ground(NanpStates(), hours, countries, pool(), NOON, "marketing", country="US")


class OneSuppressed:
    """A look-up that knows one customer, who is not to be called."""

    number = us(2)

    def __init__(self, since: Ground) -> None:
        self._told = Standing((Suppression(Reason.OPT_OUT, since.now),))

    def many(self, numbers: Sequence[str]) -> Mapping[str, Standing]:
        return {number: self._told for number in numbers if number == self.number}


class Fate(NamedTuple):
    """What became of a row, by the files: its number, and the reason where it was rejected."""

    row: int
    number: str
    reason: str


def check_list(case: Hostile, folder: Path, ground: Ground) -> Summary:
    """Check the list that lies in `folder` and hold everything written to its promises.

    Raises UnreadableFile as the reader does, and AssertionError.
    """
    table = open_table(folder / case.name, case.name, limits=CONTACTS, every_number=True)
    out = folder / "out"
    out.mkdir()
    found = check_table(table, Judge(ground), OneSuppressed(ground), out, case.name)
    assert found.results is not None or table.row_count > 50_000
    write_page(out / "report.html", found.summary, found.examples)
    write_workbook(out / "result.xlsx", found.summary, found.results or ())

    fates = [*_fates(out / "clean.csv"), *_fates(out / "rejected.csv")]
    assert Counter(fate.row for fate in fates) == Counter(case.rows), "one result a row"
    numbers = {fate.row: fate.number for fate in fates}
    assert {row: numbers[row] for row in case.dials} == dict(case.dials), "what was understood"
    assert all(bool(fate.number) or bool(fate.reason) for fate in fates)
    assert found.tally == (len(case.rows), sum(case.rows))
    _check_sums(found.summary, fates)
    check_written(out)
    if found.results is not None:
        assert [result.row for result in found.results] == sorted(case.rows)
        assert all((one.outcome == CLEAN) is not bool(one.reason) for one in found.results)
    return found.summary


def _check_sums(summary: Summary, fates: Sequence[Fate]) -> None:
    reasons = Counter(fate.reason for fate in fates if fate.reason)
    assert summary.rows == len(fates) == summary.clean + summary.rejected
    assert dict(summary.by_reason) == reasons


def check_written(out: Path) -> None:
    """Nothing in the folder would run. Raises AssertionError."""
    for path in out.iterdir():
        if path.suffix == ".csv":
            _check_text(path)
        elif path.suffix == ".xlsx":
            _check_workbook(path)
        else:
            check_page(path.read_text("utf-8"))


def _check_text(path: Path) -> None:
    """No cell would run, also where a spreadsheet separates cells by another sign."""
    for record in _records(path):
        assert not [cell for cell in record if _would_run(cell)]
    for delimiter in ",;|\t":
        with path.open(encoding="utf-8-sig", newline="") as file:
            for record in csv.reader(file, delimiter=delimiter):
                assert not [cell for cell in record if cell.startswith(tuple("=@＝＠"))]


def _check_workbook(path: Path) -> None:
    """No formula, no link, and every cell that holds something is typed as text."""
    with zipfile.ZipFile(path) as package:
        assert not [name for name in package.namelist() if "external" in name.casefold()]
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                part = package.read(name)
                assert b"<f>" not in part
                assert b"<f " not in part
                assert b"<hyperlink" not in part
                assert all(_TEXT.search(c) or c.endswith(b"/>") for c in _CELL.findall(part))


def _would_run(cell: str) -> bool:
    if _STRICT.fullmatch(cell):
        return False
    return cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA)


def _fates(path: Path) -> Iterator[Fate]:
    records = _records(path)
    header = next(records)
    row, number = _ours(header, "row"), _ours(header, "e164")
    reason = _ours(header, "reason") if path.name == "rejected.csv" else -1
    for record in records:
        yield Fate(int(record[row]), record[number], record[reason] if reason >= 0 else "")


def _records(path: Path) -> Iterator[list[str]]:
    csv.field_size_limit(1 << 31 - 1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.read(1 << 21)
        file.seek(0)
        delimiter = ";" if ";e164;" in head or ";checked e164;" in head else ","
        yield from csv.reader(file, delimiter=delimiter)


def _ours(header: Sequence[str], name: str) -> int:
    places = [i for i, said in enumerate(header) if said in (name, f"checked {name}")]
    return places[-1]
