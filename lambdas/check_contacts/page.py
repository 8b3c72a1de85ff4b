"""A checked list as one HTML page for campaign staff: no scripts, no numbers, nothing fetched.

It shows row numbers and never a customer's number, and everything that somebody typed is escaped.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lambdas.check_contacts import charts, words
from lambdas.check_contacts.verdict import alarm, group_name, sentence, worst_first
from lambdas.domain.contact_rows import (
    CLEAN,
    LIMIT,
    ContactResult,
    Group,
    Summary,
    is_invalid,
)

TEMPLATES = Path(__file__).with_name("templates")
MOST_GROUPS: Final = 25
MOST_REGIONS: Final = 15
MOST_HOURS: Final = 24
MOST_NOTES: Final = 50
EXAMPLES: Final = 5
_LONGEST_NOTE: Final = 600
_REASONS: Final = 200


class Examples:
    """The first rows of each reason, for people to look at; few, however long the list."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {}

    def add(self, result: ContactResult) -> None:
        if result.outcome == CLEAN:
            return
        found = self.rows.get(result.reason)
        if found is None:
            if len(self.rows) < _REASONS:
                self.rows[result.reason] = [result.row]
        elif len(found) < EXAMPLES:
            found.append(result.row)


class Line(NamedTuple):
    """A row of one of the page's tables; `also` is a second line, `mark` a remark beside it."""

    name: str
    amount: str
    share: str
    chart: Markup
    also: str = ""
    mark: str = ""
    rows: str = ""


class Part(NamedTuple):
    """A table of sources or campaigns: `most` is the share at the scale's end."""

    what: str
    lines: Sequence[Line]
    most: str
    left: str
    remark: str


def write_page(
    path: Path,
    summary: Summary,
    examples: Mapping[str, Sequence[int]] | None = None,
    files: Iterable[tuple[str, str]] = (),
) -> None:
    """Write the page. `examples` are the first rows of each reason, as `Examples` collects them;
    `files` are the names of the files beside the page and what each of them holds."""
    path.write_text(page(summary, examples or {}, files), encoding="utf-8")


def page(
    summary: Summary,
    examples: Mapping[str, Sequence[int]],
    files: Iterable[tuple[str, str]] = (),
) -> str:
    """The text of the page."""
    style = (TEMPLATES / "list.css").read_text("utf-8")
    values: dict[str, Any] = {
        "style": Markup(style),  # noqa: S704 - our own file
        "style_hash": _hash(f"\n{style}\n"),
        "file": words.shown(summary.file) or "a list",
        "checked": _moment(summary.at),
        "purpose": words.shown(summary.purpose),
        "verdict": sentence(summary),
        "alarm": alarm(summary),
        "calm": _calm(summary),
        "figures": _figures(summary),
        "reasons": _reasons(summary, examples),
        "parts": [
            _part("source", summary.by_source),
            _part("campaign", summary.by_campaign),
        ],
        "limit": words.LIMIT_WORDS,
        "regions": _counted(summary.by_region, words.country, MOST_REGIONS),
        "kinds": _counted(summary.by_kind, words.kind, MOST_REGIONS),
        "tiers": _counted(summary.by_tier, words.tier, MOST_REGIONS),
        "hours": _hours(summary),
        "without_hour": _without_hour(summary),
        "notes": [words.shown(note, _LONGEST_NOTE) for note in summary.notes[:MOST_NOTES]],
        "unread": [words.shown(part) for part in summary.unread[:MOST_NOTES]],
        "files": list(files),
        "clean": words.whole(summary.clean),
    }
    return _environment().get_template("list.html").render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _hash(text: str) -> str:
    """What a content security policy calls a style by, so that no other one counts."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _moment(at: str) -> str:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return words.shown(at)
    zone = moment.tzname() or ""
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M} {zone}".rstrip()


def _calm(summary: Summary) -> str:
    if not summary.rows:
        return ""
    return (
        f"The list is in order: {words.percent(summary.invalid_share)} of the rows have no number"
        f" that could be called, and up to {words.LIMIT_WORDS} is usual."
    )


def _figures(summary: Summary) -> list[tuple[str, str, str]]:
    """(words, value, look)"""
    wrong = words.percent(summary.invalid_share)
    others = summary.rejected - summary.invalid
    figures = [
        ("rows in the list", words.whole(summary.rows), ""),
        ("can be dialled", words.whole(summary.clean), "good"),
        (f"wrong numbers, {wrong}", words.whole(summary.invalid), "poor" * summary.alarm),
        ("repeated or not to be called", words.whole(others), ""),
    ]
    if summary.suggestions:
        figures.append(("have a suggestion to check", words.whole(summary.suggestions), ""))
    return figures


def _reasons(summary: Summary, examples: Mapping[str, Sequence[int]]) -> list[Line]:
    most = max(summary.by_reason.values(), default=1) or 1
    lines = []
    ordered = sorted(summary.by_reason.items(), key=lambda one: (-one[1], one[0]))
    for code, count in ordered[:_REASONS]:
        if not count:
            continue
        said = words.reason(code)
        look = "poor" if is_invalid(code) else "plain"
        lines.append(
            Line(
                said.title,
                words.whole(count),
                words.percent(count / max(summary.rows, 1)),
                charts.bar(count / most, look),
                said.advice,
                rows=_rows(examples.get(code, ()), count),
            )
        )
    return lines


def _rows(found: Sequence[int], count: int) -> str:
    if not found:
        return ""
    named = ", ".join(map(str, found))
    more = " …" if count > len(found) else ""
    return f"{'Row' if count == 1 else 'Rows'} {named}{more}"


def _part(what: str, groups: Mapping[str, Group]) -> Part:
    ordered = worst_first(groups)
    named = [group for group in ordered if group.name]
    if not named:
        remark = f"The list has no column for the {what}, or nothing in it."
        return Part(what, (), "", "", remark)
    drawn = ordered[:MOST_GROUPS]
    most = min(1.0, 1.05 * max([2 * LIMIT, *(_reach(group) for group in drawn)]))
    left = ordered[MOST_GROUPS:]
    remark = ""
    if left:
        flagged = sum(group.flagged for group in left)
        remark = (
            f"{words.whole(len(left))} more, of which {words.whole(flagged)} stand out, are in"
            " summary.json."
        )
    lines = [_group(group, what, most) for group in drawn]
    return Part(what, lines, words.percent(most), words.LIMIT_WORDS, remark)


def _reach(group: Group) -> float:
    """How far the scale must go for a group: a handful of rows reaches anywhere, and is cut."""
    return group.high if group.rows >= 100 else min(group.high, 2 * group.share)


def _group(group: Group, what: str, most: float) -> Line:
    look = "poor" if group.flagged else "plain"
    return Line(
        group_name(group.name, what),
        words.whole(group.rows),
        words.percent(group.share),
        charts.whisker(group.share, group.low, group.high, LIMIT, most, look),
        f"{words.whole(group.invalid)} wrong; likely {words.percent(group.low)} to"
        f" {words.percent(group.high)}",
        f"above {words.LIMIT_WORDS}" if group.flagged else "",
    )


def _counted(counts: Mapping[str, int], name: Callable[[str], str], most: int) -> list[Line]:
    """Counts as bars, the largest first; what is beyond `most` in one line."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    shown = [(name(code), count) for code, count in ordered[:most]]
    rest = sum(count for _, count in ordered[most:])
    if rest:
        shown.append((f"{words.whole(len(ordered) - most)} more", rest))
    return _lines(shown)


def _lines(counted: Sequence[tuple[str, int]]) -> list[Line]:
    total = sum(count for _, count in counted) or 1
    largest = max((count for _, count in counted), default=1) or 1
    return [
        Line(
            name,
            words.whole(count),
            words.percent(count / total),
            charts.bar(count / largest, "good"),
        )
        for name, count in counted
    ]


def _hours(summary: Summary) -> list[Line]:
    """Hours in which rows may first be called, as they come."""
    ordered = sorted(summary.by_hour.items())
    shown = [(_hour(code), count) for code, count in ordered[:MOST_HOURS]]
    rest = sum(count for _, count in ordered[MOST_HOURS:])
    if rest:
        shown.append(("later", rest))
    return _lines(shown)


def _hour(code: str) -> str:
    try:
        hour = datetime.fromisoformat(code)
    except ValueError:
        return words.shown(code)
    return f"{hour:%a} {hour.day} {hour:%b, %H:%M}"


def _without_hour(summary: Summary) -> str:
    missing = summary.clean - sum(summary.by_hour.values())
    if missing <= 0 or not summary.by_hour:
        return ""
    return f"For {words.rows(missing)} no lawful hour within eight days is known."
