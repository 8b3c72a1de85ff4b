"""One hour of a pool: from the counters of its numbers to the doubt about each of them."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from operator import add

from lambdas.domain.lifecycle import NOTHING_AGAINST, Against, Lately, PoolReputation, Reputation
from lambdas.domain.outcomes import Cell, NumberHour, tally
from lambdas.domain.phone import E164
from lambdas.domain.reputation import (
    Baseline,
    Call,
    Doubt,
    Sum,
    Today,
    sums,
    todays_factor,
)

HOUR = timedelta(hours=1)
LATELY = 4 * HOUR
"""How the day goes is told by so many hours of the other numbers."""

LocalHour = Callable[[str, datetime], int]
"""The hour of the day (0-23) in a region at a moment."""


def calls_of(counted: NumberHour, local_hour: LocalHour) -> list[Call]:
    """A number's calls of an hour, by where they went."""
    regions: dict[str, list[tuple[Cell, int]]] = defaultdict(list)
    for cell, calls in counted.cells.items():
        regions[cell.region].append((cell, calls))
    found = []
    for region, cells in sorted(regions.items()):
        told = tally(cells)
        if told.made > 0:
            hour = local_hour(region, counted.hour)
            found.append(Call(region, hour, told.made, told.answered, told.short, told.blocked))
    return found


def judged(
    hour: datetime,
    calls_by_number: Mapping[E164, Sequence[Call]],
    past: Mapping[E164, Reputation],
    pool: PoolReputation,
) -> tuple[dict[E164, Reputation], PoolReputation]:
    """The numbers that made calls in the hour, and the pool, after it.

    A number of which the hour was judged before is not among them, nor one whose rest ended later.
    """
    now = sums({str(each): calls for each, calls in calls_by_number.items()}, pool.baseline)
    whole = _recent(pool.lately, hour)
    total = reduce(add, (found for _, found in whole), reduce(add, now.values(), Sum()))
    after: dict[E164, Reputation] = {}
    for number, calls in calls_by_number.items():
        before = past.get(number) or Reputation(number)
        if before.judged is not None and before.judged >= hour:
            continue
        own = (*_recent(before.lately, hour), (hour, now[number]))
        others = _less(total, reduce(add, (found for _, found in own)))
        after[number] = _after(before, hour, calls, pool.baseline, todays_factor([others]), own)
    baseline = _copied(pool.baseline)
    for calls in calls_by_number.values():
        baseline.learn(calls)
    baseline.age(HOUR / timedelta(days=1))
    lately = (*whole, (hour, reduce(add, now.values(), Sum())))
    return after, replace(
        pool, baseline=baseline, judged_until=hour + HOUR, lately=_recent(lately, hour + HOUR)
    )


def _after(
    before: Reputation,
    hour: datetime,
    calls: Sequence[Call],
    baseline: Baseline,
    today: Today,
    lately: Lately,
) -> Reputation:
    doubt = before.doubt.after(calls, baseline, today)
    return replace(
        before,
        doubt=doubt,
        against=_against(before, doubt, hour, baseline, today, lately[-1][1]),
        first_call=before.first_call or hour,
        judged=hour,
        lately=_recent(lately, hour + HOUR),
    )


def _against(
    before: Reputation,
    doubt: Doubt,
    hour: datetime,
    baseline: Baseline,
    today: Today,
    found: Sum,
) -> Against:
    """What speaks against the number since the hour from which most does: begins anew as soon as
    its calls taken together speak for it."""
    held = before.against
    stood = Doubt(tuple(1 + odds for odds in before.doubt.odds)).value
    weight = held.weight + math.log(doubt.value / stood)
    if weight <= 0:
        return NOTHING_AGAINST
    return Against(
        held.since or hour,
        held.made + round(found.made),
        held.answered + round(found.answered),
        held.expected + found.expected * today.answers,
        held.short + round(found.short),
        held.blocked + round(found.blocked),
        weight,
        usual_rate(baseline),
        today.answers,
    )


def usual_rate(baseline: Baseline) -> float:
    """The share of the pool's calls that is answered."""
    pool = baseline.pool
    return pool.answered / pool.made if pool.made else 0.0


def _recent(lately: Lately, hour: datetime) -> Lately:
    """What still tells of the day at the beginning of an hour."""
    return tuple((at, found) for at, found in lately if hour - LATELY < at < hour)


def _less(whole: Sum, part: Sum) -> Sum:
    return Sum(*(all_ - mine for all_, mine in zip(whole, part, strict=True)))


def _copied(baseline: Baseline) -> Baseline:
    return Baseline(
        replace(baseline.pool),
        {region: replace(past) for region, past in baseline.regions.items()},
        {hour: replace(past) for hour, past in baseline.hours.items()},
    )
