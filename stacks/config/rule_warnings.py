"""What the caller-ID rules say of a configuration before any number is uploaded."""

from collections.abc import Collection, Mapping

from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import Kind
from lambdas.domain.rules import Call, Effect, Rule, Rules, Traits
from stacks.config.pools import Pool
from stacks.config.queues import Claim, Queue
from stacks.config.rule_overrides import CallerIdRules, rules_by_id, rules_document


def rules_of(changes: CallerIdRules, origin: str) -> Rules:
    """The rules as the functions will apply them."""
    overrides = {name: override.model_dump() for name, override in changes.overrides.items()}
    return Rules.from_json(rules_document(), origin, overrides)


def rule_warnings(
    queues: Mapping[str, Queue], pools: Mapping[str, Pool], rules: Rules
) -> Mapping[str, str]:
    """Where a queue would break a rule, or do what one discourages: dotted key → words.

    A pool is judged by ordinary landlines of its country, and by any kind where the rule is about
    calls from abroad; the default number by its claim, shown to the pool's country.
    """
    found: dict[str, str] = {}
    for key, queue in queues.items():
        pool = pools[queue.pool]
        of_pool = _of_pool(pool, queue, rules)
        of_claim = [rule for rule in _of_claim(queue, pool, rules) if rule not in of_pool]
        for place, broken in (("pool", of_pool), ("default_number.claim", of_claim)):
            if broken:
                found[f"queues.{key}.{place}"] = " ".join(map(_worded, broken))
    return found


def override_notes(changes: CallerIdRules) -> Mapping[str, str]:
    """The overrides and their reasons: dotted key → words."""
    return {
        f"rules.overrides.{name}": (
            f"The caller-ID rule {name} ({rules_by_id()[name]['effect']}: "
            f"{rules_by_id()[name]['words']}) is set to {override.effect} here. "
            f"Reason: {override.reason}"
        )
        for name, override in changes.overrides.items()
    }


def _of_pool(pool: Pool, queue: Queue, rules: Rules) -> Collection[Rule]:
    found: dict[str, Rule] = {}
    for kind in Kind if pool.country else ():
        traits = Traits(pool.country or "", kind, Ownership.CONNECT, "")
        for rule in _restricting(rules, traits.region, queue, traits):
            if kind is Kind.GEOGRAPHIC or rule.when.from_abroad:
                found[rule.id] = rule
    return found.values()


def _of_claim(queue: Queue, pool: Pool, rules: Rules) -> Collection[Rule]:
    claim = queue.default_number.claim if queue.default_number else None
    if claim is None:
        return ()
    return _restricting(rules, pool.country or claim.country, queue, _claimed(claim, rules))


def _claimed(claim: Claim, rules: Rules) -> Traits:
    kind = Kind.TOLL_FREE if claim.type == "TOLL_FREE" else Kind.GEOGRAPHIC
    series = rules.series_of((claim.prefix or "").removeprefix("+"))
    return Traits(claim.country, kind, Ownership.CONNECT, series)


def _restricting(rules: Rules, country: str, queue: Queue, traits: Traits) -> tuple[Rule, ...]:
    call = Call(country, Kind.GEOGRAPHIC, queue.purpose.value, rules.origin)
    return rules.restricting(call, traits)


def _worded(rule: Rule) -> str:
    verb = "forbids" if rule.effect is Effect.FORBIDDEN else "warns"
    doubt = "" if rule.verified else ", from a source that was not verified"
    return f"The caller-ID rule {rule.id} {verb}{doubt}: {rule.words}"
