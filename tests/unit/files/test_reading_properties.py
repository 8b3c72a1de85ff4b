"""What always holds: every cell comes back, no row is lost, and no bytes break the reader."""

import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lambdas.files.csv_records import Dialect, UnclosedQuoteError, records
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table

from .corpus_text import READABLE_TEXTS
from .corpus_workbooks import READABLE_WORKBOOKS

HEADER = ("Phone number", "City", "Label")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
QUIET = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\r\n"), max_size=12
)
CELL_1252 = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc"], include_characters="\t\r\n"),
    max_size=12,
)


def _table_of(cell: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, ...]]]:
    return st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=12)


def _written(rows: list[tuple[str, ...]], delimiter: str, end: str, quote_all: bool) -> str:
    special = {delimiter, '"', "\r", "\n"}

    def quoted(cell: str) -> str:
        plain = not quote_all and special.isdisjoint(cell)
        return cell if plain else '"' + cell.replace('"', '""') + '"'

    return "".join(delimiter.join(map(quoted, row)) + end for row in [HEADER, *rows])


def _check(path: Path, rows: list[tuple[str, ...]]) -> None:
    filled = [(i, row) for i, row in enumerate(rows, start=2) if "".join(row).strip()]
    assume(filled)
    table = open_table(path, path.name)
    assert [
        (row.number, tuple("" if cell is None else cell for cell in row.cells))
        for row in table.rows
    ] == filled
    assert table.row_count == len(filled)


@QUIET
@given(
    rows=_table_of(CELL),
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    quote_all=st.booleans(),
)
def test_any_table_written_as_csv_is_read_back(
    tmp_path: Path,
    rows: list[tuple[str, ...]],
    encoding: str,
    delimiter: str,
    end: str,
    quote_all: bool,
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(_written(rows, delimiter, end, quote_all).encode(encoding))

    _check(path, rows)


@QUIET
@given(rows=_table_of(CELL_1252), delimiter=st.sampled_from(",;\t|"))
def test_any_table_in_windows_1252_is_read_back(
    tmp_path: Path, rows: list[tuple[str, ...]], delimiter: str
) -> None:
    content = _written([*rows, ("é\xa0é", "", "")], delimiter, "\r\n", quote_all=False)
    path = tmp_path / "list.csv"
    path.write_bytes(content.encode("cp1252"))

    _check(path, [*rows, ("é\xa0é", "", "")])


@given(st.lists(st.text('ab"; \n', max_size=10), max_size=10), st.sampled_from(",;"))
def test_no_line_is_swallowed_by_a_quotation_mark(texts: list[str], delimiter: str) -> None:
    """Each line is in the records of its own, or in a quoted cell, or the file is refused."""
    content = "\n".join(texts)
    try:
        rows = list(records(iter(content.splitlines(keepends=True)), Dialect(delimiter)))
    except UnclosedQuoteError as error:
        refused_at = error.row
    else:
        refused_at = 0
        inside = sum(cell.count("\n") for row in rows for cell in row)
        assert len(rows) + inside == len(content.splitlines())
    assert refused_at <= content.count("\n") + 1
    assert refused_at == 0 or '"' in content


@pytest.mark.parametrize("name", ["excel.xlsx", "kinds.xlsx", "sheets.xlsx", "strings.xlsx"])
def test_no_changed_byte_in_a_workbook_breaks_the_reader(name: str, tmp_path: Path) -> None:
    content = next(case for case in READABLE_WORKBOOKS if case.name == name).content()
    _hold_out(content, tmp_path / name, seed=1, tries=150)


@pytest.mark.parametrize("name", ["lines.csv", "unicode.txt", "sjis.csv", "excel.csv"])
def test_no_changed_byte_in_a_text_breaks_the_reader(name: str, tmp_path: Path) -> None:
    content = next(case for case in READABLE_TEXTS if case.name == name).content()
    _hold_out(content, tmp_path / name, seed=2, tries=150)


def _hold_out(content: bytes, path: Path, *, seed: int, tries: int) -> None:
    """Read mutated copies: rows that agree with their count, or a refusal, and nothing else."""
    chance = random.Random(seed)
    for _ in range(tries):
        mutated = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            position = chance.randrange(len(mutated))
            mutated[position : position + chance.randint(0, 3)] = chance.randbytes(
                chance.randint(0, 3)
            )
        path.write_bytes(mutated)
        with suppress(UnreadableFile):
            table = open_table(path, path.name, limits=Limits(cells=100_000))
            assert table.row_count == sum(1 for _ in table.rows)
