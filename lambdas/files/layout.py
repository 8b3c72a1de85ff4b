"""Where in a sheet the data begins, and which column is which."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from .headers import Header, find_header, guess_number_column, has_digit, read_header
from .limits import Limits
from .table import Cell, column_letters

Numbered = tuple[int, tuple[Cell, ...]]
_GUESS_ROWS = 1_000


class Grid(Protocol):
    """Rows of cells that can be read several times; blank rows are counted but left out."""

    def rows(self) -> Iterator[Numbered]: ...
    def count(self, after: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Layout:
    """The header's row (0 = none) and columns; `guessed` is a column known by its cells alone."""

    header_row: int
    header: Header
    guessed: int | None = None

    def notes(self) -> Iterator[str]:
        if self.guessed is None or (self.header_row == 0 and self.guessed == 0):
            return
        yield (
            f"No column has a heading such as “Phone number”; column "
            f"{column_letters(self.guessed)} was read, for it holds phone numbers."
        )
        if self.header_row:
            yield f"Row {self.header_row} was taken for the heading, not for a number."


def find_layout(grid: Grid, limits: Limits) -> Layout | None:
    """A known header in the first rows, else a column of phone numbers; None without either."""
    sample = list(islice(grid.rows(), _GUESS_ROWS))
    found = find_header([cells for row, cells in sample if row <= limits.header_search_rows])
    if found is not None:
        index, header = found
        return Layout(sample[index][0], header)
    column = guess_number_column([cells for _, cells in sample])
    return None if column is None else _guessed(sample, column)


def _guessed(sample: list[Numbered], column: int) -> Layout:
    """Numbers without a known header: rows of words above them are title and header."""
    above = 0
    while above < len(sample) and not has_digit(_cell(sample[above][1], column)):
        above += 1
    if above == 0:
        return Layout(0, Header({"number": column}, (column,), ()), column)
    row, cells = sample[above - 1]
    header = read_header(cells)
    columns = {**header.columns, "number": column}
    return Layout(row, Header(columns, (column,), header.unknown), column)


def _cell(cells: tuple[Cell, ...], column: int) -> Cell:
    return cells[column] if column < len(cells) else None
