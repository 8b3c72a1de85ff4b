"""Caller-ID rules as data: which of our numbers may be shown to which destination.

The rules stand in data/caller_id_rules.json, each with its words, source and day of review. An
unverified restriction applies; an unverified permission never does, so only restrictions are kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lambdas.domain.directory import Group
from lambdas.domain.phone import Kind, Phone


@dataclass(frozen=True, slots=True)
class Rule:
    """A restriction. Every condition that is given must hold for it to apply."""

    id: str
    words: str
    source: str
    reviewed: str
    verified: bool
    destination_regions: frozenset[str]
    destination_kinds: frozenset[str]
    number_regions: frozenset[str]
    number_kinds: frozenset[str]
    number_prefixes: tuple[str, ...]
    across_border: bool

    @property
    def is_everywhere(self) -> bool:
        return not (self.destination_regions or self.destination_kinds or self.across_border)

    def forbids(self, destination: Phone, region: str, kind: Kind, sample: str) -> bool:
        """Whether a number of `region` and `kind` whose digits begin like `sample` is barred."""
        return (
            (not self.number_kinds or kind.value in self.number_kinds)
            and (not self.destination_regions or destination.region in self.destination_regions)
            and (not self.destination_kinds or destination.kind.value in self.destination_kinds)
            and (not self.number_regions or region in self.number_regions)
            and (not self.number_prefixes or sample.startswith(self.number_prefixes))
            and (not self.across_border or region != destination.region)
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, and those among them that ask nothing of the destination."""

    rules: Sequence[Rule]
    everywhere: Sequence[Rule]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Rules":
        rules = tuple(_rule(entry) for entry in document["rules"])
        return cls(rules, tuple(rule for rule in rules if rule.is_everywhere))

    def against(self, destination: Phone, group: Group, sample: str) -> Rule | None:
        """The first rule that bars a group of numbers for this destination; None if none does."""
        for rule in self.rules:
            if rule.forbids(destination, group.region, group.kind, sample):
                return rule
        return None

    def never_shown(self, number: Phone) -> Rule | None:
        """The rule that bars a number for every destination, for the intake to refuse it by."""
        for rule in self.everywhere:
            if rule.forbids(number, number.region, number.kind, number.e164[1:]):
                return rule
        return None


def _rule(entry: Mapping[str, Any]) -> Rule:
    when = entry["when"]
    return Rule(
        id=entry["id"],
        words=entry["words"],
        source=entry["source"],
        reviewed=entry["reviewed"],
        verified=entry["verified"],
        destination_regions=frozenset(when.get("destination_regions", ())),
        destination_kinds=frozenset(when.get("destination_kinds", ())),
        number_regions=frozenset(when.get("number_regions", ())),
        number_kinds=frozenset(when.get("number_kinds", ())),
        number_prefixes=tuple(when.get("number_prefixes", ())),
        across_border=when.get("across_border", False),
    )
