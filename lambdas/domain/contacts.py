"""One row of a contact list: which of its numbers is called, what is known of it, and when.

A row is judged by itself: what becomes of it depends on its cells and on the settings alone. Only
duplicates and suppressions look further, and are told to `Judge.result`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Final, NamedTuple
from zoneinfo import ZoneInfoNotFoundError

from lambdas.domain.cells import country_code
from lambdas.domain.contact_rows import (
    CLEAN,
    DUPLICATE,
    ON_REGISTER,
    REJECTED,
    SUPPRESSED,
    ContactResult,
)
from lambdas.domain.contact_words import failure_words, kind_words
from lambdas.domain.hours import CallingHours
from lambdas.domain.mistyped import Fits, refined, suggestion
from lambdas.domain.opening import clock_of
from lambdas.domain.phone import Kind, NotAPhoneNumber, Phone
from lambdas.domain.places import PlaceFinder
from lambdas.domain.quick_reading import Reading, read
from lambdas.domain.screening import Imported, Screening
from lambdas.domain.settings import PoolSettings
from lambdas.domain.suppression import ABOUT_THE_NUMBER, Suppression, barring
from lambdas.domain.whereabouts import NOTHING_KNOWN, Knowledge, Whereabouts, whereabouts

MOST_REMEMBERED: Final = 50_000
NOT_CALLED: Final = frozenset({Kind.PREMIUM, Kind.PAGER, Kind.VOICEMAIL})
TOO_MUCH_TEXT: Final = "too_much_text"
_KEY_DIGITS: Final = 6
_SEVERAL: Final = re.compile(r"[/;|,&\n]|\bor\b")
_PLAIN: Final = str.maketrans("", "", " ()-+")
_FIRST_DIGITS: Final = 10

TierOf = Callable[[Phone, Whereabouts], str]


class Damaged(NamedTuple):
    """A cell that holds no number any more, why, and how it can be mended."""

    text: str
    code: str
    message: str


class ContactRow(NamedTuple):
    """A row as it was written: text, "" where a cell is empty. `numbers` are its number columns in
    their order, `cells` all of it as it stands in the file; `problem` is set by the reader."""

    row: int
    numbers: tuple[str | Damaged, ...]
    country: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    source: str = ""
    campaign: str = ""
    problem: str = ""
    cells: Sequence[object] = ()


class Standing(NamedTuple):
    """What is on record about a number: suppressions, by register the day of the file that listed
    it, and the number that the customer told since."""

    suppressions: tuple[Suppression, ...] = ()
    listed: Mapping[str, date] = {}
    corrected: str = ""


class Facts(NamedTuple):
    """What is known of a number, as `ContactResult` has it; `hour` is the UTC hour of `earliest`,
    `counted` what a summary counts by: region, kind, tier and hour."""

    kind: str
    region: str
    place: str
    state: str
    time_zones: str
    earliest: str
    tier: str
    counted: tuple[str, str, str, str]


class Judged(NamedTuple):
    """A row before suppressions and duplicates: its numbers that can be called, the best first;
    else `code` and `message` say why there is none. `remark` is for a row that is clean."""

    row: ContactRow
    readings: tuple[Reading, ...]
    code: str = ""
    message: str = ""
    remark: str = ""
    suggestion: str = ""

    @property
    def main(self) -> str:
        """The number that duplicates are found by; "" where there is none."""
        return self.readings[0].e164 if self.readings else ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are judged by.

    `country` is that of national formats ("" for none), `usual` the one that most rows are of.
    `countries` maps names, casefolded, to codes. `pool` gives hours of its own; `tier_of` how local
    a number of the pool would be, None without a pool. `imported` are the registers' newest files.
    """

    places: PlaceFinder
    hours: CallingHours
    countries: Mapping[str, str]
    pool: PoolSettings
    now: datetime
    purpose: str
    brand: str = ""
    country: str = ""
    usual: str = ""
    tier_of: TierOf | None = None
    screening: Screening = field(default_factory=Screening)
    imported: Mapping[str, Imported] = field(default_factory=dict)


class Judge:
    """Judges rows, and remembers what it found out about areas."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._countries: dict[str, str | None] = {}
        self._facts: dict[object, Facts] = {}
        self._several_zones: dict[str, bool] = {}

    def judge(self, row: ContactRow) -> Judged:
        """Understand the numbers of a row."""
        country = self._country(row.country)
        if len(row.numbers) == 1 and country is not None and not row.problem:
            text = row.numbers[0]
            if text.__class__ is str:
                try:
                    reading = read(text, country)
                except NotAPhoneNumber:
                    return self._thoroughly(row, country)
                if reading.nature.kind not in NOT_CALLED:
                    return Judged(row, (reading,), remark=reading.note)
        return self._thoroughly(row, country)

    def result(
        self, judged: Judged, standings: Mapping[str, Standing] | None = None, first: int = 0
    ) -> tuple[ContactResult, Facts | None]:
        """What becomes of the row, with the facts of one that is clean. `standings` are what is on
        record about its numbers, where it was looked up; `first` is the row that has the same
        number already."""
        row, readings = judged.row, judged.readings
        if not readings:
            return self._rejected(judged, None, judged.code, judged.message), None
        best, bar = self.best(judged, standings)
        if bar is not None:
            return self._rejected(judged, best, *bar, standings=standings), None
        if first:
            words = _duplicate_words(first)
            found = self._rejected(judged, best, DUPLICATE, words, first, standings)
            return found, None
        facts = self.facts(best, row)
        kind, region, place, state, zones, earliest, tier, _ = facts
        others = _others(readings, best) if len(readings) > 1 else ""
        # By position: by name it takes twice as long, and a list may have millions of rows.
        found = ContactResult(
            row.row,
            _text(row),
            best.e164,
            CLEAN,
            "",
            judged.remark,
            kind,
            region,
            place,
            state,
            zones,
            earliest,
            tier,
            others,
            "",
            "",
            row.source,
            row.campaign,
            _corrected(readings, standings) if standings else "",
        )
        return found, facts

    def best(
        self, judged: Judged, standings: Mapping[str, Standing] | None
    ) -> tuple[Reading, tuple[str, str] | None]:
        """The number to call; with it, code and words of what bars a call to the person."""
        readings = judged.readings
        if not standings:
            return readings[0], None
        about_number: list[tuple[str, str] | None] = []
        for reading in readings:
            barred = self._barred(reading, standings.get(reading.e164))
            if barred is not None and barred[2]:
                return reading, barred[:2]
            about_number.append(barred[:2] if barred else None)
        for reading, bar in zip(readings, about_number, strict=True):
            if bar is None:
                return reading, None
        return readings[0], about_number[0]

    def facts(self, reading: Reading, row: ContactRow) -> Facts:
        """What is known of a number: by its leading digits, and by what the row tells besides."""
        nature, area_code = reading.nature, reading.area_code
        own = self.ground.places.find(reading.e164) if nature.placed else None
        beginning = area_code
        if not area_code and self._has_several_zones(nature.region):
            beginning = reading.e164[1 : 1 + _FIRST_DIGITS]
        told = (row.postal_code, row.city, row.state)
        key = (nature, beginning, own, told if any(told) else None)
        facts = self._facts.get(key)
        if facts is None:
            if len(self._facts) >= MOST_REMEMBERED:
                self._facts.clear()
            knowledge = Knowledge(*told) if any(told) else NOTHING_KNOWN
            facts = self._facts[key] = self._found_out(reading.phone, knowledge)
        return facts

    def _found_out(self, phone: Phone, knowledge: Knowledge) -> Facts:
        ground = self.ground
        where = whereabouts(phone, knowledge, ground.places)
        location = ground.hours.location(phone, knowledge, where, ground.places)
        verdict = ground.hours.judge(location, ground.purpose, ground.pool, ground.now)
        opens = ground.now if verdict.allowed else verdict.opens_at
        zones = tuple(zone for zone in location.all_zones if zone)
        earliest = opens.astimezone(_clock(zones)).isoformat(timespec="minutes") if opens else ""
        hour = f"{opens.astimezone(UTC):%Y-%m-%dT%H:00Z}" if opens else ""
        tier = ground.tier_of(phone, where) if ground.tier_of else ""
        kind = str(phone.kind)
        return Facts(
            kind,
            phone.region,
            where.place,
            where.state,
            " ".join(zones),
            earliest,
            tier,
            (phone.region, kind, tier, hour),
        )

    def _thoroughly(self, row: ContactRow, country: str | None) -> Judged:
        """A row that is not plain: several numbers, or one that is not understood at once."""
        if row.problem:
            return Judged(row, (), TOO_MUCH_TEXT, row.problem)
        good: list[Reading] = []
        bad: list[tuple[str, str, str]] = []
        for cell in row.numbers:
            if isinstance(cell, Damaged):
                bad.append((cell.code, cell.message, ""))
            elif cell.strip():
                for text in _apart(cell, country or ""):
                    found = self._understood(text, row, country)
                    if isinstance(found, Reading):
                        good.append(found)
                    else:
                        bad.append(found)
        if good:
            readings = tuple(dict.fromkeys(sorted(good, key=_is_last)))
            remark = readings[0].note
            if bad:
                remark = " ".join(filter(None, (remark, f"Another number of the row: {bad[0][1]}")))
            return Judged(row, _once(readings), remark=remark)
        code, message, suggested = bad[0] if bad else ("empty", failure_words("empty"), "")
        return Judged(row, (), code, message, suggestion=suggested)

    def _understood(
        self, text: str, row: ContactRow, country: str | None
    ) -> Reading | tuple[str, str, str]:
        ground = self.ground
        if country is None and not text.lstrip(" '(").startswith(("+", "00")):
            return "unknown_country", failure_words("unknown_country"), ""
        home = country or ""
        try:
            reading = read(text, home)
        except NotAPhoneNumber as problem:
            code = refined(problem.code, text, home or ground.usual)
            fits = Fits(ground.places, row.city, row.state, home, ground.usual)
            return code, failure_words(code), suggestion(problem.code, text, fits)
        if reading.nature.kind in NOT_CALLED:
            return str(reading.nature.kind), kind_words(reading.nature.kind), ""
        return reading

    def _barred(self, reading: Reading, standing: Standing | None) -> tuple[str, str, bool] | None:
        """Code and words of what bars a number, and whether it bars the person's others as well."""
        if standing is None:
            return None
        ground = self.ground
        suppressed = barring(standing.suppressions, ground.brand, ground.purpose, ground.now)
        if suppressed:
            persons = suppressed.reason not in ABOUT_THE_NUMBER
            return f"{SUPPRESSED}{suppressed.reason}", suppressed.words, persons
        if standing.listed:
            bar = ground.screening.bar(
                reading.nature.region,
                ground.purpose,
                standing.listed,
                ground.imported,
                ground.now.date(),
            )
            if bar and bar.reason == ON_REGISTER:
                return ON_REGISTER, bar.register.words, False
        return None

    def _rejected(
        self,
        judged: Judged,
        best: Reading | None,
        code: str,
        message: str,
        first: int = 0,
        standings: Mapping[str, Standing] | None = None,
    ) -> ContactResult:
        row = judged.row
        facts = self.facts(best, row) if best else _NOTHING
        return ContactResult(
            row=row.row,
            input=_text(row),
            e164=best.e164 if best else "",
            outcome=REJECTED,
            reason=code,
            message=message,
            kind=facts.kind,
            region=facts.region,
            place=facts.place,
            state=facts.state,
            time_zones=facts.time_zones,
            duplicate_of=str(first) if first else "",
            suggestion=judged.suggestion,
            source=row.source,
            campaign=row.campaign,
            corrected_number=_corrected(judged.readings, standings),
        )

    def _country(self, said: str) -> str | None:
        """The country for national formats: the row's, else the list's; None if not understood."""
        if not said:
            return self.ground.country
        if said not in self._countries:
            if len(self._countries) >= MOST_REMEMBERED:
                self._countries.clear()
            self._countries[said] = country_code(said, self.ground.countries)
        return self._countries[said]

    def _has_several_zones(self, region: str) -> bool:
        found = self._several_zones.get(region)
        if found is None:
            found = len(self.ground.places.zones_of_state(region, "")) > 1
            self._several_zones[region] = found
        return found

    def partition_key(self, row: ContactRow) -> str:
        """The same for all rows with the same main number: its last digits.

        Rows without a number are spread by their own.
        """
        if len(row.numbers) == 1 and not row.problem:
            text = row.numbers[0]
            if text.__class__ is str:
                digits = text.translate(_PLAIN)
                if len(digits) > _KEY_DIGITS and digits.isascii() and digits.isdecimal():
                    return digits[-_KEY_DIGITS:]
        main = self.judge(row).main
        return main[-_KEY_DIGITS:] if main else str(row.row)[-_KEY_DIGITS:]


def usual_region(rows: Iterator[ContactRow] | Sequence[ContactRow], judge: Judge) -> str:
    """The region that most of some rows' numbers are of; "" where none has most of them."""
    counts: dict[str, int] = {}
    for row in rows:
        for reading in judge.judge(row).readings[:1]:
            region = reading.nature.region
            counts[region] = counts.get(region, 0) + 1
    most = max(counts, key=lambda region: (counts[region], region), default="")
    return most if most and 2 * counts[most] > sum(counts.values()) else ""


def _apart(text: str, country: str) -> Sequence[str]:
    """The numbers of a cell that holds several; the cell itself where it does not."""
    if not _SEVERAL.search(text):
        return (text,)
    parts = [part for part in _SEVERAL.split(text) if part.strip()]
    if len(parts) < 2 or _is_number(text, country):
        return (text,)
    return parts if any(_is_number(part, country) for part in parts) else (text,)


def _is_number(text: str, country: str) -> bool:
    try:
        read(text, country)
    except NotAPhoneNumber:
        return False
    return True


def _is_last(reading: Reading) -> bool:
    """Numbers that no area and no mobile network has come behind the others."""
    return not reading.nature.placed


def _once(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    found: dict[str, Reading] = {}
    for reading in readings:
        found.setdefault(reading.e164, reading)
    return tuple(found.values())


def _others(readings: Sequence[Reading], best: Reading) -> str:
    return " ".join(one.e164 for one in readings if one.e164 != best.e164)


def _text(row: ContactRow) -> str:
    """What stands in the row's number cells."""
    if len(row.numbers) == 1:
        cell = row.numbers[0]
        return cell if isinstance(cell, str) else cell.text
    texts = (cell if isinstance(cell, str) else cell.text for cell in row.numbers)
    return "; ".join(filter(None, texts))


def _duplicate_words(first: int) -> str:
    return f"The same number is in row {first}; that row is used and this one is not."


def _clock(zones: Sequence[str]) -> tzinfo:
    for zone in zones:
        try:
            return clock_of(zone)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return UTC


def _corrected(readings: Sequence[Reading], standings: Mapping[str, Standing] | None) -> str:
    """The number that the customer told since, of the first number that has one."""
    if not standings:
        return ""
    on_record = (standings.get(reading.e164) for reading in readings)
    return next((one.corrected for one in on_record if one and one.corrected), "")


_NOTHING = Facts("", "", "", "", "", "", "", ("", "", "", ""))
