"""The second part of places.bin: the world's towns by name, and the United States' ZIP codes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from zlib import compress

from lambdas.domain.gazetteer import LOW, LOW_BITS, NAMES_A_BLOCK, key_of_town
from lambdas.domain.names import fold
from tools.places.encoding import Section, in_units, items, lines_section
from tools.places.positions import Named
from tools.places.states import postal_lines
from tools.places.towns import Town, cities
from tools.places.villages import is_village
from tools.places.zips import zip_sections

_LATIN_END = "\u0250"
_ALTERNATES_FROM = {True: 40_000, False: 250_000}
"""Towns of this population have their other names too: those in Latin letters, and all."""
_ALTERNATE_WEIGHT = 0.001
_SPOKEN_WEIGHT = 100
"""A town's other name gives way to a town of that very name, unless that is this much smaller; a
town that prefixes name wins over one that none does, unless that is this much larger."""
_BUCKETS = 1 << 16


@dataclass(frozen=True)
class Entry:
    """A town under the name that it is told by."""

    region: str
    name: str
    town: Town
    state: str


def gazetteer_sections(
    named: Mapping[str, Named], regions: Mapping[str, str], towns: Mapping[str, Town]
) -> list[Section]:
    """`towns` are those that prefixes were located by: they are named as the prefixes name them."""
    spoken = _spoken(named, regions, towns)
    weighed = _weighed(spoken)
    _add_villages(weighed, named, regions, towns)
    keys = {key: list(_told(found)) for key, found in weighed.items()}
    entries = {entry for told in keys.values() for entry in told}
    numbered = sorted(entries, key=lambda e: (-e.town.population, *_in_order(e)))
    number_of = {entry: number for number, entry in enumerate(numbered)}
    rules, forms = postal_lines()
    return [
        *_key_sections({key: [number_of[entry] for entry in told] for key, told in keys.items()}),
        *_town_sections(numbered),
        *zip_sections(numbered_towns_of("US", numbered)),
        lines_section("POST", rules),
        lines_section("FORM", forms),
    ]


def numbered_towns_of(region: str, entries: Iterable[Entry]) -> list[tuple[int, Town, str]]:
    """Number, town and state of a region's entries."""
    return [(n, e.town, e.state) for n, e in enumerate(entries) if e.region == region]


def _spoken(
    named: Mapping[str, Named], regions: Mapping[str, str], towns: Mapping[str, Town]
) -> dict[tuple[str, int], Counter[tuple[str, str]]]:
    """Per town (region and GeoNames' number) the names, with states, that prefixes have for it."""
    found: defaultdict[tuple[str, int], Counter[tuple[str, str]]] = defaultdict(Counter)
    for prefix, town in towns.items():
        what = named[prefix]
        found[regions[prefix], town.number][what.name, what.state] += 1
    return found


def _weighed(
    spoken: Mapping[tuple[str, int], Counter[tuple[str, str]]],
) -> dict[int, dict[Entry, float]]:
    """Per key the entries of that name with their weights."""
    keys: defaultdict[int, dict[Entry, float]] = defaultdict(dict)

    def add(entry: Entry, name: str, weight: float) -> None:
        if folded := fold(name):
            of_key = keys[key_of_town(entry.region, folded)]
            of_key[entry] = max(weight, of_key.get(entry, 0.0))

    for city in cities():
        town, names = city.town, spoken.get((city.region, city.town.number), Counter())
        own = Entry(city.region, city.name, town, city.state)
        folded = {fold(city.name), *map(fold, city.alternates)}
        for (name, state), _ in names.most_common(1):
            if "/" not in name and fold(name) in folded:
                own = replace(own, name=name, state=own.state or state)
        weight = float(town.population)
        add(own, city.name, weight)
        for other in city.alternates:
            if town.population >= _ALTERNATES_FROM[other < _LATIN_END and _is_latin(other)]:
                add(own, other, weight * _ALTERNATE_WEIGHT)
        for name, state in sorted(names):
            here = fold(name) == fold(own.name) and state in ("", own.state)
            told = own if here else Entry(city.region, name, town, state or own.state)
            add(told, name, weight * _SPOKEN_WEIGHT)
    return keys


def _add_villages(
    keys: dict[int, dict[Entry, float]],
    named: Mapping[str, Named],
    regions: Mapping[str, str],
    towns: Mapping[str, Town],
) -> None:
    """The villages that are no towns of GeoNames'."""
    for prefix, town in sorted(towns.items()):
        what = named[prefix]
        if is_village(town) and (folded := fold(what.name)):
            state = what.state or town.state
            entry = Entry(regions[prefix], what.name, town, state)
            keys.setdefault(key_of_town(entry.region, folded), {})[entry] = 0.0


def _is_latin(name: str) -> bool:
    return name.isascii() or all(letter < _LATIN_END for letter in name)


def _told(found: Mapping[Entry, float]) -> Iterator[Entry]:
    """The heaviest of each state, the heaviest first: no look-up tells another."""
    states = set()
    for entry in sorted(found, key=lambda e: (-found[e], *_in_order(e))):
        if entry.state not in states:
            states.add(entry.state)
            yield entry


def _in_order(entry: Entry) -> tuple[int, str, str, str]:
    """What tells any two entries apart: one order in every build."""
    return entry.town.number, entry.name, entry.state, entry.region


def _key_sections(keys: Mapping[int, list[int]]) -> Iterator[Section]:
    ordered = [(key, number) for key in sorted(keys) for number in keys[key]]
    counts = Counter(key >> LOW_BITS for key, _ in ordered)
    before = accumulate((counts[bucket] for bucket in range(_BUCKETS)), initial=0)
    yield "KEYB", "I", items("I", before)
    yield "KEYL", "I", items("I", (key & LOW for key, _ in ordered))
    yield "KEYT", "I", items("I", (number for _, number in ordered))


def _town_sections(entries: list[Entry]) -> Iterator[Section]:
    positions = [in_units(entry.town.position) for entry in entries]
    states = sorted({entry.state for entry in entries} | {""})
    yield "TLAT", "h", items("h", (latitude for latitude, _ in positions))
    yield "TLON", "h", items("h", (longitude for _, longitude in positions))
    number_of = {state: number for number, state in enumerate(states)}
    yield "TSTA", "H", items("H", (number_of[entry.state] for entry in entries))
    yield "TSTN", "B", "\n".join(states).encode()
    blocks = [
        compress("\n".join(e.name for e in entries[at : at + NAMES_A_BLOCK]).encode(), 9)
        for at in range(0, len(entries), NAMES_A_BLOCK)
    ]
    yield "TBLK", "I", items("I", accumulate(map(len, blocks)))
    yield "TSTR", "B", b"".join(blocks)
