from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.choosing import Candidate, Wanted, candidates
from lambdas.domain.directory import pack, unpack
from lambdas.domain.phone import parse
from lambdas.domain.rejections import Rejections
from lambdas.domain.rules import Rules
from lambdas.domain.settings import Tier
from lambdas.domain.whereabouts import Knowledge, whereabouts
from tests.unit.builders import (
    ALL_TIERS,
    NanpStates,
    customer,
    directory,
    listing,
    nanp,
    pool,
    rules,
)

POOL = [
    *nanp("206", 4),
    *nanp("253", 3),
    *nanp("212", 3),
    *nanp("416", 2),
    "+18005550123",
    "+441134960123",
]
NO_RULES = Rules.from_json({"rules": []})
EVERY_TIER = (Tier.ANSWERED_BEFORE, Tier.CITY, Tier.NEAREST, *ALL_TIERS)


def wanted(
    number: str,
    contact: str = "contact-1",
    shown: frozenset[int] = frozenset(),
    answered: str = "",
    **known: Any,
) -> Wanted:
    where = whereabouts(parse(number), Knowledge(**known), NanpStates())
    kept = parse(answered) if answered else None
    return Wanted(parse(number), where, "service", shown, kept, contact)


def chosen(
    want: Wanted,
    *numbers: str,
    rejections: Rejections | None = None,
    tiers: tuple[Tier, ...] = ALL_TIERS,
    radius_km: float = 80,
) -> list[Candidate]:
    like = pool(tiers=tiers, radius_km=radius_km)
    found = candidates(directory(*numbers), want, like, rules(), rejections or Rejections())
    return list(found)


def test_tiers_come_in_the_configured_order_and_no_number_twice() -> None:
    found = chosen(wanted("+12065550199"), *POOL)
    assert [candidate.tier for candidate in found] == (
        [Tier.AREA_CODE] * 4 + [Tier.STATE] * 3 + [Tier.COUNTRY] * 3 + [Tier.TOLL_FREE]
    )
    assert len({candidate.number for candidate in found}) == len(found)


def test_a_number_of_another_country_is_no_candidate() -> None:
    assert {candidate.number for candidate in chosen(wanted("+14165550199"), *POOL)} == set(
        nanp("416", 2)
    )


def test_a_us_toll_free_destination_gets_no_toll_free_number() -> None:
    rejections = Rejections()
    found = chosen(wanted("+18005550199"), *POOL, rejections=rejections)
    assert found
    assert "+18005550123" not in {candidate.number for candidate in found}
    assert rejections.counts["rule_us_toll_free_gets_did"] == 1


def test_what_the_customer_saw_lately_is_passed_over_and_counted() -> None:
    seen = frozenset(int(number[1:]) for number in nanp("206", 4))
    rejections = Rejections()
    found = chosen(wanted("+12065550199", shown=seen), *POOL, rejections=rejections)
    assert found[0].tier is Tier.STATE
    assert rejections.counts["shown_lately"] == 4


def test_numbers_that_mirror_the_customer_come_last_in_their_tier() -> None:
    ordinary = customer(100)
    for contact in map(str, range(20)):
        found = chosen(wanted("+12065550199", contact), *nanp("206", 5), ordinary)
        assert found[0].number == ordinary


@given(st.uuids())
def test_one_contact_always_gets_the_same_order(contact: object) -> None:
    want = wanted("+12065550199", str(contact))
    assert chosen(want, *POOL) == chosen(want, *POOL)


@given(st.uuids())
def test_removing_numbers_of_another_tier_changes_nothing(contact: object) -> None:
    want = wanted("+12065550199", str(contact))
    without = [number for number in POOL if number[:5] not in ("+1212", "+1416")]
    before, after = chosen(want, *POOL)[0], chosen(want, *without)[0]
    assert (before.number, before.tier) == (after.number, after.tier)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_load_spreads_evenly_over_a_tier(size: int) -> None:
    loaded = directory(*nanp("212", size))
    picks = Counter(
        next(
            candidates(
                loaded,
                wanted(customer(199, "212"), f"contact-{index}"),
                pool(),
                rules(),
                Rejections(),
            )
        ).number
        for index in range(size * 40)
    )
    assert len(picks) == size
    assert max(picks.values()) <= 40 * 2


def tiers_of(found: list[Candidate]) -> dict[str, Tier]:
    return {candidate.number: candidate.tier for candidate in found}


def test_the_city_comes_before_what_is_near_and_what_is_near_before_the_state() -> None:
    want = wanted("+12065550199")
    found = chosen(want, *POOL, *nanp("503", 1), tiers=EVERY_TIER)
    seen = tiers_of(found)
    assert {seen[number] for number in nanp("206", 4)} == {Tier.CITY}
    assert {seen[number] for number in nanp("253", 3)} == {Tier.NEAREST}
    assert seen["+15035550100"] is Tier.COUNTRY
    assert len(seen) == len(found)


def test_the_nearest_lies_no_farther_than_the_radius() -> None:
    found = chosen(wanted("+12065550199"), *nanp("253", 2), tiers=(Tier.NEAREST,), radius_km=40)
    assert not found
    found = chosen(wanted("+12065550199"), *nanp("253", 2), tiers=(Tier.NEAREST,), radius_km=41)
    assert len(found) == 2
    assert found[0].distance_km == pytest.approx(40.5, abs=0.1)


def test_overlay_area_codes_of_one_city_count_as_one() -> None:
    found = chosen(wanted("+16465550199"), *nanp("212", 2), tiers=(Tier.AREA_CODE,))
    assert {candidate.number for candidate in found} == set(nanp("212", 2))


@pytest.mark.parametrize(
    ("known", "number", "why"),
    [
        ({}, "+12065550100", "nothing but the number is known"),
        ({"city": "Town 212", "state": "NY"}, "+12125550100", "the customer moved to another town"),
        ({"state": "New York"}, "+12125550100", "a state's name, and the number is of another"),
        ({"postal_code": "97201"}, "+15035550100", "the postal code says where"),
        ({"position": (45.52, -122.68)}, "+15035550100", "a position says where"),
        ({"city": "Nowhere at all"}, "+12065550100", "the area code helps where the town does not"),
    ],
)
def test_what_is_known_of_the_customer_wins_over_the_number(
    known: dict[str, Any], number: str, why: str
) -> None:
    numbers = [*nanp("206", 1), *nanp("212", 1), *nanp("503", 1)]
    tiers = (Tier.CITY, Tier.NEAREST, Tier.STATE, Tier.AREA_CODE)
    found = chosen(wanted("+12065550199", **known), *numbers, tiers=tiers)
    assert found[0].number == number, why


def test_a_number_that_the_customer_answered_comes_first_though_shown_lately() -> None:
    answered = "+12125550101"
    shown = frozenset({int(answered[1:])})
    want = wanted("+12065550199", shown=shown, answered=answered)
    found = chosen(want, *POOL, tiers=EVERY_TIER)
    assert (found[0].number, found[0].tier) == (answered, Tier.ANSWERED_BEFORE)
    assert [candidate.number for candidate in found].count(found[0].number) == 1


@pytest.mark.parametrize(
    ("answered", "to", "why"),
    [
        ("+12125550199", "+12065550199", "it left the pool"),
        ("+18005550123", "+18005550199", "a rule forbids it for this destination"),
    ],
)
def test_a_number_that_was_answered_is_not_shown_at_all_costs(
    answered: str, to: str, why: str
) -> None:
    found = chosen(wanted(to, answered=answered), *POOL, tiers=EVERY_TIER)
    assert Tier.ANSWERED_BEFORE not in {candidate.tier for candidate in found}, why


def test_a_number_named_for_two_towns_is_drawn_once() -> None:
    listed = [
        listing(number)._replace(place="Barrow-in-Furness/Millom")
        for number in ("+441229496010", "+441229496011")
    ]
    loaded = unpack(pack(listed).values())
    want = wanted("+441229496019")
    twice = want._replace(
        whereabouts=want.whereabouts._replace(cities=frozenset({"barrow in furness", "millom"}))
    )
    found = list(candidates(loaded, twice, pool(tiers=(Tier.CITY,)), NO_RULES, Rejections()))
    assert len(found) == 2


def test_what_a_rule_discourages_comes_last_in_its_tier() -> None:
    document = {
        "rules": [
            {
                "id": "rather_not",
                "effect": "discouraged",
                "when": {"number_prefixes": ["1206"]},
                "words": "Rather not.",
                "source": "a test",
                "reviewed": "2026-11-22",
                "verified": True,
            }
        ]
    }
    discouraging = Rules.from_json(document)
    numbers = [*nanp("206", 3), *nanp("253", 3)]
    loaded = unpack(pack(map(listing, numbers)).values(), "", discouraging.prefixes)
    want = wanted("+12065550199")
    like = pool(tiers=(Tier.STATE,))
    found = list(candidates(loaded, want, like, discouraging, Rejections()))
    assert [bool(candidate.discouraged) for candidate in found] == [False] * 3 + [True] * 3
