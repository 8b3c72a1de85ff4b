"""The sheets of a workbook, read by calamine from a checked copy."""

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from .errors import Fault, UnreadableFile, damaged
from .limits import Limits
from .table import Cell
from .xlsx_package import copy_checked
from .xlsx_parts import cut_apart


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet, held in memory by the library until this object goes."""

    name: str
    hidden: bool
    data: CalamineSheet

    def rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Row numbers as Excel shows them, and cells from column A; blank rows are left out.

        Numbers are floats; dates and times come as such where the cell is formatted so.
        """
        start = self.data.start
        before = (None,) * (start[1] if start else 0)
        for number, cells in enumerate(self.data.iter_rows(), start=1):
            if _is_filled(cells):
                yield number, (*before, *[cell if cell or cell != "" else None for cell in cells])

    def count(self, after: int) -> int:
        """How many rows `rows` gives below row `after`."""
        return sum(map(_is_filled, islice(self.data.iter_rows(), after, None)))


@dataclass(frozen=True, slots=True)
class LongSheet:
    """One worksheet in parts, of which one is held in memory while it is read.

    `file` is the copy that the book reads; it goes with this object.
    """

    name: str
    hidden: bool
    book: CalamineWorkbook
    parts: tuple[str, ...]
    file: IO[bytes]

    def rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """As those of a sheet that is held whole, but for empty cells at their ends."""
        for part in self.parts:
            with _told_as_damage():
                data = self.book.get_sheet_by_name(part)
            top, left = data.start or (0, 0)
            before = (None,) * left
            for number, cells in enumerate(data.to_python(skip_empty_area=True), start=top + 1):
                if _is_filled(cells):
                    yield (
                        number,
                        (*before, *[cell if cell or cell != "" else None for cell in cells]),
                    )

    def count(self, after: int) -> int:
        """How many rows `rows` gives below row `after`."""
        return sum(number > after for number, _ in self.rows())


def _is_filled(cells: Sequence[Cell]) -> bool:
    for cell in cells:  # noqa: SIM110 - a generator would cost more than the test
        if cell.__class__ is not str or (cell and not cell.isspace()):
            return True
    return False


def open_sheets(path: Path, limits: Limits) -> Iterator[Sheet | LongSheet]:
    """The worksheets of a workbook in order, after the whole package was checked.

    Raises:
        UnreadableFile: damaged, protected or beyond the limits.
    """
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        copy_checked(path, copy, limits)
        copy.flush()
        target = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - sheets outlive this
        named = cut_apart(copy, target).names
        target.flush()
        with _told_as_damage():
            # Of a workbook in parts the original stays shut: an open one holds all of its texts.
            if named:
                yield from _in_parts(_sheets(copy), named, target, limits)
                return
            target.close()
            with CalamineWorkbook.from_path(copy.name) as book:
                for meta in _worksheets(book.sheets_metadata, limits):
                    yield Sheet(meta.name, _is_hidden(meta), book.get_sheet_by_name(meta.name))


def _in_parts(
    sheets: Sequence[SheetMetadata],
    named: Mapping[int, tuple[str, ...]],
    target: IO[bytes],
    limits: Limits,
) -> Iterator[LongSheet]:
    book = CalamineWorkbook.from_path(target.name)  # read after the last sheet was given, too
    places = {meta.name: place for place, meta in enumerate(sheets)}
    for meta in _worksheets(sheets, limits):
        parts = named.get(places[meta.name], ())
        yield LongSheet(meta.name, _is_hidden(meta), book, parts, target)


def _worksheets(sheets: Sequence[SheetMetadata], limits: Limits) -> Iterator[SheetMetadata]:
    if len(sheets) > limits.sheets:
        raise UnreadableFile(
            Fault.UNPACKS_TOO_LARGE,
            f"The workbook has {len(sheets):,} sheets; at most {limits.sheets} are looked "
            "through. Copy the list alone into a new workbook, save it, and upload that.",
        )
    yield from (meta for meta in sheets if meta.typ is SheetTypeEnum.WorkSheet)


def _is_hidden(meta: SheetMetadata) -> bool:
    return meta.visible is not SheetVisibleEnum.Visible


def _sheets(copy: IO[bytes]) -> Sequence[SheetMetadata]:
    """What a workbook says of its sheets, from a copy without their cells and texts."""
    with (
        tempfile.NamedTemporaryFile(suffix=".xlsx") as target,
        zipfile.ZipFile(copy) as book,
    ):
        with zipfile.ZipFile(target, "w") as out:
            for name in book.namelist():
                if not name.startswith(("xl/worksheets/", "xl/sharedStrings")):
                    out.writestr(name, book.read(name))
        target.flush()
        with CalamineWorkbook.from_path(target.name) as light:
            return light.sheets_metadata


@contextmanager
def _told_as_damage() -> Iterator[None]:
    try:
        yield
    except CalamineError as error:
        raise damaged(str(error)[:100]) from error
    except BaseException as error:
        # A panic of the library's Rust code comes as a BaseException that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged() from error
