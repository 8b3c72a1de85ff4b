"""The report as plain text, for terminals and for mail programs that show no HTML."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from lambdas.domain.lifecycle import State
from lambdas.domain.report import LEAST_CALLS, Line, Report
from lambdas.domain.report_steps import Step
from lambdas.report import words
from lambdas.report.page import in_order, notable, scale

BAR: Final = 20
NAME: Final = 36
MOST_LINES: Final = 15
MOST_NUMBERS: Final = 10
_FULL, _EMPTY = "█", "·"


def text(report: Report, steps: Sequence[Step], numbers: int = MOST_NUMBERS) -> str:
    """The whole text; at most so many numbers of each kind."""
    return "\n".join(_lines(report, steps, numbers)).replace(words.NARROW, " ") + "\n"


def _lines(report: Report, steps: Sequence[Step], numbers: int) -> Iterator[str]:
    yield words.headline(report)
    yield f"{words.days(report.period)}, UTC days; held against the four weeks before"
    yield from _next(steps)
    if report.is_empty:
        return
    if len(report.pools) > 1:
        yield from _table("By pool", report.pools, words.pool, words.change)
    yield from _table("By what customers saw", report.tiers, words.tier, words.verdict)
    yield from _table("By hour, on the customer's clock", report.hours, words.hour, words.verdict)
    yield from _table("By state or country", report.regions, words.region, words.verdict)
    if len(report.arms) > 1:
        yield from _table(
            "By arm", report.arms, lambda arm: arm or "outside experiments", words.verdict
        )
    yield from _numbers(report, numbers)
    yield from _own(report)
    yield ""
    yield (
        "Shares are told of 100 calls or more, with the interval in which the true share likely"
        " lies (95 %)."
    )


def _next(steps: Sequence[Step]) -> Iterator[str]:
    yield from _title("What to do next")
    if not steps:
        yield "Nothing stands out."
    for place, step in enumerate(steps, start=1):
        yield f"{place:2}. {step.what}"
        yield f"    {step.why}"
        yield f"    → {step.do}"


def _table(
    title: str, lines: Iterable[Line], name: Callable[[str], str], mark: Callable[[Line], str]
) -> Iterator[str]:
    shown = [line for line in lines if line.now.made]
    if not shown:
        return
    yield from _title(title)
    most = scale(line for line in shown if line.now.made >= LEAST_CALLS)
    for line in shown[: max(MOST_LINES, 24 if title.startswith("By hour") else 0)]:
        called = name(line.name)[:NAME]
        begin = f"{called:<{NAME}} {words.whole(line.now.made):>9}"
        if line.now.made < LEAST_CALLS:
            yield f"{begin}  {words.DASH:>7}  fewer than {LEAST_CALLS} calls"
            continue
        rate = line.now.rate or 0.0
        filled = round(BAR * min(1.0, rate / most))
        said = mark(line)
        told = "" if said in (words.CHANCE, words.FEW) else f"  {said}"
        yield (
            f"{begin}  {words.percent(rate):>7}  {_FULL * filled}{_EMPTY * (BAR - filled)}"
            f"  {words.between(line.interval)}{told}"
        )
    if len(shown) > MOST_LINES and not title.startswith("By hour"):
        yield f"and {words.counted(len(shown) - MOST_LINES, 'more')}"


def _numbers(report: Report, most: int) -> Iterator[str]:
    yield from _title("Our numbers")
    counts = {state: sum(one.state is state for one in report.standings) for state in State}
    yield ", ".join(f"{counts[state]} {words.STATES[state]}" for state in State)
    found = notable(report)
    for one in found[:most]:
        against = f"  {one.against} expected answers" if one.against else ""
        yield f"{one.number:<16} {one.pool:<12} {one.state}{against}"
        if one.why:
            yield f"    {one.why}"
    if len(found) > most:
        yield f"and {len(found) - most} more that rest, wait, would rest or are retired"
    if not found:
        yield "No number rests, and none would."
    few = report.few
    if few.numbers or few.idle:
        yield (
            f"{words.counted(few.numbers, 'number')} made fewer than {LEAST_CALLS} calls (together"
            f" {words.percent(few.now.rate)} of {words.whole(few.now.made)}), {few.idle} made none"
        )
    doubted = [
        one
        for one in in_order(report.numbers)
        if one.standing and not one.standing.is_notable and one.standing.level > 0
    ]
    for line in doubted[: min(most, 5)]:
        assert line.standing is not None  # noqa: S101 - chosen so
        yield (
            f"{line.number:<16} {line.pool:<12} {line.now.answered} of {line.expected:.0f} expected"
            f" answers, doubt {line.standing.level:.1f} of {line.standing.limit:.1f}"
        )


def _own(report: Report) -> Iterator[str]:
    if report.own:
        yield from _title("The queues' own numbers")
    for one in report.own[:MOST_LINES]:
        rate = words.percent(one.now.rate) if one.now.made >= LEAST_CALLS else words.DASH
        yield (
            f"{one.number:<16} {words.counted(one.now.made, 'call'):>14}  {rate:>7}"
            f"  {one.busiest} in the busiest hour"
        )


def _title(title: str) -> Iterator[str]:
    yield from ("", title, "─" * len(title))
