"""A pool in memory for the judge to sit over, with calls that are played to it hour by hour."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from lambdas.domain.lifecycle import PoolReputation, Reputation
from lambdas.domain.outcomes import Cell, NumberHour, Outcome
from lambdas.domain.phone import E164
from lambdas.domain.reputation import Baseline, Call
from lambdas.usecases.judge_numbers import Overtaken, Stock, Transition
from lambdas.usecases.rest_number import Standing, Status

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
STATES = ("WA", "OR", "CA", "NV", "TX", "NY", "FL", "IL")
"""Regions of a played world, as counters name them."""


@dataclass
class MemoryPool:
    """The JudgeStore of one pool, and what people do to its numbers besides."""

    numbers_in_use: dict[E164, int]
    held: dict[E164, datetime] = field(default_factory=dict)
    retired: set[E164] = field(default_factory=set)
    returned: dict[E164, datetime] = field(default_factory=dict)
    rows: dict[E164, Reputation] = field(default_factory=dict)
    kept: PoolReputation | None = None
    history: list[Transition] = field(default_factory=list)
    rows_written: int = 0
    name: str = "sales"

    def pool(self, pool: str) -> PoolReputation:
        return self.kept or PoolReputation(pool, Baseline())

    def numbers(self, pool: str) -> Mapping[E164, Reputation]:  # noqa: ARG002
        return dict(self.rows)

    def stock(self, pool: str, now: datetime) -> Stock:  # noqa: ARG002
        held = {number: until for number, until in self.held.items() if until > now}
        gone = self.retired | set(held)
        shown = {each: day for each, day in self.numbers_in_use.items() if each not in gone}
        return Stock(shown, held, frozenset(self.retired))

    def keep(self, pool: str, several: Sequence[Reputation]) -> Mapping[E164, Reputation | None]:  # noqa: ARG002
        return {one.number: self._keep(one) for one in several}

    def _keep(self, one: Reputation) -> Reputation | None:
        if not self._is_as_read(one):
            return None
        self.rows[one.number] = replace(one, version=one.version + 1)
        self.rows_written += 1
        return self.rows[one.number]

    def _is_as_read(self, one: Reputation) -> bool:
        stands = self.rows.get(one.number)
        return (stands.version if stands else 0) == one.version

    def advance(self, pool: PoolReputation) -> PoolReputation:
        self._take_turn(pool.pool, pool.turn)
        self.kept = replace(pool, turn=pool.turn + 1)
        return self.kept

    def make(self, transition: Transition, turn: int) -> bool:
        if self.pool(transition.pool).turn != turn:
            raise Overtaken(transition.pool)
        if not self.enter(transition):
            return False
        self.kept = replace(self.pool(transition.pool), turn=turn + 1)
        return True

    def enter(self, transition: Transition) -> bool:
        """What people or the judge ask for, all of it or nothing."""
        if self._keep(transition.after) is None:
            return False
        number = transition.number
        if transition.rest is not None:
            self.held.pop(number, None)
            if transition.rest.until is not None:
                self.held[number] = transition.rest.until
        if transition.withholding is not None:
            self.retired.add(number)
        if transition.returns is not None:
            self.returned[number] = transition.returns
        elif transition.settled:
            self.returned.pop(number, None)
        self.history.append(transition)
        return True

    def number(self, pool: str, number: E164) -> Reputation:
        """What is kept of one number."""
        return self.numbers(pool).get(number) or Reputation(number)

    def standing(self, number: E164) -> Standing | None:
        """Whether the number rests, as its status says."""
        if number not in self.numbers_in_use:
            return None
        until = self.held.get(number)
        return Standing(number, self.name, Status.RESTING if until else Status.ACTIVE, until)

    def is_retired(self, pool: str, number: E164) -> bool:  # noqa: ARG002
        return number in self.retired

    def _take_turn(self, pool: str, turn: int) -> None:
        if self.pool(pool).turn != turn:
            raise Overtaken(pool)


@dataclass
class PlayedOutcomes:
    """Counters by number and hour."""

    counted: dict[tuple[E164, datetime], NumberHour] = field(default_factory=dict)

    def add(self, number: E164, hour: datetime, calls: Sequence[Call]) -> None:
        """What became of a number's calls of an hour."""
        self.counted[number, hour] = number_hour(number, hour, calls)

    def at(self, numbers: Sequence[E164], hour: datetime) -> Mapping[E164, NumberHour]:
        found = ((number, self.counted.get((number, hour))) for number in numbers)
        return {number: counted for number, counted in found if counted is not None}


def number_hour(number: E164, hour: datetime, calls: Sequence[Call]) -> NumberHour:
    """Calls as counters keep them."""
    cells: dict[Cell, int] = {}
    for call in calls:
        region = f"US-{STATES[call.region]}" if isinstance(call.region, int) else str(call.region)
        for outcome, count in _outcomes(call):
            if count:
                cell = Cell("", "city", region, outcome)
                cells[cell] = cells.get(cell, 0) + count
    return NumberHour(number, hour, cells)


def _outcomes(call: Call) -> Iterator[tuple[Outcome, int]]:
    yield Outcome.ANSWERED, call.answered - call.short
    yield Outcome.SHORT, call.short
    yield Outcome.NETWORK_BLOCKED, call.blocked
    yield Outcome.NO_ANSWER, call.made - call.answered - call.blocked


def utc_hour(region: str, moment: datetime) -> int:  # noqa: ARG001
    """Everybody of a played world lives by the same clock."""
    return moment.hour


def hour_at(day: int, hour: int) -> datetime:
    """An hour of a played world's day."""
    return BEGINS + timedelta(days=day, hours=hour)
