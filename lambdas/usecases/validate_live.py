"""Ask a carrier about numbers: from what is kept first, then within a rate and a day's spending.

Whatever fails, each number has exactly one finding, and nobody pays above the limit.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lambdas.domain.live_validation import Finding, Price, Why, is_fresh
from lambdas.domain.phone import E164

KEPT_DAYS = 90
WAITS = (1.0, 3.0, 9.0)
"""Seconds between tries while the service says that it is asked too often."""
MOST_FAULTS = 10
"""So many numbers in a row without an answer end the asking: the service is not well."""


class ServiceFault(Exception):
    """No answer. `for_all` tells that the next number would fare the same; `charged` that it is
    not known whether the answer is billed. Nothing in it names the number."""

    def __init__(self, why: Why, *, for_all: bool = False, charged: bool = False) -> None:
        super().__init__(str(why))
        self.why = why
        self.for_all = for_all
        self.charged = charged


class Asks(Protocol):
    """The service itself. Raises ServiceFault."""

    def __call__(self, number: E164) -> Finding: ...


class Findings(Protocol):
    """Answers of before. What cannot be read or kept is None and nothing, not an error."""

    def kept(self, number: E164) -> Finding | None: ...
    def keep(self, number: E164, finding: Finding, now: datetime) -> None: ...


class Budget(Protocol):
    """A day's spending, shared by all who spend. `take` is False where it would be too much, or
    where nobody can tell."""

    def take(self, micro: int, now: datetime) -> bool: ...
    def give_back(self, micro: int, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class LiveValidation:
    """The one port: `check` gives each number with its finding, in order."""

    asks: Asks
    findings: Findings
    budget: Budget
    price: Price
    pace: "Pace"
    now: Callable[[], datetime]
    kept_days: int = KEPT_DAYS

    def check(self, numbers: Iterable[E164]) -> Iterator[tuple[E164, Finding]]:
        """Yields a pair for each number, also for those that come twice."""
        ended: Why | None = None
        faults = 0
        for number in numbers:
            found = self._kept(number)
            if found is None and ended:
                found = Finding.none(ended)
            elif found is None:
                found, ended = self._asked(number)
                faults = faults + 1 if found.why else 0
                if faults >= MOST_FAULTS:
                    ended = ended or Why.STOPPED
            yield number, found

    def _kept(self, number: E164) -> Finding | None:
        found = self.findings.kept(number)
        if found is None or not is_fresh(found, self.now(), self.kept_days):
            return None
        return found._replace(kept=True)

    def _asked(self, number: E164) -> tuple[Finding, Why | None]:
        """The finding, and why nothing more need be asked."""
        micro, now = self.price.micro, self.now()
        if not self.budget.take(micro, now):
            return Finding.none(Why.SPEND_LIMIT), Why.SPEND_LIMIT
        try:
            found = self._patiently(number)
        except ServiceFault as fault:
            if not fault.charged:
                self.budget.give_back(micro, now)
            return Finding.none(fault.why), Why.STOPPED if fault.for_all else None
        found = found._replace(on=now.date())
        self.findings.keep(number, found, now)
        return found, None

    def _patiently(self, number: E164) -> Finding:
        for wait in WAITS:
            self.pace.wait()
            try:
                return self.asks(number)
            except ServiceFault as fault:
                if fault.why is not Why.THROTTLED:
                    raise
            self.pace.sleep(wait)
        self.pace.wait()
        return self.asks(number)


class Pace:
    """A bucket of tokens: so many a second on average, and a few at once after a rest."""

    def __init__(
        self,
        per_second: float,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        burst: int = 5,
    ) -> None:
        self._per_second = per_second
        self._monotonic = monotonic
        self.sleep = sleep
        self._burst = burst
        self._tokens = float(burst)
        self._at = monotonic()

    def wait(self) -> None:
        """Take a token, sleeping until there is one."""
        at = self._monotonic()
        self._tokens = min(self._burst, self._tokens + (at - self._at) * self._per_second)
        self._at = at
        self._tokens -= 1
        if self._tokens < 0:
            self.sleep(-self._tokens / self._per_second)
