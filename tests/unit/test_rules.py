import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import E164, Kind, Phone, parse
from lambdas.domain.rules import Call, Conditions, Effect, Rule, Rules, Traits
from tests.unit.builders import RULES_FILE
from tests.unit.rule_cases import (
    BEIJING,
    BRITISH_FREE,
    CASES,
    FORBIDDEN,
    LONDON,
    US,
    US_FREE,
    Case,
)

DOCUMENT: Mapping[str, Any] = json.loads(RULES_FILE.read_text("utf-8"))
ENTRIES = {entry["id"]: entry for entry in DOCUMENT["rules"]}
PERMISSIONS = {name for name, entry in ENTRIES.items() if entry["effect"] == "allowed"}
STRICTNESS = [Effect.ALLOWED, Effect.DISCOURAGED, Effect.FORBIDDEN]


def the_rules(origin: str = "", **overrides: str) -> Rules:
    """The shipped rules; overrides as rule="effect"."""
    reasons = {
        name: {"effect": effect, "reason": "decided by counsel"}
        for name, effect in overrides.items()
    }
    return Rules.from_json(DOCUMENT, origin, reasons)


def strictness(effect: Effect) -> int:
    return STRICTNESS.index(effect)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.reason}")
def test_a_rule_restricts_and_lets_pass_what_its_examples_say(case: Case) -> None:
    rules = the_rules(case.origin, **dict.fromkeys(case.granted, "allowed"))
    number, destination = parse(case.number), parse(case.destination)
    assert number.valid, "the example is no number"
    assert destination.valid, "the example is no number"
    traits = rules.traits(number, case.ownership)

    verdict = rules.verdict(destination, case.purpose, traits)

    assert verdict.effect is case.effect, verdict.rule
    call = Call(destination.region, destination.kind, case.purpose, case.origin)
    if case.rule not in PERMISSIONS:
        told = {rule.id for rule in rules.restricting(call, traits)}
        assert (case.rule in told) is (case.effect is not Effect.ALLOWED)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_rule_has_an_example_of_both_kinds(name: str) -> None:
    effects = {case.effect for case in CASES if case.rule == name}

    assert Effect.ALLOWED in effects, "no example that passes"
    if name in PERMISSIONS:
        assert len(effects) > 1, "no example without the permission"
    else:
        assert effects == {Effect.ALLOWED, Effect(ENTRIES[name]["effect"])}


def test_every_example_is_of_a_rule() -> None:
    assert {case.rule for case in CASES} == set(ENTRIES)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_rule_says_where_it_comes_from(name: str) -> None:
    entry = ENTRIES[name]

    assert re.fullmatch("[a-z][a-z0-9_]*", name)
    assert len(entry["words"]) > 20
    assert entry["words"].endswith(".")
    assert entry["source"]
    assert date.fromisoformat(entry["reviewed"]) <= date(2100, 1, 1)
    assert isinstance(entry["verified"], bool)
    assert ("lifts" in entry) is (name in PERMISSIONS)


def test_an_unverified_permission_counts_only_by_an_override() -> None:
    unverified = {name for name in PERMISSIONS if not ENTRIES[name]["verified"]}
    assert unverified == {"gb_cloud_nodes", "nanp_toll_free"}
    assert {rule.id for rule in the_rules().permissions} == PERMISSIONS - unverified

    (granted,) = (
        rule
        for rule in the_rules(gb_cloud_nodes="allowed").permissions
        if rule.id == "gb_cloud_nodes"
    )
    assert granted.overridden == "decided by counsel"


OVERRIDES = [
    ("toll_free_stays_home", "discouraged", US_FREE, LONDON, Ownership.CONNECT,
     Effect.DISCOURAGED, "a restriction made milder"),
    ("toll_free_stays_home", "allowed", US_FREE, LONDON, Ownership.CONNECT,
     Effect.ALLOWED, "a restriction taken away"),
    ("gb_local_presence", "forbidden", LONDON, LONDON, Ownership.CONNECT,
     Effect.FORBIDDEN, "a warning made a bar"),
    ("external_numbers_approved", "forbidden", US, US, Ownership.APPROVED,
     Effect.FORBIDDEN, "a permission taken away"),
    ("external_numbers_approved", "allowed", US, US, Ownership.APPROVED,
     Effect.ALLOWED, "a permission that counted already"),
    ("au_only_dids", "allowed", BRITISH_FREE, LONDON, Ownership.CONNECT,
     Effect.ALLOWED, "an override of something else"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "effect", "number", "destination", "ownership", "expected", "reason"), OVERRIDES
)
def test_an_engineer_overrides_a_rule(
    rule: str,
    effect: str,
    number: str,
    destination: str,
    ownership: Ownership,
    expected: Effect,
    reason: str,
) -> None:
    rules = the_rules(**{rule: effect})
    verdict = rules.verdict(parse(destination), "service", rules.traits(parse(number), ownership))

    assert verdict.effect is expected, reason
    if verdict.rule and verdict.rule.id == rule:
        assert verdict.rule.overridden == "decided by counsel"


BROKEN = [
    ({"when": {"weather": ["rain"]}, "effect": "forbidden"}, "weather", "an unknown condition"),
    ({"when": {}, "effect": "perhaps"}, "perhaps", "an unknown effect"),
    ({"when": {}, "effect": "allowed"}, "lifts", "a permission that lifts nothing"),
    ({"when": {}, "effect": "forbidden", "lifts": ["gb_0870"]}, "lifts", "a lifting restriction"),
    ({"when": {}, "effect": "allowed", "lifts": ["none"]}, "none", "it lifts what is no rule"),
    ({"when": {}, "effect": "forbidden", "id": "gb_0870"}, "twice", "a rule that stands twice"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words", "reason"), BROKEN)
def test_a_document_that_is_understood_by_half_is_refused(
    change: Mapping[str, Any], words: str, reason: str
) -> None:
    entry = {key: value for key, value in ENTRIES["gb_0870"].items() if key != "lifts"}
    document = {"rules": [*DOCUMENT["rules"], {**entry, "id": "another", **change}]}

    with pytest.raises(ValueError, match=words):
        Rules.from_json(document)


def test_an_override_of_no_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="gb_0871"):
        the_rules(gb_0871="allowed")


@pytest.mark.parametrize(
    ("number", "ownership", "rule", "reason"),
    [
        ("+448702345678", Ownership.CONNECT, "gb_0870", "barred whatever the call"),
        ("+80012345678", Ownership.CONNECT, "uifn", "inbound only"),
        (US, Ownership.THIRD_PARTY, "external_numbers", "not ours, and nobody approved it"),
        (US, Ownership.APPROVED, None, "a permission lifts it"),
        (US_FREE, Ownership.CONNECT, None, "barred across borders only"),
        ("+61412345678", Ownership.CONNECT, None, "barred in Australia only"),
        (LONDON, Ownership.CONNECT, None, "discouraged is not barred"),
    ],
)
def test_what_no_call_may_show_is_known_before_any_call(
    number: str, ownership: Ownership, rule: str | None, reason: str
) -> None:
    found = the_rules("DE").never_shown(parse(number), ownership)

    assert (found.id if found else None) == rule, reason


@pytest.mark.parametrize(
    ("number", "series"),
    [
        ("+448702345678", "44870"),
        ("+448431234567", "4484"),
        ("+33162123456", "33162"),
        (US, ""),
        (BEIJING, ""),
    ],
)
def test_the_series_is_the_longest_prefix_that_a_rule_names(number: str, series: str) -> None:
    assert the_rules().series_of(number[1:]) == series


SERIES = sorted(the_rules().prefixes)
REGIONS = ["US", "CA", "GB", "FR", "ES", "AU", "CN", "IN", "ZA", "TW", "001", "DE"]
PURPOSES = ["marketing", "service", "collections", "requested"]
a_traits = st.builds(
    Traits,
    st.sampled_from(REGIONS),
    st.sampled_from(Kind),
    st.sampled_from(Ownership),
    st.sampled_from(["", *SERIES]),
)
a_destination = st.builds(
    Phone,
    st.just(E164("+10")),
    st.sampled_from(REGIONS),
    st.sampled_from(Kind),
    st.just(""),
    st.just(True),
)


def some(values: Any) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=3)


some_prefixes = st.lists(st.sampled_from(SERIES), max_size=2).map(tuple)
a_restriction = st.builds(
    Rule,
    st.sampled_from([*ENTRIES, "another"]),
    st.sampled_from([Effect.DISCOURAGED, Effect.FORBIDDEN]),
    st.builds(
        Conditions,
        some(REGIONS),
        some(list(Kind)),
        some(REGIONS),
        some(list(Kind)),
        some_prefixes,
        some_prefixes,
        some(list(Ownership)),
        some(PURPOSES),
        st.booleans(),
        st.booleans(),
    ),
    *(st.just(text) for text in ("Words.", "source", "2026-11-21")),
    st.booleans(),
)


@given(a_destination, a_traits, st.sampled_from(PURPOSES), st.sampled_from(["", *REGIONS]),
       a_restriction)  # fmt: skip
def test_one_more_restriction_never_makes_a_verdict_laxer(
    destination: Phone, traits: Traits, purpose: str, origin: str, restriction: Rule
) -> None:
    before = the_rules(origin)
    after = Rules([*before.restrictions, *before.permissions, restriction], origin)

    assert strictness(after.verdict(destination, purpose, traits).effect) >= strictness(
        before.verdict(destination, purpose, traits).effect
    )


@given(a_destination, a_traits, st.sampled_from(PURPOSES), st.sampled_from(["", *REGIONS]))
def test_a_verdict_is_the_strictest_of_all_that_restricts(
    destination: Phone, traits: Traits, purpose: str, origin: str
) -> None:
    rules = the_rules(origin)
    call = Call(destination.region, destination.kind, purpose, origin)
    effects = [rule.effect for rule in rules.restricting(call, traits)]

    verdict = rules.verdict(destination, purpose, traits)

    assert verdict.effect is max([Effect.ALLOWED, *effects], key=strictness)
    assert (verdict.rule is None) is (verdict.effect is Effect.ALLOWED)
    assert rules.verdict(destination, purpose, traits) is verdict, "asked twice, judged once"


@given(a_destination, a_traits, st.sampled_from(PURPOSES), st.sampled_from(["", *REGIONS]))
def test_what_is_never_shown_is_forbidden_on_every_call(
    destination: Phone, traits: Traits, purpose: str, origin: str
) -> None:
    rules = the_rules(origin)
    number = Phone(E164(f"+{traits.series}"), traits.region, traits.kind, "", True)
    if rules.never_shown(number, traits.ownership):
        assert rules.verdict(destination, purpose, traits).effect is FORBIDDEN
