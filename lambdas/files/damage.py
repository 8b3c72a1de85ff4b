"""What Excel does to phone numbers, undone where nothing is lost and named where something is."""

import math
import re
import unicodedata
from dataclasses import dataclass

from .table import Cell

# Whole numbers of more digits are rounded by Excel, which keeps 15.
_MOST_DIGITS = 15
_AS_TEXT = (
    "Format the column as Text (Home, Number Format, Text), type the number again, or put an "
    "apostrophe in front of it, and upload the row again."
)
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?E\+?([0-9]{1,3})", re.I)
_QUOTED = re.compile(r'="([^"]*)"')
_WITH_DECIMALS = re.compile(r"(\+?[0-9]{6,15})[.,]0{1,2}")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:['’][0-9]{3}){2,}")
_ERROR = re.compile(
    r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|NV|BEZUG!)"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell holds no number any more; `message` says how to mend it."""

    code: str
    message: str


def text_of_number_cell(cell: Cell) -> str | Problem:
    """The phone number as it was typed, as far as the cell still tells; "" for an empty cell.

    12065550123.0 (a number in Excel) gives its digits, as does `1.2065550123E+10`; `1.20656E+10`
    has lost digits for good. Invisible characters, no-break spaces, full-width digits and the
    apostrophe that marks text are tidied. Whether a leading zero was lost cannot be told.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return Problem("not_a_number", f"The cell holds {str(cell).upper()}, not a phone number.")
    if isinstance(cell, int | float):
        return _from_number(cell)
    if isinstance(cell, str):
        return _from_text(_tidy(cell))
    return Problem("date", f"Excel has turned the number into a date or time ({cell}). {_AS_TEXT}")


def _from_number(value: float) -> str | Problem:
    if not math.isfinite(value) or value != int(value) or value < 0:
        return Problem(
            "calculated",
            f"The cell holds {value!r}, which is the result of a calculation or a value with "
            f"decimals, not a phone number. {_AS_TEXT}",
        )
    digits = str(int(value))
    if len(digits) > _MOST_DIGITS:
        return Problem(
            "digits_lost",
            f"The number has more than {_MOST_DIGITS} digits; Excel keeps only the first "
            f"{_MOST_DIGITS} of a number. {_AS_TEXT}",
        )
    return digits


def _from_text(text: str) -> str | Problem:
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        return _from_scientific(text, *scientific.groups(default=""))
    if text.startswith("##") and not text.strip("#"):
        return Problem(
            "column_too_narrow",
            "The column was too narrow when the file was saved, so only # signs were kept. Make "
            "the column wider in the original file, save it, and upload it again.",
        )
    if _ERROR.fullmatch(text):
        return Problem(
            "error_value",
            f"The formula in this cell failed ({text}). Correct it, or type the number itself.",
        )
    whole = _WITH_DECIMALS.fullmatch(text)
    if whole:
        return whole[1]
    if _THOUSANDS.fullmatch(text):
        return re.sub(r"[^0-9]", "", text)
    return text


def _from_scientific(text: str, first: str, decimals: str, exponent: str) -> str | Problem:
    places = int(exponent)
    if len(decimals) >= places and not decimals[places:].strip("0") and places < _MOST_DIGITS:
        return first + decimals[:places]
    return Problem(
        "digits_lost",
        f"Excel has shortened the number to {text}, so digits are lost. In the original list, "
        "format the column as Text or as Number without decimals, make it wide enough, save it, "
        "and upload it again.",
    )


def _tidy(text: str) -> str:
    """Plain digits and spaces, without what cannot be seen."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    plain = " ".join(text.split())
    formula = _QUOTED.fullmatch(plain)
    if formula:
        plain = formula[1]
    return plain.lstrip("'’‘`´").strip()
