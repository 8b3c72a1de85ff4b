import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.intake import Entry, Outcome
from lambdas.usecases.import_numbers import ImportResult, PoolBusy, Upload, import_numbers
from tests.unit.builders import NOON, intake, nanp
from tests.unit.fakes import MemoryPools


def run(
    store: MemoryPools,
    numbers: list[str],
    import_id: str = "one",
    pool: str = "sales",
    replaces: bool = False,
    city: str = "",
) -> ImportResult:
    entries = [Entry(row, number, city=city) for row, number in enumerate(numbers, start=2)]
    upload = Upload(import_id, pool, replaces, "numbers.csv")
    return import_numbers(upload, entries, intake(), store, NOON)


def outcomes(result: ImportResult) -> list[Outcome]:
    return [row.outcome for row in result.results]


def test_a_file_is_committed_and_counted() -> None:
    store = MemoryPools()
    result = run(store, [*nanp("206", 3), "oops"])
    assert set(store.members("sales")) == set(nanp("206", 3))
    assert result.accepted == 3
    assert result.counts["rejected"] == 1
    assert not result.error


def test_the_same_file_again_changes_nothing() -> None:
    store = MemoryPools()
    run(store, nanp("206", 3))
    again = run(store, nanp("206", 3), import_id="two")
    assert outcomes(again) == [Outcome.UNCHANGED] * 3
    assert store.writes == 1
    assert not store.locks


def test_one_upload_delivered_twice_reports_what_it_did_the_first_time() -> None:
    store = MemoryPools()
    first = run(store, nanp("206", 3))
    again = run(store, nanp("206", 3))
    assert outcomes(first) == outcomes(again) == [Outcome.ADDED] * 3
    assert store.writes == 1


def test_new_details_of_a_number_are_an_update_and_its_first_day_stays() -> None:
    store = MemoryPools()
    run(store, nanp("206", 1))
    before = store.members("sales")
    result = run(store, nanp("206", 1), import_id="two", city="Tacoma")
    assert outcomes(result) == [Outcome.UPDATED]
    (number,) = nanp("206", 1)
    after = store.members("sales")
    assert after[number].member.place == "Tacoma"  # type: ignore[index]
    assert after[number].member.activated_on == before[number].member.activated_on  # type: ignore[index]


def test_numbers_missing_from_a_file_stay_unless_it_replaces_the_pool() -> None:
    store = MemoryPools()
    run(store, nanp("206", 3))
    run(store, nanp("212", 1), import_id="two")
    assert len(store.members("sales")) == 4
    result = run(store, nanp("212", 1), import_id="three", replaces=True)
    assert set(store.members("sales")) == set(nanp("212", 1))
    assert set(result.removed) == set(nanp("206", 3))


def test_a_replacing_file_with_a_row_in_doubt_changes_nothing() -> None:
    store = MemoryPools()
    run(store, nanp("206", 3))
    result = run(store, [*nanp("212", 1), "oops"], import_id="two", replaces=True)
    assert set(store.members("sales")) == set(nanp("206", 3))
    assert "replace" in result.error
    assert result.accepted == 0
    assert not store.locks


def test_a_file_without_one_good_row_changes_nothing_and_says_so() -> None:
    store = MemoryPools()
    run(store, nanp("206", 3))
    result = run(store, ["oops", ""], import_id="two", replaces=True)
    assert "None of the 2 rows" in result.error
    assert len(store.members("sales")) == 3


def test_a_number_of_another_pool_is_refused_by_its_name() -> None:
    store = MemoryPools()
    run(store, nanp("206", 2), pool="service")
    result = run(store, nanp("206", 3), import_id="two")
    assert outcomes(result) == [Outcome.REJECTED, Outcome.REJECTED, Outcome.ADDED]
    assert "'service'" in result.results[0].message


def test_a_pool_under_import_is_busy() -> None:
    store = MemoryPools()
    store.begin(Upload("other", "sales", False, "x"), NOON)
    with pytest.raises(PoolBusy):
        run(store, nanp("206", 1))


@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 20), min_size=1)), max_size=8))
def test_pools_are_what_a_set_says_after_any_uploads(
    uploads: list[tuple[bool, set[int]]],
) -> None:
    store, expected, numbers = MemoryPools(), set[str](), nanp("206", 21)
    for index, (replaces, chosen) in enumerate(uploads):
        file = [numbers[position] for position in sorted(chosen)]
        result = run(store, file, import_id=str(index), replaces=replaces)
        expected = set(file) if replaces else expected | set(file)
        assert set(store.members("sales")) == expected
        assert len(result.results) == len(file)


def test_an_upload_delivered_again_does_not_undo_a_later_one() -> None:
    store = MemoryPools()
    run(store, nanp("206", 3), import_id="first", replaces=True)
    run(store, nanp("212", 2), import_id="second")
    again = run(store, nanp("206", 3), import_id="first", replaces=True)
    assert set(store.members("sales")) == {*nanp("206", 3), *nanp("212", 2)}
    assert outcomes(again) == [Outcome.ADDED] * 3


def test_an_upload_delivered_again_does_not_bring_back_what_a_later_one_removed() -> None:
    store = MemoryPools()
    run(store, nanp("206", 3), import_id="first")
    run(store, nanp("212", 2), import_id="second", replaces=True)
    again = run(store, nanp("206", 3), import_id="first")
    assert set(store.members("sales")) == set(nanp("212", 2))
    assert "later upload" in again.results[0].message


def test_a_replacement_delivered_again_still_tells_what_it_removed() -> None:
    store = MemoryPools()
    run(store, nanp("206", 3), import_id="first")
    run(store, nanp("212", 2), import_id="second", replaces=True)
    again = run(store, nanp("212", 2), import_id="second", replaces=True)
    assert set(again.removed) == set(nanp("206", 3))


def test_a_note_tells_how_many_rows_each_rule_warns_of() -> None:
    store = MemoryPools()
    run(store, ["+442079460001"], pool="other")
    result = run(
        store,
        ["+442079460001", "+442079460002", "+442079460003", "+442079460003", "+12065550100"],
        import_id="two",
    )
    (note,) = result.notes
    assert note.startswith("2 rows: the caller-ID rule gb_local_presence (discouraged, not verif")
    assert "counsel" in note


def test_files_without_a_warning_have_no_note() -> None:
    assert not run(MemoryPools(), nanp("206", 3)).notes
