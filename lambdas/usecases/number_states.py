"""Where each number of a pool stands in its life, since when, until when and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Protocol

from lambdas.domain.lifecycle import Reputation, State, Terms, state_of
from lambdas.domain.phone import E164
from lambdas.usecases.judge_numbers import Stock

_FIRST_DAY = date(1970, 1, 1)


class Told(NamedTuple):
    """What a number's status says of the last change by somebody: when, why and who."""

    at: datetime | None
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class NumberState:
    """One number. `since` is None where nobody noted it; `until` is the end of a rest, of warming
    up or of a probation."""

    number: E164
    state: State
    since: datetime | None
    until: datetime | None
    reason: str
    by: str
    reputation: Reputation
    on_probation: bool


class StateStore(Protocol):
    def stock(self, pool: str, now: datetime) -> Stock | None: ...

    def numbers(self, pool: str) -> Mapping[E164, Reputation]: ...

    def told(self, numbers: Sequence[E164]) -> Mapping[E164, Told]:
        """What the statuses of some numbers say."""


def number_states(
    pool: str, store: StateStore, terms: Terms, warm_up_weeks: int, now: datetime
) -> Iterator[NumberState]:
    """Every number that pickers may show, that rests or that is retired, in order."""
    stock = store.stock(pool, now)
    if stock is None:
        return
    rows = store.numbers(pool)
    told = store.told(sorted({*stock.held, *stock.retired}))
    for number in sorted({*stock.shown, *stock.held, *stock.retired}):
        reputation = rows.get(number) or Reputation(number)
        used = _midnight(stock.shown.get(number, 0))
        state = state_of(
            retired=number in stock.retired,
            rests=number in stock.held,
            called=reputation.first_call is not None,
            days=(now - used).days,
            warm_up_weeks=warm_up_weeks,
        )
        warm = used + timedelta(weeks=warm_up_weeks)
        since, until = {
            State.NEW: (used, None),
            State.WARMING: (used, warm),
            State.ACTIVE: (warm, reputation.probation_until),
            State.RESTING: (None, stock.held.get(number)),
            State.RETIRED: (None, None),
        }[state]
        at, reason, by = told.get(number, Told(None, "", ""))
        why = reason or ", ".join(label.words for label in reputation.labels)
        in_use = state not in (State.RESTING, State.RETIRED)
        on_probation = in_use and reputation.on_probation(now)
        yield NumberState(
            number,
            state,
            since or at,
            until if state is not State.ACTIVE or on_probation else None,
            _in_use(reputation, terms, now) if in_use else why,
            by,
            reputation,
            on_probation,
        )


def _in_use(one: Reputation, terms: Terms, now: datetime) -> str:
    """What there is to say of a number that is in use."""
    if one.waits_since is not None and one.doubt.value >= terms.limit:
        return f"It waits to rest since {one.waits_since:%Y-%m-%d %H:%M} UTC: as many rest as may."
    if one.would_rest_until is not None and now < one.would_rest_until:
        return f"It would rest until {one.would_rest_until:%Y-%m-%d}: the judge only observes."
    if one.on_probation(now):
        return f"It is on probation until {one.probation_until:%Y-%m-%d}."
    return ""


def _midnight(day: int) -> datetime:
    return datetime.combine(_FIRST_DAY + timedelta(days=day), time(), UTC)
