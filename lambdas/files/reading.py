"""Open what staff upload: CSV or XLSX, whatever its ending says, as one table of rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from .csv_table import inspect
from .errors import Fault, UnreadableFile
from .headers import Header, find_header, guess_number_column, has_digit, read_header
from .limits import Limits
from .sniff import Kind, check_bytes, kind_of
from .table import Cell, Row, Table
from .xlsx_table import Sheet, open_sheets

Numbered = tuple[int, tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: `csv` or `xlsx`, and the sheet."""

    kind: str
    sheet: str = ""


_GUESS_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the data of a sheet begins (0 = at the top) and what its columns are."""

    header_row: int
    header: Header
    guessed: int | None = None


def open_table(path: Path, name: str, *, limits: Limits | None = None) -> Table:
    """Read the form of a file and check the whole of it, then give its rows as a stream.

    `name` is the name that staff gave the file; the content decides how it is read. Everything
    that can be wrong with the file as a whole is found here: reading `rows` does not fail.

    Raises:
        UnreadableFile: with a message for the person who uploaded it.
    """
    limits = limits or Limits()
    check_bytes(path.stat().st_size, limits)
    kind, notes = kind_of(path, name, limits)
    if kind is Kind.XLSX:
        return _open_workbook(path, limits, notes)
    return _open_text(path, limits, notes)


def _open_text(path: Path, limits: Limits, notes: tuple[str, ...]) -> Table:
    text = inspect(path, limits)
    layout = _layout(lambda: text.rows(limits), limits)
    if layout is None:
        count = sum(1 for _ in text.rows(limits))
        raise _no_numbers(count, ())
    return _table(layout, lambda: text.rows(limits), limits, (*notes, *text.notes), Source("csv"))


def _open_workbook(path: Path, limits: Limits, notes: tuple[str, ...]) -> Table:
    best: tuple[Sheet, Layout] | None = None
    others: list[str] = []
    hidden: list[str] = []
    filled = 0
    for sheet in open_sheets(path, limits):
        layout = _layout(sheet.rows, limits)
        filled += sheet.data.height
        if layout is None:
            continue
        if sheet.hidden:
            hidden.append(sheet.name)
        elif best is None or (best[1].guessed is not None and layout.guessed is None):
            others.extend([best[0].name] if best else [])
            best = (sheet, layout)
        else:
            others.append(sheet.name)
    if best is None:
        raise _no_numbers(filled, tuple(hidden))
    sheet, layout = best
    if others or hidden:
        notes = (*notes, _other_sheets(sheet.name, others, hidden))
    return _table(layout, sheet.rows, limits, notes, Source("xlsx", sheet.name))


def _layout(rows: Callable[[], Iterator[Numbered]], limits: Limits) -> Layout | None:
    sample = list(islice(rows(), _GUESS_ROWS))
    cells = [row for number, row in sample if number <= limits.header_search_rows]
    found = find_header(cells)
    if found is not None:
        index, header = found
        return Layout(sample[index][0], header)
    column = guess_number_column([row for _, row in sample])
    if column is None:
        return None
    return _guessed(sample, column)


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


def too_many_rows(count: int, limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        Fault.TOO_MANY_ROWS,
        f"The file has {count:,} rows; at most {limits.rows:,} are taken at once. Split the list "
        "into several files and upload them one after another.",
    )


def _table(
    layout: Layout,
    rows: Callable[[], Iterator[Numbered]],
    limits: Limits,
    notes: tuple[str, ...],
    source: Source,
) -> Table:
    count = sum(1 for number, _ in rows() if number > layout.header_row)
    if count == 0:
        raise UnreadableFile(
            Fault.HEADER_ONLY,
            f"The file has a heading in row {layout.header_row} but no rows under it. Add the "
            "phone numbers below the heading and upload it again.",
        )
    if count > limits.rows:
        raise too_many_rows(count, limits)
    header = layout.header
    return Table(
        columns=header.columns,
        number_columns=header.number_columns,
        unknown_headers=header.unknown,
        has_header=layout.header_row > 0,
        header_row=layout.header_row,
        row_count=count,
        rows=_rows(rows(), layout, limits),
        notes=(*notes, *_layout_notes(layout)),
        sheet=source.sheet,
        kind=source.kind,
    )


def _rows(rows: Iterator[Numbered], layout: Layout, limits: Limits) -> Iterator[Row]:
    columns, longest = layout.header.columns, limits.cell_characters
    for number, cells in rows:
        if number <= layout.header_row:
            continue
        for cell in cells:
            if cell.__class__ is str and len(cell) > longest:
                yield _cut(Row(number, cells, columns), longest)
                break
        else:
            yield Row(number, cells, columns)


def _cut(row: Row, longest: int) -> Row:
    long = {i: len(c) for i, c in enumerate(row.cells) if isinstance(c, str) and len(c) > longest}
    index, length = next(iter(long.items()))
    cells = tuple(c[:longest] if isinstance(c, str) else c for c in row.cells)
    return Row(
        row.number,
        cells,
        row.columns,
        f"Cell {column_letters(index)}{row.number} holds {length:,} characters, more than the "
        f"{longest:,} that are read. Shorten it and upload the row again.",
    )


def column_letters(index: int) -> str:
    """The letters that Excel shows above a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _cell(cells: tuple[Cell, ...], column: int) -> Cell:
    return cells[column] if column < len(cells) else None


def _layout_notes(layout: Layout) -> Iterator[str]:
    if layout.guessed is None:
        return
    column = column_letters(layout.guessed)
    yield (
        f"No column has a heading such as “Phone number”; column {column} was read, for it holds "
        "phone numbers."
    )
    if layout.header_row:
        yield f"Row {layout.header_row} was taken for the heading, not for a number."


def _other_sheets(sheet: str, others: list[str], hidden: list[str]) -> str:
    names = [f"“{name}”" for name in others] + [f"“{name}” (hidden)" for name in hidden]
    return (
        f"Only the sheet “{sheet}” was read. There are phone numbers on {', '.join(names)} too: "
        "upload each of them as a file of its own if they are wanted."
    )


def _no_numbers(rows: int, hidden: tuple[str, ...]) -> UnreadableFile:
    if hidden:
        return UnreadableFile(
            Fault.NO_NUMBER_COLUMN,
            f"Phone numbers are only on a hidden sheet (“{hidden[0]}”), which is not read. Show "
            "the sheet in Excel (right-click on the tabs, Unhide), save, and upload it again.",
        )
    if rows == 0:
        return UnreadableFile(
            Fault.EMPTY,
            "The file is empty: no cell holds anything. Check that it was saved, and upload it "
            "again.",
        )
    return UnreadableFile(
        Fault.NO_NUMBER_COLUMN,
        "There is no column of phone numbers. Give the column the heading “Phone number” in one "
        "of the first 10 rows, and upload the file again.",
    )
