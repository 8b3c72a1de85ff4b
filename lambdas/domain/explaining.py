"""An explanation of a pick: what is shown, what else could be, and why each other number fell.

It goes through the whole pool with the choice that a pick makes, so it is for people and not for
the call path. Its reasons and keys are those of a pick's log: `rejected` counts numbers by reason,
`fallen` lists them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from lambdas.domain.cells import Direction
from lambdas.domain.choosing import FULL_WEIGHT, Candidate, Wanted, candidates, looks_alike
from lambdas.domain.directory import Directory
from lambdas.domain.hour_rules import HourRule
from lambdas.domain.hours import ALLOWED, HoursVerdict
from lambdas.domain.phone import E164, Phone, masked, parse_e164
from lambdas.domain.reasons import (
    IN_NO_TIER,
    INBOUND_ONLY,
    RULE_PREFIX,
    distance_words,
    reason_words,
    tier_words,
)
from lambdas.domain.registry import WHOLE
from lambdas.domain.rejections import SHOWN_LATELY, Rejections
from lambdas.domain.rows import Member
from lambdas.domain.rules import Effect, Rule, Rules
from lambdas.domain.settings import Action, PoolSettings, QueueSettings, Tier
from lambdas.domain.whereabouts import Whereabouts

Look = Callable[[Sequence[Candidate]], Mapping[E164, str]]
"""Candidates -> reason of those numbers that their usage or their status keeps back."""


def nothing_known(_: Sequence[Candidate]) -> Mapping[E164, str]:
    """The look where neither usage nor status of the numbers is known."""
    return {}


class Question(NamedTuple):
    """The call to explain.

    `members` may be the whole pool: those that are inbound only are told, the directory has the
    others. `stopped` is the reason for which this customer is not rung at all, "" for none.
    `hours` is the verdict of the calling hours, `hour_rules` the rules that were looked at for it
    and for the attempts. `withheld` are numbers of the pool that may not be shown for now, each
    with its reason.
    """

    wanted: Wanted
    time_zones: tuple[str, ...]
    queue: QueueSettings
    pool: PoolSettings
    members: Iterable[Member] = ()
    look: Look = nothing_known
    stopped: str = ""
    hours: HoursVerdict = ALLOWED
    hour_rules: Sequence[HourRule] = ()
    withheld: Mapping[E164, str] = MappingProxyType({})


class TierCount(NamedTuple):
    """A tier in the pool's order: how many numbers are in it and in no better one, and how many of
    these may be shown."""

    tier: Tier
    numbers: int
    offered: int


class PassedOver(NamedTuple):
    """A number that is not shown, and why; `tier` is None where no tier leads to it."""

    number: E164
    tier: Tier | None
    reason: str
    region: str
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a pick in the mode `on` comes to. `candidates` may be shown, in the order in which they
    are tried for this contact; `shares` are below 100 % for those that papers speak against."""

    question: Question
    published: bool
    tiers: Sequence[TierCount]
    candidates: Sequence[Candidate]
    fallen: Sequence[PassedOver]
    shares: Mapping[E164, int] = field(default_factory=dict)

    @property
    def chosen(self) -> Candidate | None:
        """What is shown; None where nothing is left."""
        stopped = self.question.stopped
        return self.candidates[0] if self.candidates and not stopped else None

    @property
    def action(self) -> Action:
        if self.question.stopped:
            return Action.BLOCK
        return Action.DIAL if self.chosen else self.question.queue.on_exhausted

    @property
    def reason(self) -> str:
        """The reason that the decision has."""
        if self.question.stopped:
            return self.question.stopped
        if self.chosen:
            return "local_number"
        return "pool_exhausted" if self.published else "pool_is_empty"

    @property
    def rejected(self) -> dict[str, int]:
        """Reason -> how many numbers, the commonest first."""
        return dict(Counter(fallen.reason for fallen in self.fallen).most_common())

    def share(self, candidate: Candidate) -> int:
        """How often a number goes before the others of its tier that are as near, in percent."""
        return self.shares.get(candidate.number, WHOLE)

    @property
    def rules(self) -> dict[str, Rule]:
        """The rules that decided something, by their reason."""
        forbidding = (fallen.rule for fallen in self.fallen)
        discouraging = (candidate.discouraged for candidate in self.candidates)
        return {rule_reason(rule): rule for rule in (*forbidding, *discouraging) if rule}

    def record(self, *, whole: bool = False, most: int | None = None) -> dict[str, Any]:
        """Ready for JSON. Only with `whole` does it name the customer's number and position, which
        no log may hold; `most` keeps the lists of numbers short."""
        wanted, queue = self.question.wanted, self.question.queue
        to, where, best = wanted.destination, wanted.whereabouts, self.chosen
        return {
            "to": to.e164 if whole else masked(to.e164),
            "action": self.action.value,
            "caller_id": best.number if best else "",
            "tier": (best.tier if best else Tier.DEFAULT).value,
            "distance_km": _tenths(best.distance_km) if best else None,
            "reason": self.reason,
            "summary": self.summary(),
            "queue": queue.key,
            "pool": self.question.pool.name,
            "purpose": wanted.purpose,
            "contact_id": wanted.contact_id,
            **_destination(to, where, whole=whole),
            "time_zones": list(self.question.time_zones),
            "hours": self._hours(),
            "tiers": [count._asdict() for count in self.tiers],
            "candidates": [
                _candidate(rank, candidate, looks_alike(candidate.number, to))
                | {"share": self.share(candidate)}
                for rank, candidate in enumerate(self.candidates[:most], 1)
            ],
            "rejected": self.rejected,
            "fallen": [_fallen(fallen) for fallen in self.fallen[:most]],
            "reasons": self._reasons(),
        }

    def summary(self) -> str:
        """The outcome in a sentence that names no customer."""
        best, pool = self.chosen, self.question.pool
        if best:
            away = distance_words(best.distance_km, centre=self.question.wanted.whereabouts.centre)
            words = tier_words(best.tier, pool)
            return f"{best.number} is shown: {words}{f', {away}' if away else ''}."
        if self.question.stopped:
            outside = self.question.stopped == "outside_calling_hours"
            why = f" {self.question.hours.words}" if outside else ""
            return f"The call is blocked before it rings. {reason_words(self.reason)}{why}"
        then = {
            Action.BLOCK: "the call is blocked before it rings",
            Action.DEFAULT: "the call shows the queue's own number",
        }[self.action]
        return (
            f"No number of the pool {pool.name} is shown: {then}"
            f" (on_exhausted: {self.action.value}). {reason_words(self.reason)}"
        )

    def _hours(self) -> dict[str, Any]:
        verdict = self.question.hours
        lifted = dict(verdict.lifted)
        return {
            "allowed": verdict.allowed,
            "rule": verdict.rule,
            "words": verdict.words,
            "opens_at": verdict.opens_at.isoformat() if verdict.opens_at else None,
            "looked_at": [
                {
                    "rule": rule.id,
                    "words": rule.words,
                    "source": rule.source,
                    "reviewed": rule.reviewed,
                    "verified": rule.verified,
                    "lifted": lifted.get(rule.id, ""),
                }
                for rule in self.question.hour_rules
            ],
        }

    def _reasons(self) -> dict[str, dict[str, Any]]:
        told: dict[str, dict[str, Any]] = {
            reason: {"words": reason_words(reason)} for reason in (self.reason, *self.rejected)
        }
        return told | {reason: _rule(rule) for reason, rule in self.rules.items()}


def explain(directory: Directory | None, question: Question, rules: Rules) -> Explanation:
    """Go through the pool for one call. `directory` is None where nothing was published."""
    inbound = [
        PassedOver(member.e164, None, INBOUND_ONLY, member.region)
        for member in question.members
        if member.direction is Direction.INBOUND
    ]
    if directory is None:
        counts = [TierCount(tier, 0, 0) for tier in question.pool.tiers]
        return Explanation(question, False, counts, (), inbound)
    wanted, pool = question.wanted, question.pool
    drawn = candidates(directory, wanted, pool, rules, Rejections())
    allowed = list(_once(drawn).values())
    refused = {**question.look(allowed), **question.withheld}
    offered = [candidate for candidate in allowed if candidate.number not in refused]
    within = _within(directory, wanted, pool)
    shown = {candidate.number for candidate in offered}
    fallen = [
        _passed_over(number, region, within.get(number), question, rules, refused)
        for number, region in _numbers(directory)
        if number not in shown
    ]
    held = Counter(candidate.tier for candidate in within.values())
    free = Counter(candidate.tier for candidate in offered)
    counts = [TierCount(tier, held[tier], free[tier]) for tier in pool.tiers]
    order = {tier: place for place, tier in enumerate(pool.tiers)}
    fallen.sort(key=lambda one: (order[one.tier] if one.tier else len(order), one.number))
    return Explanation(
        question,
        True,
        counts,
        offered,
        [*fallen, *_withheld(question, directory), *inbound],
        _shares(directory, offered),
    )


def _shares(directory: Directory, offered: Iterable[Candidate]) -> dict[E164, int]:
    weights = ((one.number, directory.weights[one.row]) for one in offered)
    return {
        number: round(WHOLE * weight / FULL_WEIGHT)
        for number, weight in weights
        if weight < FULL_WEIGHT
    }


def _withheld(question: Question, directory: Directory) -> list[PassedOver]:
    """Those that the published directory has no more."""
    listed = {number for number, _ in _numbers(directory)} if question.withheld else set()
    return [
        PassedOver(number, None, reason, parse_e164(number).region)
        for number, reason in sorted(question.withheld.items())
        if number not in listed
    ]


def rule_reason(rule: Rule) -> str:
    """The reason of numbers that fell by a rule, as in a pick's log."""
    return f"{RULE_PREFIX}{rule.id}"


def _within(directory: Directory, wanted: Wanted, pool: PoolSettings) -> dict[E164, Candidate]:
    """Every number that is in a tier, whatever rules say and whoever was shown it, in its best."""
    anything = candidates(
        directory, wanted._replace(shown_lately=frozenset()), pool, Rules(), Rejections()
    )
    return _once(anything)


def _once(drawn: Iterable[Candidate]) -> dict[E164, Candidate]:
    found: dict[E164, Candidate] = {}
    for candidate in drawn:
        found.setdefault(candidate.number, candidate)
    return found


def _numbers(directory: Directory) -> Iterator[tuple[E164, str]]:
    for group in directory.groups:
        for position in range(group.start, group.end):
            yield directory.number(position), group.region


def _passed_over(
    number: E164,
    region: str,
    found: Candidate | None,
    question: Question,
    rules: Rules,
    refused: Mapping[E164, str],
) -> PassedOver:
    if found is None:
        return PassedOver(number, None, IN_NO_TIER, region)
    if number in refused:
        return PassedOver(number, found.tier, refused[number], region)
    wanted = question.wanted
    effect, rule = rules.verdict(wanted.destination, wanted.purpose, found.group.traits)
    if effect is Effect.FORBIDDEN and rule:
        return PassedOver(number, found.tier, rule_reason(rule), region, rule)
    return PassedOver(number, found.tier, SHOWN_LATELY, region)


def _destination(to: Phone, where: Whereabouts, *, whole: bool) -> dict[str, Any]:
    return {
        "region": to.region,
        "kind": to.kind.value,
        "place": where.place,
        "state": where.state,
        "position": list(where.position) if whole and where.position else None,
        "centre": where.centre,
        "known_by": where.source,
        "area_codes": list(where.area_codes),
    }


def _candidate(rank: int, candidate: Candidate, alike: bool) -> dict[str, Any]:
    group, rule = candidate.group, candidate.discouraged
    return {
        "rank": rank,
        "number": candidate.number,
        "tier": candidate.tier.value,
        "distance_km": _tenths(candidate.distance_km),
        "region": group.region,
        "state": group.state,
        "place": group.place,
        "kind": group.kind.value,
        "discouraged": rule_reason(rule) if rule else None,
        "looks_alike": alike,
    }


def _fallen(fallen: PassedOver) -> dict[str, Any]:
    return {
        "number": fallen.number,
        "tier": fallen.tier.value if fallen.tier else None,
        "reason": fallen.reason,
        "region": fallen.region,
    }


def _rule(rule: Rule) -> dict[str, Any]:
    told = ("words", "effect", "source", "reviewed", "verified", "overridden")
    return {name: getattr(rule, name) for name in told}


def _tenths(distance_km: float | None) -> float | None:
    return None if distance_km is None else round(distance_km, 1)
