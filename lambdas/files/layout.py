"""Where in a sheet the data begins, and which column is which."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from lambdas.domain.names import says_nothing

from .headers import (
    Header,
    find_header,
    guess_number_column,
    has_digit,
    looks_like_number,
    read_header,
)
from .limits import Limits
from .table import Cell, column_letters

Numbered = tuple[int, tuple[Cell, ...]]
_GUESS_ROWS = 1_000
_GUESS_CHARACTERS = 1_000
_ALIKE_ROWS = 100


class Grid(Protocol):
    """Rows of cells that can be read several times; blank rows are counted but left out."""

    def rows(self) -> Iterator[Numbered]: ...
    def count(self, after: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Layout:
    """The header's row (0 = none) and columns; `guessed` is a column known by its cells alone.

    `also` are other columns that hold phone numbers in international form, known so as well.
    `above` are rows before the header that are more than a title and are not read. `width` is how
    many columns the first rows have.
    """

    header_row: int
    header: Header
    guessed: int | None = None
    headings: tuple[Cell, ...] = ()
    also: tuple[int, ...] = ()
    above: tuple[int, ...] = ()
    width: int = 0

    def names(self) -> tuple[str, ...]:
        """A name for every column: its heading, or its letters."""
        return tuple(
            _plain(_cell(self.headings, index)) or f"Column {column_letters(index)}"
            for index in range(self.width)
        )

    def column_name(self, index: int) -> str:
        """A column as people call it: `the column “Phone 2”`, or by letter without a heading."""
        heading = _plain(_cell(self.headings, index))
        if not heading:
            return f"column {column_letters(index)}"
        if [_plain(other) for other in self.headings].count(heading) > 1:
            return f"the column “{heading}” ({column_letters(index)})"
        return f"the column “{heading}”"

    def notes(self) -> Iterator[str]:
        if self.above:
            rows = ", ".join(map(str, self.above))
            yield (
                f"The heading was found in row {self.header_row}; what stands above it was not read"
                f" (row {rows})."
            )
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
    sample = [(row, _short(cells)) for row, cells in islice(grid.rows(), _GUESS_ROWS)]
    found = find_header([cells for row, cells in sample if row <= limits.header_search_rows])
    if found is not None:
        index, header = found
        row, cells = sample[index]
        above = _more_than_titles(sample[:index])
        return _with_others(Layout(row, header, headings=cells, above=above), sample)
    column = guess_number_column([cells for _, cells in sample])
    return None if column is None else _with_others(_guessed(sample, column), sample)


def holds_numbers(grid: Grid, layout: Layout, column: int) -> bool:
    """Whether a column has anything like a phone number below the header."""
    meant = has_digit if layout.guessed is None else looks_like_number
    return any(meant(_cell(cells, column)) for row, cells in grid.rows() if row > layout.header_row)


def _with_others(layout: Layout, sample: list[Numbered]) -> Layout:
    """Columns of `+12065550101` and the like: an account number or a postcode is none."""
    rows = [cells for row, cells in sample if row > layout.header_row]
    taken = {*layout.header.columns.values(), *layout.header.number_columns}
    others = range(max(map(len, rows), default=0))
    also = [index for index in others if index not in taken and _is_international(rows, index)]
    return replace(layout, also=tuple(also), width=max(len(layout.headings), len(others)))


def _is_international(rows: list[tuple[Cell, ...]], column: int) -> bool:
    filled = [cell for cells in rows if (cell := _cell(cells, column)) is not None]
    found = sum(isinstance(c, str) and "+" in c[:2] and looks_like_number(c) for c in filled)
    return found > 0 and 2 * found >= len(filled)


def _short(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Enough of each cell to tell what it is: a thousand rows of all that Excel allows are GBs."""
    return tuple([c[:_GUESS_CHARACTERS] if isinstance(c, str) else c for c in cells])


def _plain(heading: Cell) -> str:
    return "" if heading is None else " ".join(str(heading).split())[:100]


def _guessed(sample: list[Numbered], column: int) -> Layout:
    """Numbers without a known header: rows of words above them are title and header."""
    above = 0
    while above < len(sample) and not _is_data(sample, above, column):
        above += 1
    if above == 0:
        return Layout(0, Header({"number": column}, (column,), ()), column)
    row, cells = sample[above - 1]
    header = read_header(cells)
    columns = {**header.columns, "number": column}
    also_above = _more_than_titles(sample[: above - 1])
    return Layout(row, Header(columns, (column,), header.unknown), column, cells, above=also_above)


def _is_data(sample: list[Numbered], index: int, column: int) -> bool:
    """A row with a digit for its number, with words for none, or with words of the rows below."""
    cells = sample[index][1]
    cell = _cell(cells, column)
    if has_digit(cell) or (isinstance(cell, str) and says_nothing(cell)):
        return True
    below = sample[index + 1 : index + _ALIKE_ROWS]
    return any(
        isinstance(cell, str) and any(_cell(others, i) == cell for _, others in below)
        for i, cell in enumerate(cells)
    )


def _more_than_titles(above: list[Numbered]) -> tuple[int, ...]:
    return tuple([row for row, cells in above if sum(cell is not None for cell in cells) > 1])


def _cell(cells: tuple[Cell, ...], column: int) -> Cell:
    return cells[column] if column < len(cells) else None
