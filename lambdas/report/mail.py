"""The weekly e-mail: a short HTML body that mail programs can show, plain text beside it, and the
whole page and the table of numbers as attachments.

Mail programs show no SVG and drop styles that are not on the element itself, so bars are cells of a
table. Bodies above a hundred kilobytes are cut off by some; ours stay far below.
"""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Final, NamedTuple

from lambdas.domain.intervals import wilson
from lambdas.domain.report import LEAST_CALLS, Line, Report, Verdict
from lambdas.domain.report_steps import Step
from lambdas.report import documents, words
from lambdas.report.page import environment, notable, page, scale
from lambdas.report.text import text

MOST_STEPS: Final = 6
MOST_LINES: Final = 8
MOST_NUMBERS: Final = 10
LARGEST_BODY: Final = 90_000
LARGEST_ATTACHMENT: Final = 4_000_000
"""Of page and table each; with their encoding a mail stays below 11 MB, which most servers take."""
PAGE, TABLE = "report.html", "numbers.csv"
_COLOURS: Final = {Verdict.MORE: "#0072b2", Verdict.LESS: "#c14e00"}
_PLAIN: Final = "#77716a"


class Post(NamedTuple):
    """Who sends the report, and to whom."""

    sender: str
    to: Sequence[str]


class Bar(NamedTuple):
    """A row with a bar: `filled` is its share of the width, in whole percents."""

    name: str
    calls: str
    rate: str
    between: str
    filled: int
    colour: str
    mark: str


def message(
    report: Report, steps: Sequence[Step], post: Post, made: str, week: str
) -> EmailMessage:
    """The whole mail. `week` makes its id the same however often it is composed."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject(report)
    mail["From"] = Address(addr_spec=post.sender)
    mail["To"] = [Address(addr_spec=one) for one in post.to]
    mail["Date"] = format_datetime(report.period.until)
    mail["Message-ID"] = f"<local-presence-report-{week}@{post.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text(report, steps), cte="quoted-printable")
    mail.add_alternative(body(report, steps, made), subtype="html", cte="quoted-printable")
    table = documents.table(report)
    whole = page(report, steps, made, TABLE)
    for name, kind, content in ((PAGE, "html", whole), (TABLE, "csv", table)):
        if len(content.encode()) <= LARGEST_ATTACHMENT:
            mail.add_attachment(content, subtype=kind, filename=name, cte="base64")
    return mail


def subject(report: Report) -> str:
    """What matters, in one line of ASCII."""
    told = words.headline(report).replace(words.NARROW, " ")
    return told.encode("ascii", "ignore").decode()


def body(report: Report, steps: Sequence[Step], made: str) -> str:
    """The HTML that the mail shows; the longest tables go where it would be cut off."""
    for numbers in (MOST_NUMBERS, 3, 0):
        drawn = _body(report, steps, made, numbers)
        if len(drawn.encode()) <= LARGEST_BODY:
            break
    return drawn


def _body(report: Report, steps: Sequence[Step], made: str, numbers: int) -> str:
    now = report.total.now
    found = notable(report)
    values: dict[str, Any] = {
        "headline": words.headline(report),
        "days": words.days(report.period),
        "made": made,
        "empty": report.is_empty,
        "figures": [
            ("calls", words.whole(now.made)),
            ("answered", words.percent(now.rate)),
            ("likely", words.between(report.total.interval)),
            ("blocked by networks", words.share(now.blocked, now.made)),
            ("do not exist", words.invalid_share(now)),
        ],
        "steps": steps[:MOST_STEPS],
        "more_steps": max(0, len(steps) - MOST_STEPS),
        "tables": [
            ("By pool", bars(report.pools, words.pool, changes=True))
            if len(report.pools) > 1
            else ("", []),
            ("By what customers saw", bars(report.tiers, words.tier)),
            ("By hour, on the customer's clock", bars(report.hours, words.hour, most=24)),
            ("By state or country", bars(report.regions, words.region)),
        ],
        "notable": found[:numbers],
        "more_notable": max(0, len(found) - numbers),
        "attached": f"{PAGE} and {TABLE}",
    }
    return environment().get_template("mail.html").render(values)


def bars(
    lines: Sequence[Line], name: Any, *, changes: bool = False, most: int = MOST_LINES
) -> list[Bar]:
    """Lines of enough calls as bars on one scale."""
    shown = [line for line in lines if line.now.made >= LEAST_CALLS][:most]
    end = scale(shown)
    found = []
    for line in shown:
        verdict = line.change if changes else line.verdict
        told = words.change(line) if changes else words.verdict(line)
        rate = line.now.rate or 0.0
        found.append(
            Bar(
                name(line.name),
                words.whole(line.now.made),
                words.percent(rate),
                words.between(wilson(line.now.answered, line.now.made)),
                max(1, min(100, round(100 * rate / end))),
                _COLOURS.get(verdict, _PLAIN),
                told if verdict in _COLOURS else "",
            )
        )
    return found
