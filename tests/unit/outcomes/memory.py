"""The store of outcomes in memory, and shortcuts for records."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from lambdas.connect.call_facts import call_of
from lambdas.connect.contact_record import parse
from lambdas.domain.ledger import Ledger
from lambdas.domain.outcome_of import Facts, facts_of
from lambdas.domain.outcomes import Cell
from lambdas.domain.phone import E164
from lambdas.usecases.record_outcome import (
    Change,
    Last,
    Recorded,
    Refused,
    Seen,
    record_outcome,
)
from local.contact_records import BEGINS
from tests.unit.builders import NanpStates

NOW = BEGINS + timedelta(days=10)
KEPT = timedelta(days=90)

Counters = Counter[tuple[str, datetime, Cell]]


@dataclass
class MemoryOutcomes:
    """Every write is one transaction: it takes whole, or not at all."""

    contacts: dict[str, Last] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counter)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    forgotten: dict[str, datetime] = field(default_factory=dict)
    own: set[tuple[str, str]] = field(default_factory=set)
    reads: int = 0
    writes: int = 0

    def seen(self, destination: E164) -> Seen:
        self.reads += 1
        return Seen(destination, self.ledgers.get(destination, Ledger()))

    def forgotten_since(self, key: str, moment: datetime) -> bool:
        return key in self.forgotten and self.forgotten[key] > moment

    def note_own(self, number: E164 | str, day: datetime) -> None:
        self.own.add((number, f"{day:%Y-%m-%d}"))

    def write(self, change: Change) -> Refused | None:
        self.writes += 1
        stands = self.contacts.get(change.contact_id)
        version_moved = (stands and stands.version) != (change.before and change.before.version)
        ledger_moved = bool(
            change.seen
            and change.ledger
            and self.ledgers.get(change.seen.key, Ledger()).version != change.seen.ledger.version
        )
        if version_moved or ledger_moved:
            return Refused(version_moved, ledger_moved, stands if version_moved else None)
        self.contacts[change.contact_id] = change.after
        for last, calls in ((change.before, -1), (change.after, 1)):
            if last and last.counted:
                self.counters[last.counted] += calls
        if change.seen and change.ledger:
            self.ledgers[change.seen.key] = change.ledger
        return None

    def counted(self) -> Counters:
        assert all(count >= 0 for count in self.counters.values())
        return +self.counters

    def give(self, customer: str, ledger: Ledger) -> None:
        self.ledgers[customer] = replace(ledger, version=max(ledger.version, 1))


def facts(record: dict[str, Any]) -> Facts:
    found = facts_of(call_of(parse(record)), NanpStates())
    assert found
    return found


def record(told: dict[str, Any], store: MemoryOutcomes, now: datetime = NOW) -> Recorded | None:
    """What the handler does with one record; None for what is no call of ours."""
    found = facts_of(call_of(parse(told)), NanpStates())
    return record_outcome(found, store, now, KEPT) if found else None
