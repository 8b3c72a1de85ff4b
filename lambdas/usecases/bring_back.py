"""Bring a retired number back to use: somebody decided so, and answers for it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from lambdas.domain.lifecycle import Event, Reputation, Terms, back
from lambdas.domain.outcomes import hour_of
from lambdas.domain.phone import E164
from lambdas.domain.withholding import Withheld
from lambdas.usecases.judge_numbers import Transition
from lambdas.usecases.withhold import Withholding

TRIES = 5


class RetiredStore(Protocol):
    def number(self, pool: str, number: E164) -> Reputation: ...

    def is_retired(self, pool: str, number: E164) -> bool: ...

    def enter(self, transition: Transition) -> bool: ...


@dataclass(frozen=True)
class Decision:
    """Who wants it, and why."""

    number: E164
    pool: str
    reason: str
    by: str


def bring_back(decision: Decision, store: RetiredStore, terms: Terms, now: datetime) -> bool:
    """Whether the number was retired and is no longer: it is on probation, and its labels are
    passed over until they are told again. False too where others keep changing it."""
    number, pool = decision.number, decision.pool
    for _ in range(TRIES):
        if not store.is_retired(pool, number):
            return False
        past = store.number(pool, number)
        home = replace(back(past, terms, hour_of(now)), labels=(), strikes=1)
        transition = Transition(
            Event.RETURNED,
            pool,
            home,
            now,
            decision.reason,
            decision.by,
            withholding=Withholding(
                number, pool, Withheld.RETIRED, False, decision.by, now, decision.reason
            ),
            returns=now,
        )
        if store.enter(transition):
            return True
    return False
