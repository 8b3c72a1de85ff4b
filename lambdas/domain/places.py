"""Places: what a phone number's leading digits name: its town and state, where that is, its hours.

The file `places.bin` is made by the build from libphonenumber's geographic descriptions and time
zones and from GeoNames' towns; `place_file` tells its form. The sections of its first part, which
is all that the place of a number takes:

    STRT (I)  first key of each interval, ascending; see `key_of`
    ROWS (H)  per interval the row of the place, NOWHERE where no place is named
    DESC, NAME, STAT (I)  per row the number of a string
    LATI, LONG (h)  per row its position
    CENT (B)  per row a bit, lowest first: the position is its area's centre, no town's
    TOWN (B)  per row a bit: the description names a town
    SOFF (I)  per string the end of its bytes in STRS, which holds them in UTF-8
    MOBI (B)  lines "written>meant": mobile prefixes that hide an area code behind a token
    TZST (I)  as STRT, for time zones; TZRW (H) per interval the line of TZNM, or NOWHERE
    TZNM (B)  lines of time zones, a space between them
    STTS (B)  lines "region, code, folded names…" of states, tabs between them
    OVER (B)  lines of area codes that serve the same ground, a space between them
    LOCZ (B)  lines "region, state, time zones…", tabs between them; state "" is the whole region,
              a state that is not named has all of its region's
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final, NamedTuple, Protocol, Self

from lambdas.domain.gazetteer import Gazetteer, Town
from lambdas.domain.names import fold
from lambdas.domain.place_file import (
    KEY_DIGITS,
    NOWHERE,
    Positions,
    Sections,
    Strings,
    by_region,
    header,
    key_of,
)
from lambdas.domain.zones import Zones

STATE_CODE: Final = re.compile("[A-Z0-9]{1,3}")
"""What an ISO 3166-2 subdivision looks like without its country; a state's name does not."""


class Place(NamedTuple):
    """What the leading digits of a number say about where it is.

    `name` is the town as people say it, or the state or region where no town is named; several
    towns that share the digits are joined by "/". `state` is the ISO 3166-2 subdivision without
    its country ("WA", "SP", "13"), "" where it cannot be told. `description` is libphonenumber's
    own text.

    `position` is latitude and longitude in degrees, to about 300 m: of the town (the most populous
    one where several share the digits), or where `centre` says so, the middle of the towns of the
    area code or of the state, or of the postal codes that begin alike. None where neither is known.

    `names_town` is False where only a state, region, island or country is named.
    """

    name: str
    state: str
    description: str
    position: tuple[float, float] | None = None
    centre: bool = False
    names_town: bool = True


class PlaceFinder(Protocol):
    """Whatever tells places; `Places` does, and says what each method means."""

    def find(self, e164: str) -> Place | None: ...

    def time_zones(self, e164: str) -> tuple[str, ...]: ...

    def zones_of_numbers(self, region: str, beginning: str) -> tuple[str, ...]: ...

    def zones_of_state(self, region: str, state: str) -> tuple[str, ...]: ...

    def town(self, region: str, name: str, state: str = "") -> Place | None: ...

    def postal(self, region: str, code: str) -> Place | None: ...

    def state(self, region: str, text: str) -> str: ...

    def area_codes(self, area_code: str) -> tuple[str, ...]: ...


class Places:
    """The place index: longest prefix wins."""

    def __init__(self, sections: Sections, gazetteer: Callable[[], Gazetteer | None]) -> None:
        """`load` makes one; ValueError where sections do not fit together."""
        self._starts = sections.array("STRT", "I")
        self._rows = sections.array("ROWS", "H")
        self._names = sections.array("NAME", "I")
        self._states = sections.array("STAT", "I")
        self._descriptions = sections.array("DESC", "I")
        self._positions = Positions(sections.array("LATI", "h"), sections.array("LONG", "h"))
        self._centres = sections.bytes("CENT")
        self._towns = sections.bytes("TOWN")
        self._strings = Strings(sections.array("SOFF", "I"), sections.bytes("STRS"))
        self._mobile = [tuple(line.split(">")) for line in sections.lines("MOBI")]
        self._zones = Zones(sections)
        self._sections = sections
        self._open_gazetteer = gazetteer
        self._seen: dict[int, Place] = {}
        self._check()

    @classmethod
    def load(cls, data: bytes | memoryview) -> Self:
        """Read the bytes of a places file; ValueError says why a file is not one.

        The gazetteer, two thirds of it, is read when it is first asked: the view of a mapped file
        spares a process that never asks.
        """
        said = header(data)
        if len(data) != said.whole:
            raise ValueError(
                f"The places file is cut off or has a tail: {len(data)} bytes, "
                f"{said.whole} expected."
            )
        whole = memoryview(data)
        first, second = whole[: said.length], whole[said.length :]
        return cls(Sections(first), lambda: Gazetteer(Sections(second)) if second else None)

    def find(self, e164: str) -> Place | None:
        """The place that the longest known prefix of a number names; None for no place.

        Takes "+" and digits; anything else names no place. It looks at digits only: whether a
        number is of a kind that is tied to a place is the caller's to know.
        """
        for written, meant in self._mobile:
            if e164.startswith(written):
                e164 = meant + e164[len(written) :]
        digits = e164[1 : KEY_DIGITS + 1]
        if e164[:1] != "+" or not (digits.isascii() and digits.isdigit()):
            return None
        row = self._rows[bisect_right(self._starts, key_of(digits)) - 1]
        if row == NOWHERE:
            return None
        return self._seen.get(row) or self._place(row)

    def time_zones(self, e164: str) -> tuple[str, ...]:
        """The IANA time zones that a number may be in, as libphonenumber tells them.

        A number of a kind that is tied to no area (toll-free, most countries' mobiles) has all
        zones of its calling code. () where none is known, and for what is no "+" and digits.
        """
        return self._zones.of(e164)

    def zones_of_numbers(self, region: str, beginning: str) -> tuple[str, ...]:
        """The zones of the region in which numbers with these first digits (behind "+") may be:
        those of every longer beginning, too. All of the region's where none is known of them."""
        everywhere = self.zones_of_state(region, "")
        if not beginning:
            return everywhere
        zones = self._zones.within(beginning)
        return tuple(zone for zone in everywhere if zone in zones) or everywhere or zones

    def zones_of_state(self, region: str, state: str) -> tuple[str, ...]:
        """The zones of a state, or of the whole region for ""; () for a region that is none."""
        zones = self._local_zones.get(region, {})
        return zones.get(state) or zones.get("", ())

    def town(self, region: str, name: str, state: str = "") -> Place | None:
        """The town of a name in a region (ISO 3166 alpha-2), however it is written.

        `state` is a code or a name. Among several towns one in the state is taken, then one whose
        state is not known, then none; without a state, and where the text is no state of the
        region, the most populous.
        """
        if self._gazetteer is None:
            return None
        found = self._gazetteer.town(region, name, self.state(region, state))
        return _as_place(found) if found else None

    def postal(self, region: str, code: str) -> Place | None:
        """Where a postal code is; None where nothing is known.

        United States: five or nine digits, or the first three; its position and the town that it
        is in or nearest to, by the middle of the codes that begin alike where it is none. Elsewhere
        the state alone, where the code's beginning tells it; then there is no position.
        """
        if self._gazetteer is None:
            return None
        found = self._gazetteer.postal(region, code)
        return _as_place(found) if found else None

    def state(self, region: str, text: str) -> str:
        """The ISO 3166-2 code, without its country, that a code or a state's name means; or ""."""
        states = self._state_codes.get(region, {})
        return states.get(fold(text.removeprefix(f"{region}-")), "") if text else ""

    def area_codes(self, area_code: str) -> tuple[str, ...]:
        """The area codes (digits behind "+") that serve the same ground, itself among them."""
        return self._overlays.get(area_code) or (area_code,)

    def __len__(self) -> int:
        """How many places the file tells apart."""
        return len(self._names)

    @cached_property
    def _gazetteer(self) -> Gazetteer | None:
        return self._open_gazetteer()

    @cached_property
    def _state_codes(self) -> Mapping[str, dict[str, str]]:
        return by_region(self._sections.lines("STTS"))

    @cached_property
    def _local_zones(self) -> Mapping[str, dict[str, tuple[str, ...]]]:
        found: defaultdict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for line in self._sections.lines("LOCZ"):
            region, state, *zones = line.split("\t")
            found[region][state] = tuple(zones)
        return found

    @cached_property
    def _overlays(self) -> Mapping[str, tuple[str, ...]]:
        together: defaultdict[str, set[str]] = defaultdict(set)
        for line in self._sections.lines("OVER"):
            codes = line.split(" ")
            for code in codes:
                together[code].update(codes)
        return {code: tuple(sorted(codes)) for code, codes in together.items()}

    def _place(self, row: int) -> Place:
        text = self._strings.text
        place = Place(
            name=text(self._names[row]),
            state=text(self._states[row]),
            description=text(self._descriptions[row]),
            position=self._positions.at(row),
            centre=bool(self._centres[row >> 3] >> (row & 7) & 1),
            names_town=bool(self._towns[row >> 3] >> (row & 7) & 1),
        )
        self._seen[row] = place
        return place

    def _check(self) -> None:
        if not self._starts or len(self._starts) != len(self._rows) or self._starts[0] != 0:
            raise ValueError("The places file is damaged: its intervals do not fit together.")
        columns = (self._states, self._descriptions, self._positions)
        bits = (self._centres, self._towns)
        rows = len(self._names)
        if any(len(c) != rows for c in columns) or any(len(b) * 8 < rows for b in bits):
            raise ValueError("The places file is damaged: its columns differ in length.")


def _as_place(town: Town) -> Place:
    described = ", ".join(filter(None, (town.name, town.state)))
    return Place(town.name, town.state, described, town.position, town.centre, bool(town.name))
