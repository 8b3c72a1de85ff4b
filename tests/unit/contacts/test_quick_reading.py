"""The quick way to understand a number comes to the same as the thorough one."""

import random
import re
from collections.abc import Callable
from functools import cache

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.digit_patterns import DigitPattern, UnknownPattern
from lambdas.domain.leading_digits import plan_of
from lambdas.domain.phone import Kind, NotAPhoneNumber, Phone, region_and_kind
from lambdas.domain.quick_reading import _quickly, read
from lambdas.domain.written import understand

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
KINDS = sorted(phonenumbers.PhoneNumberType.values())
FORMS = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
)


@cache
def _patterns() -> list[str]:
    found: set[str] = set()
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
            assert metadata is not None
            for one in (metadata.general_desc, metadata.fixed_line, metadata.mobile):
                if one is not None and one.national_number_pattern:
                    found.add(one.national_number_pattern)
    return sorted(found)


def test_every_numbering_plan_is_known() -> None:
    assert [code for code in CODES if plan_of(code) is None] == []
    assert plan_of(999) is None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_pattern_is_followed_as_a_regular_expression_matches(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(_patterns()))
    example = data.draw(st.from_regex(text, fullmatch=True).filter(str.isascii))
    pattern = DigitPattern(text)
    matches = re.compile(text).fullmatch

    states = pattern.start
    for at, digit in enumerate(example):
        left = len(example) - at
        answer = pattern.fits(states, left)
        assert answer is not False, "one of them is the example"
        if answer and left <= 3:
            for tail in range(10**left):
                assert matches(f"{example[:at]}{tail:0{left}}")
        states = pattern.step(states, int(digit))
    assert pattern.fits(states, 0) is True


@pytest.mark.parametrize("text", ["a", "[^1]", "(?=1)2", "1+", "(1", "."])
def test_a_pattern_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises((UnknownPattern, ValueError)):
        DigitPattern(text)


def _changed(digits: str, rng: random.Random) -> str:
    changed = list(digits)
    for _ in range(rng.choice((0, 0, 1, 2, 4))):
        at = rng.randrange(len(changed))
        if changed[at].isdigit():
            changed[at] = rng.choice("0123456789")
    return "".join(changed)


@pytest.mark.parametrize("seed", range(4))
def test_leading_digits_tell_region_and_kind(seed: int) -> None:
    rng = random.Random(seed)
    valid = 0
    for _ in range(3_000):
        code = rng.choice((1, 44, 49, 7, 39)) if rng.random() < 0.5 else rng.choice(CODES)
        region = rng.choice(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code])
        example = (
            phonenumbers.example_number_for_type(region, rng.choice(KINDS))
            if region != "001"
            else phonenumbers.example_number_for_non_geo_entity(code)
        )
        national = "".join(rng.choices("0123456789", k=rng.randrange(4, 13)))
        if example is not None:
            national = _changed(phonenumbers.national_significant_number(example), rng)
        plan = plan_of(code)
        assert plan is not None

        found = plan.nature(national)

        wanted = region_and_kind(national, code)
        told = (found.region, found.kind) if found else ("", Kind.UNKNOWN)
        assert told == (wanted if wanted[1] is not Kind.UNKNOWN else ("", Kind.UNKNOWN))
        valid += found is not None
    assert valid > 500


def _written(rng: random.Random, region: str) -> str:
    number = phonenumbers.example_number_for_type(region, rng.choice(KINDS))
    if number is None:
        number = phonenumbers.example_number(region)
    if number is None:
        return "1234567890"
    text = _changed(phonenumbers.format_number(number, rng.choice(FORMS)), rng)
    return rng.choice(_CHANGES)(text)


_CHANGES: tuple[Callable[[str], str], ...] = (
    *(
        lambda text: text.replace("+", ""),
        lambda text: text.replace("+", "00"),
        lambda text: f"0{text}",
        lambda text: text[:-1],
        lambda text: f"{text}7",
        lambda text: text.replace(" ", " (0)", 1),
        lambda text: text.replace(" ", "."),
        lambda text: text.replace(" ", "/"),
        lambda text: f"({text})",
    ),
    *[lambda text: text] * 4,
)


@pytest.mark.parametrize("seed", range(4))
def test_read_comes_to_what_understand_does(seed: int) -> None:
    rng = random.Random(seed)
    quick = valid = 0
    for _ in range(3_000):
        region = rng.choice(("US", "GB", "DE", "FR", "AU", "BR", "IT", "AR", "MX", *REGIONS))
        text = _written(rng, region)
        country = rng.choice((region, region, "", rng.choice(REGIONS)))
        wanted = _thoroughly(text, country)
        assert _read(text, country) == wanted, (text, country)
        valid += not isinstance(wanted, str)
        quick += _quickly(text, country) is not None
    assert quick > 0.7 * valid > 500


def _thoroughly(text: str, country: str) -> tuple[Phone, str] | str:
    try:
        return understand(text, country or None)
    except NotAPhoneNumber as problem:
        return problem.code


def _read(text: str, country: str) -> tuple[Phone, str] | str:
    try:
        found = read(text, country)
    except NotAPhoneNumber as problem:
        return problem.code
    return found.phone, found.note
