"""The sheets of a workbook, read by calamine from a checked copy."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
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
        with _told_as_damage(), CalamineWorkbook.from_path(copy.name) as book:
            sheets = book.sheets_metadata
            if len(sheets) > limits.sheets:
                raise UnreadableFile(
                    Fault.UNPACKS_TOO_LARGE,
                    f"The workbook has {len(sheets):,} sheets; at most {limits.sheets} are looked "
                    "through. Copy the list alone into a new workbook, save it, and upload that.",
                )
            parts = _in_parts(copy)
            for place, meta in enumerate(sheets):
                if meta.typ is SheetTypeEnum.WorkSheet:
                    hidden = meta.visible is not SheetVisibleEnum.Visible
                    long = parts(place)
                    if long is None:
                        yield Sheet(meta.name, hidden, book.get_sheet_by_name(meta.name))
                    else:
                        yield LongSheet(meta.name, hidden, *long)


def _in_parts(
    copy: IO[bytes],
) -> Callable[[int], tuple[CalamineWorkbook, tuple[str, ...], IO[bytes]] | None]:
    """By a sheet's place, the book of its parts; None for a sheet that stays whole."""
    target = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - it outlives this
    named = cut_apart(copy, target).names
    target.flush()
    book = CalamineWorkbook.from_path(target.name) if named else None

    def parts(place: int) -> tuple[CalamineWorkbook, tuple[str, ...], IO[bytes]] | None:
        return (book, named[place], target) if book and place in named else None

    return parts


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
