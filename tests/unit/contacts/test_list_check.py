"""A whole list: duplicates, order, parts that come to the same, sums, and bounded memory."""

import random
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.contact_rows import (
    CLEAN,
    DUPLICATE,
    LIMIT,
    MOST_GROUPS,
    TOO_MANY,
    ContactResult,
    Summary,
)
from lambdas.domain.contacts import ContactRow, Judge, usual_region
from lambdas.domain.first_rows import FirstRows
from lambdas.domain.suppression import Reason
from lambdas.usecases.check_contacts import ListCheck, NotEveryRow
from tests.unit.contacts.rows import (
    LONDON,
    NEW_YORK,
    SEATTLE,
    Known,
    check,
    ground,
    row,
    suppressed,
)

WRITTEN = (
    *("+12065550101", "(206) 555-0101", "12065550101", "206.555.0101", "1 206 555 0101 "),
    *("+12125550102", "212-555-0102", "206-555-0101/212-555-0102", "2125550102.0"),
    *("+442079460103", "020 7946 0103", "+44 (0)20 7946 0103", "1-800-FLOWERS", "+18003569377"),
    *("", "n/a", "911", "(206) 055-0101", "206 555", "+1 900 234 5678", "206 555 0101 x 5"),
)
COUNTRIES = ("", "US", "GB", "Atlantis")

cells = st.sampled_from(WRITTEN)
rows_of = st.lists(
    st.tuples(
        st.lists(cells, min_size=1, max_size=3),
        st.sampled_from(COUNTRIES),
        st.sampled_from(("", "web", "fair")),
    ),
    max_size=25,
)


def _rows(drawn: list[tuple[list[str], str, str]]) -> list[ContactRow]:
    return [
        row(number, *numbers, country=country, source=source)
        for number, (numbers, country, source) in enumerate(drawn, start=2)
    ]


def _fate(result: ContactResult) -> tuple[str, ...]:
    """What is the same whichever row came first."""
    if result.reason == DUPLICATE:
        return (CLEAN, "", result.e164)
    return (result.outcome, result.reason, result.e164)


def test_a_later_row_with_the_same_number_is_a_duplicate_of_the_first() -> None:
    results, summary = check(
        [row(2, SEATTLE), row(3, "206 555 0123", country="US"), row(4, "n/a"), row(9, SEATTLE)]
    )

    assert [(one.reason, one.duplicate_of) for one in results] == [
        *(("", ""), (DUPLICATE, "2"), ("not_a_number", ""), (DUPLICATE, "2"))
    ]
    assert "row 2" in results[1].message
    assert (summary.rows, summary.clean, summary.rejected, summary.invalid) == (4, 1, 3, 1)


def test_a_row_that_is_not_called_is_no_reason_against_a_later_one() -> None:
    known = Known({NEW_YORK: suppressed(Reason.OPT_OUT)})

    results, _ = check([row(2, SEATTLE, NEW_YORK), row(3, SEATTLE)], known)

    assert [one.reason for one in results] == ["suppressed_opt_out", ""]


@settings(max_examples=60, deadline=None)
@given(rows_of, st.randoms(use_true_random=False))
def test_the_order_of_rows_says_only_which_duplicate_is_first(
    drawn: list[tuple[list[str], str, str]], shuffler: random.Random
) -> None:
    rows = _rows(drawn)
    known = Known({LONDON: suppressed(Reason.OPT_OUT), NEW_YORK: suppressed(Reason.DECEASED)})
    shuffled = list(rows)
    shuffler.shuffle(shuffled)

    for lookup in (None, known):
        results, summary = check(rows, lookup)
        others, other = check(shuffled, lookup)

        assert {one.row: _fate(one) for one in results} == {one.row: _fate(one) for one in others}
        assert other.by_reason == summary.by_reason
        assert [one.row for one in others] == [one.row for one in shuffled], "order is kept"


@settings(max_examples=60, deadline=None)
@given(rows_of, st.integers(1, 5))
def test_parts_by_their_key_come_to_the_same(
    drawn: list[tuple[list[str], str, str]], parts: int
) -> None:
    rows = _rows(drawn)
    judge = Judge(ground())
    known = Known({LONDON: suppressed(Reason.OPT_OUT)})
    apart: dict[int, list[ContactRow]] = defaultdict(list)
    for one in rows:
        apart[sum(judge.partition_key(one).encode()) % parts].append(one)

    whole, summary = check(rows, known)
    found: list[ContactResult] = []
    merged = Summary()
    for part in apart.values():
        results, one_summary = check(part, known)
        found += results
        merged = merged.merge(Summary.from_json(one_summary.as_json()))

    assert sorted(found) == whole
    if rows:
        assert merged == summary


@given(st.tuples(cells, st.sampled_from(COUNTRIES)), st.tuples(cells, st.sampled_from(COUNTRIES)))
def test_rows_with_one_main_number_have_one_key(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    judge = Judge(ground())
    first, second = (
        row(number, said[0], country=said[1]) for number, said in enumerate((one, other))
    )

    main = judge.judge(first).main
    if main and main == judge.judge(second).main:
        assert judge.partition_key(first) == judge.partition_key(second)


def test_a_row_too_few_is_noticed() -> None:
    one = ListCheck(Judge(ground()), None, 3)

    with pytest.raises(NotEveryRow):
        list(one.results([row(2, SEATTLE), row(3, "")]))


def test_sources_are_counted_and_the_bad_one_is_singled_out() -> None:
    good = [row(n, f"+1206555{n:04d}", source="web", campaign="a") for n in range(1000, 2000)]
    bad = [row(n, "n/a", source="bought", campaign="a") for n in range(2000, 2030)]
    some = [row(n, f"+1212555{n:04d}", source="bought", campaign="b") for n in range(3000, 3100)]

    _, summary = check([*good, *bad, *some])

    assert {name: (one.rows, one.clean, one.rejected) for name, one in summary.by_source.items()} \
        == {"bought": (130, 100, 30), "web": (1000, 1000, 0)}  # fmt: skip
    assert [(what, one.name) for what, one in summary.flagged] == [
        *(("source", "bought"), ("campaign", "a"))
    ]
    assert summary.alarm
    assert summary.invalid_share == pytest.approx(30 / 1130)
    assert summary.low < summary.invalid_share < summary.high


def test_a_good_list_raises_no_alarm() -> None:
    rows = [row(n, f"+1206555{n:04d}") for n in range(1000, 2000)]
    rows += [row(3000 + n, SEATTLE) for n in range(20)] + [row(4000, "n/a")]

    _, summary = check(rows)

    assert summary.by_reason == {DUPLICATE: 19, "not_a_number": 1}
    assert 0 < summary.invalid_share <= LIMIT
    assert not summary.alarm
    assert not summary.flagged


def test_a_bad_list_without_sources_has_no_source_to_blame() -> None:
    _, summary = check([row(number, "n/a") for number in range(2, 100)])

    assert summary.alarm
    assert not summary.flagged


def test_a_column_with_a_name_a_row_is_no_column_of_sources() -> None:
    rows = [row(n, "n/a", source=f"C{n}") for n in range(MOST_GROUPS + 10)]

    _, summary = check(rows)
    halves = [check(part)[1] for part in (rows[: MOST_GROUPS // 2], rows[MOST_GROUPS // 2 :])]

    assert list(summary.by_source) == [TOO_MANY]
    assert summary.by_source[TOO_MANY].rows == len(rows)
    assert not summary.by_source[TOO_MANY].flagged
    assert halves[0].merge(halves[1]) == summary


def test_the_usual_region_is_that_of_most_numbers() -> None:
    judge = Judge(ground())

    assert usual_region([row(2, SEATTLE), row(3, NEW_YORK), row(4, LONDON)], judge) == "US"
    assert usual_region([row(2, SEATTLE), row(3, LONDON)], judge) == ""
    assert usual_region([row(2, "n/a")], judge) == ""


def test_a_look_up_changes_nothing_where_nothing_is_on_record() -> None:
    rows = [
        row(number, WRITTEN[number % len(WRITTEN)], country=COUNTRIES[number % 3])
        for number in range(2, 5_000)
    ]

    assert check(rows, Known({})) == check(rows, None)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 10**14)), max_size=300))
def test_the_first_row_of_a_number(pairs: list[tuple[int, int]]) -> None:
    known: dict[int, int] = {}
    table = FirstRows()
    for at, (small, large) in enumerate(pairs, start=1):
        number = small if at % 2 else large + 1
        assert table.add(number, at) == known.get(number, 0)
        known.setdefault(number, at)
    assert len(table) == len(known)


def test_the_table_of_numbers_grows() -> None:
    table = FirstRows()

    assert not any(table.add(12_065_550_000 + n, n + 1) for n in range(20_000))
    assert [table.add(12_065_550_000 + n, 99_999) for n in (0, 777, 19_999)] == [1, 778, 20_000]


def test_a_changed_setting_is_not_remembered_from_another_judge() -> None:
    home = ground(country="US")

    assert Judge(home).judge(row(2, "206 555 0123")).main == SEATTLE
    assert Judge(replace(home, country="")).judge(row(2, "206 555 0123")).main == ""
