"""Every hostile list, and every file of the reader's own corpus, through the whole check."""

from dataclasses import replace
from pathlib import Path

import pytest

from lambdas.domain.contacts import Ground
from lambdas.files.errors import UnreadableFile
from tests.unit.files.corpus import Readable
from tests.unit.files.corpus_text import READABLE_TEXTS
from tests.unit.files.corpus_workbooks import READABLE_WORKBOOKS
from tests.unit.files.hostile import checking
from tests.unit.files.hostile.cases import CASES
from tests.unit.files.hostile.checking import check_list
from tests.unit.files.hostile.corpus import Hostile

_OTHERS = (*READABLE_TEXTS, *READABLE_WORKBOOKS)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return checking.ground()


def _id(case: Hostile | Readable) -> str:
    return f"{case.name}: {case.why}"


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_each_row_has_one_result_and_nothing_written_runs(
    case: Hostile, tmp_path: Path, ground: Ground
) -> None:
    (tmp_path / case.name).write_bytes(case.content())

    if case.fault:
        with pytest.raises(UnreadableFile) as refusal:
            check_list(case, tmp_path, ground)
        assert refusal.value.code is case.fault
    else:
        check_list(case, tmp_path, ground)


@pytest.mark.parametrize("case", _OTHERS, ids=_id)
def test_so_have_the_files_that_the_reader_is_tested_with(
    case: Readable, tmp_path: Path, ground: Ground
) -> None:
    (tmp_path / case.name).write_bytes(case.content())
    rows = tuple(row for row, _ in case.rows)

    check_list(Hostile(case.name, case.why, case.content, rows), tmp_path, ground)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("clean.csv", "a,b\n=1+1,x\n"),
        ("clean.csv", "a,b\nx;=1+1,x\n"),
        ("clean.csv", "a,b\n+1206555010x,x\n"),
        ("report.html", "<script></script>"),
        ("report.html", "<p onclick='x'></p>"),
        ("report.html", "<p style='x'></p>"),
    ],
)
def test_a_file_that_would_run_is_found(name: str, text: str, tmp_path: Path) -> None:
    """The check of what is written can fail."""
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(AssertionError):
        checking.check_written(tmp_path)


def test_a_row_too_many_or_too_few_is_found(tmp_path: Path, ground: Ground) -> None:
    good = next(case for case in CASES if case.name == "semicolon.csv")
    for rows in ((2, 3, 4), (2, 3, 4, 5, 6), (2, 3, 4, 7)):
        folder = tmp_path / "-".join(map(str, rows))
        folder.mkdir()
        (folder / good.name).write_bytes(good.content())
        with pytest.raises(AssertionError, match="one result a row"):
            check_list(replace(good, rows=rows), folder, ground)
