"""Region and kind of a number by its leading digits, as far as the numbering plan allows.

libphonenumber fits every number to every pattern of its country, which is most of the work on a
list of a million. In most areas four or five digits decide; how many do is found from the patterns,
and what they decide is asked of `phone` once.
"""

from functools import cache
from typing import Final, NamedTuple

import phonenumbers

from lambdas.domain.digit_patterns import DigitPattern, UnknownPattern
from lambdas.domain.phone import (
    LEADING_DIGITS,
    NANP_AREA_DIGITS,
    NANP_CALLING_CODE,
    Kind,
    parse,
    region_and_kind,
)

FEWEST: Final = 4
MOST_REMEMBERED: Final = 200_000

_KINDS_OF_PATTERN: Final = (
    *("general_desc", "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip"),
    *("personal_number", "pager", "uan", "voicemail"),
)


class Nature(NamedTuple):
    """What a valid number is; `placed` says whether its kind ties it to a place."""

    region: str
    kind: Kind
    placed: bool


class Plan:
    """The numbers of one calling code."""

    def __init__(self, calling_code: int) -> None:
        self.calling_code = calling_code
        self.digits = str(calling_code)
        self._known: dict[int, dict[str, Nature | int | None]] = {}
        self._open: dict[tuple[int, str], tuple[tuple[DigitPattern, int], ...]] = {}
        self._areas: dict[tuple[str, int, Kind], str] = {}

    def nature(self, national: str) -> Nature | None:
        """Region and kind of a national significant number; None where there is no such number."""
        length = len(national)
        known = self._known.get(length)
        if known is None:
            known = self._known[length] = {}
        depth = FEWEST
        while True:
            found = known.get(national[:depth], 0)
            if found.__class__ is not int:
                return found  # type: ignore[return-value]
            if not found:
                found = self._decide(national, depth, known)
                if found.__class__ is not int:
                    return found  # type: ignore[return-value]
            depth += 1

    def area_code(self, national: str, nature: Nature) -> str:
        """The digits after "+" up to and with the area code; "" where the number has none."""
        if not nature.placed:
            return ""
        if self.calling_code == NANP_CALLING_CODE:
            return f"{self.digits}{national[:NANP_AREA_DIGITS]}"
        key = (national[:LEADING_DIGITS], len(national), nature.kind)
        found = self._areas.get(key)
        if found is None:
            found = parse(f"+{self.digits}{national}").area_code
            if len(self._areas) < MOST_REMEMBERED:
                self._areas[key] = found
        return found

    def _decide(
        self, national: str, depth: int, known: dict[str, Nature | int | None]
    ) -> Nature | int | None:
        """What the leading digits decide; a number where they are too few."""
        prefix = national[:depth]
        left = len(national) - len(prefix)
        if left > 0 and len(known) < MOST_REMEMBERED:
            undecided = self._undecided(len(national), prefix)
            if undecided:
                known[prefix] = depth
                return depth
        nature = self._asked(national)
        if left > 0 and len(known) < MOST_REMEMBERED:
            known[prefix] = nature
        return nature

    def _asked(self, national: str) -> Nature | None:
        region, kind = region_and_kind(national, self.calling_code)
        return None if kind is Kind.UNKNOWN else _nature(region, kind)

    def _undecided(self, length: int, prefix: str) -> tuple[tuple[DigitPattern, int], ...]:
        """The patterns that some numbers with this beginning fit and some do not."""
        key = (length, prefix)
        found = self._open.get(key)
        if found is None:
            if prefix:
                before = self._undecided(length, prefix[:-1])
                digit = int(prefix[-1])
                stepped = [(pattern, pattern.step(states, digit)) for pattern, states in before]
            else:
                stepped = [(one, one.start) for one in _patterns(self.calling_code, length)]
            left = length - len(prefix)
            found = tuple(one for one in stepped if one[0].fits(one[1], left) is None)
            self._open[key] = found
        return found


@cache
def plan_of(calling_code: int) -> Plan | None:
    """The plan of a calling code; None where none has it, or where its patterns are not known."""
    if calling_code not in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        return None
    try:
        _patterns(calling_code, 0)
    except UnknownPattern:
        return None
    return Plan(calling_code)


@cache
def _nature(region: str, kind: Kind) -> Nature:
    return Nature(region, kind, kind in (Kind.GEOGRAPHIC, Kind.MOBILE, Kind.FIXED_OR_MOBILE))


@cache
def _patterns(calling_code: int, length: int) -> tuple[DigitPattern, ...]:
    """Every pattern that a number of this length may have to fit; all of them for 0."""
    found: set[str] = set()
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[calling_code]:
        metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(
            calling_code, region
        )
        if metadata is None or metadata.general_desc is None:
            continue
        for name in _KINDS_OF_PATTERN:
            described = getattr(metadata, name)
            if described and described.national_number_pattern:
                lengths = described.possible_length or metadata.general_desc.possible_length
                if not length or length in lengths:
                    found.add(described.national_number_pattern)
        if metadata.leading_digits:
            behind = f"\\d{{0,{max(length - 1, 0)}}}" if length else ""
            found.add(f"(?:{metadata.leading_digits}){behind}")
    return tuple(_compiled(text) for text in sorted(found))


@cache
def _compiled(text: str) -> DigitPattern:
    return DigitPattern(text)
