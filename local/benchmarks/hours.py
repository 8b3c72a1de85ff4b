"""What it costs to know where a destination may be and whether the law allows a call there."""

import gc
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import NamedTuple

from lambdas.domain.hours import CallingHours
from lambdas.domain.phone import Phone, parse
from lambdas.domain.settings import AvoidRepeat, Limits, PoolSettings, Tier
from lambdas.domain.whereabouts import NOTHING_KNOWN, Knowledge, Whereabouts, whereabouts
from local.benchmarks import Comparison, at_most, benchmark
from local.deployed_hours import deployed_hours
from local.spread_pool import exchanges, places
from local.toolchain import Say

CALLS = 20_000
ANYWHERE = parse("+18005550100")
BEGIN = datetime(2026, 11, 20, 12, tzinfo=UTC)
BUDGET_US = 60.0
FIRST_BUDGET_MS = 20.0
POOL = PoolSettings(
    "bench", (Tier.COUNTRY,), Limits(per_minute=4, per_hour=12, per_day=60), AvoidRepeat(30, 10)
)


class Asked(NamedTuple):
    phone: Phone
    knows: Knowledge
    where: Whereabouts
    at: datetime


@benchmark("hours/judge", "hours/first_judge")
def judged(say: Say) -> list[Comparison]:
    """Location, verdict and attempts of calls to thousands of towns over a day; and the first
    verdict of a container on a number that may be anywhere in the United States."""
    say("calls to thousands of towns, over a day")
    finder, hours = places(), deployed_hours()
    asked = _calls()

    def judge(call: Asked, by: CallingHours) -> None:
        location = by.location(call.phone, call.knows, call.where, finder)
        by.judge(location, "marketing", POOL, call.at)
        by.attempts(location, "marketing", POOL)

    for call in asked:
        judge(call, hours)
    seconds = _timed(asked, lambda call: judge(call, hours))
    warm = at_most(1e6 * median(seconds), "µs", BUDGET_US)
    p99 = 1e6 * quantiles(seconds, n=100)[98]
    where = whereabouts(ANYWHERE, NOTHING_KNOWN, finder)
    first = Asked(ANYWHERE, NOTHING_KNOWN, where, BEGIN + timedelta(hours=12))
    firsts = _timed([first] * 30, lambda call: judge(call, _fresh(hours)))
    cold = at_most(1e3 * median(firsts), "ms", FIRST_BUDGET_MS)
    return [
        _noted(warm, f"{CALLS:,} calls over 24 hours, p99 {p99:.1f} µs"),
        _noted(
            cold,
            f"{len(hours.rules)} rules, all states and zones; largest {1e3 * max(firsts):.1f} ms",
        ),
    ]


def _noted(comparison: Comparison, note: str) -> Comparison:
    return Comparison(
        comparison.ours, None, comparison.unit, comparison.budget, comparison.holds, note
    )


def _fresh(hours: CallingHours) -> CallingHours:
    return CallingHours(hours.rules, hours.calendar)


def _calls() -> Sequence[Asked]:
    """Calls in the order of time; a tenth of the customers moved to Los Angeles."""
    rng = random.Random(11)
    finder = places()
    known = exchanges()
    found = []
    for number in range(CALLS):
        phone = rng.choice(known).phone(rng.randrange(10_000))
        moved = phone.region == "US" and rng.random() < 0.1
        knows = Knowledge(postal_code="90001") if moved else NOTHING_KNOWN
        at = BEGIN + number * timedelta(days=1) / CALLS
        found.append(Asked(phone, knows, whereabouts(phone, knows, finder), at))
    return found


def _timed(calls: Sequence[Asked], judge: Callable[[Asked], None]) -> list[float]:
    seconds = []
    gc.disable()
    try:
        for call in calls:
            begin = time.perf_counter()
            judge(call)
            seconds.append(time.perf_counter() - begin)
    finally:
        gc.enable()
    return seconds
