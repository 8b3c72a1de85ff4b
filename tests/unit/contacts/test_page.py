"""The page, the workbook and the message of a checked list: nothing in them runs."""

import base64
import hashlib
import json
import re
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers.geodata.locale import LOCALE_DATA

from lambdas.check_contacts import charts, notice, words
from lambdas.check_contacts.page import Examples, page, write_page
from lambdas.check_contacts.verdict import alarm, sentence, worst_first
from lambdas.check_contacts.workbook import write_workbook
from lambdas.domain.contact_rows import (
    DUPLICATE,
    LIMIT,
    ON_REGISTER,
    SUPPRESSED,
    ContactResult,
    Group,
    Summary,
    groups_of,
)
from lambdas.domain.phone import Kind
from lambdas.domain.row_words import WORDS
from lambdas.domain.suppression import Reason
from lambdas.files.report import read_report

from .pages import Elements, check_page

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "</style><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "=HYPERLINK(\"http://example.invalid\",\"x\")",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "]]><!--",
    "a\ud800b",
)  # fmt: skip
NAMES = st.text(max_size=90) | st.sampled_from(HOSTILE)
COUNTS = st.dictionaries(NAMES, st.integers(0, 10**9), max_size=6)


def _groups(*groups: tuple[str, int, int]) -> dict[str, Group]:
    return dict(groups_of([Group(n, rows, bad, {"not_valid": bad}) for n, rows, bad in groups]))


def _summary(rows: int, invalid: int, **told: object) -> Summary:
    by_reason = {"not_valid": invalid} if invalid else {}
    return Summary(
        file="spring.csv", at="2026-03-02T15:20:00+00:00", purpose="marketing", rows=rows,
        clean=rows - invalid, rejected=invalid, invalid=invalid, by_reason=by_reason,
        **told,  # type: ignore[arg-type]
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(NAMES, min_size=4, max_size=4),
    counts=COUNTS,
    groups=st.lists(
        st.tuples(NAMES, st.integers(1, 10**6)).flatmap(
            lambda one: st.tuples(st.just(one[0]), st.just(one[1]), st.integers(0, one[1]))
        ),
        max_size=5,
    ),
)
def test_nothing_that_somebody_typed_becomes_a_part_of_the_page(
    names: list[str], counts: dict[str, int], groups: list[tuple[str, int, int]]
) -> None:
    summary = Summary(
        file=names[0], at=names[1], purpose=names[2], rows=sum(counts.values()),
        rejected=sum(counts.values()), by_reason=counts, by_source=_groups(*groups),
        by_campaign=_groups(*groups), by_region=counts, by_kind=counts, by_tier=counts,
        by_hour=counts, notes=tuple(names), unread=tuple(names),
    )  # fmt: skip

    check_page(page(summary, {name: [2, 3] for name in counts}))


def test_the_policy_allows_the_pages_own_style_and_nothing_else() -> None:
    text = page(_summary(10, 0), {})

    style = re.findall(r"<style>(.*?)</style>", text, re.S)
    hashed = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert len(style) == 1
    assert f"content=\"default-src 'none'; style-src 'sha256-{hashed}'\"" in text


@pytest.mark.parametrize(
    ("rows", "invalid", "words_", "alarmed", "why"),
    [
        (10_000, 0, "10 000 of 10 000 rows can be dialled; every row has a number", "", "good"),
        (10_000, 50, "0.50 % of the numbers are wrong, no more than in any", "", "at the limit"),
        (10_000, 51, "0.51 % of the numbers are wrong, which may be chance", "may be chance", "so"),
        (10_000, 120, "9 880 of 10 000 rows can be dialled; 1.2 % of the numbers are wrong, which"
         " points to a problem of the list.", "More than 0.5 % means", "beyond doubt"),
        (200, 2, "198 of 200 rows can be dialled; 1.0 % of the numbers are wrong, which may", "ch",
         "too few to tell"),
        (1, 0, "1 of 1 row can be dialled", "", "one"),
        (0, 0, "The list has no rows.", "", "none"),
    ],
)  # fmt: skip
def test_the_verdict(rows: int, invalid: int, words_: str, alarmed: str, why: str) -> None:
    summary = _summary(rows, invalid)

    assert words_ in sentence(summary).replace("\u202f", " "), why
    assert alarmed in alarm(summary).replace("\u202f", " "), why
    assert bool(alarm(summary)) is bool(alarmed) is summary.alarm, why
    text = page(summary, {}).replace("\u202f", " ")
    assert words_ in text
    assert ('class="alarm"' in text) is bool(alarmed)


def test_a_bad_source_of_a_good_list_is_told() -> None:
    summary = _summary(100_000, 100, by_source=_groups(("Fair", 500, 60), ("Web", 99_500, 40)))

    assert "not every part of it" in alarm(summary)
    assert "source “Fair” with 12.0\u202f%" in alarm(summary)


def test_flagged_sources_come_first_then_those_most_likely_bad() -> None:
    groups = _groups(("few", 3, 2), ("many", 9_000, 90), ("good", 9_000, 1), ("worst", 900, 90))

    assert [group.name for group in worst_first(groups)][:3] == ["few", "worst", "many"]
    assert worst_first(groups)[-1].name == "good"
    text = page(_summary(20_000, 183, by_source=groups), {})
    assert text.index(">worst<") < text.index(">many<") < text.index(">good<")
    assert text.count("0.5\u202f%</strong>") == 3


def test_a_bar_ends_where_the_share_is_and_the_whisker_where_the_interval_is() -> None:
    picture = Elements(charts.whisker(0.012, 0.010, 0.0145, LIMIT, 0.02, "poor"))
    drawn = [attributes for _, attributes in picture.elements[1:]]

    assert [one["width"] for one in drawn[:2]] == ["100.00%", "60.00%"]
    assert (drawn[2]["x1"], drawn[2]["x2"]) == ("50.00%", "72.50%")
    assert {drawn[-1]["x1"], drawn[-1]["x2"]} == {"25.00%"}
    assert drawn[-1]["class"] == "limit"


@given(st.tuples(*[st.floats(0, 1)] * 3).map(sorted), st.floats(0.01, 1))
def test_no_bar_leaves_its_ground(shares: list[float], most: float) -> None:
    low, share, high = shares
    for _, attributes in Elements(charts.whisker(share, low, high, LIMIT, most, "x")).elements[1:]:
        for name in ("x", "width", "x1", "x2"):
            value = attributes.get(name)
            assert value is None or 0 <= float(value.rstrip("%")) <= 100


def test_the_page_shows_rows_and_no_numbers(tmp_path: Path) -> None:
    examples = Examples()
    for row in range(2, 40):
        examples.add(ContactResult(row, "+12065550101", "+12065550101", "rejected", "not_valid"))
    examples.add(ContactResult(1, "+12065550102", "+12065550102", "clean"))
    groups = _groups(("+1 206 555 0101", 9, 0), ("12065550102", 9, 0), ("Fair 2025-11-02", 9, 0))
    summary = _summary(40, 38, by_source=groups, notes=("Cell +44 20 7946 0123 was cut.",))
    path = tmp_path / "report.html"

    write_page(path, summary, examples.rows)
    write_workbook(tmp_path / "result.xlsx", summary, [])

    text = path.read_text("utf-8")
    told = [text, *(notice.message(summary, "x"), notice.subject(summary))]
    assert examples.rows == {"not_valid": [2, 3, 4, 5, 6]}
    assert "Rows 2, 3, 4, 5, 6 …" in text
    assert "Fair 2025-11-02" in text
    assert not any(re.search(r"555.?010|7946", part) for part in told)


def test_the_page_stays_short_however_many_sources_there_are() -> None:
    groups = _groups(*((f"source {i} {'x' * 500}", 100 + i, i % 7) for i in range(2_000)))
    reasons = {f"reason_{i}": i + 1 for i in range(500)}
    hours = {f"2026-03-{2 + i // 24:02d}T{i % 24:02d}:00Z": 5 for i in range(192)}
    summary = _summary(9_999, 99, by_source=groups, by_campaign=groups, by_hour=hours)
    summary.by_reason = reasons

    text = page(summary, {})

    assert len(text) < 250_000
    assert "1\u202f975 more" in text
    assert ">later<" in text


def test_a_list_without_sources_says_so() -> None:
    text = page(_summary(9, 0, by_source=_groups(("", 9, 0))), {})

    assert "The list has no column for the source" in text
    assert "The list has no column for the campaign" in text


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.0, "0 %"), (1.0, "100 %"), (0.000_01, "< 0.01 %"), (0.999_9, "> 99.9 %"),
        (LIMIT, "0.50 %"), (0.005_001, "0.5001 %"), (0.0123, "1.2 %"), (0.5, "50.0 %"),
    ],
)  # fmt: skip
def test_a_share_can_be_held_against_the_limit(share: float, told: str) -> None:
    assert words.percent(share).replace("\u202f", " ") == told


def test_every_reason_that_a_check_gives_has_its_own_words() -> None:
    of_numbers_of_ours = {"unknown_direction", "unknown_ownership"}
    codes = {
        *(WORDS.keys() - of_numbers_of_ours),
        *map(str, (Kind.PREMIUM, Kind.PAGER, Kind.VOICEMAIL)),
        *("emergency", "short_number", DUPLICATE, ON_REGISTER),
        *("digits_lost", "column_too_narrow", "error_value", "calculated", "date", "not_a_number"),
        *(f"{SUPPRESSED}{reason}" for reason in Reason if reason is not Reason.UNKNOWN),
    }

    unspoken = {code for code in codes if words.reason(code).advice.startswith("See the file")}
    titles = [words.reason(code).title for code in codes]

    assert not unspoken
    assert len(set(titles)) == len(titles)
    assert words.reason("of_a_later_version").title == "Of a later version"


def test_every_country_has_its_english_name() -> None:
    def english(region: str) -> str:
        name = LOCALE_DATA[region].get("en", region)
        return LOCALE_DATA[region][name[1:]] if name.startswith("*") else name

    known = [region for region in phonenumbers.SUPPORTED_REGIONS if region in LOCALE_DATA]
    assert len(known) > 200
    assert all(words.country(region) == english(region) for region in known)
    assert words.country("XX") == "XX"


def test_the_workbook_is_text_alone(tmp_path: Path) -> None:
    path = tmp_path / "result.xlsx"
    results = [
        ContactResult(i, cell, "", "rejected", "not_a_number", source=cell, campaign=cell)
        for i, cell in enumerate((*HOSTILE, "=1+1", "+1", "-2+3", "@x", "\t=1"), start=2)
    ]
    summary = _summary(len(results), len(results), by_source=_groups(*((c, 9, 9) for c in HOSTILE)))
    summary.notes = HOSTILE

    write_workbook(path, summary, results)

    book = openpyxl.load_workbook(path)
    kinds = {cell.data_type for sheet in book for line in sheet for cell in line if cell.value}
    assert kinds == {"s"}
    assert book.sheetnames == ["Summary", "Rows"]
    rows = read_report(path)
    assert [int(row["row"]) for row in rows] == [result.row for result in results]
    assert list(rows[0]) == list(ContactResult._fields)
    told = {line[0].value: line[1].value for line in book["Summary"]}
    assert "points to a problem of the list" in told["Result"]
    assert sum(key.startswith("Source ") for key in told) == len(HOSTILE)


def test_the_message_tells_the_verdict_and_where_the_files_are() -> None:
    summary = _summary(10_000, 120, unread=("the sheet “Old”",))

    subject = notice.subject(summary)
    text = notice.message(summary, "lists/sales/spring.csv.check/")

    assert subject == "Look at the list: 9 880 of 10 000 rows can be dialled: spring.csv"
    assert subject.isascii()
    assert sentence(summary) in text
    assert "Not read: the sheet “Old”" in text
    assert text.endswith("lists/sales/spring.csv.check/")
    assert notice.subject(summary, "The file is empty.") == "List not checked: spring.csv"
    assert notice.message(summary, "", "The file is empty.").endswith("The file is empty.")


def test_a_summary_that_was_kept_as_json_gives_the_same_page() -> None:
    summary = _summary(900, 9, by_source=_groups(("a", 500, 9), ("b", 400, 0)), notes=("n",))

    again = Summary.from_json(json.loads(summary.written()))

    assert page(again, {}) == page(summary, {})
