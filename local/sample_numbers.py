"""Phone numbers for samples: made from a seed when they are asked for, never kept in a file.

Where a regulator reserves numbers for drama and these carry a place (Ofcom, ACMA, ARCEP,
Bundesnetzagentur), the patterns stay within them. Elsewhere a number is drawn at random within a
valid area code and exchange.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from lambdas.domain.phone import E164, Phone, parse
from lambdas.domain.places import Place, Places

_TRIES = 20_000
_DIGITS = {"x": "0123456789", "N": "23456789"}
_NANP = "+1"
_FICTION_EXCHANGE = "555"
_SERVICE_EXCHANGE = "11"
_CITY_STATES = ("Tokyo", "Madrid", "Barcelona")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Numbers of one region and area: x is any digit, N is 2 to 9, spaces are for the reader.

    With a `state` (ISO 3166-2) every number names a town of that state: its exchange is in use.
    """

    region: str
    digits: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A valid number and the place that its digits name, if they name one."""

    phone: Phone
    place: Place | None

    @property
    def e164(self) -> E164:
        return self.phone.e164

    @property
    def town(self) -> str:
        return self.place.name if self.place and self.phone.kind.value != "toll_free" else ""


class Maker:
    """Makes distinct valid numbers; the same seed and requests give the same numbers."""

    def __init__(self, places: Places, seed: int) -> None:
        self._places = places
        self._random = random.Random(seed)
        self._made: set[E164] = set()

    def make(self, pattern: Pattern, count: int = 1) -> Iterator[Made]:
        """`count` numbers of the pattern; ValueError if the pattern does not give that many."""
        left = count
        for _ in range(_TRIES):
            if not left:
                return
            made = self._try(pattern)
            if made and made.e164 not in self._made:
                self._made.add(made.e164)
                left -= 1
                yield made
        if left:
            raise ValueError(f"{pattern} gives too few valid numbers: {left} of {count} missing")

    def _try(self, pattern: Pattern) -> Made | None:
        written = pattern.digits.replace(" ", "")
        text = "".join(self._random.choice(_DIGITS.get(sign, sign)) for sign in written)
        phone = parse(text)
        if not phone.valid or phone.region != pattern.region:
            return None
        place = self._places.find(phone.e164)
        if pattern.state and not _is_town_of(place, pattern.state):
            return None
        return None if _is_reserved_exchange(phone) else Made(phone, place)


def _is_town_of(place: Place | None, state: str) -> bool:
    if place is None or place.state != state:
        return False
    return place.description != place.name or place.name in _CITY_STATES


def _is_reserved_exchange(phone: Phone) -> bool:
    exchange = phone.e164[5:8]
    return phone.e164.startswith(_NANP) and (
        exchange == _FICTION_EXCHANGE or exchange.endswith(_SERVICE_EXCHANGE)
    )
