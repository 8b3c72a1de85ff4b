"""What a number that is none may have been meant as: for a person to check, never dialled."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

import phonenumbers
from phonenumbers import shortnumberinfo

from lambdas.domain.leading_digits import plan_of
from lambdas.domain.names import cities, fold
from lambdas.domain.phone import SHORTEST_SERVICE, Kind, NotAPhoneNumber, is_emergency
from lambdas.domain.places import PlaceFinder
from lambdas.domain.quick_reading import Reading, read

LONGEST_EMERGENCY: Final = 6
LONGEST_SHORT: Final = 5
_NO_DIGIT = re.compile(r"[^0-9]")
_DIGIT = re.compile(r"[0-9]")
_PEOPLE = frozenset({Kind.GEOGRAPHIC, Kind.MOBILE, Kind.FIXED_OR_MOBILE})
_MEANT = frozenset({"extension", "no_country", "not_valid", "too_short", "too_long"})


class Fits(NamedTuple):
    """What a number has to fit: the row's town, state or country, else the list's usual region."""

    places: PlaceFinder
    city: str
    state: str
    country: str
    usual: str

    def fits(self, reading: Reading) -> bool:
        region = reading.nature.region
        if self.city or self.state:
            own = self.places.find(reading.e164) if reading.nature.placed else None
            if own is None:
                return False
            if self.city and fold(self.city) in cities(own.name):
                return True
            return bool(own.state) and self.places.state(region, self.state) == own.state
        return region == (self.country or self.usual)


class _Meant(NamedTuple):
    """A number that may be meant, and a country where it would be written so."""

    reading: Reading
    region: str


def refined(code: str, text: str, region: str) -> str:
    """The code, or what it comes from: "emergency" or "short_number"."""
    digits = _NO_DIGIT.sub("", text)
    if not SHORTEST_SERVICE <= len(digits) <= LONGEST_EMERGENCY or code == "extension":
        return code
    if is_emergency(text, region or None):
        return "emergency"
    if len(digits) > LONGEST_SHORT:
        return code
    number = phonenumbers.PhoneNumber(
        country_code=phonenumbers.country_code_for_region(region or "US"),
        national_number=int(digits),
    )
    is_short = shortnumberinfo.is_valid_short_number_for_region(number, region or "US")
    return "short_number" if is_short else code


def suggestion(code: str, text: str, fits: Fits) -> str:
    """The one number that may be meant, in E.164; "" where there is none, or more than one."""
    if code not in _MEANT:
        return ""
    if code == "extension":
        return _without_extension(text, fits)
    if not text.lstrip().startswith("+"):
        found = _from_abroad(text, fits)
        if found:
            return found
    return _swapped_back(text, fits) if code == "not_valid" else ""


def _from_abroad(text: str, fits: Fits) -> str:
    """The number in the country of the row's state, of most rows, or of its way to write
    numbers: the first of them that names one."""
    if fits.state:
        there = _anywhere(text, _with_state(fits.places, fits.state))
        found = _only_read(text, [one for one in there if fits.fits(one.reading)])
        if found:
            return found
    if fits.usual and fits.usual != fits.country:
        reading = _read(text, fits.usual)
        if reading:
            return reading.e164
    plain = text.strip()
    written_so = _anywhere(text, _shapes().get(_shape(plain), ()))
    return _only_read(text, [one for one in written_so if plain in _ways(one.reading.e164)])


def _only(readings: Iterable[Reading]) -> str:
    found = {reading.e164 for reading in readings}
    return found.pop() if len(found) == 1 else ""


def _only_read(text: str, meant: Sequence[_Meant]) -> str:
    """The number of the only one, if the text is read so in its country."""
    if len({one.reading.e164 for one in meant}) != 1:
        return ""
    found, region = meant[0]
    reading = _read(text, region)
    return found.e164 if reading and reading.e164 == found.e164 else ""


def _anywhere(text: str, regions: Iterable[tuple[int, str]]) -> Iterator[_Meant]:
    """What the text may be in each country, with or without a first digit that only calls inside
    it have."""
    digits = _NO_DIGIT.sub("", text)
    for code, region in regions:
        plan = plan_of(code)
        for national in (digits, digits[1:]) if plan else ():
            # By far most countries are ruled out by this alone, and a plan learns slowly.
            if not plan or not _general(region).fullmatch(national):
                continue
            nature = plan.nature(national)
            if nature and nature.kind in _PEOPLE:
                yield _Meant(Reading(f"+{code}{national}", nature, ""), region)


def _shape(text: str) -> str:
    """How a number is written, "(000) 000-0000"; "" where digits alone tell nothing."""
    return "" if text.isdecimal() else _DIGIT.sub("0", text)


def _with_state(places: PlaceFinder, state: str) -> tuple[tuple[int, str], ...]:
    """The countries that have a state of this name."""
    return tuple(one for one in _main_regions() if places.state(one[1], state))


@cache
def _general(region: str) -> re.Pattern[str]:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    general = metadata.general_desc if metadata else None
    return re.compile((general and general.national_number_pattern) or "x")


@cache
def _main_regions() -> tuple[tuple[int, str], ...]:
    """Each calling code with its main country."""
    return tuple(
        (code, regions[0])
        for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items())
        if regions[0] != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
    )


@cache
def _shapes() -> Mapping[str, tuple[tuple[int, str], ...]]:
    """The countries that write numbers in a shape, by it."""
    found: dict[str, dict[tuple[int, str], None]] = {}
    for code, region in _main_regions():
        for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is not None:
                for way in _ways(f"+{code}{phonenumbers.national_significant_number(example)}"):
                    found.setdefault(_shape(way), {})[code, region] = None
    return {shape: tuple(regions) for shape, regions in found.items() if shape}


def _ways(e164: str) -> tuple[str, str]:
    """A number as its country writes it, and as others do without the calling code."""
    number = phonenumbers.parse(e164)
    abroad = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL),
        abroad.removeprefix(f"+{number.country_code} "),
    )


def _without_extension(text: str, fits: Fits) -> str:
    try:
        number = phonenumbers.parse(text, fits.country or fits.usual or None)
    except phonenumbers.NumberParseException:
        return ""
    number.extension = None
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _swapped_back(text: str, fits: Fits) -> str:
    return _only(reading for reading in _swaps(text, fits) if fits.fits(reading))


def _swaps(text: str, fits: Fits) -> Iterator[Reading]:
    """Valid numbers that differ by one swap of neighbouring digits."""
    try:
        number = phonenumbers.parse(text, fits.country or fits.usual or None)
    except phonenumbers.NumberParseException:
        return
    plan = plan_of(number.country_code or 0)
    national = phonenumbers.national_significant_number(number)
    if plan is None:
        return
    for at in range(len(national) - 1):
        one, other = national[at], national[at + 1]
        if one != other:
            swapped = f"{national[:at]}{other}{one}{national[at + 2 :]}"
            nature = plan.nature(swapped)
            if nature:
                area_code = plan.area_code(swapped, nature)
                yield Reading(f"+{plan.digits}{swapped}", nature, area_code)


def _read(text: str, country: str) -> Reading | None:
    try:
        return read(text, country)
    except NotAPhoneNumber:
        return None
