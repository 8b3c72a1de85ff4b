"""Numbers as people write them, understood as `written.understand` does, and four times as fast.

What is plain (digits and the usual signs between them, one national prefix at most) is read here,
step by step as libphonenumber does; everything else, and every number that is not valid, goes
through `understand` itself.
"""

import re
from functools import cache
from typing import Final, NamedTuple

import phonenumbers

from lambdas.domain.leading_digits import Nature, Plan, plan_of
from lambdas.domain.phone import E164, Phone
from lambdas.domain.written import understand

FEWEST_DIGITS: Final = 7
MOST_DIGITS: Final = 15
WITHOUT_PLUS: Final = 11
"""From so many digits on, a number without a country is taken for one that lost its "+"."""

_SIGNS: Final = str.maketrans("", "", " ()-./")
_LONGEST_CALLING_CODE: Final = 3


class Reading(NamedTuple):
    """A valid number: its E.164 form, what it is, the digits of its area code, and a note where
    something had to be assumed."""

    e164: str
    nature: Nature
    area_code: str
    note: str = ""

    @property
    def phone(self) -> Phone:
        """The same as `phone.parse` tells."""
        region, kind, _ = self.nature
        return Phone(E164(self.e164), region, kind, self.area_code, valid=True)


class _Home(NamedTuple):
    """How numbers are written inside a country."""

    plan: Plan
    general: re.Pattern[str]
    abroad: re.Pattern[str]
    prefix: re.Pattern[str] | None
    is_transformed: bool


def read(text: str, country: str) -> Reading:
    """Understand a number; `country` is that of national formats, "" for none.

    Raises NotAPhoneNumber, as `understand` does.
    """
    found = _quickly(text, country)
    if found is not None:
        return found
    phone, note = understand(text, country or None)
    nature = Nature(phone.region, phone.kind, phone.placed)
    return Reading(phone.e164, nature, phone.area_code, note)


def _quickly(text: str, country: str) -> Reading | None:
    digits = text.translate(_SIGNS)
    if digits[:1] == "+":
        digits = digits[1:]
        if not _is_plain(digits):
            return None
        return _international(digits)
    if not _is_plain(digits):
        return None
    if country:
        home = _home(country)
        return _national(digits, home) if home else None
    if digits[0] != "0":
        if len(digits) < WITHOUT_PLUS:
            return None
        return _international(digits, is_assumed=True)
    if digits[:2] != "00" or len(digits) - 2 < WITHOUT_PLUS or digits[2] == "0":
        return None
    return _international(digits[2:])


def _is_plain(digits: str) -> bool:
    return (
        FEWEST_DIGITS <= len(digits) <= MOST_DIGITS + 2 and digits.isascii() and digits.isdecimal()
    )


def _international(digits: str, *, is_assumed: bool = False) -> Reading | None:
    found = _plans().get(digits[:_LONGEST_CALLING_CODE])
    if found is None or len(digits) > MOST_DIGITS:
        return None
    plan, prefix = found
    national = digits[len(plan.digits) :]
    if prefix is not None and prefix.match(national):
        return None
    nature = plan.nature(national)
    if nature is None:
        return None
    e164 = f"+{digits}"
    note = f"Read as {e164}, since the + in front is missing." if is_assumed else ""
    return Reading(e164, nature, plan.area_code(national, nature), note)


def _national(digits: str, home: _Home) -> Reading | None:
    plan, general = home.plan, home.general
    abroad = home.abroad.match(digits)
    if abroad:
        rest = digits[abroad.end() :]
        return _international(rest) if _is_plain(rest) and rest[0] != "0" else None
    national = digits
    if digits.startswith(plan.digits):
        rest = digits[len(plan.digits) :]
        if home.prefix is not None and home.prefix.match(rest):
            return None
        if general.fullmatch(rest) and not general.fullmatch(digits):
            return _international(digits)
    begun = home.prefix.match(digits) if home.prefix is not None else None
    if begun is not None:
        national = digits[begun.end() :]
        if home.is_transformed or not general.fullmatch(national):
            return None
    nature = plan.nature(national)
    if nature is None:
        return None
    return Reading(f"+{plan.digits}{national}", nature, plan.area_code(national, nature))


@cache
def _plans() -> dict[str, tuple[Plan, re.Pattern[str] | None]]:
    """By a number's first three digits: its plan, and what its national part never begins with."""
    found = {}
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        plan = plan_of(code)
        region = phonenumbers.region_code_for_country_code(code)
        metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        if plan is None or metadata is None:
            continue
        text = metadata.national_prefix_for_parsing
        prefix = re.compile(text) if text else None
        left = _LONGEST_CALLING_CODE - len(plan.digits)
        for rest in range(10**left):
            found[f"{plan.digits}{f'{rest:0{left}}' if left else ''}"] = (plan, prefix)
    return found


@cache
def _home(country: str) -> _Home | None:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    plan = plan_of(metadata.country_code) if metadata else None
    general = metadata.general_desc if metadata else None
    if metadata is None or plan is None or general is None:
        return None
    text = metadata.national_prefix_for_parsing
    return _Home(
        plan,
        re.compile(general.national_number_pattern or "x"),
        # A pattern that never matches where a country has no prefix for calls abroad.
        re.compile(metadata.international_prefix or "x"),
        re.compile(text) if text else None,
        bool(metadata.national_prefix_transform_rule),
    )
