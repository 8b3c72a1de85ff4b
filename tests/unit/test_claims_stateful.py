"""Ledger and usage against a model, on the store in memory."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from lambdas.domain.ledger import Ledger
from lambdas.domain.phone import E164
from tests.unit.claims_machine import Claims
from tests.unit.fakes import MemoryClaims


class MemoryWorld:
    def __init__(self) -> None:
        self.claims = MemoryClaims()
        self._away: dict[str, datetime | None] = {}

    def begin(self, now: datetime) -> None:
        self.claims.inactive = {
            number for number, until in self._away.items() if until is None or until > now
        }

    def rest(self, number: str, until: datetime) -> None:
        self._away[number] = until

    def remove(self, number: str) -> None:
        self._away[number] = None

    def bring_back(self, number: str) -> None:
        self._away.pop(number, None)

    def answered(self, destination: E164, number: E164, now: datetime) -> None:
        ledger = self.ledger(destination)
        after = replace(ledger, version=ledger.version + 1, answered=number)
        self.claims.ledgers[destination] = after

    def ledger(self, destination: E164) -> Ledger:
        return self.claims.ledgers.get(destination, Ledger())

    def usage(self) -> Counter[tuple[str, str, str]]:
        found: Counter[tuple[str, str, str]] = Counter()
        for (number, day_and_bucket), count in self.claims.usage.items():
            day, bucket = day_and_bucket.split(" ")
            if count:
                found[number, day, bucket] = count
        return found


class InMemory(Claims):
    def __init__(self) -> None:
        super().__init__(MemoryWorld)


def test_claims_do_what_the_model_says() -> None:
    run_state_machine_as_test(
        InMemory,
        settings=settings(
            max_examples=120,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
