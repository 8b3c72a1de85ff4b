import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from lambdas.domain.phone import (
    Kind,
    NotAPhoneNumber,
    is_emergency,
    masked,
    parse,
    parse_address,
    parse_e164,
    without_numbers,
)
from lambdas.domain.written import understand

KINDS = {
    PhoneNumberType.FIXED_LINE: Kind.GEOGRAPHIC,
    PhoneNumberType.MOBILE: Kind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: Kind.FIXED_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: Kind.TOLL_FREE,
    PhoneNumberType.SHARED_COST: Kind.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE: Kind.PREMIUM,
    PhoneNumberType.VOIP: Kind.VOIP,
    PhoneNumberType.UAN: Kind.UAN,
    PhoneNumberType.PERSONAL_NUMBER: Kind.PERSONAL,
    PhoneNumberType.PAGER: Kind.PAGER,
    PhoneNumberType.VOICEMAIL: Kind.VOICEMAIL,
}

REGIONS = [
    ("+14165550123", "CA", "Toronto shares +1 with the US"),
    ("+18765550123", "JM", "Jamaica shares +1 with the US"),
    ("+17875550123", "PR", "Puerto Rico shares +1 with the US"),
    ("+77012345678", "KZ", "Kazakhstan shares +7 with Russia"),
    ("+447781123456", "GG", "Guernsey shares +44 with the UK"),
    ("+390669812345", "VA", "the Vatican shares +39 with Italy"),
    ("+262269601234", "YT", "Mayotte shares +262 with Réunion"),
    ("+12065550123", "US", "an ordinary US number"),
    ("+442079460123", "GB", "an ordinary London number"),
    ("+80012345678", "001", "international freephone has no country"),
]


@pytest.mark.parametrize(("number", "region", "reason"), REGIONS)
def test_the_region_goes_by_the_number_and_not_by_the_calling_code(
    number: str, region: str, reason: str
) -> None:
    assert parse(number).region == region, reason


@pytest.mark.parametrize(
    ("number", "kind", "area_code"),
    [
        ("+12065550123", Kind.FIXED_OR_MOBILE, "1206"),
        ("+18765550123", Kind.MOBILE, "1876"),
        ("+18005550123", Kind.TOLL_FREE, ""),
        ("+442079460123", Kind.GEOGRAPHIC, "4420"),
        ("+441134960123", Kind.GEOGRAPHIC, "44113"),
        ("+448081570123", Kind.TOLL_FREE, ""),
    ],
)
def test_kind_and_area_code(number: str, kind: Kind, area_code: str) -> None:
    phone = parse(number)
    assert (phone.kind, phone.area_code, phone.valid) == (kind, area_code, True)


@pytest.mark.parametrize(
    ("text", "country", "code", "reason"),
    [
        ("(206) 555-0123", None, "no_country", "national form, and nobody said whose"),
        ("hello", "US", "not_a_number", "a word"),
        ("+99912345", None, "unknown_calling_code", "no country has +999"),
        ("+1 206 555 0123 x5", None, "extension", "a caller ID has no extension"),
        ("+1", None, "not_a_number", "nothing after the calling code"),
        ("1234567890123456789012", "US", "too_long", "far more digits than E.164 has"),
    ],
)
def test_what_is_no_number_says_why(text: str, country: str | None, code: str, reason: str) -> None:
    with pytest.raises(NotAPhoneNumber) as caught:
        parse(text, country)
    assert caught.value.code == code, reason


@pytest.mark.parametrize("text", ["12065550123", "+1 206 555 0123", "tel:+12065550123", "", "+0"])
def test_only_strict_e164_passes_for_e164(text: str) -> None:
    with pytest.raises(NotAPhoneNumber):
        parse_e164(text)


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("911", None, True),
        ("+1911", None, True),
        ("112", "DE", True),
        ("999", None, True),
        ("000", None, True),
        ("110", None, True),
        ("+44999", None, True),
        ("+44112", None, True),
        ("+12065550911", None, False),
        ("+12065550123", None, False),
        ("", None, False),
        ("sip:alice@example.com", None, False),
    ],
)
def test_emergency_numbers_are_known_with_and_without_calling_code(
    text: str, country: str | None, expected: bool
) -> None:
    assert is_emergency(text, country) is expected


@given(st.text("+0123456789 ()-²٣x", max_size=9))
def test_whatever_is_dialled_is_an_emergency_number_or_none(text: str) -> None:
    assert is_emergency(text) in (True, False)


@pytest.mark.parametrize("text", ["++1", "+9+11", "+", "+ +"])
def test_a_plus_in_a_strange_place_is_no_emergency(text: str) -> None:
    assert not is_emergency(text)


def test_what_a_number_is_agrees_with_libphonenumber_in_every_region() -> None:
    rng = random.Random(20261121)
    checked = 0
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number(region)
        assert example
        for _ in range(60):
            digits = str(example.national_number)
            keep = rng.randrange(1, len(digits))
            made = digits[:keep] + "".join(rng.choices("0123456789", k=len(digits) - keep))
            number = phonenumbers.parse(f"+{example.country_code}{made}")
            phone = parse(f"+{example.country_code}{made}")
            assert phone.valid == phonenumbers.is_valid_number(number), phone.e164
            assert phone.e164 == phonenumbers.format_number(number, PhoneNumberFormat.E164)
            if phone.valid:
                checked += 1
                assert phone.region == phonenumbers.region_code_for_number(number), phone.e164
                assert phone.kind is KINDS[phonenumbers.number_type(number)], phone.e164
            if phone.valid and phone.placed and example.country_code != 1:
                length = phonenumbers.length_of_geographical_area_code(number)
                national = phonenumbers.national_significant_number(number)
                expected = f"{number.country_code}{national[:length]}" if length else ""
                assert phone.area_code == expected, phone.e164
    assert checked > 8_000


def test_a_mexican_mobile_is_the_same_line_with_and_without_the_1_of_old() -> None:
    line = parse("+525512345678")
    assert line.valid
    assert parse("+5215512345678") == parse("+52 1 55 1234 5678") == line
    assert not parse("+5211512345678").valid


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("+44 (0)20 7946 0123", None),
        ("020 7946 0123", "GB"),
        ("0044 20 7946 0123", None),
        ("+4402079460123", None),
        ("tel:+442079460123", None),
    ],
)
def test_a_line_is_one_however_it_is_written(written: str, country: str | None) -> None:
    assert understand(written, country)[0] == parse_address("+442079460123")
    if country is None and written.startswith(("+", "tel:")):
        assert parse_address(written) == parse_address("+442079460123")


def test_every_region_s_numbers_are_one_line_however_they_are_written() -> None:
    ways = (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL, PhoneNumberFormat.RFC3966)
    checked = 0
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
            for way in ways:
                written = phonenumbers.format_number(number, way)
                assert understand(written, region)[0].e164 == parse_e164(e164).e164 == e164
                checked += 1
    assert checked > 1_200


@pytest.mark.parametrize(
    ("text", "emergency"),
    [
        ("sip:agent7@example.com", False),
        ("client:12", False),
        ("sip:ann@10.1", False),
        ("tel:911", True),
        ("sip:112@example.com", True),
        ("sips:911;phone-context=+1", True),
        (" 9-1-1 ", True),
    ],
)
def test_letters_are_nobody_s_emergency_number(text: str, emergency: bool) -> None:
    assert is_emergency(text) is emergency


def test_a_masked_number_keeps_nothing_of_the_subscriber() -> None:
    assert masked("+12065550123") == "+1206*******"
    assert masked("911") == "***"
    assert masked("ann@x.co") == "********", "an address that is no number may name a person"
    assert masked("") == ""


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("suppressions/all/+12065550142.csv", "suppressions/all/….csv"),
        ("206-555-0142 and (020) 7946 0123", "… and (…"),
        ("registers/us_national/date=2026-11-20/full.txt",
         "registers/us_national/date=2026-11-20/full.txt"),
        ("12 people, 3456 rows", "12 people, 3456 rows"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_text_is_shown_without_what_may_be_a_number(text: str, hidden: str) -> None:
    assert without_numbers(text) == hidden
