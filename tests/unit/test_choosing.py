from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.choosing import Candidate, Rejections, Wanted, candidates
from lambdas.domain.phone import parse
from lambdas.domain.settings import Tier
from tests.unit.builders import ALL_TIERS, NanpStates, customer, directory, nanp, rules

POOL = [
    *nanp("206", 4),
    *nanp("253", 3),
    *nanp("212", 3),
    *nanp("416", 2),
    "+18005550123",
    "+441134960123",
]


def wanted(number: str, contact: str = "contact-1", shown: frozenset[int] = frozenset()) -> Wanted:
    place = NanpStates().find(number)
    return Wanted(parse(number), place.state if place else "", shown, contact)


def chosen(want: Wanted, *numbers: str, rejections: Rejections | None = None) -> list[Candidate]:
    found = candidates(directory(*numbers), want, ALL_TIERS, rules(), rejections or Rejections())
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
                ALL_TIERS,
                rules(),
                Rejections(),
            )
        ).number
        for index in range(size * 40)
    )
    assert len(picks) == size
    assert max(picks.values()) <= 40 * 2
