from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.directory import BrokenDirectory, pack, unpack
from lambdas.domain.phone import Kind
from tests.unit.builders import bulk, listing, nanp

NUMBERS = [*nanp("206", 3), *nanp("253", 2), *nanp("416", 4), "+18005550123", "+442079460123"]


def test_what_is_packed_comes_out_again() -> None:
    directory = unpack(pack(map(listing, NUMBERS)).values())
    assert {directory.number(position) for position in range(len(directory))} == set(NUMBERS)
    assert len(directory.by_area["1206"]) == 1
    assert len(directory.by_area["1206"][0]) == 3
    assert sum(len(group) for group in directory.by_state["US", "WA"]) == 5
    assert sum(len(group) for group in directory.by_region["CA"]) == 4
    assert [group.kind for group in directory.toll_free["US"]] == [Kind.TOLL_FREE]


@given(st.permutations(NUMBERS))
def test_the_order_of_the_numbers_does_not_change_a_byte(numbers: list[str]) -> None:
    assert pack(map(listing, numbers)) == pack(map(listing, NUMBERS))


def test_one_more_number_rewrites_one_segment() -> None:
    before = pack(bulk(30_000))
    after = pack([*bulk(30_000), listing("+12065550123")])
    assert len(before) > 4
    assert len(set(after) - set(before)) == 1


def test_a_large_pool_packs_below_what_a_table_item_holds() -> None:
    segments = pack(bulk(100_000))
    assert max(map(len, segments.values())) < 380_000
    assert sum(map(len, segments.values())) < 100_000 * 14


def test_one_town_with_very_many_numbers_is_split() -> None:
    town = [replace(number, area_code="1206", state="WA") for number in bulk(60_000)]
    segments = pack(town)
    assert max(map(len, segments.values())) < 390_000
    directory = unpack(segments.values())
    assert sum(len(group) for group in directory.by_area["1206"]) == 60_000


def test_an_empty_pool_is_an_empty_directory() -> None:
    assert pack([]) == {}
    assert len(unpack([])) == 0


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda data: data[:-1], "cut short"),
        (lambda data: data + b"x", "too long"),
        (lambda data: b"ZZZZ" + data[4:], "another file"),
        (lambda data: b"", "empty"),
        (lambda data: data[:12] + b"{" + data[13:], "header is no list"),
        (lambda data: data.replace(b"geographic", b"geographik"), "unknown kind"),
    ],
)
def test_a_damaged_segment_is_refused(damage: Callable[[bytes], bytes], reason: str) -> None:
    (data,) = pack([listing("+442079460123")]).values()
    with pytest.raises(BrokenDirectory):
        unpack([damage(data)])


def test_a_pool_of_places_with_long_names_still_fits_into_items() -> None:
    listings = [
        replace(number, place=f"A place whose name is long, number {index}")
        for index, number in enumerate(bulk(6_000))
    ]
    segments = pack(listings)
    assert max(map(len, segments.values())) < 360_000
    assert len(unpack(segments.values())) == 6_000
