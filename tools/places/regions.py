"""Which country a prefix is of, also where several share its calling code."""

from functools import cache
from random import Random

import phonenumbers

_TELLING_DIGITS = 5
_NANP_AREA_DIGITS = 3
_TRIES = 60
_ENOUGH = 8


@cache
def _calling_code(beginning: str) -> str:
    for length in (1, 2, 3):
        if int(beginning[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return beginning[:length]
    raise ValueError(f"No calling code begins {beginning}")


def calling_code_of(prefix: str) -> str:
    """The calling code that begins a prefix of digits; ValueError where none does."""
    return _calling_code(prefix[:3])


def region_of(prefix: str) -> str:
    """The region (ISO 3166 alpha-2) of the numbers that begin so, the main one if none is told."""
    code = calling_code_of(prefix)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)]
    if len(regions) == 1:
        return regions[0]
    telling = _NANP_AREA_DIGITS if code == "1" else _TELLING_DIGITS
    return _shared(code, prefix[len(code) : len(code) + telling])


@cache
def _shared(code: str, national: str) -> str:
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)]
    lengths = sorted({length for region in regions for length in _lengths(region)})
    random = Random(national)
    main = regions[0]
    found = []
    for _ in range(_TRIES):
        for length in lengths:
            tail = "".join(random.choices("0123456789", k=max(0, length - len(national))))
            number = phonenumbers.PhoneNumber(
                country_code=int(code), national_number=int(national + tail),
                italian_leading_zero=national.startswith("0") or None,
            )  # fmt: skip
            region = phonenumbers.region_code_for_number(number)
            if region == main:
                return main
            if region:
                found.append(region)
        if len(found) >= _ENOUGH:
            break
    return found[0] if found else main


def _lengths(region: str) -> tuple[int, ...]:
    """The lengths of a region's fixed-line numbers; service numbers have others."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.fixed_line is None:
        return ()
    return tuple(metadata.fixed_line.possible_length)
