"""Heed what somebody says that phones show for a number: a label rests it at once.

A report is an act of people, or of a service that they asked for it, so it counts in every mode and
beyond the share of numbers that may rest. The number rests until every label is lifted, and is
retired where one stays.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from lambdas.domain.lifecycle import Event, Label, Reputation, Terms, back, whole_second
from lambdas.domain.outcomes import hour_of
from lambdas.domain.phone import E164, without_numbers
from lambdas.usecases.judge_numbers import LABEL_REST_BEYOND, Transition
from lambdas.usecases.rest_number import Change, Standing, Status

TRIES = 5


class Report(NamedTuple):
    """What one source says of a number: a label, or "" that it sees none any more. `seen_on` is a
    day as it was written, "" where none was told."""

    number: E164
    label: str
    source: str
    seen_on: str = ""


class Heeded(NamedTuple):
    """What came of a report: rests, returns, noted, unchanged or rejected; and in words."""

    outcome: str
    message: str


class LabelStore(Protocol):
    def standing(self, number: E164) -> Standing | None: ...

    def number(self, pool: str, number: E164) -> Reputation: ...

    def is_retired(self, pool: str, number: E164) -> bool: ...

    def enter(self, transition: Transition) -> bool:
        """All of a transition; False where the number has changed since it was read."""


@dataclass(frozen=True)
class _Case:
    report: Report
    pool: str
    standing: Standing
    past: Reputation
    retired: bool
    terms: Terms
    now: datetime
    by: str


class Busy(Exception):
    """The number kept changing while its label was entered; try again."""


def heed_label(
    report: Report,
    store: LabelStore,
    terms: Callable[[str], Terms],
    now: datetime,
    by: str,
) -> Heeded:
    """Enter one report; `terms` are those of a pool. Raises Busy. What may be somebody's number in
    a label, or in the name of the file that tells of it, stays out: both are logged and mailed."""
    label, source = without_numbers(report.label), without_numbers(report.source)
    report = report._replace(label=label, source=source)
    for _ in range(TRIES):
        standing = store.standing(report.number)
        if standing is None or standing.status is Status.REMOVED:
            return Heeded("rejected", "It is no number of a pool.")
        pool = standing.pool
        past, retired = store.number(pool, report.number), store.is_retired(pool, report.number)
        if not retired and not standing.rests(now):
            past = _used(past, terms(pool), now)
        case = _Case(report, pool, standing, past, retired, terms(pool), now, by)
        transition, heeded = _labelled(case) if report.label else _lifted(case)
        if transition is None or store.enter(transition):
            return heeded
    raise Busy(f"{report.number} kept changing")


def _used(past: Reputation, terms: Terms, now: datetime) -> Reputation:
    """What is kept of a number in use. Where it was to rest its rest is over, or somebody ended it,
    and no judge has looked since: a judge would say so."""
    if past.labels or past.rests_until is not None:
        return replace(back(past, terms, hour_of(now)), labels=())
    return past


def _labelled(case: _Case) -> tuple[Transition | None, Heeded]:
    report, past, now = case.report, case.past, case.now
    known = _of(past, report.source)
    if known is not None and known.text == report.label:
        return None, Heeded("unchanged", f"It is known as labelled {known.words}.")
    label = Label(report.label, report.source, report.seen_on, known.since if known else now)
    after = replace(past, labels=(*_others(past, report.source), label))
    if case.retired or past.labels:
        words = f"It is labelled {label.words} as well."
        heeded = Heeded("noted", f"{words} It is {'retired' if case.retired else 'resting'}.")
        return _told(case, Event.LABELLED, after, words), heeded
    until = whole_second(now + case.terms.label_retires + LABEL_REST_BEYOND)
    if case.standing.rests(now):  # where its own rest goes on when the label is lifted
        after = replace(after, rests_until=case.standing.until)
        until = max(until, case.standing.until or until)
    day = f"{now + case.terms.label_retires:%Y-%m-%d}"
    words = (
        f"It is labelled {label.words}. It rests until the label is lifted; if it still stands on"
        f" {day}, the number is retired."
    )
    rest = Change(report.number, case.pool, until, words, case.by, now)
    return _told(case, Event.LABELLED, after, words, rest=rest), Heeded("rests", words)


def _lifted(case: _Case) -> tuple[Transition | None, Heeded]:
    report, past, now = case.report, case.past, case.now
    if not past.labels:
        return None, Heeded("unchanged", "It was not known as labelled.")
    if report.source and _of(past, report.source) is None:
        known = ", ".join(label.source for label in past.labels)
        return None, Heeded("rejected", f"{report.source} told of no label; {known} did.")
    left = _others(past, report.source) if report.source else ()
    after = replace(past, labels=left)
    who = report.source or "Everybody"
    if left:
        others = ", ".join(label.words for label in left)
        words = f"{who} sees no label any more; it is still labelled {others}."
        return _told(case, Event.LABEL_LIFTED, after, words), Heeded("noted", words)
    if case.retired:
        words = f"{who} sees no label any more. It stays retired until somebody activates it."
        return _told(case, Event.LABEL_LIFTED, after, words), Heeded("noted", words)
    if past.rests_until is not None and past.rests_until > now:
        words = f"{who} sees no label any more. The rest that it had goes on."
        rest = Change(report.number, case.pool, past.rests_until, words, case.by, now)
        return _told(case, Event.LABEL_LIFTED, after, words, rest=rest), Heeded("noted", words)
    words = f"{who} sees no label any more: it is back in use, on probation."
    rest = Change(report.number, case.pool, None, words, case.by, now)
    home = replace(back(after, case.terms, hour_of(now)), labels=())
    return (
        _told(case, Event.LABEL_LIFTED, home, words, rest=rest, returns=now),
        Heeded("returns", words),
    )


def _told(
    case: _Case,
    event: Event,
    after: Reputation,
    words: str,
    *,
    rest: Change | None = None,
    returns: datetime | None = None,
) -> Transition:
    return Transition(event, case.pool, after, case.now, words, case.by, rest=rest, returns=returns)


def _of(past: Reputation, source: str) -> Label | None:
    return next((one for one in past.labels if _same(one.source, source)), None)


def _others(past: Reputation, source: str) -> tuple[Label, ...]:
    return tuple(one for one in past.labels if not _same(one.source, source))


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
