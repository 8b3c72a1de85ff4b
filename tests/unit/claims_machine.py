"""Calls, rests, answers and passing time at random, held against a model that counts by itself.

The model knows no ledger, no bucket and no version: it keeps lists of what happened and works out
from them what may happen next.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lambdas.domain.ledger import KEPT_CLAIMS, KEPT_WHOLE, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, Attempts, Mode, RunMode, Tier
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.picking import ClaimStore, Contact, Decision
from tests.unit.builders import NOON, NanpStates, customer, directory, nanp, pool, queue, rules
from tests.unit.fakes import FixedDirectories

NUMBERS = [*nanp("206", 3), *nanp("253", 1), *nanp("212", 2)]
STATES = {"206": "WA", "253": "WA", "212": "NY"}
CUSTOMERS = [customer(1), customer(2), customer(3, "212")]
OWN = "+12065550188"
PER_MINUTE, PER_HOUR, PER_DAY = 1, 2, 3
DAYS, ATTEMPTS = 2, 3
RUNG = Attempts(most=3, hours=24)
TIERS = (Tier.ANSWERED_BEFORE, Tier.AREA_CODE, Tier.STATE, Tier.COUNTRY)
MODES = ("on", "on", "on", "observe", "percent 50", "off")
GAPS = (0, 60, 1_800, 3_600)
PASSES = (
    (0, "no time at all"),
    (20, "within a minute"),
    (60, "over the minute"),
    (1_800, "half an hour"),
    (3_599, "a second short of an hour"),
    (3_600, "an hour"),
    (11 * 3_600, "most of the day"),
    (24 * 3_600, "the rolling period, to the second"),
    (24 * 3_600 + 1, "and a second"),
    (2 * 24 * 3_600, "the days without a repeat, to the second"),
    (3 * 24 * 3_600, "days"),
)


class World(Protocol):
    """A store, and what happens to it besides picks."""

    @property
    def claims(self) -> ClaimStore: ...

    def begin(self, now: datetime) -> None:
        """The time of what follows."""

    def rest(self, number: str, until: datetime) -> None: ...

    def remove(self, number: str) -> None: ...

    def bring_back(self, number: str) -> None: ...

    def answered(self, destination: E164, number: E164, now: datetime) -> None: ...

    def ledger(self, destination: E164) -> Ledger: ...

    def usage(self) -> Counter[tuple[str, str, str]]:
        """Calls by number, UTC day and bucket; none that is zero."""


@dataclass(frozen=True)
class Rung:
    """One claim as the model remembers it. `number` is "" where none of the pool was shown."""

    contact_id: str
    number: str
    at: datetime
    answer: tuple[str, ...]


class Claims(RuleBasedStateMachine):
    """`make` gives a world in which NUMBERS are active, and nobody was rung."""

    def __init__(self, make: Callable[[], World]) -> None:
        super().__init__()
        self.world = make()
        self.now = NOON
        self.mode = RunMode(Mode.ON)
        self.rung: dict[str, list[Rung]] = {to: [] for to in CUSTOMERS}
        self.calls: list[tuple[str, datetime]] = []
        self.away: dict[str, datetime | None] = {}
        self.answers: dict[str, str] = {}
        self.contacts = 0
        self.picker = Picker(
            claims=self.world.claims,
            directories=FixedDirectories(directory(*NUMBERS)),
            places=NanpStates(),
            rules=rules(),
            pools=lambda _name: pool(PER_HOUR, PER_DAY, DAYS, ATTEMPTS, TIERS, 80.0, PER_MINUTE),
            modes=lambda _queue: self.mode,
        )

    @rule(
        calls=st.lists(
            st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(GAPS)), min_size=1, max_size=8
        )
    )
    def ring(self, calls: list[tuple[str, int]]) -> None:
        """Calls one after the other, some seconds apart."""
        for to, gap in calls:
            if len(self.rung[to]) < KEPT_CLAIMS:
                self.pick(to)
            self.now += timedelta(seconds=gap)

    def pick(self, to: str) -> None:
        self.contacts += 1
        contact_id = f"contact-{self.contacts}"
        decision = self.ask(contact_id, to)
        if self.mode.mode is Mode.OFF:
            assert told(decision)[:2] == ("default", "")
            return
        if self.mode.mode is not Mode.OBSERVE and self.rung_lately(to) >= RUNG.most:
            assert (decision.action, decision.reason) == (Action.BLOCK, "attempts_reached")
            return
        if self.mode.mode is Mode.OBSERVE or decision.arm == "default":
            assert (decision.action, decision.caller_id) == (Action.DEFAULT, "")
        else:
            self.hold(decision, to)
        self.rung[to].append(Rung(contact_id, decision.caller_id, self.now, told(decision)))
        self.calls.append((decision.caller_id or OWN, self.now))

    def hold(self, decision: Decision, to: str) -> None:
        """A pick of a queue that decides: the best of what is free, or the default."""
        free = [number for number in NUMBERS if self.is_free(number)]
        fresh = [number for number in free if number not in self.barred(to)]
        if self.answers.get(to) in free:
            assert decision.caller_id == self.answers[to]
        elif fresh:
            best = min(locality(number, to) for number in fresh)
            assert decision.caller_id in fresh
            assert locality(decision.caller_id, to) == best
        else:
            assert (decision.action, decision.reason) == (Action.DEFAULT, "pool_exhausted")

    @precondition(lambda self: self.mode.mode is not Mode.OFF and any(self.rung.values()))
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        to = data.draw(st.sampled_from([to for to in CUSTOMERS if self.rung[to]]))
        earlier = data.draw(st.sampled_from(self.rung[to][-KEPT_WHOLE:]))
        assert told(self.ask(earlier.contact_id, to)) == earlier.answer

    @precondition(lambda self: any(one.number for rung in self.rung.values() for one in rung))
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        shown = [(to, one.number) for to, rung in self.rung.items() for one in rung if one.number]
        to, number = data.draw(st.sampled_from(shown))
        self.world.answered(E164(to), E164(number), self.now)
        self.answers[to] = number

    @rule(number=st.sampled_from(NUMBERS), hours=st.sampled_from((1, 24)))
    def rest(self, number: str, hours: int) -> None:
        self.away[number] = self.now.replace(microsecond=0) + timedelta(hours=hours)
        self.world.rest(number, self.now.replace(microsecond=0) + timedelta(hours=hours))

    @rule(number=st.sampled_from(NUMBERS))
    def remove(self, number: str) -> None:
        self.away[number] = None
        self.world.remove(number)

    @rule(number=st.sampled_from(NUMBERS))
    def bring_back(self, number: str) -> None:
        self.away.pop(number, None)
        self.world.bring_back(number)

    @rule(passed=st.sampled_from(PASSES))
    def pass_time(self, passed: tuple[int, str]) -> None:
        self.now += timedelta(seconds=passed[0])

    @precondition(lambda self: any(self.rung.values()))
    @rule(data=st.data(), days=st.sampled_from((1, DAYS)), off=st.sampled_from((-1, 0, 1)))
    def ring_at_a_border(self, data: st.DataObject, days: int, off: int) -> None:
        """Ring again when a call is so many days old to the second, or one second off."""
        rung = [(to, one.at) for to, rung in self.rung.items() for one in rung]
        to, at = data.draw(st.sampled_from(rung))
        self.now = max(self.now, at + timedelta(days=days, seconds=off))
        if len(self.rung[to]) < KEPT_CLAIMS:
            self.pick(to)

    @rule(mode=st.sampled_from(MODES))
    def set_mode(self, mode: str) -> None:
        self.mode = RunMode.read(mode)

    @invariant()
    def usage_counts_every_call_once(self) -> None:
        counted: Counter[tuple[str, str, str]] = Counter()
        for number, at in self.calls:
            buckets = ("day", f"h{at:%H}", f"m{at:%H%M}")
            for bucket in buckets[:2] if number == OWN else buckets:
                counted[number, f"{at:%Y-%m-%d}", bucket] += 1
        assert self.world.usage() == counted
        caps = {"d": PER_DAY, "h": PER_HOUR, "m": PER_MINUTE}
        assert all(
            count <= caps[bucket[0]]
            for (number, _, bucket), count in counted.items()
            if number != OWN
        )

    @invariant()
    def ledgers_hold_every_claim_once(self) -> None:
        for to, rung in self.rung.items():
            claims = self.world.ledger(E164(to)).claims
            assert [(claim.number, claim.at) for claim in claims] == [
                (one.number, one.at) for one in rung
            ]
            assert [claim.attempt for claim in claims] == list(range(1, len(rung) + 1))

    def ask(self, contact_id: str, to: str) -> Decision:
        self.world.begin(self.now)
        setting = queue(attempts=RUNG)
        contact = Contact(contact_id, "VOICE", to, "TELEPHONE_NUMBER", setting, own_number=OWN)
        return self.picker.pick(contact, self.now, lambda: 60.0)

    def is_free(self, number: str) -> bool:
        until = self.away.get(number, self.now)
        made = [at for by, at in self.calls if by == number and at.date() == self.now.date()]
        this_hour = [at for at in made if at.hour == self.now.hour]
        return (
            until is not None
            and until <= self.now
            and len(made) < PER_DAY
            and len(this_hour) < PER_HOUR
            and sum(at.minute == self.now.minute for at in this_hour) < PER_MINUTE
        )

    def barred(self, to: str) -> set[str]:
        """What was shown within the days or the attempts."""
        since = self.now - timedelta(days=DAYS)
        rung = self.rung[to]
        return {one.number for one in rung if one.at > since} | {
            one.number for one in rung[-ATTEMPTS:]
        }

    def rung_lately(self, to: str) -> int:
        since = self.now - timedelta(hours=RUNG.hours)
        return sum(one.at > since for one in self.rung[to])


def told(decision: Decision) -> tuple[str, ...]:
    return (decision.action, decision.caller_id, decision.tier, decision.reason)


def locality(number: Any, to: str) -> int:
    """0 within the customer's area code, 1 within the state, 2 elsewhere in the country."""
    ours, theirs = number[2:5], to[2:5]
    return 0 if ours == theirs else 1 if STATES[ours] == STATES[theirs] else 2
