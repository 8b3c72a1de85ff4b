"""Chunks carry every kind of cell, in order, and say what they hold."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.files.chunks import ChunkWriter, about, read_chunk
from lambdas.files.reading import open_table
from lambdas.files.table import Cell, Row, Table

COLUMNS: Mapping[str, int] = {"number": 0, "city": 2}
CELLS: list[Cell] = [
    None,
    "",
    "+44 20 7946 0001",
    'a "quoted", cell\nof two lines; ünïcode \ud800 \x00',
    1.5,
    12065550100.0,
    7,
    True,
    datetime(2026, 3, 1, 12, 30),  # noqa: DTZ001 - cells of a workbook have no zone
    date(2026, 3, 1),
    time(9, 5, 1),
    timedelta(days=2, seconds=1.5),
]


def _table(rows: list[Row]) -> Table:
    return Table(
        columns=COLUMNS,
        number_columns=(0, 4),
        unknown_headers=("Ort",),
        has_header=True,
        row_count=len(rows),
        rows=iter(rows),
        notes=("a note",),
        sheet="One",
        header_row=1,
        kind="xlsx",
        unread=("the sheet “Two”",),
    )


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: type(cell).__name__)
def test_each_kind_of_cell_comes_back_as_it_was(tmp_path: Path, cell: Cell) -> None:
    writer = ChunkWriter(tmp_path)
    writer.add(0, Row(2, (cell, None, cell), COLUMNS, ""))
    writer.flush()

    (row,) = read_chunk(about(_table([])), [writer.written[0].path], 1).rows

    assert row.cells == (cell, None, cell)
    assert [type(one) for one in row.cells] == [type(cell), type(None), type(cell)]


@given(
    st.lists(st.tuples(st.integers(0, 6), st.text(max_size=30)), max_size=60),
    st.integers(1, 200),
)
def test_rows_keep_their_order_however_often_lines_are_written_out(
    tmp_path_factory: pytest.TempPathFactory, wanted: list[tuple[int, str]], held: int
) -> None:
    writer = ChunkWriter(tmp_path_factory.mktemp("chunks"), held)
    for number, (chunk, text) in enumerate(wanted, start=2):
        writer.add(chunk, Row(number, (text,), COLUMNS, "odd" if number % 2 else ""))
    writer.flush()

    for chunk, written in writer.written.items():
        expected = [
            (number, text)
            for number, (mine, text) in enumerate(wanted, start=2)
            if mine == chunk
        ]  # fmt: skip
        table = read_chunk(about(_table([])), [written.path], written.rows)
        assert [(row.number, row.cells[0]) for row in table.rows] == expected
        assert (written.rows, written.row_sum) == (len(expected), sum(n for n, _ in expected))


def test_what_the_file_says_of_itself_goes_with_the_chunk() -> None:
    table = _table([])
    read = read_chunk(json.loads(json.dumps(about(table))), [], 0)

    for one in fields(Table):
        if one.name != "rows":
            assert getattr(read, one.name) == getattr(table, one.name), one.name


def test_a_chunk_says_problem_and_place_of_each_row_of_a_real_file(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Phone,City\n+12065550100,Seattle\n" + "9" * 11_000 + ",\n", encoding="utf-8")
    table = open_table(path, path.name)
    writer = ChunkWriter(tmp_path)
    rows = list(table.rows)
    for row in rows:
        writer.add(0, row)
    writer.flush()

    again = list(read_chunk(about(table), [writer.written[0].path], 2).rows)

    assert again == rows
    assert "11,000 characters" in again[1].problem


def test_the_tag_is_of_the_content_and_not_of_how_it_was_written(tmp_path: Path) -> None:
    tags = []
    for held in (1, 1_000_000):
        folder = tmp_path / str(held)
        folder.mkdir()
        writer = ChunkWriter(folder, held)
        for number in range(2, 40):
            writer.add(0, Row(number, (str(number),), COLUMNS))
        writer.flush()
        tags.append(writer.written[0].tag)

    assert tags[0] == tags[1]
    assert tags[0] != hashlib.sha256(b"").hexdigest()[:32]
