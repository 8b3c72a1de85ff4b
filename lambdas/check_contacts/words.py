"""What the codes of a checked list mean, and what to do about them, for campaign staff."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from lambdas.domain import contact_rows, suppression
from lambdas.domain.phone import Kind
from lambdas.domain.row_words import KIND_WORDS
from lambdas.domain.settings import Tier

LONGEST_NAME: Final = 80
_REGIONS = Path(__file__).with_name("regions.json")
NARROW: Final = "\u202f"
LIMIT_WORDS: Final = f"{contact_rows.LIMIT:.1%}".replace("%", f"{NARROW}%")

_NUMBER_LIKE = re.compile(r"\+?\d(?:[\s().,/_-]{0,3}\d){6,}")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d[-_./]?[01]\d[-_./]?[0-3]\d(?!\d)")


class Said(NamedTuple):
    """A reason in a few words, and what to do about its rows."""

    title: str
    advice: str


_LOST = (
    "Take the numbers from the original list again, with the column formatted as Text before they"
    " are pasted. What was lost cannot be worked out from this file."
)
_ORIGINAL = "Open the original list, format the column as Text, and save it again."
_ASK = "Check it against where the row came from."
_SUGGESTED = "Where it is plain what may be meant, the file of rejected rows has a suggestion."
_OUT = "Take the row out of the list."
_NOBODY = "No customer is reached there. Ask for another number."

_REASONS: Final[Mapping[str, Said]] = {
    "empty": Said("No number", "Fill the number in, or take the row out of the list."),
    "not_a_number": Said(
        "Not a phone number", "Check whether the right column has the heading for numbers."
    ),
    "no_country": Said(
        "No country code",
        "Say the list's country when it is checked, add a Country column, or begin numbers with +.",
    ),
    "unknown_country": Said(
        "Country not understood", "Write countries in English or as two letters, such as GB."
    ),
    "unknown_calling_code": Said("No such country code", _ASK),
    "too_short": Said("Too short", f"Digits are missing. {_SUGGESTED}"),
    "too_long": Said("Too long", f"Look for the number of another country. {_SUGGESTED}"),
    "not_valid": Said("No such number can exist", f"A digit may be wrong. {_SUGGESTED}"),
    "extension": Said(
        "With an extension", "Put the number alone into its column, and the extension elsewhere."
    ),
    "too_much_text": Said("Too much text in the row", "Check that the columns did not shift."),
    "digits_lost": Said("Excel has cut digits off", _LOST),
    "column_too_narrow": Said("Only ##### was saved", _ORIGINAL),
    "error_value": Said("A formula that failed", "Mend the formula, or type the numbers."),
    "calculated": Said("The result of a calculation", _ORIGINAL),
    "date": Said("Excel has made a date of it", _LOST),
    "emergency": Said("An emergency number", _OUT),
    "short_number": Said("A short number, which is no person's", _OUT),
    str(Kind.PREMIUM): Said("A premium-rate number", _NOBODY),
    str(Kind.PAGER): Said("A pager", _NOBODY),
    str(Kind.VOICEMAIL): Said("A voicemail access number", _NOBODY),
    contact_rows.DUPLICATE: Said(
        "The same number again", "Nothing to do: the first row with it is kept."
    ),
    contact_rows.ON_REGISTER: Said(
        "On a national do-not-call register", "Nothing to do: these people must not be called."
    ),
}
_SUPPRESSED: Final[Mapping[str, str]] = {
    suppression.Reason.DO_NOT_CALL: "On the company's do-not-call list",
    suppression.Reason.OPT_OUT: "Asked not to be called",
    suppression.Reason.WRONG_NUMBER: "Someone else answers there",
    suppression.Reason.REASSIGNED: "The number was given to someone else",
    suppression.Reason.PREFERS_OTHER_CHANNEL: "Wants to be reached another way",
    suppression.Reason.DECEASED: "Has died",
    suppression.Reason.LITIGATOR: "Goes to court over unwanted calls",
    suppression.Reason.REFUSED: "Refused lately",
    suppression.Reason.TEMPORARY: "Not to be called for the time being",
}
_TIERS: Final[Mapping[str, str]] = {
    Tier.ANSWERED_BEFORE: "the number that they answered before",
    Tier.CITY: "a number of their own town",
    Tier.NEAREST: "a number from nearby",
    Tier.AREA_CODE: "a number with their area code",
    Tier.STATE: "a number of their state or region",
    Tier.COUNTRY: "a number of their country",
    Tier.MOBILE: "a mobile number of their country",
    Tier.NATIONAL: "a national number of their country",
    Tier.GOLDEN_TOLL_FREE: "a well-known toll-free number",
    Tier.TOLL_FREE: "a toll-free number",
    Tier.DEFAULT: "the queue's own number",
}


def reason(code: str) -> Said:
    """A reason's words; those of one that nobody described are made of the code itself."""
    if code.startswith(contact_rows.SUPPRESSED):
        why = code.removeprefix(contact_rows.SUPPRESSED)
        return Said(
            _SUPPRESSED.get(why, "Not to be called"),
            "Take them out of the list for good, and tell where it came from.",
        )
    return _REASONS.get(code) or Said(_spelt(code), "See the file of rejected rows.")


def kind(code: str) -> str:
    """A kind of number: "mobile"."""
    try:
        return KIND_WORDS[Kind(code)]
    except ValueError:
        return _spelt(code)


def tier(code: str) -> str:
    """What customers would see."""
    return _TIERS.get(code) or _spelt(code)


def country(region: str) -> str:
    """A country's English name; its code where there is none."""
    return _countries().get(region) or shown(region) or "not known"


def shown(text: str, longest: int = LONGEST_NAME) -> str:
    """What somebody typed, in one line, not endless, without signs that steer or a customer's
    number: columns do shift, and then numbers stand where sources should."""
    part = text[: 4 * longest]
    plain = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in part)
    words = _NUMBER_LIKE.sub(_without_number, " ".join(plain.split()))
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def whole(number: int) -> str:
    """A count with thousands apart: 12 345."""
    return f"{number:,}".replace(",", NARROW)


def rows(number: int) -> str:
    """So many rows: "1 row", "12 345 rows"."""
    return f"{whole(number)} {'row' if number == 1 else 'rows'}"


def percent(share: float) -> str:
    """A share as it can be held against a limit of half a percent.

    What is not none never reads as none, what is not all not as all, and what is above the limit
    never as the limit itself.
    """
    if 0 < share < 0.0001:
        return f"<{NARROW}0.01{NARROW}%"
    if 0.999 < share < 1:
        return f">{NARROW}99.9{NARROW}%"
    digits = 0 if share in (0, 1) else 2 if share < 0.01 else 1
    told = f"{share:.{digits}%}"
    if share > contact_rows.LIMIT and float(told[:-1]) / 100 <= contact_rows.LIMIT:
        told = f"{share:.4%}"
    return told.replace("%", f"{NARROW}%")


def _without_number(found: re.Match[str]) -> str:
    text = found[0]
    return text if _DAY.search(text) else f"{text[:2]}…{text[-2:]}"


def _spelt(code: str) -> str:
    words = shown(code.replace("_", " "))
    return words[:1].upper() + words[1:] or "Not known"


@cache
def _countries() -> Mapping[str, str]:
    names: Mapping[str, str] = json.loads(_REGIONS.read_text("utf-8"))
    return names
