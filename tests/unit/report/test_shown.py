"""Page, mail, text and table: whole, hostile words harmless, readable by screen readers."""

import csv
import io
import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser

import pytest

from lambdas.domain.lifecycle import State
from lambdas.domain.report import Line, Report
from lambdas.domain.report_steps import Around, QueueFacts, Step, steps
from lambdas.report import documents, mail, page, words
from lambdas.report.mail import Post
from lambdas.report.text import text
from tests.unit.report.samples import HOSTILE, NUMBERS, OWN_NUMBER, hour, sample, sums

POST = Post("calls@example.com", ("boss@example.com", "it@example.com"))
MADE = "Made on 23 November 2026."


@pytest.fixture(scope="module")
def report() -> Report:
    return sample(HOSTILE)


@pytest.fixture(scope="module")
def found(report: Report) -> list[Step]:
    around = Around({"sales": QueueFacts("sales", "observe")}, {"sales": 9, "service": 9})
    return [*steps(report, around), Step(0, HOSTILE, HOSTILE, HOSTILE)]


@pytest.fixture(scope="module")
def drawn(report: Report, found: list[Step]) -> str:
    return page.page(report, found, MADE)


class _Reader(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_nothing_that_somebody_typed_can_run(drawn: str, report: Report, found: list[Step]) -> None:
    body = mail.body(report, found, MADE)
    for shown in (drawn, body):
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown
        tags = [tag for tag, _ in _Reader(shown).tags]
        assert not {"script", "iframe", "form", "img", "link"} & set(tags)


def test_the_page_keeps_its_own_policy(drawn: str) -> None:
    reader = _Reader(drawn)
    assert not reader.open, "every element ends"
    assert not any("style" in attributes for _, attributes in reader.tags)
    policy_ = next(a["content"] for t, a in reader.tags if t == "meta" and "http-equiv" in a)
    style = re.search(r"<style>(.*?)</style>", drawn, re.DOTALL)
    assert style
    assert page._hash(style[1]) in str(policy_)
    assert "default-src 'none'" in str(policy_)
    assert not re.search(r"(?:src|href|url)\s*[=(]", drawn), "nothing is fetched"


def test_every_chart_and_section_has_its_words(drawn: str) -> None:
    tags = _Reader(drawn).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in tags:
        for name in (attributes.get("aria-labelledby") or "").split():
            assert name in ids
        if tag == "svg":
            told = attributes.get("role") == "img" or attributes.get("aria-hidden") == "true"
            assert told or "viewbox" in attributes
    assert [tag for tag, _ in tags if tag in ("h1", "main")] == ["main", "h1"]
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in tags if tag == "th")


def test_the_page_tells_of_everything(drawn: str, found: list[Step]) -> None:
    for told in (
        "What to do next",
        "Day by day",
        "By pool",
        "By what customers saw",
        "By hour",
        "By state or country",
        "What rests, and why",
        "own numbers",
        OWN_NUMBER,
        "rests until",
        "would rest until",
        "waits to rest",
        "retired",
    ):
        assert told in drawn
    assert "NaN" not in drawn
    assert all(str(number) in drawn for number in NUMBERS[1:])  # fmt: skip


def test_a_report_of_nothing_says_what_to_do() -> None:
    empty = sums({}).report()
    found = steps(empty, Around())
    for shown in (page.page(empty, found, MADE), mail.body(empty, found, MADE), text(empty, found)):
        assert "No call was counted yet" in shown
        assert "docs/outcomes.md" in shown


def test_pages_of_thousands_of_numbers_stay_small() -> None:
    numbers = [f"+1{area}5550{line}" for area in range(200, 240) for line in range(100, 200)]
    hours = {("service", number): [hour(number, 2, 20, answered=9, no_answer=99)]
             for number in numbers}  # fmt: skip
    report = sums(hours).report()
    assert len(report.numbers) == 4_000
    whole = page.page(report, [], MADE, "numbers.csv")
    assert len(whole) < 1_000_000
    assert "And 3600 more, in numbers.csv" in whole
    assert whole.count("<circle") <= 2_000
    letter = mail.message(report, [], POST, MADE, "2026-11-23")
    assert len(letter.as_bytes()) < 11_000_000
    assert len(mail.body(report, [], MADE)) < 102_000


def test_the_mail_is_what_mail_programs_take(report: Report, found: list[Step]) -> None:
    raw = mail.message(report, found, POST, MADE, "2026-11-23").as_bytes()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()
    letter = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(letter, EmailMessage)
    assert (letter["From"], letter["To"]) == (POST.sender, ", ".join(POST.to))
    assert str(letter["Subject"]).isascii()
    assert "were answered" in str(letter["Subject"])
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == text(report, found)
    names = [part.get_filename() for part in letter.iter_attachments()]
    assert names == ["report.html", "numbers.csv"]
    assert "<svg" not in html.get_content(), "no mail program shows it"
    again = mail.message(report, found, POST, MADE, "2026-11-23")
    assert again["Message-ID"] == letter["Message-ID"]


def test_the_table_has_every_number_and_no_formula(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(documents.table(report))))
    assert {row["number"] for row in rows} >= {line.number for line in report.numbers}
    assert sum(int(row["calls"]) for row in rows) == sum(one.now.made for one in report.numbers)
    resting = next(row for row in rows if row["state"] == "RESTING")
    assert resting["why"].startswith("<script>")
    risky = sample("=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in documents.table(risky)


def test_the_json_is_told_under_names_that_stay(report: Report, found: list[Step]) -> None:
    told = documents.as_json(report, found)
    assert told["total"]["made"] == report.total.now.made
    assert told["tiers"][0]["name"] == report.tiers[0].name
    assert told["states"][State.RESTING.value] == 1
    assert len(told["steps"]) == len(found)


def test_the_text_tells_the_same(report: Report, found: list[Step]) -> None:
    told = text(report, found)
    assert words.NARROW not in told
    for line in (line for line in report.tiers if line.now.made):
        assert words.tier(line.name)[:30] in told
    assert told.count("█") > 50


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "0"), (0.004, "0.40"), (0.0834, "8.3"), (1.0, "100")],
)
def test_shares_are_told_shortly(share: float, told: str) -> None:
    assert words.percent(share) == f"{told}\u202f%"


def test_days_are_told_shortly(report: Report) -> None:
    assert words.days(report.period) == "16 to 22 November 2026"
    longer = report.period._replace(since=report.period.before)
    assert words.days(longer) == "19 October to 22 November 2026"
    assert isinstance(report.total, Line)
