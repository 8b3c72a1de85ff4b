"""The sheets of a workbook, read by calamine from a checked copy."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

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


def _is_filled(cells: Sequence[Cell]) -> bool:
    for cell in cells:  # noqa: SIM110 - a generator would cost more than the test
        if cell.__class__ is not str or (cell and not cell.isspace()):
            return True
    return False


def open_sheets(path: Path, limits: Limits) -> Iterator[Sheet]:
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
            for meta in sheets:
                if meta.typ is SheetTypeEnum.WorkSheet:
                    hidden = meta.visible is not SheetVisibleEnum.Visible
                    yield Sheet(meta.name, hidden, book.get_sheet_by_name(meta.name))


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
