import json
import struct
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.directory import BrokenDirectory, pack, unpack
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import E164, Kind
from lambdas.domain.shelves import Shelf
from tests.unit.builders import bulk, listing, nanp

NUMBERS = [*nanp("206", 3), *nanp("253", 2), *nanp("416", 4), "+18005550123", "+442079460123"]


def test_what_is_packed_comes_out_again() -> None:
    directory = unpack(pack(map(listing, NUMBERS)).values())
    assert {directory.number(position) for position in range(len(directory))} == set(NUMBERS)
    shelves = directory.shelves
    assert counted(shelves.area_code("US", "1206")) == 3
    assert counted(shelves.city("US", "WA", "town 206")) == 3
    assert counted(shelves.state("US", "WA")) == 5
    assert counted(shelves.country("CA")) == 4
    assert [shelf.traits.kind for shelf in shelves.toll_free("US")] == [Kind.TOLL_FREE]


def counted(shelves: Sequence[Shelf]) -> int:
    return sum(shelf.size for shelf in shelves)


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
    town = [number._replace(area_code="1206", state="WA") for number in bulk(60_000)]
    segments = pack(town)
    assert max(map(len, segments.values())) < 390_000
    directory = unpack(segments.values())
    assert counted(directory.shelves.area_code("US", "1206")) == 60_000


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
        number._replace(place=f"A place whose name is long, number {index}")
        for index, number in enumerate(bulk(6_000))
    ]
    segments = pack(listings)
    assert max(map(len, segments.values())) < 360_000
    assert len(unpack(segments.values())) == 6_000


def test_all_that_is_known_of_a_number_comes_out_again() -> None:
    told = listing("+18005550123")._replace(
        golden=True, ownership=Ownership.APPROVED, weight=7, activated_on=20_500
    )
    placed = listing("+12065550123")
    directory = unpack(pack([told, placed]).values())
    (golden,) = directory.shelves.golden("US")
    (group,) = golden.groups
    assert golden.traits.ownership is Ownership.APPROVED
    assert (directory.weights[group.start], directory.activated_on[group.start]) == (7, 20_500)
    (here,) = directory.shelves.area_code("US", "1206")
    assert here.groups[0].position == placed.position


def test_numbers_of_one_area_are_told_apart_where_a_rule_asks_for_their_first_digits() -> None:
    numbers = ["+33162000001", "+33162999999", "+33163000000", "+33199000000", "+33112000000"]
    made = [
        listing("+12065550123")._replace(e164=E164(number), region="FR", area_code="331")
        for number in numbers
    ]
    directory = unpack(pack(made).values(), "", ["33162", "33163", "3316", "33424"])
    found = {
        shelf.traits.series: [
            directory.number(position)
            for group in shelf.groups
            for position in range(group.start, group.end)
        ]
        for shelf in directory.shelves.area_code("FR", "331")
    }
    assert found == {
        "": ["+33112000000", "+33199000000"],
        "33162": ["+33162000001", "+33162999999"],
        "33163": ["+33163000000"],
    }


@given(
    st.sets(st.integers(10**7, 10**11 - 1), min_size=1, max_size=40),
    st.sets(st.integers(1, 10**5).map(str), max_size=8),
)
def test_every_number_stands_under_the_longest_of_the_prefixes(
    digits: set[int], prefixes: set[str]
) -> None:
    made = [listing("+12065550123")._replace(e164=E164(f"+{number}")) for number in digits]
    directory = unpack(pack(made).values(), "", prefixes)
    for group in directory.groups:
        for position in range(group.start, group.end):
            number = str(directory.numbers[position])
            begun = [prefix for prefix in prefixes if number.startswith(prefix)]
            assert group.series == max(begun, key=len, default="")
    assert sum(group.size for group in directory.groups) == len(digits)


def test_a_segment_of_the_first_format_is_still_read() -> None:
    (data,) = pack([listing("+12065550123")]).values()
    header = json.dumps([["US", "WA", "1206", "Seattle", "fixed_or_mobile", 1]]).encode()
    old = struct.pack("<4sII", b"LPD1", len(header), 1) + header + data[-11:]
    directory = unpack([old])
    assert directory.number(0) == "+12065550123"
    (shelf,) = directory.shelves.city("US", "WA", "seattle")
    assert shelf.groups[0].position is None
