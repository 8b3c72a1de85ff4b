"""Agents at work in virtual time: who is free when, whom they ring, and what comes of it."""

import math
import random
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from lambdas.domain.settings import Action
from local.simulation.hours import AnswerRates, Windows
from local.simulation.people import People

SHIFT_SECONDS = 8 * 3_600
LATE_SECONDS = 3 * 3_600
BREAK_AFTER = 4 * 3_600
BREAK_SECONDS = 1_800
BETWEEN_CALLS = 4.0
RING_UNANSWERED = (16.0, 28.0)
RING_ANSWERED = (4.0, 14.0)
BUSY_SHARE = 0.05
BUSY_SECONDS = 5.0
TALK_MEDIAN, TALK_SPREAD = 110.0, 0.8
WRAP_UP = 20.0
BLOCKED_SECONDS = 3.0
IDLE_SECONDS = 60.0
CALLS_A_CUSTOMER_AND_DAY = 2
"""Two calls a day are tolerated, three or more do sharp harm (First Orion)."""
TRIES = 6
REDIAL_AFTER = (3 * 3_600.0, 5 * 3_600.0)
BUSY_AFTER = (900.0, 1_800.0)
RETURNS_SHARE = 0.15
RETURNS_AFTER = (2 * 3_600.0, 4 * 86_400.0)
SKIPPED_AT_MOST = 200
NEVER = 65_535
MEAN_CALL_SECONDS = 36.9
"""Of the figures above at the mean answer rate; only how many agents there are goes by it."""
SPARE_AGENTS = 1.03


class Outcome(StrEnum):
    """What became of a call."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    BUSY = "busy"
    BLOCKED = "blocked"


class Ring(NamedTuple):
    """An agent rings a customer; `at` in epoch seconds."""

    at: float
    customer: int


class Redial(NamedTuple):
    """A customer to be rung again, at `due` or later."""

    due: float
    customer: int


def agents_for(calls: int) -> int:
    """How many agents make so many calls in a day, with a few to spare."""
    busy = calls * MEAN_CALL_SECONDS / (SHIFT_SECONDS - BREAK_SECONDS)
    return math.ceil(SPARE_AGENTS * busy + 0.3)


class _Line:
    """Whom to ring of one set of zones: those due again, then the list, then from its top."""

    def __init__(self, customers: "array[int]", windows: Windows) -> None:
        self.customers = customers
        self.windows = windows
        self.again: list[Redial] = []
        self.next = 0


@dataclass
class Made:
    """What the agents did: answers and calls by the UTC hour; `idle` counts minutes without
    anyone to ring."""

    outcomes: dict[Outcome, int]
    by_hour: list[int]
    idle: int = 0


class Floor:
    """The agents of all days, and the list that they work through."""

    def __init__(
        self,
        people: People,
        windows: Sequence[Windows],
        rates: AnswerRates,
        rng: random.Random,
        agents: int,
        calls_a_day: int,
    ) -> None:
        self._people = people
        self._rates = rates
        self._rng = rng
        self._left = [calls_a_day] * len(windows[0].starts)
        self._lines = [
            _Line(customers, window)
            for customers, window in zip(people.by_zone(), windows, strict=True)
        ]
        self._order = sorted(range(len(self._lines)), key=self._size, reverse=True)
        self._rung_on = array("H", [NEVER]) * len(people)
        self._rung_today = bytearray(len(people))
        self._tries = bytearray(len(people))
        self._home = self._homes(agents)
        self.made = Made(dict.fromkeys(Outcome, 0), [0] * 24)

    def work(self, call: Callable[[Ring], Action], answered: Callable[[Ring], None]) -> None:
        """Work all days off; `call` decides on a ring, `answered` hears of each answer."""
        rng = self._rng
        free = [
            (self._begin(agent, day), agent, day)
            for agent in range(len(self._home))
            for day in range(len(self._left))
        ]
        heapify(free)
        while free:
            at, agent, day = heappop(free)
            begun = self._begin(agent, day)
            if at >= begun + SHIFT_SECONDS or not self._left[day]:
                continue
            if BREAK_AFTER <= at - begun < BREAK_AFTER + BREAK_SECONDS:
                heappush(free, (begun + BREAK_AFTER + BREAK_SECONDS, agent, day))
                continue
            customer = self._whom(self._home[agent], at)
            if customer is None:
                self.made.idle += 1
                heappush(free, (at + IDLE_SECONDS, agent, day))
                continue
            self._left[day] -= 1
            ring = Ring(at, customer)
            self.made.by_hour[int(at) % 86_400 // 3_600] += 1
            outcome, took = self._outcome(ring, call(ring))
            self.made.outcomes[outcome] += 1
            if outcome is Outcome.ANSWERED:
                answered(ring)
            self._again(ring, outcome)
            heappush(free, (at + took + BETWEEN_CALLS * (0.5 + rng.random()), agent, day))

    def _homes(self, agents: int) -> Sequence[int]:
        """The zones whose day each agent keeps, in proportion to the customers there."""
        total = len(self._people)
        homes: list[int] = []
        passed = 0
        for zone in self._order:
            passed += self._size(zone)
            while len(homes) < agents and (len(homes) + 0.5) / agents * total <= passed:
                homes.append(zone)
        return homes

    def _size(self, zone: int) -> int:
        return len(self._lines[zone].customers)

    def _begin(self, agent: int, day: int) -> float:
        """Every other agent begins when the first customers may be rung, the others later."""
        start = self._lines[self._home[agent]].windows.starts[day]
        return start + agent % 2 * LATE_SECONDS + agent % 300

    def _whom(self, home: int, at: float) -> int | None:
        found = self._from(self._lines[home], at)
        if found is not None:
            return found
        for zone in self._order:
            found = self._from(self._lines[zone], at)
            if found is not None:
                return found
        return None

    def _from(self, line: _Line, at: float) -> int | None:
        day = line.windows.day(at)
        if day < 0 or at >= line.windows.ends[day]:
            return None
        while line.again and line.again[0].due <= at:
            customer = heappop(line.again).customer
            if self._may_be_rung(customer, day):
                return customer
        for _ in range(min(SKIPPED_AT_MOST, len(line.customers))):
            if line.next == len(line.customers):
                line.next = 0
            customer = line.customers[line.next]
            if self._rung_on[customer] == day:
                return None  # the whole list was rung today
            line.next += 1
            if self._rung_on[customer] == NEVER or self._tries[customer] >= TRIES:
                self._tries[customer] = 0
                self._may_be_rung(customer, day)
                return customer
        return None

    def _may_be_rung(self, customer: int, day: int) -> bool:
        if self._rung_on[customer] != day:
            self._rung_on[customer] = day
            self._rung_today[customer] = 0
        if self._rung_today[customer] >= CALLS_A_CUSTOMER_AND_DAY:
            return False
        self._rung_today[customer] += 1
        return True

    def _outcome(self, ring: Ring, action: Action) -> tuple[Outcome, float]:
        rng = self._rng
        if action is Action.BLOCK:
            return Outcome.BLOCKED, BLOCKED_SECONDS
        town = self._people.town(ring.customer)
        zone = self._people.zone(ring.customer)
        die = rng.random()
        rate = self._rates.rate(town.sample.region, town.place.state, zone, ring.at)
        if die < rate:
            talk = TALK_MEDIAN * math.exp(rng.gauss(0, TALK_SPREAD))
            return Outcome.ANSWERED, rng.uniform(*RING_ANSWERED) + min(talk, 3_600) + WRAP_UP
        if die < rate + BUSY_SHARE:
            return Outcome.BUSY, BUSY_SECONDS
        return Outcome.UNANSWERED, rng.uniform(*RING_UNANSWERED)

    def _again(self, ring: Ring, outcome: Outcome) -> None:
        """Those who did not answer are rung again, and some who did."""
        customer, rng = ring.customer, self._rng
        if outcome is Outcome.ANSWERED:
            self._tries[customer] = TRIES
            after = RETURNS_AFTER if rng.random() < RETURNS_SHARE else None
        else:
            self._tries[customer] = min(self._tries[customer] + 1, TRIES)
            after = BUSY_AFTER if outcome is Outcome.BUSY else REDIAL_AFTER
            if self._tries[customer] >= TRIES:
                after = None
        if after is None:
            return
        line = self._lines[self._people.zone(customer)]
        due = ring.at + rng.uniform(*after)
        day = line.windows.day(ring.at)
        rung_out = self._rung_today[customer] >= CALLS_A_CUSTOMER_AND_DAY
        if day + 1 < len(line.windows.starts):
            if rung_out or due >= line.windows.ends[day]:
                due = max(due, line.windows.starts[day + 1] + rng.uniform(0, 4 * 3_600))
        elif rung_out or due >= line.windows.ends[day]:
            return
        heappush(line.again, Redial(due, customer))
