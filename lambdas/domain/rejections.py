"""Why numbers fell: the record that logs, command line and console share."""

from collections import Counter
from typing import Any, NamedTuple

from lambdas.domain.phone import E164
from lambdas.domain.rules import Rule, Traits
from lambdas.domain.settings import Tier

SHOWN_LATELY = "shown_lately"
REMEMBERED = 20


class Fallen(NamedTuple):
    """One number that was drawn and passed over."""

    number: E164
    tier: Tier
    reason: str


class Barred(NamedTuple):
    """Numbers alike that one rule forbids for this destination."""

    rule: Rule
    traits: Traits
    numbers: int


class Rejections:
    """What fell while candidates were drawn. Grows with the draw; says nothing of numbers that
    were never looked at."""

    def __init__(self) -> None:
        self.fallen: list[Fallen] = []
        self._counts: Counter[str] = Counter()
        self._barred: dict[tuple[str, Traits], tuple[Rule, Counter[Tier]]] = {}

    def add(self, reason: str, number: E164, tier: Tier) -> None:
        self._counts[reason] += 1
        if len(self.fallen) < REMEMBERED:
            self.fallen.append(Fallen(number, tier, reason))

    def bar(self, rule: Rule, traits: Traits, tier: Tier, numbers: int) -> None:
        """Numbers that a rule forbids. Tiers hold the same numbers again and again, so the tier
        that holds most of them counts."""
        _, by_tier = self._barred.setdefault((rule.id, traits), (rule, Counter()))
        by_tier[tier] += numbers

    @property
    def barred(self) -> list[Barred]:
        return [
            Barred(rule, traits, max(by_tier.values()))
            for (_, traits), (rule, by_tier) in self._barred.items()
        ]

    @property
    def counts(self) -> dict[str, int]:
        """Reason -> how many numbers."""
        counted = Counter(self._counts)
        for barred in self.barred:
            counted[f"rule_{barred.rule.id}"] += barred.numbers
        return dict(counted)

    def clear(self) -> None:
        self.fallen.clear()
        self._counts.clear()
        self._barred.clear()

    def record(self) -> list[dict[str, Any]]:
        """For a log: what rules barred, kind by kind, and the first numbers that fell."""
        rules = [
            {
                "reason": f"rule_{barred.rule.id}",
                "numbers": barred.numbers,
                "of": f"{barred.traits.region} {barred.traits.kind.value}",
            }
            for barred in self.barred
        ]
        return [*rules, *(fallen._asdict() for fallen in self.fallen)]
