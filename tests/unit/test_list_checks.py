"""Which list a file is, under which names its check goes, and what tells that no row is lost."""

import pytest

from lambdas.domain.list_checks import (
    Check,
    Chunk,
    ListPlace,
    NotOneResultARow,
    Tally,
    chunk_count,
    chunk_of,
    hold_to,
    is_list,
    place_of,
    put_together,
)

CHECK = Check("bucket", "lists/sales/may/people.csv", "v1", "etag", "2026-03-02T00:00:00+00:00")


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("lists/sales/people.csv", ListPlace("sales", "", "")),
        ("lists/sales/country=GB/people.csv", ListPlace("sales", "GB", "")),
        ("lists/sales/Country=gb/may/people.csv", ListPlace("sales", "gb", "may")),
        ("lists/sales/may/country=GB/people.csv", ListPlace("sales", "GB", "may")),
        ("lists/sales/may/week 2/people.csv", ListPlace("sales", "", "may/week 2")),
        ("lists/people.csv", None),
        ("lists//people.csv", None),
        ("numbers/sales/people.csv", None),
        ("people.csv", None),
    ],
)
def test_folders_say_queue_country_and_campaign(key: str, place: ListPlace | None) -> None:
    assert place_of(key) == place


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("lists/sales/people.csv", True),
        ("lists/sales/", False),
        ("lists/sales/people.csv.check/clean.csv", False),
        ("lists/sales/people.csv.check/parts/clean-00001.csv.gz", False),
        ("numbers/sales/people.csv", False),
    ],
)
def test_results_and_folders_are_no_lists(key: str, expected: bool) -> None:
    assert is_list(key) is expected


def test_a_check_is_known_again_whenever_it_is_asked_for() -> None:
    assert CHECK.id == CHECK._replace(at="2026-05-01T00:00:00+00:00").id
    assert len(CHECK.id) == 32


@pytest.mark.parametrize("change", [{"key": "x"}, {"version": "v2"}, {"again": "2026-06-01"}])
def test_another_list_version_or_day_is_another_check(change: dict[str, str]) -> None:
    assert CHECK._replace(**change).id != CHECK.id


def test_results_lie_beside_the_list_also_where_its_name_leaves_no_room() -> None:
    assert CHECK.results == "lists/sales/may/people.csv.check/"
    long = CHECK._replace(key="lists/sales/" + "ä" * 500 + ".csv")
    assert long.results.startswith("lists/sales/")
    assert len((long.results + "x" * 40).encode()) <= 1_024
    assert not is_list(long.results + "clean.csv")


def test_a_check_and_a_chunk_come_back_from_json() -> None:
    chunk = Chunk(3, 10, 65, "tag", (0, 2))
    assert Check.from_json(CHECK.as_json()) == CHECK
    assert Chunk.from_json(chunk.as_json()) == chunk


def test_pieces_of_several_rounds_are_one_chunk() -> None:
    first, second = Chunk(1, 2, 5, "a", (0,)), Chunk(1, 3, 15, "b", (1,))
    other = Chunk(0, 1, 9, "c", (1,))

    assert put_together([[first], [second, other]]) == [other, first.and_(second)]
    together = first.and_(second)
    assert (together.rows, together.row_sum, together.rounds) == (5, 20, (0, 1))
    assert together.tag not in {"a", "b"}
    assert together.tag != second.and_(first).tag


@pytest.mark.parametrize("done", [Tally(9, 65), Tally(10, 64), Tally(11, 75)])
def test_a_row_without_a_result_or_with_two_is_told(done: Tally) -> None:
    with pytest.raises(NotOneResultARow, match="chunk 3"):
        hold_to(Chunk(3, 10, 65, "tag", (0,)), done)


def test_a_chunk_with_one_result_a_row_passes() -> None:
    hold_to(Chunk(3, 10, 65, "tag", (0,)), Tally(10, 65))


def test_equal_keys_fall_together_and_others_spread() -> None:
    counts = [0] * 8
    for number in range(8_000):
        counts[chunk_of(f"+1206555{number:04d}", 8)] += 1
    assert min(counts) > 800
    assert chunk_of("+12065550100", 8) == chunk_of(b"+12065550100", 8)


@pytest.mark.parametrize(("rows", "chunks"), [(0, 1), (1, 1), (100, 1), (101, 2), (1_000, 10)])
def test_as_many_chunks_as_the_rows_need(rows: int, chunks: int) -> None:
    assert chunk_count(rows, 100) == chunks
