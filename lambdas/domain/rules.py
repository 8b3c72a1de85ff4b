"""Caller-ID rules as data: which of our numbers may be shown to whom.

The rules stand in data/caller_id_rules.json, each with its words, source and day of review. A
restriction applies whether or not its source was verified; a permission lifts the restrictions
that it names, and only where its source was verified. An engineer overrides a rule in the
configuration, with a written reason.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import Kind, Phone

REMEMBERED_VERDICTS = 20_000


class Effect(StrEnum):
    """What a rule does: allow, use only where nothing else is left, or bar."""

    ALLOWED = "allowed"
    DISCOURAGED = "discouraged"
    FORBIDDEN = "forbidden"


class Traits(NamedTuple):
    """What rules may ask of a number of ours.

    `region` as in `Phone`; `series` is the longest of `Rules.prefixes` that the number's digits
    begin with, "" for none.
    """

    region: str
    kind: Kind
    ownership: Ownership
    series: str


class Call(NamedTuple):
    """What rules may ask of a call: where it goes, why, and the country it leaves from.

    `purpose` or `origin` is "" where it is not known; a rule that asks for one does not apply then.
    """

    region: str
    kind: Kind
    purpose: str
    origin: str


class Conditions(NamedTuple):
    """The `when` of a rule. Every condition that is given must hold; an empty one always does.

    `number_prefixes_none` holds for numbers that begin with none of the prefixes. `across_border`:
    number and destination are of different countries. `from_abroad`: the call leaves from a known
    country, and it is neither the destination's nor the number's.
    """

    destination_regions: frozenset[str] = frozenset()
    destination_kinds: frozenset[str] = frozenset()
    number_regions: frozenset[str] = frozenset()
    number_kinds: frozenset[str] = frozenset()
    number_prefixes: tuple[str, ...] = ()
    number_prefixes_none: tuple[str, ...] = ()
    ownerships: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    across_border: bool = False
    from_abroad: bool = False

    @property
    def whatever_the_call(self) -> bool:
        """Whether the conditions ask of the number alone."""
        asked = (self.destination_regions, self.destination_kinds, self.purposes)
        return not (any(asked) or self.across_border or self.from_abroad)

    def hold(self, call: Call, traits: Traits) -> bool:
        """Whether they hold for a number with these traits, shown on this call."""
        return self.hold_for(traits) and (
            (not self.destination_regions or call.region in self.destination_regions)
            and (not self.destination_kinds or call.kind in self.destination_kinds)
            and (not self.purposes or call.purpose in self.purposes)
            and (not self.across_border or traits.region != call.region)
            and (
                not self.from_abroad
                or (call.origin != "" and call.origin not in (call.region, traits.region))
            )
        )

    def hold_for(self, traits: Traits) -> bool:
        """Whether those hold that ask of the number."""
        return (
            (not self.number_regions or traits.region in self.number_regions)
            and (not self.number_kinds or traits.kind in self.number_kinds)
            and (not self.ownerships or traits.ownership in self.ownerships)
            and (not self.number_prefixes or traits.series.startswith(self.number_prefixes))
            and not (
                self.number_prefixes_none and traits.series.startswith(self.number_prefixes_none)
            )
        )


class Rule(NamedTuple):
    """A restriction, or a permission (effect ALLOWED) with the ids of what it lifts.

    `reviewed` is a day, YYYY-MM-DD; `overridden` the engineer's reason where the configuration
    changed the effect, else "".
    """

    id: str
    effect: Effect
    when: Conditions
    words: str
    source: str
    reviewed: str
    verified: bool
    lifts: frozenset[str] = frozenset()
    overridden: str = ""


class Verdict(NamedTuple):
    """The strictest effect for a number on a call, and the restriction that decided; None where
    the number is allowed."""

    effect: Effect
    rule: Rule | None


class Rules:
    """All rules that count, for calls that leave from one country ("" where it is not known)."""

    def __init__(self, rules: Iterable[Rule] = (), origin: str = "") -> None:
        counted = tuple(rules)
        self.origin = origin
        # Forbidding ones first: the first that holds decides.
        self.restrictions = (
            *(rule for rule in counted if rule.effect is Effect.FORBIDDEN),
            *(rule for rule in counted if rule.effect is Effect.DISCOURAGED),
        )
        self.permissions = tuple(rule for rule in counted if rule.effect is Effect.ALLOWED)
        self.prefixes = frozenset(
            prefix
            for rule in counted
            for prefix in (*rule.when.number_prefixes, *rule.when.number_prefixes_none)
        )
        self._lengths = sorted({len(prefix) for prefix in self.prefixes}, reverse=True)
        self._shortest = self._lengths[-1] if self._lengths else 0
        self._heads = frozenset(prefix[: self._shortest] for prefix in self.prefixes)
        self._verdicts: dict[tuple[str, Kind, str, Traits], Verdict] = {}

    @classmethod
    def from_json(
        cls,
        document: Mapping[str, Any],
        origin: str = "",
        overrides: Mapping[str, Mapping[str, str]] | None = None,
    ) -> "Rules":
        """Read the rules, less permissions that nobody verified, with an engineer's overrides.

        `origin` is the ISO 3166 country that calls leave from; `overrides` maps a rule's id to its
        `effect` and the `reason`. ValueError where the document or an override is none.
        """
        rules = [_rule(entry) for entry in document["rules"]]
        known = {rule.id for rule in rules}
        named = {*(overrides or ()), *(lifted for rule in rules for lifted in rule.lifts)}
        if len(known) != len(rules) or not named <= known:
            raise ValueError(f"rules that are none, or twice: {sorted(named - known) or known}")
        overridden = (_overridden(rule, (overrides or {}).get(rule.id)) for rule in rules)
        return cls((rule for rule in overridden if rule), origin)

    def series_of(self, digits: str) -> str:
        """The longest prefix that a rule names of those digits (without "+"); "" for none."""
        if digits[: self._shortest] not in self._heads:
            return ""
        for length in self._lengths:
            if digits[:length] in self.prefixes:
                return digits[:length]
        return ""

    def traits(self, number: Phone, ownership: Ownership = Ownership.CONNECT) -> Traits:
        """A number as rules see it."""
        return Traits(number.region, number.kind, ownership, self.series_of(number.e164[1:]))

    def verdict(self, destination: Phone, purpose: str, traits: Traits) -> Verdict:
        """Whether a number with these traits may be shown to the destination.

        The strictest restriction wins among those that no permission lifts.
        """
        key = (destination.region, destination.kind, purpose, traits)
        verdict = self._verdicts.get(key)
        if verdict is None:
            if len(self._verdicts) >= REMEMBERED_VERDICTS:
                self._verdicts.clear()
            call = Call(destination.region, destination.kind, purpose, self.origin)
            verdict = self._verdicts[key] = self._judge(call, traits)
        return verdict

    def never_shown(self, number: Phone, ownership: Ownership = Ownership.CONNECT) -> Rule | None:
        """The rule that bars a number on every call, for the intake to refuse it by."""
        traits = self.traits(number, ownership)
        liftable = {
            lifted
            for permission in self.permissions
            if permission.when.hold_for(traits)
            for lifted in permission.lifts
        }
        barring = (
            rule
            for rule in self.restrictions
            if rule.effect is Effect.FORBIDDEN
            and rule.id not in liftable
            and rule.when.whatever_the_call
            and rule.when.hold_for(traits)
        )
        return next(barring, None)

    def restricting(self, call: Call, traits: Traits) -> tuple[Rule, ...]:
        """Every restriction that holds and is not lifted, the forbidding ones first."""
        lifted = {
            name
            for permission in self.permissions
            if permission.when.hold(call, traits)
            for name in permission.lifts
        }
        return tuple(
            rule
            for rule in self.restrictions
            if rule.id not in lifted and rule.when.hold(call, traits)
        )

    def at_home(self, traits: Traits, purposes: Collection[str] = ()) -> tuple[Rule, ...]:
        """What restricts a number when it is shown to landlines of its own country, for any of the
        purposes: what the people who bring the number are warned of."""
        rules: dict[str, Rule] = {}
        for purpose in purposes or ("",):
            call = Call(traits.region, Kind.GEOGRAPHIC, purpose, self.origin)
            rules |= {rule.id: rule for rule in self.restricting(call, traits)}
        return tuple(rules.values())

    def _judge(self, call: Call, traits: Traits) -> Verdict:
        for rule in self.restricting(call, traits):
            return Verdict(rule.effect, rule)
        return Verdict(Effect.ALLOWED, None)


def _rule(entry: Mapping[str, Any]) -> Rule:
    when = dict(entry["when"])
    unknown = when.keys() - set(Conditions._fields)
    effect, lifts = Effect(entry["effect"]), frozenset(entry.get("lifts", ()))
    if unknown or (effect is Effect.ALLOWED) != bool(lifts):
        raise ValueError(f"rule {entry['id']}: conditions {sorted(unknown)}, lifts {sorted(lifts)}")
    return Rule(
        id=entry["id"],
        effect=effect,
        when=Conditions(**{name: _condition(value, name) for name, value in when.items()}),
        words=entry["words"],
        source=entry["source"],
        reviewed=entry["reviewed"],
        verified=entry["verified"],
        lifts=lifts,
    )


def _condition(value: Any, name: str) -> Any:
    if isinstance(value, bool):
        return value
    return tuple(value) if "prefixes" in name else frozenset(value)


def _overridden(rule: Rule, override: Mapping[str, str] | None) -> Rule | None:
    """The rule as it counts; None where it does not."""
    if override is None:
        return None if rule.lifts and not rule.verified else rule
    effect = Effect(override["effect"])
    # A restriction that is allowed, or a permission that is not, restricts and lifts nothing.
    if bool(rule.lifts) != (effect is Effect.ALLOWED):
        return None
    return rule._replace(effect=effect, overridden=override["reason"])
