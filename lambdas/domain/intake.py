"""Number intake: what a row of an uploaded file means for a pool, in words for campaign staff."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from lambdas.domain.cells import (
    Direction,
    country_code,
    direction_of,
    ownership_of,
    yes_or_no,
)
from lambdas.domain.directory import day_number
from lambdas.domain.golden import is_golden
from lambdas.domain.names import says_nothing
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import E164, Kind, NotAPhoneNumber, Phone
from lambdas.domain.places import Place, PlaceFinder
from lambdas.domain.row_words import (
    KIND_WORDS,
    WORDS,
    about_city,
    about_other_state,
    about_state,
    described,
    warning,
)
from lambdas.domain.rows import TAKEN, Entry, Member, Outcome, RowResult
from lambdas.domain.rules import Rule, Rules, Traits
from lambdas.domain.written import understand

__all__ = [
    "KIND_WORDS",
    "TAKEN",
    "WORDS",
    "Direction",
    "Entry",
    "Intake",
    "Member",
    "Outcome",
    "RowResult",
    "country_code",
    "understand",
]

LONGEST_FACTS = 300
LONGEST_QUOTE = 60


class _Ruled(NamedTuple):
    """What rules say of numbers with the same traits."""

    barred: Rule | None
    warned: tuple[Rule, ...]
    warning: str


class _Where(NamedTuple):
    """Where a number is, by its row and its digits, and what to tell of it."""

    place: str
    state: str
    position: tuple[float, float] | None
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """Understands rows. `country` is what the file or the pool says of national formats.

    `countries` maps names of countries, casefolded, to their two-letter codes; `purposes` are those
    of the queues that show the pool's numbers.
    """

    places: PlaceFinder
    rules: Rules
    countries: Mapping[str, str]
    country: str | None
    today: date
    purposes: frozenset[str] = frozenset()
    _towns: dict[tuple[str, str, str], tuple[Place | None, str]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _ruled: dict[Traits, _Ruled] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

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
            member, message, warned = judged
            outcome = Outcome.ADDED
            if member.e164 in wanted:
                outcome, warned = Outcome.DUPLICATE, ()
                message = (
                    f"The same number is in row {first_rows[member.e164]}; that row is used"
                    " and this one is not."
                )
            else:
                wanted[member.e164] = member
                first_rows[member.e164] = entry.row
            results.append(
                RowResult(entry.row, entry.number, member.e164, outcome, message, warned)
            )
        return wanted, results

    def _judge(self, entry: Entry) -> tuple[Member, str, tuple[Rule, ...]] | str:
        if entry.problem:
            return entry.problem
        if not entry.number.strip():
            return WORDS["empty"]
        country = self._country_of(entry)
        direction = direction_of(entry.direction)
        ownership = ownership_of(entry.ownership, entry.proof)
        if country is None:
            return f"{WORDS['unknown_country']} Found: {_quoted(entry.country)}."
        if direction is None:
            return f"{WORDS['unknown_direction']} Found: {_quoted(entry.direction)}."
        if ownership is None:
            return f"{WORDS['unknown_ownership']} Found: {_quoted(entry.ownership)}."
        if _too_long(entry):
            return WORDS["too_much_text"]
        try:
            phone, note = understand(entry.number, country or None)
        except NotAPhoneNumber as problem:
            return WORDS[problem.code]
        # A number that only takes calls is never shown, so no rule speaks of it.
        inbound = direction is Direction.INBOUND
        ruled = _UNRULED if inbound else self._ruled_by(phone, ownership)
        if ruled.barred:
            return ruled.barred.words
        where = self._where(phone, entry)
        member = self._member(phone, entry, where, direction, ownership)
        notes = (described(member), note, *where.notes, ruled.warning)
        return member, " ".join(filter(None, notes)), ruled.warned

    def _country_of(self, entry: Entry) -> str | None:
        """The country for national formats: the row's, else the file's; None if not understood."""
        said = entry.country.strip()
        if not said:
            return self.country or ""
        return country_code(said, self.countries)

    def _ruled_by(self, phone: Phone, ownership: Ownership) -> _Ruled:
        traits = self.rules.traits(phone, ownership)
        ruled = self._ruled.get(traits)
        if ruled is None:
            warned = self.rules.at_home(traits, self.purposes)
            told = " ".join(warning(rule, phone.region, self.purposes) for rule in warned)
            barred = self.rules.never_shown(phone, ownership)
            ruled = self._ruled[traits] = _Ruled(barred, warned, told)
        return ruled

    def _where(self, phone: Phone, entry: Entry) -> _Where:
        """What the row says wins over the number's digits, where the gazetteer understands it."""
        own = self.places.find(phone.e164) if phone.placed else None
        own_place = own.name if own and own.names_town else ""
        own_state, own_position = (own.state, own.position) if own else ("", None)
        if not entry.city and not entry.state:
            return _Where(own_place, own_state, own_position)
        town, code = self._town(phone.region, entry.city, entry.state)
        state = code or (town.state if town else "") or own_state
        notes = [about_state(entry.state, state)] if entry.state and not code else []
        if own_state and state != own_state:
            own_position = None  # that of another state than the number counts for
        if town:
            return _Where(town.name, state, town.position or own_position, notes)
        if not says_nothing(entry.city):
            notes.append(about_city(entry.city, own_position is not None))
            return _Where(entry.city.strip(), state, own_position, notes)
        if own_state and state != own_state:
            notes.append(about_other_state(state, own_state))
        return _Where(own_place if state == own_state else "", state, own_position, notes)

    def _town(self, region: str, city: str, state: str) -> tuple[Place | None, str]:
        """The town, and the code of the state, that a row names. Towns of another state than the
        row's are other towns."""
        key = (region, city, state)
        known = self._towns.get(key)
        if known is None:
            code = self.places.state(region, state) if state else ""
            town = self.places.town(region, city, code) if city else None
            if town and code and town.state and town.state != code:
                town = None
            known = self._towns[key] = (town, code)
        return known

    def _member(
        self,
        phone: Phone,
        entry: Entry,
        where: _Where,
        direction: Direction,
        ownership: Ownership,
    ) -> Member:
        # By position: by name it takes twice as long, and a pool may have a million rows.
        return Member(
            phone.e164,
            phone.region,
            phone.kind,
            phone.area_code,
            where.state,
            where.place,
            direction,
            entry.label.strip(),
            day_number(self.today),
            where.position,
            ownership,
            _golden(entry, phone),
            entry.proof.strip(),
        )


_UNRULED = _Ruled(None, (), "")


def _golden(entry: Entry, phone: Phone) -> bool:
    """What the row says, else what the digits say. Only toll-free numbers are golden."""
    if phone.kind is not Kind.TOLL_FREE:
        return False
    said = yes_or_no(entry.golden)
    return is_golden(phone.e164) if said is None else said


def _quoted(cell: str) -> str:
    """A cell as it was written, the beginning of a long one."""
    return repr(cell if len(cell) <= LONGEST_QUOTE else f"{cell[:LONGEST_QUOTE]}…")


def _too_long(entry: Entry) -> bool:
    facts = len(entry.city) + len(entry.state) + len(entry.label)
    return facts > LONGEST_FACTS or len(entry.proof) > LONGEST_FACTS
