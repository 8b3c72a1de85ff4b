"""Suggested places: greedy by what each adds, and what they add is what a pick then shows."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.directory import Listing
from lambdas.domain.geometry import Position, great_circle_km
from lambdas.domain.names import cities
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import Kind, parse
from lambdas.domain.rules import Conditions, Effect, Rule, Rules
from lambdas.domain.settings import PoolSettings, Tier
from local.coverage.offers import AreaCodes, Offer, offers
from local.coverage.suggesting import Suggestion, suggestions
from local.coverage.tally import Chooser, Sort, choose
from tests.local.coverage_samples import (
    NO_RULES,
    POOL,
    NoPlaces,
    directory,
    number_in,
    sort,
)

STATES = ("WA", "OR", "")
PLACES = ("Alder", "Birch", "Cedar", "Alder/Birch", "Birch/Dogwood")
NUMBERS = ("+12065550123", "+15035550123", "+442079460123", "+442079460999")

quarters = st.integers(0, 12).map(lambda number: number / 4)
positions = st.one_of(st.none(), st.tuples(quarters.map(lambda north: 47 + north), quarters))
few = settings(max_examples=60, deadline=None)
sorts_strategy = st.lists(
    st.builds(
        sort,
        st.sampled_from(NUMBERS),
        st.sampled_from(PLACES),
        st.sampled_from(STATES),
        positions,
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=14,
)
listings_strategy = st.lists(
    st.builds(
        number_in,
        st.sampled_from(PLACES),
        st.sampled_from(STATES),
        positions,
        st.sampled_from(NUMBERS),
    ),
    max_size=2,
    unique_by=lambda listing: listing.e164,
)


def told(sorts: Sequence[Sort], listings: Sequence[Listing], pool: PoolSettings = POOL) -> int:
    """Fill in the tiers that picks come to; how many contacts get a local number."""
    choose(sorts, Chooser(directory(list(listings)), pool, "service", NO_RULES))
    return sum(one.count for one in sorts if one.is_local)


def suggested(
    sorts: Sequence[Sort], pool: PoolSettings = POOL, rules: Rules = NO_RULES
) -> list[Suggestion]:
    return list(suggestions(sorts, pool, "service", rules, NoPlaces()))


def with_numbers(listings: Sequence[Listing], offered: Sequence[Offer]) -> list[Listing]:
    new = [
        offer.listing(parse(f"+12125550{100 + number}").e164)
        for number, offer in enumerate(offered)
    ]
    return [*listings, *new]


@few
@given(sorts_strategy, listings_strategy)
def test_gains_never_rise_and_each_is_what_picks_then_show(
    sorts: list[Sort], listings: list[Listing]
) -> None:
    before = told(sorts, listings)
    found = suggested(sorts)
    gains = [one.gain for one in found]
    assert gains == sorted(gains, reverse=True)
    for number in range(len(found)):
        offered = [one.offer for one in found[: number + 1]]
        now = told(sorts, with_numbers(listings, offered))
        assert now == before + sum(gains[: number + 1])


@few
@given(sorts_strategy, listings_strategy)
def test_greedy_equals_brute_force(sorts: list[Sort], listings: list[Listing]) -> None:
    told(sorts, listings)
    found = suggested(sorts)
    left = {number for number, one in enumerate(sorts) if not one.is_local}
    for suggestion in found:
        gains = [
            sum(sorts[number].count for number in left if _serves(offer, sorts[number]))
            for offer in offers(sorts, NoPlaces())
        ]
        assert suggestion.gain == max(gains)
        left = {number for number in left if not _serves(suggestion.offer, sorts[number])}
    assert not any(
        _serves(offer, sorts[number]) for offer in offers(sorts, NoPlaces()) for number in left
    )


def _serves(offer: Offer, contacts: Sort) -> bool:
    where = contacts.alike.where
    if contacts.alike.region != offer.region:
        return False
    if cities(offer.place) & where.cities and (
        not where.state or not offer.state or where.state == offer.state
    ):
        return True
    near = offer.position and where.position
    return bool(near) and _km(offer.position, where.position) <= POOL.radius_km


def _km(one: Position | None, other: Position | None) -> float:
    assert one
    assert other
    return great_circle_km(one, other)


@few
@given(sorts_strategy, listings_strategy, st.permutations(list(POOL.tiers)))
def test_in_any_order_of_tiers_the_first_gain_is_what_picks_then_show(
    sorts: list[Sort], listings: list[Listing], tiers: list[Tier]
) -> None:
    pool = replace(POOL, tiers=tuple(tiers))
    before = {id(one) for one in sorts if told([one], listings, pool)}
    told(sorts, listings, pool)
    for suggestion in islice(suggested(sorts, pool), 1):
        told(sorts, with_numbers(listings, [suggestion.offer]), pool)
        gained = sum(one.count for one in sorts if one.is_local and id(one) not in before)
        assert gained == suggestion.gain


@pytest.mark.parametrize(
    ("tiers", "reason"),
    [
        ((Tier.AREA_CODE, Tier.STATE, Tier.COUNTRY), "the pool goes by no place"),
        ((Tier.COUNTRY, Tier.CITY, Tier.NEAREST), "any number of the country comes first"),
    ],
)
def test_no_place_is_suggested_where_none_helps(tiers: tuple[Tier, ...], reason: str) -> None:
    sorts = [sort("+12065550123", "Alder", "WA", (47.0, -122.0), 9)]
    pool = replace(POOL, tiers=tiers)
    told(sorts, [], pool)
    assert suggested(sorts, pool) == [], reason


def test_no_number_is_suggested_that_a_rule_forbids() -> None:
    no_landlines = Rule(
        id="none_in_gb",
        effect=Effect.FORBIDDEN,
        when=Conditions(
            number_regions=frozenset({"GB"}), number_kinds=frozenset({Kind.GEOGRAPHIC.value})
        ),
        words="",
        source="",
        reviewed="2026-11-22",
        verified=True,
    )
    sorts = [
        sort("+442079460123", "Alder", "", (51.5, -0.1), 9),
        sort("+12065550123", "Birch", "WA", (47.0, -122.0), 2),
    ]
    told(sorts, [])
    found = suggested(sorts, rules=Rules([no_landlines]))
    assert [(one.offer.region, one.gain) for one in found] == [("US", 2)]


def test_a_misspelt_town_that_nobody_knows_is_no_place_to_buy_a_number_in() -> None:
    typed = sort("+12065550123", "Seatle", "WA", None, 9)
    where = typed.alike.where._replace(source="city")
    typed.alike = typed.alike._replace(where=where)
    told([typed], [])
    assert suggested([typed]) == []


def test_of_equal_gains_the_place_of_more_contacts_goes_first() -> None:
    sorts = [
        sort("+12065550123", "Alder", "WA", (47.0, -122.0), 2),
        sort("+12065550123", "Birch", "WA", (47.1, -122.0), 5),
    ]
    told(sorts, [])
    assert [(one.offer.place, one.gain) for one in suggested(sorts)] == [("Birch", 7)]


def test_places_beyond_the_date_line_are_neighbours() -> None:
    sorts = [
        sort("+12065550123", "Alder", "", (51.9, 179.9), 2),
        sort("+12065550123", "Birch", "", (51.9, -179.9), 1),
    ]
    told(sorts, [])
    assert [one.gain for one in suggested(sorts)] == [3]


def test_the_area_code_to_ask_for_is_the_nearest_of_the_state() -> None:
    sorts = [
        sort("+12065550123", "Alder", "WA", (47.0, -122.0), 2),
        sort("+12535550123", "Birch", "WA", (47.3, -122.0), 50),
        sort("+15035550123", "Cedar", "OR", (46.99, -122.0), 50),
    ]
    offer = Offer("US", "WA", "Elm", (46.98, -122.0), "")
    assert AreaCodes(sorts, 80).completed(offer).area_code == "1206"
    assert Ownership.CONNECT is offer.listing(parse("+12065550100").e164).ownership
