"""The index says what libphonenumber's own geocoder says, number by number."""

import random
import unicodedata
from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers import geocoder
from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.phonenumberutil import PhoneNumberType

from lambdas.domain.places import Places
from tools.places.naming import Naming

REWRITTEN = {"Cruz Alta, Córdoba/San José de la Esquina, Santa Fe"}


def random_valid_numbers(seed: int, each: int) -> Iterator[phonenumbers.PhoneNumber]:
    """Some valid numbers of every region, made from the patterns of its example numbers."""
    rng = random.Random(seed)
    kinds = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in kinds:
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            nsn = phonenumbers.national_significant_number(example)
            code = example.country_code
            for _ in range(each):
                kept = rng.randrange(0, 4)
                tail = "".join(rng.choices("0123456789", k=len(nsn) - kept))
                number = phonenumbers.parse(f"+{code}{nsn[:kept]}{tail}", None)
                if phonenumbers.is_valid_number(number):
                    yield number


@pytest.fixture(scope="module")
def numbers() -> list[phonenumbers.PhoneNumber]:
    return list(random_valid_numbers(seed=20261121, each=60))


def e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def test_thousands_of_numbers_of_many_regions_are_compared(
    numbers: list[phonenumbers.PhoneNumber],
) -> None:
    assert len(numbers) > 4000
    assert len({phonenumbers.region_code_for_number(number) for number in numbers}) > 200


def test_the_description_is_the_geocoders_own(
    numbers: list[phonenumbers.PhoneNumber], places: Places
) -> None:
    different = []
    for number in numbers:
        if not phonenumbers.is_number_geographical(number):
            continue
        theirs = geocoder.description_for_number(number, "en")
        ours = places.find(e164(number))
        country = geocoder.country_name_for_number(number, "en")
        if (ours.description if ours else country) != theirs:
            different.append((e164(number)[:8], ours, theirs))
    assert different == []


def test_the_longest_prefix_wins_for_numbers_of_every_kind(
    numbers: list[phonenumbers.PhoneNumber], places: Places
) -> None:
    for number in numbers:
        written = e164(number)
        if written.startswith("+549"):  # Argentina's mobiles: the geocoder drops the 9
            continue
        expected = ""
        for length in range(9, 0, -1):
            texts = GEOCODE_DATA.get(written[1 : 1 + length], {})
            if "en" in texts:
                expected = texts["en"]
                break
        ours = places.find(written)
        assert (ours.description if ours else "") == expected, written[:8]


def test_a_name_is_the_description_without_its_state(
    numbers: list[phonenumbers.PhoneNumber], places: Places
) -> None:
    for number in numbers:
        place = places.find(e164(number))
        if place is None or place.description in REWRITTEN:
            continue
        assert place.name
        assert letters(place.name) in letters(place.description)
        assert len(place.name) <= len(place.description) + 1


@pytest.mark.parametrize(
    ("code", "separator"),
    [("1", ", "), ("52", ", "), ("54", ", "), ("55", " - "), ("81", ", "), ("86", ", ")],
)
def test_every_town_that_is_written_with_a_state_has_one(code: str, separator: str) -> None:
    naming = Naming.reviewed()
    without = {
        texts["en"]
        for prefix, texts in GEOCODE_DATA.items()
        if prefix.startswith(code)
        and separator in texts.get("en", "")
        and not naming.name(code, prefix, texts["en"]).state
    }
    assert without <= REWRITTEN
