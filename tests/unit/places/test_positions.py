"""Where places are, and in which time zones."""

import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import timezone

from lambdas.domain.places import Places
from tests.unit.places.test_against_the_geocoder import e164, random_valid_numbers
from tools.places.encoding import Row, encode, in_units
from tools.places.geometry import centre, distance_km
from tools.places.likeness import alike
from tools.places.regions import region_of
from tools.places.spellings import spellings, towns_named
from tools.places.towns import folded

TOWNS = [
    ("+442079460123", (51.51, -0.13), "London"),
    ("+441134960123", (53.80, -1.55), "Leeds"),
    ("+441229460123", (54.11, -3.23), "two towns share the area: the larger, Barrow-in-Furness"),
    ("+551121000000", (-23.55, -46.64), "São Paulo, written with its state behind a dash"),
    ("+865386000000", (36.19, 117.12), "Tai'an, whose syllables were run together"),
    ("+17804580123", (53.63, -113.63), "St. Albert, abbreviated"),
    ("+492041100000", (51.52, 6.93), "Bottrop"),
    ("+492045100000", (51.55, 6.93), "Bottrop-Kirchhellen, a part of it"),
    ("+4950319000", (52.4, 9.6), "Wunstorf, by its neighbours"),
    ("+493596100000", (51.03, 14.21), "Neustadt in Sachsen, one of many Neustadts"),
    ("+3493000000", (41.39, 2.16), "Barcelona"),
    ("+390669800000", (41.90, 12.45), "the Vatican within Rome"),
]


@pytest.mark.parametrize(("number", "position", "reason"), TOWNS)
def test_a_town_is_where_it_is(
    places: Places, number: str, position: tuple[float, float], reason: str
) -> None:
    place = places.find(number)
    assert place is not None, reason
    assert place.position is not None, reason
    assert distance_km(place.position, position) < 15, reason
    assert not place.centre, reason


CENTRES = [
    ("+12065550123", (47.6, -122.3), 40, "a state's name: the middle of the towns of area 206"),
    ("+551150000000", (-23.5, -46.7), 60, "a state's name: the middle of the towns of area 11"),
    ("+35224000000", (49.75, 6.15), 60, "any of a small country's towns"),
]


@pytest.mark.parametrize(("number", "position", "within_km", "reason"), CENTRES)
def test_what_names_no_town_is_at_the_centre_of_its_area_and_says_so(
    places: Places, number: str, position: tuple[float, float], within_km: float, reason: str
) -> None:
    place = places.find(number)
    assert place is not None, reason
    assert place.centre or number.startswith("+352"), reason
    assert place.position is not None, reason
    assert distance_km(place.position, position) < within_km, reason


def test_positions_of_a_file_are_read_as_written() -> None:
    known = Row("a", "a", "", in_units((-33.86, 151.21)))
    middle = Row("b", "b", "", in_units((0.0, -179.99)), centre=True)
    unknown = Row("c", "c", "")
    places = Places.load(encode({"1": known, "2": middle, "3": unknown}, [], bytes(32)))
    found = [places.find(f"+{digit}555") for digit in (1, 2, 3)]
    assert [place and place.centre for place in found] == [False, True, False]
    assert found[0] is not None
    assert found[0].position == pytest.approx((-33.86, 151.21), abs=0.003)
    assert found[1] is not None
    assert found[1].position == pytest.approx((0.0, -179.99), abs=0.003)
    assert found[2] is not None
    assert found[2].position is None


def test_time_zones_are_libphonenumbers_own(places: Places) -> None:
    numbers = list(random_valid_numbers(seed=3, each=25))
    numbers += [
        number
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in phonenumbers.PhoneNumberType.values()
        if (number := phonenumbers.example_number_for_type(region, kind))
    ]
    different = [
        e164(number)[:8]
        for number in numbers
        if places.time_zones(e164(number)) != timezone.time_zones_for_number(number)
    ]
    assert different == []


@pytest.mark.parametrize("text", ["", "+", "12065550123", "+12a", "anonymous", "+999123456"])
def test_what_is_no_number_has_no_time_zone(places: Places, text: str) -> None:
    assert places.time_zones(text) == ()


@pytest.mark.parametrize(
    ("prefix", "region"),
    [("1206", "US"), ("1416", "CA"), ("1242", "BS"), ("1310", "US"), ("441481", "GG"),
     ("44113", "GB"), ("3906698", "VA"), ("396", "IT"), ("7495", "RU"), ("7727", "KZ"),
     ("6189162", "CC"), ("61891", "AU"), ("4930", "DE")],
)  # fmt: skip
def test_a_prefix_is_of_its_country_where_several_share_the_calling_code(
    prefix: str, region: str
) -> None:
    assert region_of(prefix) == region


@pytest.mark.parametrize(
    ("one", "other"),
    [("St. Albert", "Saint Albert"), ("Tai'an", "Taian"), ("São Paulo", "sao paulo"),
     ("Mt Vernon", "Mount Vernon"), ("Øster Hornum", "oster hornum"), ("Großau", "Grossau")],
)  # fmt: skip
def test_names_are_compared_without_accents_and_abbreviations(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("batlagundu", "vattalakundi", "too different"),
        ("york", "yorc", "too short to be sure"),
        ("springfield", "summerfield", "another town"),
    ],
)
def test_unlike_names_are_no_match(one: str, other: str, reason: str) -> None:
    assert not alike(one, other), reason


def test_transcriptions_of_one_name_are_a_match() -> None:
    assert alike("ferozabad", "firozabad")
    assert alike("badwani", "barwani")


def test_a_place_lists_its_towns_and_their_spellings() -> None:
    assert towns_named("Barrow-in-Furness/Millom") == ["Barrow-in-Furness", "Millom"]
    assert list(spellings("49", "Bottrop-Kirchhellen")) == [
        "Bottrop-Kirchhellen", "Kirchhellen", "Bottrop",
    ]  # fmt: skip
    assert "Altenkirchen" in spellings("49", "Altenkirchen Westerwald")


latitudes = st.floats(-80, 80)
longitudes = st.floats(-179, 179)


@given(a=st.tuples(latitudes, longitudes), b=st.tuples(latitudes, longitudes))
def test_distance_is_symmetric_and_at_most_half_the_globe(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    assert distance_km(a, b) == pytest.approx(distance_km(b, a))
    assert 0 <= distance_km(a, b) <= 20_016
    assert distance_km(a, a) == 0


def test_a_centre_is_not_torn_apart_at_the_date_line() -> None:
    middle = centre([(-17.0, 179.0), (-17.0, -179.0)])
    assert abs(abs(middle[1]) - 180) < 0.01


def test_a_known_distance() -> None:
    assert distance_km((52.5200, 13.4050), (48.8566, 2.3522)) == pytest.approx(878, abs=2)


def test_positions_lie_in_the_numbers_own_country_or_near_it(places: Places) -> None:
    """Towns of one area code lie together: a homonym at the other end would not."""
    rng = random.Random(1)
    for area, middle in (("1206", (47.6, -122.3)), ("33248", (47.1, 2.4)), ("4937", (50.8, 12.9))):
        for _ in range(50):
            place = places.find(f"+{area}{rng.randrange(10**6):06}")
            if place and place.position:
                assert distance_km(place.position, middle) < 200, place
