"""Explanations: they tell what a pick does, and why each number fell."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.cells import Direction
from lambdas.domain.choosing import Candidate, Wanted, looks_alike
from lambdas.domain.directory import Directory
from lambdas.domain.explaining import Explanation, Question, explain
from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.phone import parse_e164
from lambdas.domain.reasons import (
    DECIDED,
    FALLEN,
    OBSERVED,
    OBSERVED_TIER,
    SUPPRESSED,
    reason_words,
    tier_words,
)
from lambdas.domain.rejections import SHOWN_LATELY
from lambdas.domain.rows import Member
from lambdas.domain.settings import Action, PoolSettings, Tier
from lambdas.domain.whereabouts import Knowledge, whereabouts
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.picking import Contact, Decision, Refusal
from tests.unit.builders import NOON, NanpStates, customer, directory, nanp, pool, queue, rules
from tests.unit.fakes import FixedDirectories, MemoryClaims
from tests.unit.rule_cases import FR_MOBILE, PARIS

TIERS = (Tier.ANSWERED_BEFORE, Tier.CITY, Tier.NEAREST, Tier.AREA_CODE, Tier.STATE, Tier.COUNTRY)
OURS = [*nanp("206", 3), *nanp("253", 2), *nanp("212", 2), *nanp("416", 1), "+18005550123"]
ABROAD = ["+442079460123", "+448081570123", FR_MOBILE, "+61291920123"]
SEATTLE = customer(1)


def explained(
    numbers: list[str],
    to: str = SEATTLE,
    tiers: tuple[Tier, ...] = TIERS,
    shown: Sequence[str] = (),
    answered: str = "",
    knowledge: Knowledge | None = None,
    **question: Any,
) -> Explanation:
    """What is explained for a call to Seattle; `question` has fields of Question."""
    phone = parse_e164(to)
    where = whereabouts(phone, knowledge or Knowledge(), NanpStates())
    wanted = Wanted(
        phone,
        where,
        "service",
        frozenset(int(number) for number in shown),
        parse_e164(answered) if answered else None,
        "contact-1",
    )
    asked: dict[str, Any] = {"queue": queue(), "pool": pool(tiers=tiers)} | question
    return explain(
        directory(*numbers), Question(wanted, ("America/Los_Angeles",), **asked), rules()
    )


def reasons(found: Explanation) -> dict[str, str]:
    return {fallen.number: fallen.reason for fallen in found.fallen}


def test_the_chosen_number_comes_with_tier_and_distance() -> None:
    found = explained(OURS)
    assert found.chosen is not None
    assert (found.action, found.reason) == (Action.DIAL, "local_number")
    assert (
        found.summary()
        == f"{found.chosen.number} is shown: a number of the customer's city, 0 km away."
    )
    assert (found.chosen.tier, found.chosen.distance_km) == (Tier.CITY, 0.0)


def test_every_number_of_the_pool_is_a_candidate_or_fell_for_one_reason() -> None:
    found = explained([*OURS, *ABROAD], shown=(OURS[0], OURS[3]))
    offered = [candidate.number for candidate in found.candidates]
    assert sorted([*offered, *reasons(found)]) == sorted([*OURS, *ABROAD])
    assert len(offered) + len(found.fallen) == len(OURS) + len(ABROAD)
    assert sum(found.rejected.values()) == len(found.fallen)


FALLEN_CASES = [
    (SEATTLE, OURS[0], {"shown": OURS[:1]}, SHOWN_LATELY, Tier.CITY, "it was shown"),
    (SEATTLE, ABROAD[0], {}, "in_no_tier", None, "another country"),
    (SEATTLE, "+18005550123", {}, "in_no_tier", None, "no tier of toll-free numbers"),
    (PARIS, FR_MOBILE, {}, "rule_fr_no_mobile", Tier.COUNTRY, "a rule forbids it"),
    (PARIS, FR_MOBILE, {"answered": FR_MOBILE}, "rule_fr_no_mobile", Tier.ANSWERED_BEFORE,
     "a rule forbids it whoever answered"),
]  # fmt: skip


@pytest.mark.parametrize(("to", "number", "asked", "reason", "tier", "why"), FALLEN_CASES)
def test_a_number_falls_for_its_reason(
    to: str, number: str, asked: dict[str, Any], reason: str, tier: Tier | None, why: str
) -> None:
    (fallen,) = explained([number], to, **asked).fallen
    assert fallen.reason == reason, why
    assert fallen.tier == tier, why
    assert fallen.region == parse_e164(number).region


def test_a_rule_is_told_with_its_words_source_and_day_of_review() -> None:
    record = explained([FR_MOBILE], PARIS).record()
    ((reason, told),) = (entry for entry in record["reasons"].items() if "rule_" in entry[0])
    rule = next(rule for rule in rules().restrictions if reason == f"rule_{rule.id}")
    assert told["words"] == rule.words
    assert (told["source"], told["reviewed"], told["verified"]) == rule[4:7]


def test_usage_and_status_are_told_where_they_are_known() -> None:
    kept_back = {OURS[0]: "limit_reached", OURS[1]: "number_not_active"}

    def look(choices: Any) -> dict[Any, str]:
        assert all(isinstance(choice, Candidate) for choice in choices)
        return kept_back

    found = explained(OURS, look=look)
    assert kept_back.items() <= reasons(found).items()
    assert found.chosen is not None
    assert found.chosen.number == OURS[2]
    assert found.tiers[1] == (Tier.CITY, 3, 1)


def test_inbound_numbers_are_told_though_no_directory_has_them() -> None:
    phone = parse_e164("+12065550190")
    inbound = Member(
        e164=phone.e164,
        region=phone.region,
        kind=phone.kind,
        area_code=phone.area_code,
        state="WA",
        place="",
        direction=Direction.INBOUND,
        label="",
        activated_on=0,
    )
    listed = inbound._replace(e164=parse_e164(OURS[0]).e164, direction=Direction.BOTH)
    members = [inbound, listed]
    assert reasons(explained(OURS[:1], members=members)) == {"+12065550190": "inbound_only"}


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action.DEFAULT, "the call shows the queue's own number (on_exhausted: default)."),
        (Action.BLOCK, "the call is blocked before it rings (on_exhausted: block)."),
    ],
)
def test_where_nothing_is_left_it_says_what_the_queue_does(action: Action, words: str) -> None:
    found = explained(ABROAD[:1], queue=queue(on_exhausted=action))
    assert words in found.summary()
    assert (found.action, found.reason, found.chosen) == (action, "pool_exhausted", None)


def test_a_pool_without_numbers_is_told_apart_from_an_exhausted_one() -> None:
    question = explained(OURS).question
    found = explain(None, question, rules())
    assert found.reason == "pool_is_empty"
    assert [count.numbers for count in found.tiers] == [0] * len(TIERS)


def test_a_customer_who_is_not_rung_at_all_is_told_of() -> None:
    found = explained(OURS, stopped="attempts_reached")
    assert (found.action, found.chosen, found.reason) == (Action.BLOCK, None, "attempts_reached")
    assert "rung as often as law and the queue allow" in found.summary()


def test_what_the_flow_tells_is_named_as_the_source() -> None:
    record = explained(OURS, knowledge=Knowledge(postal_code="97201")).record()
    assert (record["known_by"], record["place"], record["state"]) == (
        "postal_code",
        "Town 503",
        "OR",
    )


def test_no_log_holds_the_customers_number_or_position() -> None:
    found = explained(OURS, knowledge=Knowledge(position=(47.123456, -122.654321)))
    logged = json.dumps(found.record())
    assert SEATTLE not in logged
    assert "47.123456" not in logged
    whole = json.dumps(found.record(whole=True))
    assert SEATTLE in whole
    assert "47.123456" in whole


def test_lists_can_be_kept_short_while_counts_stay_whole() -> None:
    record = explained([*OURS, *ABROAD]).record(most=1)
    assert (len(record["candidates"]), len(record["fallen"])) == (1, 1)
    assert sum(record["rejected"].values()) == 6


def test_numbers_that_look_alike_are_the_ones_that_come_last() -> None:
    own = "+12065550187"
    found = explained(["+12065550100", "+12065560100"], own)
    assert [looks_alike(each.number, parse_e164(own)) for each in found.candidates] == [False, True]
    assert not looks_alike(parse_e164("+442079460123").e164, parse_e164("+442079460987"))


# What a pick logs and what is explained are one and the same.

pools = st.lists(st.sampled_from([*OURS, *ABROAD]), min_size=1, unique=True)
orders = st.lists(st.sampled_from([*TIERS, Tier.TOLL_FREE]), min_size=1, unique=True)
customers = st.sampled_from([SEATTLE, customer(2, "212"), "+442079460987", PARIS])


@settings(max_examples=200, deadline=None)
@given(pools, orders, customers, st.data())
def test_what_a_pick_logs_is_part_of_what_is_explained(
    numbers: list[str], order: list[Tier], to: str, data: st.DataObject
) -> None:
    shown = data.draw(st.lists(st.sampled_from(numbers), unique=True))
    spent = data.draw(st.lists(st.sampled_from(numbers), unique=True))
    answered = data.draw(st.sampled_from(["", *numbers]))
    order.sort(key=lambda tier: tier is not Tier.ANSWERED_BEFORE)
    settled = pool(tiers=tuple(order))
    known = directory(*numbers)
    decision = picked(known, settled, to, shown, spent, answered)

    def look(choices: Sequence[Candidate]) -> dict[Any, str]:
        asked = {choice.number for choice in choices}
        return dict.fromkeys(asked.intersection(spent), Refusal.NUMBER_NOT_ACTIVE.value)

    found = explained(numbers, to, tuple(order), shown, answered, pool=settled, look=look)
    record = found.record(whole=True)
    assert (decision.action, decision.caller_id, decision.reason) == (
        record["action"], record["caller_id"], record["reason"],
    )  # fmt: skip
    assert (decision.tier, decision.distance_km) == (record["tier"], record["distance_km"])
    assert (decision.place, decision.state, decision.known_by) == (
        record["place"], record["state"], record["known_by"],
    )  # fmt: skip
    assert_told(decision, record)


def assert_told(decision: Decision, record: dict[str, Any]) -> None:
    """A pick stops at what it finds; each thing that it saw fall is explained under its reason."""
    kept_back = {Refusal.LIMIT_REACHED, Refusal.NUMBER_NOT_ACTIVE}
    for reason, count in decision.rejected.items():
        alike = kept_back if reason in kept_back else {reason}
        assert count <= sum(record["rejected"].get(each, 0) for each in alike)
        assert reason_words(reason) or reason in record["reasons"]
    told = {fallen["number"]: fallen for fallen in record["fallen"]}
    for fallen in decision.fallen:
        if "number" not in fallen:
            assert fallen["reason"] in record["reasons"], "what a rule barred, kind by kind"
            continue
        explained_as = told[fallen["number"]]
        assert fallen.items() <= explained_as.items() or fallen["reason"] in kept_back
        assert fallen["tier"] == explained_as["tier"]


def picked(
    known: Directory,
    settled: PoolSettings,
    to: str,
    shown: list[str],
    inactive: list[str],
    answered: str,
) -> Decision:
    claims = MemoryClaims(inactive=set(inactive))
    claims.ledgers[to] = replace(
        Ledger(),
        version=1,
        claims=tuple(
            Claim(f"earlier-{number}", number, NOON, Action.DIAL, "city", "local_number", attempt)
            for attempt, number in enumerate(shown, start=1)
        ),
        answered=answered,
    )
    picker = Picker(
        claims=claims,
        directories=FixedDirectories(known),
        places=NanpStates(),
        rules=rules(),
        pools=lambda _: settled,
        modes=lambda asked: asked.mode,
    )
    contact = Contact("contact-1", "VOICE", to, "TELEPHONE_NUMBER", queue())
    return picker.pick(contact, NOON, lambda: 0.8)


def test_every_reason_and_tier_has_words() -> None:
    assert {SHOWN_LATELY, Refusal.LIMIT_REACHED, Refusal.NUMBER_NOT_ACTIVE} <= set(FALLEN)
    assert all(words.endswith(".") for words in (*FALLEN.values(), *DECIDED.values()))
    assert all(tier_words(tier, pool()) for tier in Tier)
    assert "tier city would" in reason_words(f"{OBSERVED_TIER}city")


def test_the_guide_lists_the_reasons_that_there_are() -> None:
    guide = Path("docs/guide.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([a-z_]+)(?:<tier>|<id>|<reason>)?` \|", guide, re.MULTILINE))
    assert {*DECIDED, *FALLEN, OBSERVED, OBSERVED_TIER, SUPPRESSED, "rule_"} <= listed
