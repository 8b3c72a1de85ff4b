"""What to do next, from a report: sentences, each with the command or the key that does it.

First what harms customers or breaks calls, then what costs answers, by how many, then housekeeping.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from lambdas.domain.intervals import wilson
from lambdas.domain.lifecycle import Mode, State
from lambdas.domain.outcomes import Tally
from lambdas.domain.report import LEAST_CALLS, OWN, Line, Report, Verdict

INVALID_LIMIT = 0.005
"""More invalid numbers are a problem of the list. Source: Amazon Connect Administrator Guide,
"Best practices for outbound calling", reviewed 2026-11-22."""
BLOCKED_USUAL = 0.01
"""About 1 % of calls are reported as blocked where nothing is wrong (the same guide, disconnect
reasons of contact records)."""
OWN_SHARE = 0.1
FAR_SHARE = 0.2
MOST_PLACES = 5
OBSERVED = timedelta(days=28)
PERCENT = 25
"""The share of calls that a queue in `observe` is best begun with."""

_FIRST, _NEXT, _LAST = 1e9, 1e6, 0.0


class Step(NamedTuple):
    """Something to do. `do` is a command, or the key of the config that it takes."""

    weight: float
    what: str
    why: str
    do: str


class QueueFacts(NamedTuple):
    """A queue's pool and its mode just now, as it is written."""

    pool: str
    mode: str


class Around(NamedTuple):
    """What a report's steps depend on besides counters.

    `judge` is the mode of reputation, None where it is off; `per_hour` each pool's cap of calls of
    a number; `urgent` and `soon` count papers to be looked after.
    """

    queues: Mapping[str, QueueFacts] = {}
    per_hour: Mapping[str, int] = {}
    judge: Mode | None = None
    urgent: int = 0
    soon: int = 0


def steps(report: Report, around: Around) -> list[Step]:
    """Everything worth doing, the weightiest first."""
    if report.is_empty:
        return [_NOTHING]
    found = [
        *_spoofed(report),
        *_own(report, around),
        *_papers(around),
        *_blocked(report),
        *_reach(report, around),
        *_waiting(report, around),
        *_judge(report, around),
        *_modes(report, around),
        *_invalid(report),
        *_fallen(report),
        *_hours(report),
        *_retired(report, around),
        *_idle(report),
    ]
    return sorted(found, key=lambda step: -step.weight)


_NOTHING = Step(
    _FIRST,
    "No call was counted yet",
    "Counters begin with the first contact record that arrives after the deployment.",
    "contact_records in the config; docs/outcomes.md says how records arrive",
)


def _spoofed(report: Report) -> Iterator[Step]:
    for one in report.spoofed[:MOST_PLACES]:
        yield Step(
            _FIRST + one.unprompted,
            f"Find out who else shows {one.number}",
            f"{_times(one.unprompted, 'person', 'people')} called it back whom nobody had rung from"
            f" it; chance explains {one.expected:.1f}. Somebody may be showing your number: tell"
            " your carrier, and make a test call.",
            f"python -m local registry --tested {one.number} NETWORK SHOWN",
        )


def _own(report: Report, around: Around) -> Iterator[Step]:
    cap = min(around.per_hour.values(), default=0)
    for line in report.own:
        if cap and line.busiest > cap and line.busiest_at:
            yield Step(
                _FIRST / 2 + line.busiest,
                f"Take calls off the queue's own number {line.number}",
                f"It was shown {line.busiest} times in the hour from {line.busiest_at:%d %b %H:%M}"
                f" UTC; a number of a pool stops at {cap}.",
                _coverage(around),
            )
    made = sum((line.now.made for line in report.own), 0)
    share = made / report.total.now.made if report.total.now.made else 0.0
    if share > OWN_SHARE and made >= LEAST_CALLS:
        yield Step(
            _NEXT + made * 0.01,
            f"Show fewer calls the queues' own numbers: {share:.0%} did",
            f"{_calls(made)} found no number of a pool, or their queue is not on.",
            _coverage(around),
        )


def _papers(around: Around) -> Iterator[Step]:
    if around.urgent or around.soon:
        soon = f", {around.soon} more within 30 days" if around.soon else ""
        yield Step(
            (_NEXT if around.urgent else _LAST) + around.urgent + around.soon,
            f"Look after the papers of numbers: {around.urgent} urgent{soon}",
            "Registrations that lapse and labels that nobody contests cost answers.",
            "python -m local registry --due",
        )


def _blocked(report: Report) -> Iterator[Step]:
    now = report.total.now
    share = now.blocked / now.made if now.made else 0.0
    if wilson(now.blocked, now.made).low > BLOCKED_USUAL:
        worst = sorted(report.numbers, key=lambda one: -one.now.blocked)[:3]
        named = ", ".join(f"{one.number} ({one.now.blocked})" for one in worst if one.now.blocked)
        yield Step(
            _NEXT + now.blocked,
            f"Networks block {share:.1%} of the calls",
            f"About {BLOCKED_USUAL:.0%} is usual. Most of them: {named or 'numbers of few calls'}."
            " Make test calls and have labels contested.",
            "python -m local registry --tested NUMBER NETWORK SHOWN",
        )


def _reach(report: Report, around: Around) -> Iterator[Step]:
    """Regions where many calls show a number from elsewhere, if near ones are answered more."""
    near = sum((one.near for one in report.reaches), Tally())
    far = sum((one.far for one in report.reaches), Tally())
    if min(near.made, far.made) < LEAST_CALLS:
        return
    better = wilson(near.answered, near.made).low > wilson(far.answered, far.made).high
    gain = (near.rate or 0.0) - (far.rate or 0.0)
    poor = [
        one
        for one in report.reaches
        if one.far.made >= max(LEAST_CALLS, FAR_SHARE * (one.near.made + one.far.made))
    ]
    for pool in sorted({one.pool for one in poor if one.pool != OWN} if better else ()):
        places = [one for one in poor if one.pool == pool]
        named = ", ".join(
            f"{one.region or 'elsewhere'} ({one.far.made:,} of {one.near.made + one.far.made:,})"
            for one in places[:MOST_PLACES]
        )
        more = round(gain * sum(one.far.made for one in places))
        yield Step(
            more,
            f"Add numbers to the pool {pool}: many calls show one from elsewhere",
            f"Most: {named}. Numbers from nearby are answered {near.rate:.1%}, others"
            f" {far.rate:.1%}: about {_times(more, 'answer', 'answers')} more in"
            f" {report.period.days} days.",
            _coverage(around, pool),
        )


def _waiting(report: Report, around: Around) -> Iterator[Step]:
    waiting = [one for one in report.standings if one.waits]
    for pool in sorted({one.pool for one in waiting}):
        count = sum(one.pool == pool for one in waiting)
        yield Step(
            _NEXT / 2 + count,
            f"Add numbers to the pool {pool}: {count} that should rest cannot",
            "As many of its numbers rest as may at once, so worn ones are still shown.",
            f"{_coverage(around, pool)}, or reputation.most_resting_percent",
        )


def _judge(report: Report, around: Around) -> Iterator[Step]:
    if around.judge is not Mode.OBSERVE:
        return
    would = [one for one in report.standings if one.would_rest]
    counted = [day for day in report.days if day.tally.made]
    long = counted and counted[-1].day - counted[0].day >= OBSERVED - timedelta(days=1)
    if would and long:
        yield Step(
            _NEXT / 4 + len(would),
            "Let numbers rest by themselves",
            f"Calls of four weeks were judged, and nothing follows from it:"
            f" {_times(len(would), 'number', 'numbers')} would rest now. See which and why below.",
            "python -m local reputation --mode enforce",
        )


def _modes(report: Report, around: Around) -> Iterator[Step]:
    for key, queue in around.queues.items():
        if queue.mode in ("observe", "off") and report.total.now.made >= LEAST_CALLS:
            yield Step(
                _NEXT / 8,
                f"Begin to show local numbers from {key}",
                f"Its mode is {queue.mode}: every call shows the queue's own number.",
                f"python -m local mode {key} percent {PERCENT}",
            )


def _invalid(report: Report) -> Iterator[Step]:
    now = report.total.now
    dialled = now.made + now.invalid
    if wilson(now.invalid, dialled).low > INVALID_LIMIT:
        yield Step(
            _NEXT / 16 + now.invalid,
            f"Clean the lists: {now.invalid / dialled:.1%} of the numbers dialled do not exist",
            f"Up to {INVALID_LIMIT:.1%} is usual. Carriers take more for a sign of a robot.",
            "python -m local check-contacts FILE",
        )


def _fallen(report: Report) -> Iterator[Step]:
    for line in report.pools if len(report.pools) > 1 else [report.total]:
        if line.change is Verdict.LESS:
            lost = line.now.made * ((line.before.rate or 0.0) - (line.now.rate or 0.0))
            whose = f"the pool {line.name}" if line.name else "all calls"
            yield Step(
                lost,
                f"Find out why fewer calls are answered: {whose}",
                f"{line.now.rate:.1%} now, {line.before.rate:.1%} in the four weeks before; chance"
                " does not explain it. Compare regions, hours and the lists that were dialled.",
                "the queries of docs/outcomes.md: answer rate by carrier, list quality by source",
            )


def _hours(report: Report) -> Iterator[Step]:
    better = [line for line in report.hours if line.verdict is Verdict.MORE]
    worse = [line for line in report.hours if line.verdict is Verdict.LESS]
    if not better or not worse:
        return
    moved = sum(line.now.made for line in worse)
    gain = (_rate(better) - _rate(worse)) * moved
    yield Step(
        gain,
        f"Call more {_clock(better)} and less {_clock(worse)}",
        f"Answered {_rate(better):.1%} there and {_rate(worse):.1%} here, wherever the calls went.",
        "pools.POOL.hours in the config, or the dialler's schedule",
    )


def _retired(report: Report, around: Around) -> Iterator[Step]:
    retired = [one for one in report.standings if one.state is State.RETIRED]
    for pool in sorted({one.pool for one in retired}):
        count = sum(one.pool == pool for one in retired)
        yield Step(
            _LAST + count,
            f"Replace {_times(count, 'retired number', 'retired numbers')} of the pool {pool}",
            "They were flagged again and again. Give them back, and claim others in their place.",
            _coverage(around, pool),
        )


def _idle(report: Report) -> Iterator[Step]:
    numbers = sum(report.sizes.values())
    if numbers and report.few.idle > 0.2 * numbers:
        yield Step(
            _LAST,
            f"See why {_times(report.few.idle, 'number', 'numbers')} of {numbers:,} made no call",
            "They may lie where nobody is called, rest, or lack a paper that the pool asks for.",
            "python -m local inventory",
        )


def _rate(lines: list[Line]) -> float:
    total = sum((line.now for line in lines), Tally())
    return total.rate or 0.0


def _clock(lines: list[Line]) -> str:
    """Hours as ranges: "from 10 to 12 and from 17 to 18"."""
    ranges: list[list[int]] = []
    for hour in sorted(int(line.name) for line in lines):
        if ranges and ranges[-1][1] == hour:
            ranges[-1][1] = hour + 1
        else:
            ranges.append([hour, hour + 1])
    return " and ".join(f"from {begin} to {end}" for begin, end in ranges)


def _coverage(around: Around, pool: str = "") -> str:
    queue = next((key for key, one in around.queues.items() if one.pool == pool), "")
    chosen = f" --queue {queue}" if queue else ""
    return f"python -m local coverage --pool NUMBERS --contacts LIST{chosen}"


def _calls(count: int) -> str:
    return _times(count, "call", "calls")


def _times(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
