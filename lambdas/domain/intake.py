"""Number intake: what a row of an uploaded file means for a pool, in words for campaign staff."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from lambdas.domain.phone import E164, Kind, NotAPhoneNumber, Phone, parse, why_not_valid
from lambdas.domain.places import STATE_CODE, PlaceFinder
from lambdas.domain.rules import Rules

EPOCH = date(1970, 1, 1)
INTERNATIONAL_WITHOUT_PLUS = re.compile(r"[1-9][0-9]{10,14}")
ALPHA_2 = re.compile(r"[A-Z]{2}")


class Direction(StrEnum):
    """How a number of ours is used. An inbound number is never shown."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"
    BOTH = "both"


class Outcome(StrEnum):
    """What became of a row."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    NOT_APPLIED = "not_applied"
    REMOVED = "removed"


TAKEN = frozenset({Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED})

KIND_WORDS = {
    Kind.GEOGRAPHIC: "landline",
    Kind.MOBILE: "mobile",
    Kind.FIXED_OR_MOBILE: "landline or mobile",
    Kind.TOLL_FREE: "toll-free",
    Kind.SHARED_COST: "shared-cost",
    Kind.PREMIUM: "premium-rate",
    Kind.VOIP: "internet telephony",
    Kind.UAN: "company-wide number",
    Kind.PERSONAL: "personal number",
    Kind.PAGER: "pager",
    Kind.VOICEMAIL: "voicemail access",
    Kind.UNKNOWN: "of unknown kind",
}

WORDS = {
    "empty": "There is no phone number in this row.",
    "not_a_number": "This is not a phone number. Write it with its country code,"
    " for example +44 20 7946 0123.",
    "no_country": "The number has no country code and the row does not say which country it is"
    " from. Start it with + and the country code, or fill in a Country column.",
    "too_short": "The number is too short for its country. Check for missing digits.",
    "too_long": "The number is too long for its country. Check for extra digits, for two numbers in"
    " one cell, and whether the country is right.",
    "unknown_calling_code": "The number starts with a country code that does not exist.",
    "extension": "The number has an extension. A caller ID cannot have one: leave it out.",
    "not_valid": "No such number can exist in its country's numbering plan. Check the digits.",
    "unknown_country": "The Country column is not understood. Write the country's name in English"
    " or its two-letter code, such as GB.",
    "unknown_direction": "The column for direction or use is not understood. Write outbound,"
    " inbound or both.",
    "too_much_text": "The row holds more text than a number's row can need. Check the columns.",
}

_DIRECTIONS = {
    "": Direction.BOTH,
    "both": Direction.BOTH,
    "outbound": Direction.OUTBOUND,
    "out": Direction.OUTBOUND,
    "inbound": Direction.INBOUND,
    "in": Direction.INBOUND,
    "inbound only": Direction.INBOUND,
    "inbound-only": Direction.INBOUND,
    "outbound only": Direction.OUTBOUND,
    "outbound-only": Direction.OUTBOUND,
    **dict.fromkeys(
        ("incoming", "eingehend", "entrant", "entrante", "inkomend"), Direction.INBOUND
    ),
    **dict.fromkeys(("ankommend", "in entrata", "recebida", "inkommande"), Direction.INBOUND),
    **dict.fromkeys(("outgoing", "ausgehend", "abgehend", "sortant"), Direction.OUTBOUND),
    **dict.fromkeys(("saliente", "in uscita", "uitgaand", "utgående"), Direction.OUTBOUND),
    **dict.fromkeys(("beide", "les deux", "ambos", "entrambi", "alle", "all"), Direction.BOTH),
}
LONGEST_FACTS = 300


class Entry(NamedTuple):
    """A row as it was written: text, "" where a cell is empty. `problem` is set by the reader."""

    row: int
    number: str
    country: str = ""
    city: str = ""
    state: str = ""
    label: str = ""
    direction: str = ""
    problem: str = ""


class Member(NamedTuple):
    """A number of a pool and what is known of it. `activated_on` counts days from 1970-01-01."""

    e164: E164
    region: str
    kind: Kind
    area_code: str
    state: str
    place: str
    direction: Direction
    label: str
    activated_on: int

    def same_facts_as(self, other: "Member") -> bool:
        return _facts(self) == _facts(other)


def _facts(member: Member) -> tuple[str, ...]:
    return (
        member.region,
        member.kind,
        member.area_code,
        member.state,
        member.place,
        member.direction,
        member.label,
    )


class RowResult(NamedTuple):
    """What became of one row. `e164` is "" where no number was understood."""

    row: int
    input: str
    e164: str
    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True)
class Intake:
    """Understands rows. `country` is what the file or the pool says of national formats.

    `countries` maps names of countries, casefolded, to their two-letter codes.
    """

    places: PlaceFinder
    rules: Rules
    countries: Mapping[str, str]
    country: str | None
    today: date

    def read(self, entries: Iterable[Entry]) -> tuple[dict[E164, Member], list[RowResult]]:
        """Judge every row: the members that the file asks for, and one result for each row.

        Rows that are taken carry the outcome ADDED until they are compared with the pool.
        """
        wanted: dict[E164, Member] = {}
        first_rows: dict[E164, int] = {}
        results: list[RowResult] = []
        for entry in entries:
            judged = self._judge(entry)
            if isinstance(judged, str):
                results.append(RowResult(entry.row, entry.number, "", Outcome.REJECTED, judged))
                continue
            member, message = judged
            outcome = Outcome.ADDED
            if member.e164 in wanted:
                outcome = Outcome.DUPLICATE
                message = (
                    f"The same number is in row {first_rows[member.e164]}; that row is used"
                    " and this one is not."
                )
            else:
                wanted[member.e164] = member
                first_rows[member.e164] = entry.row
            results.append(RowResult(entry.row, entry.number, member.e164, outcome, message))
        return wanted, results

    def _judge(self, entry: Entry) -> tuple[Member, str] | str:
        if entry.problem:
            return entry.problem
        if not entry.number.strip():
            return WORDS["empty"]
        country = self._country_of(entry)
        direction = _direction(entry.direction)
        if country is None:
            return f"{WORDS['unknown_country']} Found: {entry.country!r}."
        if direction is None:
            return f"{WORDS['unknown_direction']} Found: {entry.direction!r}."
        if len(entry.city) + len(entry.state) + len(entry.label) > LONGEST_FACTS:
            return WORDS["too_much_text"]
        try:
            phone, note = understand(entry.number, country or None)
        except NotAPhoneNumber as problem:
            return WORDS[problem.code]
        barred = self.rules.never_shown(phone)
        if barred:
            return barred.words
        member = self._member(phone, entry, direction)
        notes = [f"{_described(member)}.", note, _about_state(entry, member)]
        return member, " ".join(filter(None, notes))

    def _country_of(self, entry: Entry) -> str | None:
        """The country for national formats: the row's, else the file's; None if not understood."""
        said = entry.country.strip()
        if not said:
            return self.country or ""
        return country_code(said, self.countries)

    def _member(self, phone: Phone, entry: Entry, direction: Direction) -> Member:
        place = self.places.find(phone.e164) if phone.placed else None
        return Member(
            e164=phone.e164,
            region=phone.region,
            kind=phone.kind,
            area_code=phone.area_code,
            state=_state_code(entry) or (place.state if place else ""),
            place=entry.city.strip() or (place.name if place else ""),
            direction=direction,
            label=entry.label.strip(),
            activated_on=(self.today - EPOCH).days,
        )


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


def country_code(said: str, countries: Mapping[str, str]) -> str | None:
    """The two-letter code for what a Country cell says; None when it is not understood."""
    upper = said.strip().upper()
    if upper in ("UK", "ENGLAND", "SCOTLAND", "WALES"):
        return "GB"
    if ALPHA_2.fullmatch(upper) and upper in countries.values():
        return upper
    return countries.get(said.strip().casefold())


def _state_code(entry: Entry) -> str:
    """The State cell where it is a code; a name would never match a customer's state."""
    code = entry.state.strip().upper()
    return code if STATE_CODE.fullmatch(code) else ""


def _about_state(entry: Entry, member: Member) -> str:
    if not entry.state or _state_code(entry):
        return ""
    used = f"{member.state} is used" if member.state else "none is used"
    return f"The State {entry.state!r} is not a code such as WA, so {used}."


def _direction(said: str) -> Direction | None:
    return _DIRECTIONS.get(said.strip().casefold()) if said else Direction.BOTH


def _described(member: Member) -> str:
    place = member.place or "no fixed place"
    where = f"{place}, {member.state}" if member.state else place
    inbound = "; inbound only, so it is never shown" * (member.direction is Direction.INBOUND)
    return f"{member.region}, {where}; {KIND_WORDS[member.kind]}{inbound}"
