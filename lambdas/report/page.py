"""The report as one HTML page for managers: no scripts, nothing fetched, no customer's number."""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lambdas.domain.intervals import wilson
from lambdas.domain.lifecycle import State
from lambdas.domain.report import LEAST_CALLS, Line, NumberLine, Report, Verdict
from lambdas.domain.report_steps import BLOCKED_USUAL, INVALID_LIMIT, Step
from lambdas.report import charts, words
from lambdas.report.charts import Column, Dot

TEMPLATES: Final = Path(__file__).with_name("templates")
MOST_STEPS: Final = 12
MOST_REGIONS: Final = 20
MOST_NOTABLE: Final = 60
MOST_NUMBERS: Final = 400
MOST_OWN: Final = 30
_LOOKS: Final = {Verdict.MORE: "good", Verdict.LESS: "poor"}


class Row(NamedTuple):
    """A row of one of the page's tables; `mark` is a remark beside the name, `look` its colour."""

    name: str
    calls: str
    rate: str
    between: str
    chart: Markup
    before: str
    mark: str = ""
    look: str = ""


class NumberRow(NamedTuple):
    """A number in one of the page's tables."""

    number: str
    pool: str
    state: str
    calls: str
    rate: str
    between: str
    against: str
    doubt: str
    why: str


def page(report: Report, steps: Sequence[Step], made: str, table: str = "") -> str:
    """The text of the page. `made` says when it was made; `table` names the CSV file with all
    numbers where the page cannot hold them."""
    style = (TEMPLATES / "report.css").read_text("utf-8")
    values: dict[str, Any] = {
        "style": Markup(style),  # noqa: S704 - our own file
        "style_hash": _hash(f"\n{style}\n"),
        "days": words.days(report.period),
        "headline": words.headline(report),
        "made": made,
        "empty": report.is_empty,
        "figures": _figures(report),
        "steps": steps[:MOST_STEPS],
        "more_steps": max(0, len(steps) - MOST_STEPS),
        "trend": trend(report),
        "spread": f"{report.spread:.1f}" if report.spread >= 1.5 else "",
        "pools": rows(report.pools, words.pool, expects=False) if len(report.pools) > 1 else [],
        "tiers": rows(report.tiers, words.tier),
        "arms": rows(report.arms, lambda arm: arm or "outside experiments")
        if len(report.arms) > 1
        else [],
        "hours": hours(report),
        "hour_rows": rows(report.hours, words.hour, ordered=True),
        "regions": rows(report.regions[:MOST_REGIONS], words.region),
        "more_regions": max(0, len(report.regions) - MOST_REGIONS),
        "states": _states(report),
        "state_bar": charts.stacked(_state_parts(report)),
        "notable": notable(report)[:MOST_NOTABLE],
        "more_notable": max(0, len(notable(report)) - MOST_NOTABLE),
        "funnel": _funnel(report),
        "numbers": [_number_row(line) for line in in_order(report.numbers)[:MOST_NUMBERS]],
        "more_numbers": max(0, len(report.numbers) - MOST_NUMBERS),
        "few": _few(report),
        "own": _own(report),
        "table": table,
        "least": LEAST_CALLS,
        "blocked_usual": words.percent(BLOCKED_USUAL),
        "invalid_limit": words.percent(INVALID_LIMIT),
    }
    return environment().get_template("report.html").render(values)


@cache
def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def rows(
    lines: Iterable[Line],
    name: Any,
    *,
    expects: bool = True,
    ordered: bool = False,
) -> list[Row]:
    """Lines as rows, on one scale; those without calls are left out. Lines of too few calls are
    shown without a rate, after the others unless they are `ordered`."""
    shown = [line for line in lines if line.now.made]
    enough = [line for line in shown if line.now.made >= LEAST_CALLS]
    few = [line for line in shown if line.now.made < LEAST_CALLS]
    most = scale(enough)
    found = shown if ordered else [*enough, *few]
    return [_row(line, name(line.name), most, expects=expects) for line in found]


def scale(lines: Iterable[Line]) -> float:
    """Where the scale of bars ends."""
    return min(1.0, 1.05 * max((line.interval.high for line in lines), default=0.1)) or 0.1


def _row(line: Line, name: str, most: float, *, expects: bool) -> Row:
    calls = words.whole(line.now.made)
    if line.now.made < LEAST_CALLS:
        return Row(name, calls, words.DASH, "too few calls to tell", Markup(""), "")
    rate = line.now.rate or 0.0
    expected = line.expected / line.now.made if expects else 0.0
    low, high = line.interval
    verdict = line.verdict if expects else line.change
    mark = "" if verdict in (Verdict.CHANCE, Verdict.FEW) else (
        words.verdict(line) if expects else words.change(line)
    )  # fmt: skip
    look = _LOOKS.get(verdict, "plain")
    return Row(
        name,
        calls,
        words.percent(rate),
        words.between(line.interval),
        charts.whisker(rate, low, high, expected, most, look),
        _before(line),
        mark,
        look,
    )


def _before(line: Line) -> str:
    if line.change is Verdict.FEW:
        return words.DASH
    told = words.percent(line.before.rate)
    return told if line.change is Verdict.CHANCE else f"{told} ({words.change(line)})"


def trend(report: Report) -> Markup:
    """Each day's rate: the weeks before in grey, the days of the report in colour."""
    first = report.period.since.date()
    shown = []
    for place, day in enumerate(report.days):
        rate, interval = day.tally.rate or 0.0, wilson(day.tally.answered, day.tally.made)
        enough = day.tally.made >= LEAST_CALLS
        label = words.short_day(day.day) if place % 7 == 0 else ""
        shown.append(
            Column(
                label,
                rate if enough else 0.0,
                interval.low if enough else 0.0,
                interval.high if enough else 0.0,
                "good" if day.day >= first else "plain",
            )
        )
    said = (
        f"{words.headline(report)}. One column a day from {words.day(report.period.before)}; days"
        f" of fewer than {LEAST_CALLS} calls have none."
    )
    return charts.columns("trend", "Share of calls that was answered, by day", said, shown)


def hours(report: Report) -> Markup:
    """The rate of each hour where the call arrived, and what is expected of it."""
    shown = []
    for line in report.hours:
        if not line.now.made:
            continue
        enough = line.now.made >= LEAST_CALLS
        low, high = line.interval
        shown.append(
            Column(
                f"{int(line.name)}",
                (line.now.rate or 0.0) if enough else 0.0,
                low if enough else 0.0,
                high if enough else 0.0,
                _LOOKS.get(line.verdict, "plain"),
                line.expected / line.now.made if enough else 0.0,
            )
        )
    told = "; ".join(
        f"{words.hour(line.name)} {words.verdict(line)}"
        for line in report.hours
        if line.verdict in _LOOKS
    )
    said = told or "No hour is answered more or less than chance explains."
    return charts.columns("hours-chart", "Share that was answered, by local hour", said, shown)


def notable(report: Report) -> list[NumberRow]:
    """Numbers that rest, would rest, wait or are retired, as they weigh."""
    lines = {line.number: line for line in report.numbers}
    order = {State.RESTING: 0, State.RETIRED: 2}
    standings = sorted(
        (one for one in report.standings if one.is_notable),
        key=lambda one: (order.get(one.state, 1), -one.level, one.number),
    )
    found = []
    for one in standings:
        line = lines.get(one.number)
        row = _number_row(line) if line else NumberRow(one.number, *[""] * 8)
        found.append(row._replace(pool=one.pool, state=words.what_became(one), why=one.words))
    return found


def in_order(numbers: Sequence[NumberLine]) -> list[NumberLine]:
    """By what speaks against them, then by number: never by their rate."""
    return sorted(
        numbers, key=lambda one: (-(one.standing.level if one.standing else 0.0), one.number)
    )


def _number_row(line: NumberLine) -> NumberRow:
    one = line.standing
    return NumberRow(
        line.number,
        line.pool,
        words.what_became(one) if one else "",
        words.whole(line.now.made),
        words.percent(line.now.rate),
        words.between(line.interval),
        f"{line.now.answered} of {line.expected:.0f}",
        f"{one.level:.1f} of {one.limit:.1f}" if one and one.limit else "",
        one.words if one else "",
    )


def _funnel(report: Report) -> Markup:
    noted = {one.number for one in report.standings if one.is_notable}
    lines = [line for line in report.numbers if line.expected > 0]
    step = max(1, -(-len(lines) // charts.MOST_DOTS))
    shown = [
        Dot(
            line.expected,
            line.now.answered,
            "poor" if line.number in noted else "plain",
            line.number,
        )
        for place, line in enumerate(lines)
        if place % step == 0 or line.number in noted
    ]
    if not shown:
        return Markup("")
    told = f"{words.counted(len(shown), 'number')}; {len(noted)} rest, wait or would rest."
    return charts.funnel("funnel-chart", "Numbers against what their calls get", told, shown)


def _figures(report: Report) -> list[tuple[str, str, str]]:
    """(words, value, look)"""
    now = report.total.now
    resting = sum(one.state is State.RESTING for one in report.standings)
    would = sum(one.would_rest or one.waits for one in report.standings)
    blocked = wilson(now.blocked, now.made).low > BLOCKED_USUAL
    dialled = now.made + now.invalid
    invalid = wilson(now.invalid, dialled).low > INVALID_LIMIT
    return [
        (f"answered (likely {words.between(report.total.interval)})", words.percent(now.rate),
         "good"),
        ("calls that could be answered", words.whole(now.made), ""),
        ("numbers resting", words.whole(resting), "poor" * bool(resting)),
        ("would rest, or wait to", words.whole(would), "poor" * bool(would)),
        ("blocked by networks", words.share(now.blocked, now.made), "poor" * blocked),
        ("numbers that do not exist", words.invalid_share(now), "poor" * invalid),
    ]  # fmt: skip


def _states(report: Report) -> list[tuple[str, str, str]]:
    """(words, count, look)"""
    counts: Mapping[State, int] = {
        state: sum(one.state is state for one in report.standings) for state in State
    }
    return [
        (words.STATES[state], words.whole(counts[state]), _STATE_LOOKS[state]) for state in State
    ]


def _state_parts(report: Report) -> list[tuple[float, str]]:
    total = len(report.standings) or 1
    return [
        (sum(one.state is state for one in report.standings) / total, _STATE_LOOKS[state])
        for state in State
    ]


_STATE_LOOKS: Final = {
    State.NEW: "ground",
    State.WARMING: "warming",
    State.ACTIVE: "good",
    State.RESTING: "poor",
    State.RETIRED: "retired",
}


def _few(report: Report) -> str:
    few = report.few
    if not few.numbers and not few.idle:
        return ""
    told = []
    if few.numbers:
        told.append(
            f"{words.counted(few.numbers, 'number')} made fewer than {LEAST_CALLS} calls each:"
            f" together {words.percent(few.now.rate)} of {words.counted(few.now.made, 'call')}"
        )
    if few.idle:
        told.append(f"{words.counted(few.idle, 'number')} made none")
    return "; ".join(told) + "."


def _own(report: Report) -> list[tuple[str, str, str, str, str]]:
    """(number, calls, rate, between, busiest)"""
    return [
        (
            one.number,
            words.whole(one.now.made),
            words.percent(one.now.rate) if one.now.made >= LEAST_CALLS else words.DASH,
            words.between(wilson(one.now.answered, one.now.made))
            if one.now.made >= LEAST_CALLS
            else "",
            f"{one.busiest} on {words.short_day(one.busiest_at)}, {one.busiest_at:%H:%M} UTC"
            if one.busiest_at
            else words.DASH,
        )
        for one in sorted(report.own, key=lambda one: -one.now.made)[:MOST_OWN]
    ]


def _hash(text: str) -> str:
    """What a content security policy calls a style by, so that no other one counts."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
