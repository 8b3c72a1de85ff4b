"""What a phone number is: its E.164 form, region, kind and area code.

Regions go by `region_code_for_number`, never by calling code: +1 is shared by 25 countries and
territories, +44, +7, +39 and +262 by several each.
"""

import re
from enum import StrEnum
from typing import NamedTuple, NewType

import phonenumbers
from phonenumbers import PhoneNumberType, ValidationResult, shortnumberinfo
from phonenumbers.phonenumberutil import _number_type_helper

E164 = NewType("E164", str)
"""A number as ITU-T E.164 writes it: "+", calling code, national number; 15 digits at most."""

STRICT_E164 = re.compile(r"\+[1-9][0-9]{5,14}")

NANP_CALLING_CODE = 1
NANP_AREA_DIGITS = 3
SHORTEST_SERVICE = 3
MEXICO = 52
_WITH_MEXICAN_PREFIX = re.compile(r"1[2-9][0-9]{9}")
"""Mobiles had a 1 in front until 2019, which networks still write; the line is the same without."""
_WRITTEN = r"\s().\-/"
_DIALLED = re.compile(rf"(?:tel:|sips?:)?([0-9+{_WRITTEN}]+)(?:[@;].*)?", re.IGNORECASE)
"""What somebody dials, alone or as an address; letters are the name of somebody."""
_LIKE_A_NUMBER = re.compile(r"\+?\d(?:[\s().\-]{0,2}\d){8,}")
"""Nine digits or more: a day has eight."""
_SIGNS = re.compile(rf"\(0\)|[{_WRITTEN}]")

# libphonenumber formats a number to find where its area code ends: 60 microseconds, so what was
# found is kept for numbers that begin alike. No area code is longer than these digits.
LEADING_DIGITS = 5
REMEMBERED_AREAS = 50_000
_area_digits: dict[tuple[int | None, str, int, "Kind"], int] = {}


class Kind(StrEnum):
    """The kind of a number, in libphonenumber's classes."""

    GEOGRAPHIC = "geographic"
    MOBILE = "mobile"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    TOLL_FREE = "toll_free"
    SHARED_COST = "shared_cost"
    PREMIUM = "premium"
    VOIP = "voip"
    UAN = "uan"
    PERSONAL = "personal"
    PAGER = "pager"
    VOICEMAIL = "voicemail"
    UNKNOWN = "unknown"


_KINDS = {
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


_PLACED = frozenset({Kind.GEOGRAPHIC, Kind.MOBILE, Kind.FIXED_OR_MOBILE})


class Phone(NamedTuple):
    """A number that was understood.

    `region` is ISO 3166 alpha-2 ("001" for international services); `area_code` holds the digits
    after "+" up to and with the area code ("1206", "4420"), or "" where the number has none.
    """

    e164: E164
    region: str
    kind: Kind
    area_code: str
    valid: bool

    @property
    def digits(self) -> int:
        return int(self.e164[1:])

    @property
    def placed(self) -> bool:
        """Whether the number's kind ties it to a place; a toll-free number's digits name none."""
        return self.kind in _PLACED


class NotAPhoneNumber(ValueError):
    """The text is no phone number; `code` says why (a key of `intake.WORDS`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(text: str, country: str | None = None) -> Phone:
    """Understand a number in international form, or in the national form of `country`.

    Raises NotAPhoneNumber with the codes "not_a_number", "no_country", "too_short", "too_long",
    "unknown_calling_code", "extension".
    """
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as problem:
        raise NotAPhoneNumber(_parse_problem(problem, text, country)) from problem
    if number.extension:
        raise NotAPhoneNumber("extension")
    return _describe(number)


def parse_address(text: str) -> Phone:
    """Understand an international number with or without a "tel:" and signs between its digits;
    raises NotAPhoneNumber for anything else."""
    if STRICT_E164.fullmatch(text):
        return parse(text)
    return parse_e164(_SIGNS.sub("", text.strip().lower().removeprefix("tel:")))


def parse_e164(text: str) -> Phone:
    """Understand a strict E.164 number; raises NotAPhoneNumber for anything else."""
    if not STRICT_E164.fullmatch(text):
        raise NotAPhoneNumber("not_a_number")
    return parse(text)


def why_not_valid(e164: str) -> str:
    """The code for a number that no numbering plan has: "too_short", "too_long", "not_valid"."""
    reason = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(e164))
    return {
        ValidationResult.TOO_SHORT: "too_short",
        ValidationResult.TOO_LONG: "too_long",
    }.get(reason, "not_valid")


def _describe(number: phonenumbers.PhoneNumber) -> Phone:
    national = phonenumbers.national_significant_number(number)
    calling_code = number.country_code or 0
    if calling_code == MEXICO and _WITH_MEXICAN_PREFIX.fullmatch(national):
        national = national[1:]
        number = phonenumbers.PhoneNumber(calling_code, int(national))
    e164 = E164(f"+{calling_code}{national}")
    region, kind = region_and_kind(national, calling_code)
    if kind is Kind.UNKNOWN:
        return Phone(e164, "", Kind.UNKNOWN, "", valid=False)
    return Phone(e164, region, kind, _area_code(number, national, kind), valid=True)


def region_and_kind(national: str, calling_code: int) -> tuple[str, Kind]:
    """As region_code_for_number() and number_type() tell, which a test holds this to.

    They ask twice which patterns a number fits, and that is half of all the work.
    """
    regions = phonenumbers.region_codes_for_country_code(calling_code)
    for region in regions:
        metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(
            calling_code, region
        )
        if metadata is None:
            continue
        leading = metadata.leading_digits if len(regions) > 1 else None
        if leading is not None:
            if re.match(leading, national):
                return region, _KINDS.get(_number_type_helper(national, metadata), Kind.UNKNOWN)
        elif (found := _number_type_helper(national, metadata)) != PhoneNumberType.UNKNOWN:
            return region, _KINDS[found]
    return "", Kind.UNKNOWN


def _area_code(number: phonenumbers.PhoneNumber, national: str, kind: Kind) -> str:
    if kind not in _PLACED:
        return ""
    # In the NANP every such number has one, also where libphonenumber sees a one-area island.
    if number.country_code == NANP_CALLING_CODE:
        return f"{number.country_code}{national[:NANP_AREA_DIGITS]}"
    known = (number.country_code, national[:LEADING_DIGITS], len(national), kind)
    length = _area_digits.get(known)
    if length is None:
        length = phonenumbers.length_of_geographical_area_code(number)
        if len(_area_digits) < REMEMBERED_AREAS:
            _area_digits[known] = length
    return f"{number.country_code}{national[:length]}" if length else ""


def is_emergency(text: str, country: str | None = None) -> bool:
    """Whether dialling `text` reaches an emergency service, in `country` or by its calling code.

    Connect writes what an agent dials with the calling code in front ("+1911"), so the rest is
    looked at too. Source: libphonenumber's short-number metadata.
    """
    told = _DIALLED.fullmatch(text.strip())
    if not told:
        return False
    dialled = re.sub(r"[^0-9+]", "", told[1])
    digits = dialled.replace("+", "")
    if not digits:
        return False
    if not dialled.startswith("+"):
        # Nothing else is this short, and which country's number it is nobody says.
        return len(digits) <= SHORTEST_SERVICE or _emergency_in(digits, country or "US")
    for length in (1, 2, 3):
        regions = phonenumbers.region_codes_for_country_code(int(digits[:length]))
        if regions and "001" not in regions:
            return any(_emergency_in(digits[length:], region) for region in regions)
    return False


def _emergency_in(digits: str, region: str) -> bool:
    longest_emergency_number = 6
    return len(digits) <= longest_emergency_number and bool(
        shortnumberinfo.is_emergency_number(digits, region)
    )


def masked(e164: str) -> str:
    """A number for logs: the calling code and area stay, the subscriber's digits do not. Of what
    is no number in international form nothing stays."""
    shown = 5 if e164.startswith("+") else 0
    if len(e164) <= shown:
        return "*" * len(e164)
    return e164[:shown] + "*" * (len(e164) - shown)


def without_numbers(text: str) -> str:
    """A text for logs and notices with "…" for whatever may be a phone number, such as in the name
    of a file that somebody named after a customer."""
    return _LIKE_A_NUMBER.sub("…", text)


def _parse_problem(
    problem: phonenumbers.NumberParseException, text: str, country: str | None
) -> str:
    kinds = phonenumbers.NumberParseException
    if problem.error_type == kinds.INVALID_COUNTRY_CODE:
        return "unknown_calling_code" if text.strip().startswith("+") or country else "no_country"
    return {
        kinds.TOO_SHORT_AFTER_IDD: "too_short",
        kinds.TOO_SHORT_NSN: "too_short",
        kinds.TOO_LONG: "too_long",
    }.get(problem.error_type, "not_a_number")
