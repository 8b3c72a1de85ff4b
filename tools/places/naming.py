"""How each country writes its places: the town apart from its state or region."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

SUBDIVISIONS = Path(__file__).with_name("subdivisions.json")

_JOINED_SYLLABLES = re.compile(r"(?<=[a-z])(?=[AEO][a-z])")
_LOST_APOSTROPHE = re.compile(r"-([ld])(?=[A-Z])")
_LOCAL_EXCHANGE = " Local"
_TOLD_BY_THE_LAND = ("in", "der")
_TOLD_BY_A_TOWN = ("bei", "an", "am")


class Name(NamedTuple):
    """A place as people say it, and its ISO 3166-2 subdivision ("" where it is not sure)."""

    name: str
    state: str


@dataclass(frozen=True)
class _Country:
    """One calling code's forms; the keys of subdivisions.json."""

    separator: str = ""
    regions: dict[str, str] = field(default_factory=dict)
    split_regions: dict[str, dict[str, str]] = field(default_factory=dict)
    unsure_prefixes: list[str] = field(default_factory=list)
    towns: dict[str, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    last_word: dict[str, str] = field(default_factory=dict)
    exceptions: dict[str, list[str]] = field(default_factory=dict)


class Naming:
    """Names places from libphonenumber's English descriptions."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._countries = {
            **{code: _Country(separator=", ") for code in table["town_and_region"]},
            **{code: _Country(**forms) for code, forms in table["countries"].items()},
        }

    @classmethod
    def reviewed(cls) -> "Naming":
        return cls(json.loads(SUBDIVISIONS.read_text(encoding="utf-8")))

    def name(self, calling_code: str, prefix: str, description: str) -> Name:
        """Name the place that `prefix` (digits with the calling code) is described as."""
        country = self._countries.get(calling_code, _Country())
        if description in country.exceptions:
            name, state = country.exceptions[description]
            return Name(name, state)
        whole = " ".join(description.split())
        town, region = _split(country, whole)
        if country.last_word:
            return _land_at_the_end(country, town)
        state = _state(country, prefix, town, region)
        return Name(_as_people_say(calling_code, town), state)

    def is_state(self, calling_code: str, description: str) -> bool:
        """Whether a description is a state's alone, where towns are written with theirs."""
        country = self._countries.get(calling_code, _Country())
        return bool(country.separator) and description in country.regions


def _split(country: _Country, description: str) -> tuple[str, str]:
    """Town and region; a description that is a region alone is both."""
    if country.separator and country.separator in description:
        town, region = description.rsplit(country.separator, 1)
        return town.rsplit(", ", 1)[-1], region
    return description, description


def _state(country: _Country, prefix: str, town: str, region: str) -> str:
    if town in country.towns:
        return country.towns[town]
    if any(prefix.startswith(unsure) for unsure in country.unsure_prefixes):
        return ""
    if region in country.split_regions:
        return _longest(country.split_regions[region], prefix)
    return country.regions.get(region) or _longest(country.prefixes, prefix)


def _longest(table: dict[str, str], prefix: str) -> str:
    for length in range(len(prefix), 0, -1):
        if prefix[:length] in table:
            return table[prefix[:length]]
    return ""


def _land_at_the_end(country: _Country, description: str) -> Name:
    """German towns of one name are told apart by their land: "Chemnitz Sachsen"."""
    *town, last = description.split()
    state = country.last_word.get(last, "")
    if not town or not state or town[-1] in _TOLD_BY_A_TOWN:
        return Name(description, "")
    if town[-1] in _TOLD_BY_THE_LAND:
        return Name(description, state)
    return Name(" ".join(town), state)


def _as_people_say(calling_code: str, town: str) -> str:
    match calling_code:
        case "86":
            return _JOINED_SYLLABLES.sub("'", town).replace("'A", "'a").replace("'E", "'e")
        case "33":
            return _LOST_APOSTROPHE.sub(r"-\1'", town)
        case "91":
            return town.removesuffix(_LOCAL_EXCHANGE)
        case _:
            return town
