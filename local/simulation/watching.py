"""Who watches the picker: what customers in fact saw, counted apart from the store.

Nothing here reads the store or the ledger. Time only goes forward.
"""

from array import array
from collections import Counter
from dataclasses import dataclass, field

from lambdas.domain.directory import Directory
from lambdas.domain.rejections import SHOWN_LATELY
from lambdas.domain.settings import Action, Caps, PoolSettings, Tier
from lambdas.usecases.picking import Decision, Refusal

_NOBODY = -1
BUSY = (Refusal.LIMIT_REACHED, SHOWN_LATELY)


@dataclass
class Tally:
    """What was seen.

    `busy` counts the calls for which every number that might be shown was at its limit or seen
    lately; others without a number had none that may be shown at all. `repeats` are numbers shown
    again to a customer within the rule, the one that the customer had answered apart: each counts
    as avoidable, for the rule has no exception.
    """

    by_tier: Counter[str] = field(default_factory=Counter)
    by_action: Counter[str] = field(default_factory=Counter)
    by_reason: Counter[str] = field(default_factory=Counter)
    busy: int = 0
    caps_passed: int = 0
    repeats: int = 0
    kept_answered: int = 0
    returning: int = 0


class Watch:
    """Counts every decision. `share` tells how the calls spread over the numbers."""

    def __init__(self, directory: Directory, pool: PoolSettings, customers: int) -> None:
        self.tally = Tally()
        self._pool = pool
        self._index = {digits: index for index, digits in enumerate(directory.numbers)}
        self._directory = directory
        self.shown = array("I", bytes(4 * len(directory)))
        self._day, self._hour, self._minute = _NOBODY, _NOBODY, _NOBODY
        self._this_day: Counter[int] = Counter()
        self._this_hour: Counter[int] = Counter()
        self._this_minute: Counter[int] = Counter()
        self._caps: dict[int, Caps] = {}
        # What each customer saw, newest first, as a chain through arrays: a few bytes a call.
        self._newest = array("q", [_NOBODY]) * customers
        self._calls = array("H", [0]) * customers
        self._answered = array("q", [_NOBODY]) * customers
        self._before, self._number = array("q"), array("q")
        self._at, self._call = array("d"), array("H")

    def remember(self, customer: int, digits: int, at: float) -> None:
        """A customer saw a number (0 for none of the pool) before the first day."""
        self._note(customer, digits, at)

    def note_answer(self, customer: int) -> None:
        """The customer answered what was shown last; nothing changes if that was no number."""
        if self._newest[customer] != _NOBODY:
            latest = self._newest[customer]
            if self._call[latest] == self._calls[customer]:
                self._answered[customer] = self._number[latest]

    def saw(self, customer: int, decision: Decision, at: float) -> None:
        """One call; `at` in epoch seconds."""
        tally = self.tally
        tally.by_action[decision.action] += 1
        tally.by_reason[decision.reason] += 1
        tally.returning += self._calls[customer] > 0
        digits = 0
        tally.busy += not decision.caller_id and any(map(decision.rejected.get, BUSY))
        if decision.action is Action.DIAL:
            tally.by_tier[decision.tier] += 1
            digits = int(decision.caller_id[1:])
            self._count(digits, at)
            if digits == self._answered[customer]:
                tally.kept_answered += decision.tier is Tier.ANSWERED_BEFORE
            elif self._repeats(customer, digits, at):
                tally.repeats += 1
        self._note(customer, digits, at)

    def busiest_over_mean(self) -> float:
        """Calls of the busiest number, divided by the mean of all numbers; 0 without calls."""
        total = sum(self.shown)
        return max(self.shown) / (total / len(self.shown)) if total else 0.0

    def busiest(self, most: int) -> list[tuple[str, int]]:
        order = sorted(range(len(self.shown)), key=lambda index: -self.shown[index])[:most]
        return [(self._directory.number(index), self.shown[index]) for index in order]

    def _count(self, digits: int, at: float) -> None:
        index = self._index[digits]
        self.shown[index] += 1
        minute = int(at) // 60
        if minute != self._minute:
            self._minute = minute
            self._this_minute.clear()
            if minute // 60 != self._hour:
                self._hour = minute // 60
                self._this_hour.clear()
            if minute // 1440 != self._day:
                self._day = minute // 1440
                self._this_day.clear()
                self._caps.clear()
        age = self._day - self._directory.activated_on[index]
        caps = self._caps.get(age)
        if caps is None:
            caps = self._caps[age] = self._pool.limits.at_age(age)
        counted = (self._this_minute, self._this_hour, self._this_day)
        for counts, cap in zip(counted, caps, strict=True):
            counts[index] += 1
            self.tally.caps_passed += counts[index] > cap

    def _repeats(self, customer: int, digits: int, at: float) -> bool:
        rule = self._pool.avoid_repeat
        entry = self._newest[customer]
        while entry != _NOBODY:
            since = self._calls[customer] - self._call[entry]
            recent = self._at[entry] > at - rule.days * 86_400
            if self._number[entry] == digits and (recent or since < rule.attempts):
                return True
            entry = self._before[entry]
        return False

    def _note(self, customer: int, digits: int, at: float) -> None:
        self._calls[customer] += 1
        if not digits:
            return
        self._before.append(self._newest[customer])
        self._number.append(digits)
        self._at.append(at)
        self._call.append(self._calls[customer])
        self._newest[customer] = len(self._number) - 1
