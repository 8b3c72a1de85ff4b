"""The report's figures for other programs: JSON of all of it, and a CSV file of every number."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lambdas.domain.intervals import wilson
from lambdas.domain.lifecycle import State
from lambdas.domain.outcomes import Tally
from lambdas.domain.report import LEAST_CALLS, Line, NumberLine, Report, Standing
from lambdas.domain.report_steps import Step
from lambdas.files.formulas import neutralise
from lambdas.report import words

COLUMNS: Final = (
    "number", "pool", "state", "calls", "answered", "rate", "low", "high", "expected_answers",
    "short", "network_blocked", "invalid", "unprompted", "calls_before", "answered_before",
    "doubt", "doubt_limit", "until", "why",
)  # fmt: skip


def as_json(report: Report, steps: Sequence[Step]) -> dict[str, Any]:
    """Everything, under names that stay."""
    period = report.period
    return {
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "before_since": period.before.isoformat(),
        "headline": words.headline(report).replace(words.NARROW, " "),
        "total": _line(report.total),
        "spread_of_days": round(report.spread, 3),
        "steps": [{"what": step.what, "why": step.why, "do": step.do} for step in steps],
        "days": [{"day": one.day.isoformat(), **_tally(one.tally)} for one in report.days],
        "pools": _lines(report.pools),
        "tiers": _lines(report.tiers),
        "regions": _lines(report.regions),
        "hours": _lines(report.hours),
        "arms": _lines(report.arms),
        "numbers": [_number(line) for line in report.numbers],
        "numbers_with_few_calls": {
            "least_calls": LEAST_CALLS,
            "numbers": report.few.numbers,
            "idle": report.few.idle,
            **_tally(report.few.now),
        },
        "own_numbers": [
            {"number": one.number, "busiest_hour": one.busiest, **_tally(one.now)}
            for one in report.own
        ],
        "states": {
            state.value: sum(one.state is state for one in report.standings) for state in State
        },
        "notable": [_standing(one) for one in report.standings if one.is_notable],
        "spoofed": [one._asdict() for one in report.spoofed],
    }


def table(report: Report) -> str:
    """Every number with enough calls, and every one that rests, waits or is retired, as CSV."""
    lines = {line.number: line for line in report.numbers}
    others = [one for one in report.standings if one.is_notable and one.number not in lines]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(line, line.standing) for line in report.numbers)
    writer.writerows(_cells(None, one) for one in others)
    return text.getvalue()


def _cells(line: NumberLine | None, one: Standing | None) -> Iterable[object]:
    now, before = (line.now, line.before) if line else (Tally(), Tally())
    low, high = wilson(now.answered, now.made)
    return (
        line.number if line else one.number if one else "",
        line.pool if line else one.pool if one else "",
        one.state.value if one else "",
        now.made,
        now.answered,
        _rounded(now.rate),
        _rounded(low) if line else "",
        _rounded(high) if line else "",
        round(line.expected, 1) if line else "",
        now.short,
        now.blocked,
        now.invalid,
        now.unprompted,
        before.made,
        before.answered,
        round(one.level, 2) if one else "",
        round(one.limit, 2) if one else "",
        one.until.isoformat() if one and one.until else "",
        neutralise(one.words) if one else "",
    )


def _lines(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [{"name": line.name, **_line(line)} for line in lines]


def _line(line: Line) -> dict[str, Any]:
    return {
        **_tally(line.now),
        "expected_answers": round(line.expected, 1),
        "verdict": line.verdict.value,
        "change": line.change.value,
        "before": _tally(line.before),
    }


def _number(line: NumberLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "pool": line.pool,
        **_tally(line.now),
        "expected_answers": round(line.expected, 1),
        "before": _tally(line.before),
        **({"state": line.standing.state.value} if line.standing else {}),
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {
        "number": one.number,
        "pool": one.pool,
        "state": one.state.value,
        "what": words.what_became(one),
        "until": one.until.isoformat() if one.until else None,
        "doubt": round(one.level, 3),
        "doubt_limit": round(one.limit, 3),
        "why": one.words,
    }


def _tally(tally: Tally) -> Mapping[str, Any]:
    low, high = wilson(tally.answered, tally.made)
    return {
        **tally._asdict(),
        "rate": _rounded(tally.rate),
        "low": _rounded(low) if tally.made else None,
        "high": _rounded(high) if tally.made else None,
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 5)
