"""Open what staff upload: CSV or XLSX, whatever its ending says, as one table of rows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .csv_table import inspect
from .errors import Fault, UnreadableFile
from .layout import Grid, Layout, Numbered, find_layout, holds_numbers
from .limits import Limits
from .sniff import Kind, check_bytes, kind_of
from .table import Row, Table, column_letters
from .xlsx_table import LongSheet, Sheet, open_sheets


def open_table(
    path: Path, name: str, *, limits: Limits | None = None, every_number: bool = False
) -> Table:
    """Read the form of a file and check the whole of it, then give its rows as a stream.

    `name` is the name that staff gave the file; the content decides how it is read. With
    `every_number` all columns of phone numbers are read, not the best alone. Everything that can
    be wrong with the file as a whole is found here: reading `rows` does not fail.

    Raises:
        UnreadableFile: with a message for the person who uploaded it.
    """
    limits = limits or Limits()
    check_bytes(path.stat().st_size, limits)
    kind, notes = kind_of(path, name, limits)
    if kind is Kind.XLSX:
        return _open_workbook(path, limits, notes, every_number=every_number)
    return _open_text(path, limits, notes, every_number=every_number)


def _open_text(path: Path, limits: Limits, notes: tuple[str, ...], *, every_number: bool) -> Table:
    text = inspect(path, limits)
    layout = find_layout(text, limits)
    if layout is None:
        raise _no_numbers(_holds_words(text), [])
    return _table(
        text,
        layout,
        limits,
        kind="csv",
        notes=(*notes, *text.notes),
        every_number=every_number,
        delimiter=text.dialect.delimiter,
    )


def _open_workbook(
    path: Path, limits: Limits, notes: tuple[str, ...], *, every_number: bool
) -> Table:
    best: tuple[Sheet | LongSheet, Layout, bool] | None = None
    others: list[str] = []
    hidden: list[str] = []
    filled = False
    for sheet in open_sheets(path, limits):
        layout = find_layout(sheet, limits)
        held = layout is not None and holds_numbers(sheet, layout, layout.header.columns["number"])
        if layout is None:
            filled = filled or _holds_words(sheet)
        elif sheet.hidden:
            filled = True
            hidden.extend([sheet.name] * held)
        elif best is None:
            best = (sheet, layout, held)
        elif _is_better(layout, held, *best[1:]):
            others.extend([best[0].name] * best[2])
            best = (sheet, layout, held)
        else:
            others.extend([sheet.name] * held)
        del sheet  # its memory goes before the next one takes as much
    if best is None:
        raise _no_numbers(filled, hidden)
    sheet, layout, _ = best
    if others or hidden:
        notes = (*notes, _other_sheets(sheet.name, others, hidden))
    unread = (
        *(f"the sheet “{name}”" for name in others),
        *(f"the hidden sheet “{name}”" for name in hidden),
    )
    return _table(
        sheet,
        layout,
        limits,
        kind="xlsx",
        notes=notes,
        sheet=sheet.name,
        unread=unread,
        every_number=every_number,
    )


def _is_better(layout: Layout, held: bool, best: Layout, best_held: bool) -> bool:
    """Whether a later sheet is read instead: a heading is surer than a guess."""
    return best.guessed is not None and (layout.guessed is None or (held and not best_held))


def _table(
    grid: Grid,
    layout: Layout,
    limits: Limits,
    *,
    kind: str,
    notes: tuple[str, ...],
    sheet: str = "",
    unread: tuple[str, ...] = (),
    every_number: bool = False,
    delimiter: str = ",",
) -> Table:
    count = grid.count(after=layout.header_row)
    if count == 0:
        raise UnreadableFile(
            Fault.HEADER_ONLY,
            f"The file has a heading in row {layout.header_row} but no rows under it. Add the "
            "phone numbers below the heading and upload it again.",
        )
    if count > limits.rows:
        raise UnreadableFile(
            Fault.TOO_MANY_ROWS,
            f"The file has {count:,} rows; at most {limits.rows:,} are taken at once. Split the "
            "list into several files and upload them one after another.",
        )
    header = layout.header
    columns = (*header.number_columns[1:], *layout.also)
    if every_number:
        header, columns = replace(header, number_columns=(header.number_columns[0], *columns)), ()
    with_numbers = [column for column in columns if holds_numbers(grid, layout, column)]
    unread_columns = tuple([layout.column_name(column) for column in with_numbers])
    if columns:
        notes = (*notes, _other_columns(layout, unread_columns))
    return Table(
        columns=header.columns,
        number_columns=header.number_columns,
        unknown_headers=header.unknown,
        has_header=layout.header_row > 0,
        header_row=layout.header_row,
        row_count=count,
        rows=_rows(grid.rows(), layout, limits),
        notes=(*notes, *layout.notes()),
        sheet=sheet,
        kind=kind,
        unread=(*unread_columns, *unread),
        headings=layout.names(),
        delimiter=delimiter,
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
    index, length = next(
        (i, len(c)) for i, c in enumerate(row.cells) if isinstance(c, str) and len(c) > longest
    )
    return Row(
        row.number,
        tuple(c[:longest] if isinstance(c, str) else c for c in row.cells),
        row.columns,
        f"Cell {column_letters(index)}{row.number} holds {length:,} characters, more than the "
        f"{longest:,} that are read. Shorten it and upload the row again.",
    )


def _other_sheets(sheet: str, others: list[str], hidden: list[str]) -> str:
    names = [f"“{name}”" for name in others] + [f"“{name}” (hidden)" for name in hidden]
    return (
        f"Only the sheet “{sheet}” was read. There are phone numbers on {', '.join(names)} too: "
        "upload each of them as a file of its own if they are wanted."
    )


def _other_columns(layout: Layout, unread: tuple[str, ...]) -> str:
    used = layout.column_name(layout.header.columns["number"])
    if not unread:
        return (
            f"There are several columns for phone numbers; {used} was read, the others are empty."
        )
    return (
        f"Only {used} was read for phone numbers. There are phone numbers in "
        f"{' and '.join(unread)} too: put each number in a row of its own, in one column, if they "
        "are wanted."
    )


def _holds_words(grid: Grid) -> bool:
    return any(
        any(c.isalnum() for c in str(cell or "")) for _, cells in grid.rows() for cell in cells
    )


def _no_numbers(filled: bool, hidden: list[str]) -> UnreadableFile:
    if hidden:
        return UnreadableFile(
            Fault.NO_NUMBER_COLUMN,
            f"Phone numbers are only on a hidden sheet (“{hidden[0]}”), which is not read. Show "
            "the sheet in Excel (right-click on the tabs, Unhide), save, and upload it again.",
        )
    if not filled:
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
