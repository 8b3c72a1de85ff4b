"""Judge the numbers of a pool, hour by hour, and let those rest that are answered too seldom.

An hour is judged when records of its calls have had time to come. Each number's row changes once
for an hour, and the pool's row moves on to the next hour afterwards, so that a look that breaks off
anywhere is made again without judging anything twice. Only then it is decided who rests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from lambdas.domain.judging import HOUR, LocalHour, calls_of, judged
from lambdas.domain.lifecycle import (
    Event,
    Evidence,
    Mode,
    PoolReputation,
    Reputation,
    Sentence,
    Terms,
    after_probation,
    back,
    rested,
    sentence_of,
    sentences,
)
from lambdas.domain.outcomes import NumberHour, hour_of
from lambdas.domain.phone import E164
from lambdas.domain.withholding import Withheld
from lambdas.usecases.rest_number import Change
from lambdas.usecases.withhold import Withholding

BY = "reputation"
LAG = 2 * HOUR
"""Contact records come when the work after a call is done, and are sent again when it changes."""
FURTHEST_BACK = timedelta(days=7)
"""A judge that was away, or is new, begins with the hours of so many days."""
KEPT_FOR_AN_HOUR = 30.0
"""Seconds that an hour is taken to need, until one needed more. Twice as much must be left to judge
another; what is left over is for the next look."""
LABEL_REST_BEYOND = timedelta(days=7)
"""A labelled number is retired before its rest ends, also by a judge that was away for a week."""


class Overtaken(Exception):
    """Another judge is at work on the pool; this one changes nothing any more."""


@dataclass(frozen=True, slots=True)
class Stock:
    """A pool's numbers as they stand. `shown` are those that pickers may show, with the day (from
    1970-01-01) on which each was put to use; `held` those that rest, with the end of it."""

    shown: Mapping[E164, int]
    held: Mapping[E164, datetime]
    retired: frozenset[E164] = frozenset()


@dataclass(frozen=True, slots=True)
class Transition:
    """One step in a number's life, with all that changes at once. `after` is its reputation with
    the version that was read; `returns` is the day of its return, from which it warms up again.
    """

    event: Event
    pool: str
    after: Reputation
    at: datetime
    reason: str
    by: str = BY
    evidence: str = ""
    rest: Change | None = None
    withholding: Withholding | None = None
    returns: datetime | None = None
    settled: bool = False
    """It is as other numbers are again, and the day of its return is forgotten."""

    @property
    def number(self) -> E164:
        return self.after.number


class JudgeStore(Protocol):
    def pool(self, pool: str) -> PoolReputation: ...

    def numbers(self, pool: str) -> Mapping[E164, Reputation]: ...

    def stock(self, pool: str, now: datetime) -> Stock | None:
        """None for a pool that was never published."""

    def keep(self, pool: str, several: Sequence[Reputation]) -> Mapping[E164, Reputation | None]:
        """Write rows that are as they were read; what stands now, None where it is not as it was
        read and was left alone."""

    def advance(self, pool: PoolReputation) -> PoolReputation:
        """Write the pool's row and take the next turn. Raises Overtaken."""

    def make(self, transition: Transition, turn: int) -> bool:
        """All of a transition in one transaction, and the pool's next turn. False where the number
        has changed or left the pool since it was read. Raises Overtaken."""


class Outcomes(Protocol):
    def at(self, numbers: Sequence[E164], hour: datetime) -> Mapping[E164, NumberHour]: ...


class Clock(Protocol):
    def __call__(self) -> float: ...


@dataclass(slots=True)
class Judged:
    """What a look has done. `behind` are hours that are left for the next one."""

    pool: str
    mode: Mode
    hours: int = 0
    behind: int = 0
    calls: int = 0
    rows: int = 0
    numbers: int = 0
    resting: int = 0
    transitions: list[Transition] = field(default_factory=list)
    waiting: tuple[E164, ...] = ()


@dataclass(eq=False)
class Judge:
    """Judges pools. `left` tells the seconds that there are."""

    store: JudgeStore
    outcomes: Outcomes
    local_hour: LocalHour
    terms: Terms
    left: Clock
    lag: timedelta = LAG

    def look(self, pool: str, mode: Mode, now: datetime) -> Judged | None:
        """One look at a pool; None where it has no numbers. Raises Overtaken."""
        kept = self.store.pool(pool)
        rows = dict(self.store.numbers(pool))
        # Last: a row that is older than what stands is refused, one that is newer would not be.
        stock = self.store.stock(pool, now)
        if stock is None:
            return None
        done = Judged(pool, mode)
        kept = self._judge_hours(kept, rows, stock, done, now)
        bench = _Bench(self.store, kept, rows, stock, self.terms, mode, now, done)
        bench.decide()
        return done

    def _judge_hours(
        self,
        kept: PoolReputation,
        rows: dict[E164, Reputation],
        stock: Stock,
        done: Judged,
        now: datetime,
    ) -> PoolReputation:
        until = hour_of(now - self.lag)
        hour = max(kept.judged_until or until - FURTHEST_BACK, until - FURTHEST_BACK)
        numbers = sorted(stock.shown)
        longest = KEPT_FOR_AN_HOUR
        while hour < until:
            began = self.left()
            if began < 2 * longest:
                done.behind = int((until - hour) / HOUR)
                break
            found = self.outcomes.at(numbers, hour)
            calls = {
                number: made
                for number, counted in found.items()
                if (made := calls_of(counted, self.local_hour))
            }
            after, moved = judged(hour, calls, rows, kept)
            for number, row in self.store.keep(kept.pool, list(after.values())).items():
                if row is None:
                    raise Overtaken(kept.pool)
                rows[number] = row
            # An hour without calls changes nothing that the next one could not do again.
            kept = self.store.advance(moved) if calls else moved
            done.hours += 1
            done.rows += len(after)
            done.calls += sum(call.made for made in calls.values() for call in made)
            longest = max(longest, began - self.left())
            hour += HOUR
        return kept


@dataclass(eq=False)
class _Bench:
    """Decides on the numbers of one pool, one transaction after the other."""

    store: JudgeStore
    kept: PoolReputation
    rows: dict[E164, Reputation]
    stock: Stock
    terms: Terms
    mode: Mode
    now: datetime
    done: Judged

    def decide(self) -> None:
        """Who comes back, whose probation is over, who stays labelled, who rests."""
        shown, resting = set(self.stock.shown), set(self.stock.held) - self.stock.retired
        for one in [each for each in self.rows.values() if each.number not in self.stock.retired]:
            if one.labels and one.number in shown:
                self._make(self._used_though_labelled(one))
            elif one.label is not None:
                stays = self.now >= one.label.since + self.terms.label_retires
                if stays and self._make(_still_labelled(self.kept.pool, one, self.now)):
                    resting.discard(one.number)
            elif one.rests_until is not None and one.number in shown:
                self._make(self._returned(one))
            elif one.probation_until is not None and not one.on_probation(self.now):
                self._make(self._settled(one))
        self._pass_sentences(shown, resting)

    def _pass_sentences(self, shown: set[E164], resting: set[E164]) -> None:
        observes = self.mode is Mode.OBSERVE
        flagged = [
            one
            for number, one in self.rows.items()
            if number in shown
            and one.label is None
            and one.doubt.value >= self.terms.limit
            and not (observes and self._would_rest(one))
        ]
        shadows = sum(self._would_rest(self.rows[each]) for each in self.rows if each in shown)
        rest = len(resting) + (shadows if observes else 0)
        passed, waiting = sentences(flagged, len(shown) + len(resting), rest, self.terms, self.now)
        for sentence in passed:
            made = self._make(self._sentenced(self.rows[sentence.number], sentence))
            if made and not observes:
                resting |= {sentence.number} if sentence.until else set()
                shown.discard(sentence.number)
        self._note_waiting(waiting)
        self.done.numbers, self.done.resting = len(shown) + len(resting), len(resting)
        self.done.waiting = tuple(waiting)
        self.kept = self.store.advance(
            replace(
                self.kept,
                looked_at=self.now,
                mode=self.mode,
                limit=self.terms.limit,
                numbers=self.done.numbers,
                resting=self.done.resting,
                waiting=self.done.waiting,
            )
        )

    def _would_rest(self, one: Reputation) -> bool:
        return one.would_rest_until is not None and self.now < one.would_rest_until

    def _note_waiting(self, waiting: Sequence[E164]) -> None:
        wait = set(waiting)
        changed = [
            replace(one, waits_since=self.now if number in wait else None)
            for number, one in self.rows.items()
            if (number in wait) != (one.waits_since is not None)
        ]
        self.store.keep(self.kept.pool, changed)

    def _make(self, transition: Transition) -> bool:
        if not self.store.make(transition, self.kept.turn):
            return False
        self.kept = replace(self.kept, turn=self.kept.turn + 1)
        after = transition.after
        self.rows[after.number] = replace(after, version=after.version + 1)
        self.done.transitions.append(transition)
        return True

    def _returned(self, one: Reputation) -> Transition:
        early = one.rests_until is not None and self.now < one.rests_until
        since = self.now if early or one.rests_until is None else one.rests_until
        why = "Somebody ended its rest early" if early else "Its rest is over"
        return Transition(
            Event.RETURNED,
            self.kept.pool,
            back(one, self.terms, hour_of(since)),
            self.now,
            f"{why}. It is on probation until {since + self.terms.probation:%Y-%m-%d}: it makes as"
            " few calls as a new number, and less speaks it guilty.",
            returns=since if early else None,
        )

    def _used_though_labelled(self, one: Reputation) -> Transition:
        told = ", ".join(label.words for label in one.labels)
        return Transition(
            Event.RETURNED,
            self.kept.pool,
            replace(back(one, self.terms, hour_of(self.now)), labels=()),
            self.now,
            f"Somebody put it back to use although it was labelled {told}: the label is passed"
            " over until it is told again. It is on probation.",
            returns=self.now,
        )

    def _settled(self, one: Reputation) -> Transition:
        return Transition(
            Event.PROBATION_OVER,
            self.kept.pool,
            after_probation(one),
            self.now,
            "Nothing was found against it while it was on probation.",
            settled=True,
        )

    def _sentenced(self, one: Reputation, sentence: Sentence) -> Transition:
        evidence = Evidence(one.against, one.doubt.value, self.terms.limit)
        if self.mode is Mode.OBSERVE:
            retires = sentence.until is None
            until = sentence.until or self.now + self.terms.longer_rest
            what = "would be retired" if retires else f"would rest until {_day(until)}"
            return Transition(
                Event.WOULD_RETIRE if retires else Event.WOULD_REST,
                self.kept.pool,
                replace(one, would_rest_until=until, waits_since=None),
                self.now,
                f"{evidence.words} It {what}; the mode is observe, so it stays in use.",
                evidence=evidence.as_json(),
            )
        after = rested(one, sentence)
        if sentence.until is None:
            words = f"{evidence.words} It was flagged on probation for the second time: retired."
            return Transition(
                Event.RETIRED,
                self.kept.pool,
                after,
                self.now,
                words,
                evidence=evidence.as_json(),
                withholding=_retiring(self.kept.pool, one.number, self.now, words),
            )
        again = " again, on probation" if sentence.strikes > 1 else ""
        words = f"{evidence.words} It rests{again} until {_day(sentence.until)}."
        return Transition(
            Event.RESTING,
            self.kept.pool,
            after,
            self.now,
            words,
            evidence=evidence.as_json(),
            rest=Change(one.number, self.kept.pool, sentence.until, words, BY, self.now),
            returns=sentence.until,
        )


def retired_for(one: Reputation, pool: str, now: datetime, words: str) -> Transition:
    """A number that goes out of use for good."""
    return Transition(
        Event.RETIRED,
        pool,
        one,
        now,
        words,
        withholding=_retiring(pool, one.number, now, words),
    )


def _still_labelled(pool: str, one: Reputation, now: datetime) -> Transition:
    label = one.label
    told, since = (label.words, f"{label.since:%Y-%m-%d}") if label else ("", "")
    words = f"It has been labelled {told} since {since} and still is: retired."
    return retired_for(replace(one, rests_until=None), pool, now, words)


def _retiring(pool: str, number: E164, now: datetime, words: str) -> Withholding:
    return Withholding(number, pool, Withheld.RETIRED, True, BY, now, words)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def flagged(rows: Mapping[E164, Reputation], terms: Terms, now: datetime) -> Iterator[Sentence]:
    """What would be done with each number that passes the limit, if there were room for all."""
    for one in rows.values():
        if one.label is None and one.doubt.value >= terms.limit:
            yield sentence_of(one, terms, now)
