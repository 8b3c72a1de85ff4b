"""The life of a number: new, warming up, in use, resting, back on probation, retired.

A number rests when the doubt about it passes a limit. At most a share of a pool rests at once, the
worst first. Who comes back is on probation: it makes few calls, as a new number does, and less
speaks it guilty. Flagged again it rests for longer, and a third time it is retired.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from lambdas.domain.phone import E164
from lambdas.domain.reputation import ALTERNATIVES, Baseline, Doubt, Sum

HEAD_START = 0.1
"""A number on probation begins with a tenth of the doubt that makes it rest: an honest one would
rest by mistake once in ten returns, and a worn one is noticed so much sooner."""
STRIKES_TO_RETIRE = 3


class State(StrEnum):
    """Where a number stands in its life. A number on probation is WARMING at first, then ACTIVE."""

    NEW = "NEW"
    WARMING = "WARMING"
    ACTIVE = "ACTIVE"
    RESTING = "RESTING"
    RETIRED = "RETIRED"


class Event(StrEnum):
    """What a number's history tells of its reputation."""

    WOULD_REST = "WOULD_REST"
    RESTING = "RESTING"
    RETURNED = "RETURNED"
    PROBATION_OVER = "PROBATION_OVER"
    WOULD_RETIRE = "WOULD_RETIRE"
    RETIRED = "RETIRED"
    LABELLED = "LABELLED"
    LABEL_LIFTED = "LABEL_LIFTED"


class Mode(StrEnum):
    """`observe` records what would be done, `enforce` does it."""

    OBSERVE = "observe"
    ENFORCE = "enforce"


class Terms(NamedTuple):
    """What a deployment asks for. `limit` is the doubt at which a number rests."""

    limit: float
    most_resting_percent: int = 20
    rest: timedelta = timedelta(days=14)
    probation: timedelta = timedelta(days=30)
    label_retires: timedelta = timedelta(days=30)

    @property
    def longer_rest(self) -> timedelta:
        """The rest of a number that was flagged on probation."""
        return 3 * self.rest


class Label(NamedTuple):
    """What somebody says that phones show instead of our name. `seen_on` is a day."""

    text: str
    source: str
    seen_on: str
    since: datetime

    @property
    def words(self) -> str:
        told = f", seen on {self.seen_on}" if self.seen_on else ""
        return f'"{self.text}" ({self.source}{told})'


class Against(NamedTuple):
    """What became of a number's calls since the hour from which most speaks against it.

    `weight` is the logarithm of how much these calls speak for a worn number; at 0 begins anew.
    `usual` is the share of the pool's calls that is answered, `today` how the other numbers fared
    in the last of the hours: 1 is as usual.
    """

    since: datetime | None = None
    made: int = 0
    answered: int = 0
    expected: float = 0.0
    short: int = 0
    blocked: int = 0
    weight: float = 0.0
    usual: float = 0.0
    today: float = 1.0


NO_DOUBT, NOTHING_AGAINST = Doubt(), Against()

Lately = tuple[tuple[datetime, Sum], ...]
"""What was made of the calls of the last hours, by hour."""


@dataclass(frozen=True, slots=True)
class Reputation:
    """What is kept of one number.

    `judged` is the last hour whose calls were judged, and none is judged twice. `strikes` counts
    how often it was flagged without a probation that went well. `rests_until` is the end of a rest
    that the judge gave, `would_rest_until` of one that it would have given, `waits_since` tells
    that the pool's share of resting numbers is full. A number with `labels`, one for each who says
    so, rests until there is none. `version` changes with every write.
    """

    number: E164
    doubt: Doubt = NO_DOUBT
    against: Against = NOTHING_AGAINST
    first_call: datetime | None = None
    judged: datetime | None = None
    strikes: int = 0
    rests_until: datetime | None = None
    probation_until: datetime | None = None
    would_rest_until: datetime | None = None
    waits_since: datetime | None = None
    labels: tuple[Label, ...] = ()
    lately: Lately = ()
    version: int = 0

    @property
    def label(self) -> Label | None:
        """The label that was told first of those that stand."""
        return min(self.labels, key=lambda label: label.since, default=None)

    def on_probation(self, now: datetime) -> bool:
        return self.probation_until is not None and now < self.probation_until


@dataclass(frozen=True, slots=True)
class PoolReputation:
    """What is kept of a pool. Hours before `judged_until` are judged; `turn` changes with every
    hour and every change of a number. The others are what the last look found: when, in which mode,
    at which limit, of how many numbers how many rest, and who passes the limit but waits.
    """

    pool: str
    baseline: Baseline
    judged_until: datetime | None = None
    lately: Lately = ()
    turn: int = 0
    looked_at: datetime | None = None
    mode: str = ""
    limit: float = 0.0
    numbers: int = 0
    resting: int = 0
    waiting: tuple[E164, ...] = ()


def state_of(*, retired: bool, rests: bool, called: bool, days: int, warm_up_weeks: int) -> State:
    """The state of a number that was put to use, or came back, so many days ago."""
    if retired:
        return State.RETIRED
    if rests:
        return State.RESTING
    if not called:
        return State.NEW
    return State.WARMING if days < 7 * warm_up_weeks else State.ACTIVE


def most_resting(numbers: int, percent: int) -> int:
    """How many of a pool's numbers may rest at once. One at least, so that small pools have a
    judge too; but never the only number that there is."""
    return max(1, numbers * percent // 100) if numbers > 1 else 0


class Sentence(NamedTuple):
    """What is done with a flagged number. `until` is the end of its rest, None for a number that is
    retired; `strikes` is the count with this one."""

    number: E164
    strikes: int
    until: datetime | None


def sentences(
    flagged: Iterable[Reputation], numbers: int, resting: int, terms: Terms, now: datetime
) -> tuple[Sequence[Sentence], Sequence[E164]]:
    """Who rests or is retired, the worst first, and who has to wait for others to return.

    `numbers` are the pool's that may be shown or rest, `resting` those of them that rest. After
    every sentence no more than the share rests, unless people have put more to rest.
    """
    passed: list[Sentence] = []
    waiting: list[E164] = []
    for one in sorted(flagged, key=lambda each: (-each.doubt.value, each.number)):
        found = sentence_of(one, terms, now)
        if found.until is None:
            fits = resting <= most_resting(numbers - 1, terms.most_resting_percent)
            fits = fits and numbers - resting > 1
        else:
            fits = resting < most_resting(numbers, terms.most_resting_percent)
        if not fits:
            waiting.append(found.number)
            continue
        passed.append(found)
        if found.until is None:
            numbers -= 1
        else:
            resting += 1
    return passed, waiting


def sentence_of(past: Reputation, terms: Terms, now: datetime) -> Sentence:
    """What the past of a number that is flagged now asks for."""
    strikes = past.strikes + 1 if past.on_probation(now) else 1
    until = None
    if strikes < STRIKES_TO_RETIRE:
        until = whole_second(now + (terms.rest if strikes == 1 else terms.longer_rest))
    return Sentence(past.number, strikes, until)


def rested(past: Reputation, sentence: Sentence) -> Reputation:
    """The number after its sentence. What was held against it is told in its history."""
    return replace(
        past,
        doubt=NO_DOUBT,
        against=NOTHING_AGAINST,
        strikes=sentence.strikes,
        rests_until=sentence.until,
        probation_until=None,
        would_rest_until=None,
        waits_since=None,
    )


def back(past: Reputation, terms: Terms, since: datetime) -> Reputation:
    """The number on the day of its return: on probation, with the stricter beginning of its doubt.
    Calls that began before its return are not judged."""
    return replace(
        past,
        doubt=Doubt((terms.limit * HEAD_START,) * len(ALTERNATIVES)),
        against=NOTHING_AGAINST,
        judged=max(filter(None, (past.judged, since - timedelta(hours=1)))),
        rests_until=None,
        probation_until=since + terms.probation,
        waits_since=None,
        strikes=max(past.strikes, 1),
    )


def after_probation(past: Reputation) -> Reputation:
    """Nothing was found in the whole of the probation: what was before is forgiven."""
    return replace(past, strikes=0, probation_until=None)


class Evidence(NamedTuple):
    """Why a number was flagged, as its history keeps it."""

    against: Against
    doubt: float
    limit: float

    def as_json(self) -> str:
        """Every figure under its name."""
        held = self.against
        told = {
            "since": held.since.isoformat() if held.since else "",
            "made": held.made,
            "answered": held.answered,
            "expected": round(held.expected, 2),
            "short": held.short,
            "blocked": held.blocked,
            "doubt_level": round(level(self.doubt), 3),
            "limit_level": round(level(self.limit), 3),
            "pool_rate": round(held.usual, 4),
            "today": round(held.today, 3),
        }
        return json.dumps(told)

    @property
    def words(self) -> str:
        """For whoever has to answer for it."""
        held = self.against
        since = f"Since {held.since:%Y-%m-%d %H:%M} UTC" if held.since else "In the hours judged"
        return (
            f"{since} {held.answered} of {held.made} calls were answered where the same calls of"
            f" the pool's other numbers lead to expect {held.expected:.1f}; {held.short} ended at"
            f" once, {held.blocked} were blocked by a network. The pool is answered"
            f" {held.usual:.1%}. Doubt {level(self.doubt):.1f}, limit {level(self.limit):.1f}."
        )


def level(doubt: float) -> float:
    """The natural logarithm of a doubt, for people; what is below 1 counts as 1."""
    return math.log(max(1.0, doubt))


def whole_second(moment: datetime) -> datetime:
    """Up to the next whole second: rests are kept so."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + _SECOND


_SECOND = timedelta(seconds=1)
