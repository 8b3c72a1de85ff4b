"""The gazetteer: where towns are by their names, and postal codes by their digits.

The second part of places.bin (`place_file` tells its form), read when first asked. Its sections:

    KEYB (I)  per first 16 bits of a key the number of keys before them, and one more at the end
    KEYL (I)  the other 32 bits of each key, ascending under the same first bits; see `key_of_town`
    KEYT (I)  per key a town; several towns of one key stand in the order of their numbers
    TLAT, TLON (h)  per town, the most populous first, its position
    TSTA (H)  per town the line of TSTN with its state
    TSTN (B)  lines of states, the first of them empty
    TBLK (I)  per block of names its end in TSTR, which holds each as deflated lines of UTF-8, those
              of NAMES_A_BLOCK towns
    ZIPS (I)  United States ZIP codes, ascending; ZLAT, ZLON (h) their positions; ZTWN (I) their
              towns, NO_TOWN where none is near
    POST (B)  lines "region, state, beginnings…" of postal codes, tabs between them
    FORM (B)  lines "region, form" of postal codes, a regular expression each
"""

import re
from array import array
from bisect import bisect_left
from functools import cache, lru_cache
from typing import Final, NamedTuple
from zlib import decompress

from lambdas.domain.names import fold
from lambdas.domain.place_file import Positions, Sections, by_region

NO_TOWN: Final = 0xFFFFFFFF
NAMES_A_BLOCK: Final = 1024
KEY_BYTES: Final = 6
LOW_BITS: Final = 32
LOW: Final = (1 << LOW_BITS) - 1
REMEMBERED_BLOCKS: Final = 32
_NO_SIGN = re.compile(r"[\s.\-–]+")
_ZIP_REGION = "US"
_ZIP_DIGITS = 5
_AREA_DIGITS = 3


class Town(NamedTuple):
    """A town or the place of a postal code; `centre`: the middle of several postal codes'."""

    name: str
    state: str
    position: tuple[float, float] | None
    centre: bool = False


def key_of_town(region: str, folded: str) -> int:
    """48 bits that stand for a town's folded name in a region (ISO 3166 alpha-2)."""
    # Imported here: what only finds numbers' places does without it.
    from hashlib import blake2b

    text = f"{region}|{folded}".encode()
    return int.from_bytes(blake2b(text, digest_size=KEY_BYTES).digest(), "big")


class Gazetteer:
    """Towns and postal codes."""

    def __init__(self, sections: Sections) -> None:
        """Raises ValueError where a section lacks or sections do not fit together."""
        self._buckets = sections.array("KEYB", "I")
        self._keys = sections.array("KEYL", "I")
        self._numbers = sections.array("KEYT", "I")
        self._positions = Positions(sections.array("TLAT", "h"), sections.array("TLON", "h"))
        self._state_of = sections.array("TSTA", "H")
        self._states = sections.text("TSTN").split("\n")
        self._blocks = sections.array("TBLK", "I")
        self._names = sections.bytes("TSTR")
        self._block = lru_cache(maxsize=REMEMBERED_BLOCKS)(self._read_block)
        self._zips = _Zips(sections)
        self._beginnings = by_region(sections.lines("POST"))
        forms = (line.split("\t") for line in sections.lines("FORM"))
        self._forms = {region: re.compile(form) for region, form in forms}
        if len(self._positions) != len(self._state_of) or self._blocks[-1] != len(self._names):
            raise ValueError("The places file is damaged: its towns do not fit together.")
        if len(self._keys) != len(self._numbers) or self._buckets[-1] != len(self._keys):
            raise ValueError("The places file is damaged: its names do not fit together.")

    def town(self, region: str, name: str, state: str = "") -> Town | None:
        """The most populous town of that name, in that state (ISO 3166-2) where one is given.

        A town whose state is not known comes behind those in the state; towns of other states are
        no answer.
        """
        folded = fold(name)
        numbers = self._numbers_of(key_of_town(region, folded)) if folded else array("I")
        if not state:
            return self._town(numbers[0]) if numbers else None
        for wanted in (state, ""):
            for number in numbers:
                if self._states[self._state_of[number]] == wanted:
                    return self._town(number)
        return None

    def postal(self, region: str, code: str) -> Town | None:
        """Where a postal code is: its state, and in the United States its position and town."""
        plain = _NO_SIGN.sub("", code).upper()
        form = self._forms.get(region)
        if form is None or not form.fullmatch(plain):
            return None
        if region == _ZIP_REGION and len(plain) == _ZIP_DIGITS - 1:
            # Spreadsheets lose the zero that New England's and New Jersey's codes begin with.
            plain = f"0{plain}"
        state = self._state_of_code(region, plain)
        if region == _ZIP_REGION:
            return self._zip(plain[:_ZIP_DIGITS], state)
        return Town("", state, None) if state else None

    def _zip(self, code: str, state: str) -> Town | None:
        found = self._zips.at(code)
        if found is None:
            return Town("", state, None) if state else None
        position, number, centre = found
        name = "" if number == NO_TOWN else self._town(number).name
        return Town(name, state, position, centre)

    def _state_of_code(self, region: str, code: str) -> str:
        beginnings = self._beginnings[region]
        lengths = range(min(len(code), _ZIP_DIGITS), 0, -1)
        return next((beginnings[code[:n]] for n in lengths if code[:n] in beginnings), "")

    def _numbers_of(self, key: int) -> "array[int]":
        first, end = self._buckets[key >> LOW_BITS], self._buckets[(key >> LOW_BITS) + 1]
        low = key & LOW
        start = bisect_left(self._keys, low, first, end)
        stop = start
        while stop < end and self._keys[stop] == low:
            stop += 1
        return self._numbers[start:stop]

    def _town(self, number: int) -> Town:
        return Town(
            name=self._block(number // NAMES_A_BLOCK)[number % NAMES_A_BLOCK],
            state=self._states[self._state_of[number]],
            position=self._positions.at(number),
        )

    def _read_block(self, number: int) -> list[str]:
        start = self._blocks[number - 1] if number else 0
        return decompress(self._names[start : self._blocks[number]]).decode().split("\n")


class _Zips:
    def __init__(self, sections: Sections) -> None:
        self._codes = sections.array("ZIPS", "I")
        self._positions = Positions(sections.array("ZLAT", "h"), sections.array("ZLON", "h"))
        self._towns = sections.array("ZTWN", "I")
        self._middle = cache(self._middle_of)
        if not len(self._codes) == len(self._positions) == len(self._towns):
            raise ValueError("The places file is damaged: its ZIP codes do not fit together.")

    def at(self, code: str) -> tuple[tuple[float, float] | None, int, bool] | None:
        """Position and town of a ZIP code; True for the middle of those that begin as it does."""
        if len(code) == _AREA_DIGITS:
            return self._middle(code)
        at = bisect_left(self._codes, int(code))
        if at < len(self._codes) and self._codes[at] == int(code):
            return self._positions.at(at), self._towns[at], False
        return self._middle(code[:_AREA_DIGITS])

    def _middle_of(self, area: str) -> tuple[tuple[float, float], int, bool] | None:
        first = bisect_left(self._codes, int(area) * 100)
        end = bisect_left(self._codes, int(area) * 100 + 100)
        within = [found for n in range(first, end) if (found := self._positions.at(n))]
        if not within:
            return None
        middle = tuple(sorted(values)[len(values) // 2] for values in zip(*within, strict=True))
        return (middle[0], middle[1]), NO_TOWN, True
