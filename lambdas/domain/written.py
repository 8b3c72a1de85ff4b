"""Phone numbers as people write them."""

import re
import unicodedata

import phonenumbers

from lambdas.domain.phone import NotAPhoneNumber, Phone, parse, why_not_valid

INTERNATIONAL_WITHOUT_PLUS = re.compile(r"[1-9][0-9]{10,14}")


def understand(text: str, country: str | None) -> tuple[Phone, str]:
    """A valid number out of what people write, and a note where something had to be assumed.

    Raises NotAPhoneNumber. "00" before a number without a country stands for "+", and eleven or
    more digits without a country are taken for an international number that lost its "+", as
    Excel makes of +1 206 555 0100.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    cleaned = plain.strip(" '\t")
    try:
        phone = parse(cleaned, country)
    except NotAPhoneNumber as problem:
        if problem.code == "extension":
            raise
        restored = _with_plus(cleaned)
        if restored is None:
            raise
        return restored
    if phone.valid:
        return phone, ""
    restored = _with_plus(cleaned)
    if restored is None:
        raise NotAPhoneNumber(why_not_valid(phone.e164))
    return restored


def region_named(country: str) -> str | None:
    """The region whose two letters somebody wrote, "UK" among them; None for what is none."""
    letters = country.strip().upper()
    region = "GB" if letters == "UK" else letters
    return region if region in phonenumbers.SUPPORTED_REGIONS else None


def _with_plus(text: str) -> tuple[Phone, str] | None:
    digits = re.sub(r"[\s().\-/]", "", text)
    bare = digits.removeprefix("00")
    if digits.startswith("+") or not INTERNATIONAL_WITHOUT_PLUS.fullmatch(bare):
        return None
    try:
        phone = parse(f"+{bare}")
    except NotAPhoneNumber:
        return None
    if not phone.valid:
        return None
    if bare != digits:
        return phone, ""
    return phone, f"Read as {phone.e164}, since the + in front is missing."
