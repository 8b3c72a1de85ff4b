"""Numbers that papers speak against: how often they are picked, and what an explanation says."""

from collections import Counter

import pytest

from lambdas.domain.choosing import Wanted, candidates
from lambdas.domain.directory import Directory, pack, unpack
from lambdas.domain.explaining import Question, explain
from lambdas.domain.phone import parse
from lambdas.domain.rejections import Rejections
from lambdas.domain.whereabouts import NOTHING_KNOWN, whereabouts
from tests.unit.builders import (
    NanpStates,
    customer,
    listing,
    nanp,
    pool,
    queue,
    rules,
)

SIGNED_A, SIGNED_B = nanp("206", 20)[:10], nanp("206", 20)[10:]
PICKS = 4_000
TO = parse(customer(1))
WHERE = whereabouts(TO, NOTHING_KNOWN, NanpStates())
RULES = rules()


def directory(share: int) -> Directory:
    weight = round(255 * share / 100)
    listings = [listing(number) for number in SIGNED_A]
    listings += [listing(number)._replace(weight=weight) for number in SIGNED_B]
    return unpack(pack(listings).values(), "test", RULES.prefixes)


def wanted(contact: int) -> Wanted:
    return Wanted(TO, WHERE, "service", frozenset(), None, f"contact-{contact}")


def picked(published: Directory) -> Counter[str]:
    return Counter(
        next(candidates(published, wanted(contact), pool(), RULES, Rejections())).number
        for contact in range(PICKS)
    )


@pytest.mark.parametrize(("share", "least", "most"), [(100, 0.9, 1.1), (50, 0.4, 0.6),
                                                      (20, 0.12, 0.28)])  # fmt: skip
def test_the_share_of_picks_follows_the_weight(share: int, least: float, most: float) -> None:
    found = picked(directory(share))

    signed_a, signed_b = (sum(found[one] for one in each) for each in (SIGNED_A, SIGNED_B))
    assert signed_a + signed_b == PICKS
    assert least < signed_b / signed_a < most
    assert set(found) == {*SIGNED_A, *SIGNED_B}


def test_a_number_below_a_is_picked_where_there_is_no_other() -> None:
    weak = listing(SIGNED_B[0])._replace(weight=3)
    published = unpack(pack([weak]).values(), "test", RULES.prefixes)

    assert picked(published) == {SIGNED_B[0]: PICKS}


def test_an_explanation_says_how_often_a_number_goes_first() -> None:
    done = explain(directory(20), Question(wanted(1), (), queue(), pool()), RULES)

    told = {one["number"]: one["share"] for one in done.record()["candidates"]}
    assert told == dict.fromkeys(SIGNED_A, 100) | dict.fromkeys(SIGNED_B, 20)
