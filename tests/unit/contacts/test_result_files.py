"""Parts come together as if they had never been apart, and two checks of a list are compared."""

import gzip
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from lambdas.check_contacts.csv_files import CLEAN_FILE, REJECTED_FILE, CsvFiles
from lambdas.check_contacts.result_files import changes, count, fates, merge_parts
from lambdas.domain.contact_rows import CLEAN, REJECTED, ContactResult
from lambdas.domain.contacts import ContactRow
from lambdas.domain.list_checks import Tally

HEADINGS = ("Phone", "Name", "row", "Reason")
NASTY = ("=1+1", 'say "hi", you', "two\r\nlines", "one\nbreak", "a;b,c", "\rx", "ü", "", " x", "@")


def _result(row: int, reason: str = "") -> ContactResult:
    outcome = REJECTED if reason else CLEAN
    return ContactResult(row, "x", f"+1206555{row:04d}", outcome, reason, "why, oh why")


def _row(row: int, seed: int = 0) -> ContactRow:
    rng = random.Random(row * 31 + seed)
    cells = [rng.choice(NASTY) for _ in range(rng.choice((3, 4, 6)))]
    return ContactRow(row, ("x",), cells=(f"+1206555{row:04d}", *cells))


def _write(
    folder: Path, rows: Iterable[int], reasons: Mapping[int, str], delimiter: str = ","
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with CsvFiles(folder, HEADINGS, delimiter) as files:
        for row in rows:
            files.add(_row(row), _result(row, reasons.get(row, "")))


def _packed(path: Path) -> Path:
    packed = path.with_name(f"{path.name}.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    return packed


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("parts", [1, 2, 7])
def test_merged_parts_are_the_file_that_was_never_split(
    tmp_path: Path, parts: int, delimiter: str
) -> None:
    rows = range(2, 400)
    reasons = {row: "too_short" for row in rows if row % 3 == 0}
    _write(tmp_path / "whole", rows, reasons, delimiter)
    rng = random.Random(parts)
    place = {row: rng.randrange(parts) for row in rows}
    for part in range(parts):
        mine = [row for row in rows if place[row] == part]
        _write(tmp_path / str(part), mine, reasons, delimiter)

    for name in (CLEAN_FILE, REJECTED_FILE):
        packed = [_packed(tmp_path / str(part) / name) for part in range(parts)]
        tally = merge_parts(packed, tmp_path / name)
        assert (tmp_path / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
        assert tally == count(tmp_path / name)


def test_a_row_in_two_parts_is_told(tmp_path: Path) -> None:
    _write(tmp_path / "a", [2, 3], {})
    _write(tmp_path / "b", [3, 4], {})

    with pytest.raises(ValueError, match="row 3"):
        merge_parts([tmp_path / "a" / CLEAN_FILE, tmp_path / "b" / CLEAN_FILE], tmp_path / "out")


def test_rows_of_a_part_are_counted_whatever_their_cells_hold(tmp_path: Path) -> None:
    _write(tmp_path, range(2, 60), {})

    assert count(tmp_path / CLEAN_FILE) == Tally(58, sum(range(2, 60)))


def test_what_became_of_each_row_is_read_in_their_order(tmp_path: Path) -> None:
    _write(tmp_path, range(2, 30), {5: "too_short", 9: "suppressed_opt_out"})

    found = list(fates(tmp_path))

    assert [fate.row for fate in found] == list(range(2, 30))
    assert {fate.row: fate.reason for fate in found if fate.reason} == {
        5: "too_short", 9: "suppressed_opt_out",
    }  # fmt: skip
    assert found[0].number == "+12065550002"


def test_only_what_came_out_otherwise_is_a_change(tmp_path: Path) -> None:
    _write(tmp_path / "before", range(2, 20), {5: "too_short", 6: "duplicate"})
    _write(tmp_path / "now", range(2, 20), {5: "too_short", 7: "suppressed_opt_out"})

    found = list(
        changes(tmp_path / "before", tmp_path / "now", ({9: "+12065550190"}, {
            9: "+12065550190", 10: "+12065550191",
        }))
    )  # fmt: skip

    assert found == [
        ("6", "+12065550006", "rejected", "duplicate", "clean", "", ""),
        ("7", "+12065550007", "clean", "", "rejected", "suppressed_opt_out", ""),
        ("10", "+12065550010", "clean", "", "clean", "", "+12065550191"),
    ]


def test_a_row_that_only_one_check_has_is_a_change(tmp_path: Path) -> None:
    _write(tmp_path / "before", [2, 3, 5], {})
    _write(tmp_path / "now", [2, 4, 5, 6], {})

    found = [(line[0], line[2], line[4]) for line in changes(
        tmp_path / "before", tmp_path / "now", ({}, {})
    )]  # fmt: skip

    assert found == [("3", "clean", ""), ("4", "", "clean"), ("6", "", "clean")]
