"""The summary of a simulation for a person: charts in the terminal, and what they mean."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lambdas.domain.reasons import reason_words
from lambdas.domain.settings import Action, Tier
from local.coverage.words import percent, tier_words, whole
from local.simulation.costs import prices
from local.simulation.report import Report

BAR = 30
BUSIEST = 5
ROOM = 0.7
"""A pool is of the right size where its numbers make so much of what they may in a day."""
CROWDED = 0.02
ACTIONS = {
    Action.DIAL: "showed a number of the pool",
    Action.DEFAULT: "showed the queue's own number",
    Action.BLOCK: "was stopped on purpose",
}


def show(console: Console, report: Report) -> None:
    """Print it: what happened, by hour, tier and action, the busiest numbers, costs, meaning."""
    plan = report.plan
    console.print(
        Text.assemble(
            (f"{whole(report.calls)} calls", "bold"),
            f" on {_days(plan.days)} by {whole(plan.agents)} agents, over {whole(plan.numbers)}"
            f" numbers (queue {plan.queue.key}, pool {plan.pool.name}).",
            f" {percent(report.answered / max(1, report.calls))} were answered.",
        ),
        soft_wrap=True,
    )
    console.print(_rules(report))
    console.print()
    _hours(console, report)
    tally = report.watch.tally
    words = {tier: tier_words(Tier(tier), plan.pool, plan.queue) for tier in tally.by_tier}
    console.print(_bars("What customers saw", "Number", tally.by_tier, words))
    console.print(_bars("What was done", "The call", tally.by_action, ACTIONS))
    if why := _reasons(report):
        console.print(_bars("Why others showed no number of the pool", "Reason", why))
    console.print(_busiest(report))
    console.print(_costs(report))
    console.print(Text("What it means", style="bold"))
    for line in meaning(report):
        console.print(Text(f"  {line}"), soft_wrap=True)


def meaning(report: Report) -> Iterator[str]:
    """What a manager should know, a sentence each."""
    plan, calls = report.plan, max(1, report.calls)
    wanted = report.calls_a_day * plan.days
    if report.calls < wanted:
        yield (
            f"{whole(plan.agents)} agents made {whole(report.calls)} of {whole(wanted)} calls:"
            " more agents, a longer list or fewer calls would fit."
        )
    busy = report.watch.tally.busy
    nobody = report.exhausted - busy
    if nobody > 0:
        yield (
            f"{whole(nobody)} calls ({percent(nobody / calls)}) went to customers for whom the pool"
            " has no number that may be shown: another country, or a rule forbids those there are."
        )
    if busy:
        yield (
            f"The pool is too small: {whole(busy)} calls ({percent(busy / calls)}) found every"
            " number that may be shown at its limit, or seen by the customer lately."
        )
    elif report.far_share > CROWDED:
        yield (
            f"Every call found a number, but {percent(report.far_share)} had to take one from"
            " another state or none of a place: the numbers of the right places were busy, or"
            " there are none (`python -m local coverage` tells where)."
        )
    elif not report.exhausted:
        yield "The pool is large enough: every call found a number, nearly all of them local."
    needed = math.ceil(report.calls_a_day / (ROOM * plan.pool.limits.per_day))
    used = report.calls_a_day / (plan.numbers * plan.pool.limits.per_day)
    if needed > plan.numbers:
        yield (
            f"So many calls a day need about {whole(needed)} numbers, at"
            f" {percent(ROOM)} of the day's limit of {plan.pool.limits.per_day} calls each."
        )
    else:
        yield f"The numbers make {percent(used)} of the calls that their limits allow in a day."
    tries = report.round_trips / max(1, report.asked.picks)
    yield (
        f"A pick asks the store {tries:.2f} times; 2 is the least. More is spent on looking for"
        " numbers that are still under their limits."
    )


def _rules(report: Report) -> Text:
    tally = report.watch.tally
    if report.rules_held:
        return Text(
            "No limit was passed, no number was repeated to a customer within the rule, and the"
            f" {whole(report.asked.again)} contacts asked for twice had one answer each.",
            style="green",
        )
    return Text(
        f"Rules were broken: limits passed {tally.caps_passed} times, numbers repeated"
        f" {tally.repeats} times, {report.asked.answers_differ} contacts had two answers.",
        style="bold red",
    )


def _hours(console: Console, report: Report) -> None:
    hours = report.made.by_hour
    peak = max(*hours, 1)
    console.print(Text("Calls by hour of the day (UTC)", style="italic"))
    for level in (4, 3, 2, 1):
        line = "".join(_column(count / peak * 4 - (level - 1)) for count in hours)
        console.print(Text(f"  {line}", style="blue"))
    console.print("  " + "".join(f"{hour:<6d}" for hour in range(0, 24, 2)))
    console.print(f"  at most {whole(peak)} in an hour")
    console.print()


def _column(filled: float) -> str:
    eighths = " ▁▂▃▄▅▆▇█"
    return eighths[round(min(1.0, max(0.0, filled)) * 8)] * 2 + " "


def _reasons(report: Report) -> Mapping[str, int]:
    """Why calls showed no number of the pool."""
    reasons = report.watch.tally.by_reason
    return {
        reason_words(reason).removesuffix("."): count
        for reason, count in reasons.items()
        if reason != "local_number"
    }


def _bars(
    title: str, what: str, counts: Mapping[str, int], words: Mapping[Any, str] | None = None
) -> Table:
    table = Table(
        what, "Calls", "Share", "", title=title, box=box.SIMPLE_HEAD, title_justify="left"
    )
    total = max(1, sum(counts.values()))
    for name, count in sorted(counts.items(), key=lambda entry: -entry[1]):
        share = count / total
        shown = words.get(name, name) if words else name
        table.add_row(shown, whole(count), percent(share), _bar(share))
    return _right(table, 1, 2)


def _bar(share: float) -> Text:
    filled = max(round(share * BAR), 1 if share else 0)
    return Text("█" * filled + "░" * (BAR - filled), style="blue")


def _busiest(report: Report) -> Table:
    title = "The busiest numbers"
    table = Table("Number", "Calls", "Times the mean", title=title, box=box.SIMPLE_HEAD)
    table.title_justify = "left"
    mean = sum(report.watch.shown) / max(1, report.plan.numbers)
    for number, calls in report.watch.busiest(BUSIEST):
        table.add_row(number, whole(calls), f"{calls / mean:.1f}" if mean else "")
    return _right(table, 1, 2)


def _costs(report: Report) -> Table:
    parts, table_of = report.costs, prices()
    title = f"For a million picks, at prices of {table_of.region} as of {table_of.day}"
    table = Table("", "USD", "", title=title, box=box.SIMPLE_HEAD, title_justify="left")
    picks = max(1, report.asked.picks)
    rows: Sequence[tuple[str, float, str]] = (
        ("Writes", parts.write_units, f"{report.meter.write_units / picks:.2f} units a pick"),
        ("Reads", parts.read_units, f"{report.meter.read_units / picks:.2f} units a pick"),
        ("Lambda", parts.lambda_requests + parts.lambda_duration, "requests and time"),
        ("Together", parts.total, f"not counted: {table_of.left_out}"),
    )
    for name, usd, told in rows:
        table.add_row(name, f"{usd:.2f}", told)
    return _right(table, 1)


def _days(days: int) -> str:
    return "one day" if days == 1 else f"{days} days"


def _right(table: Table, *columns: int) -> Table:
    for column in columns:
        table.columns[column].justify = "right"
    return table
