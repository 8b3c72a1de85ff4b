"""Villages that GeoNames' list of towns has not: by hand, and by the airfields of their names."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import airportsdata

from tools.places.towns import Town, folded

VILLAGES = Path(__file__).with_name("villages.json")
REGIONS = frozenset({"AU", "CA"})
"""Countries whose prefixes name many villages that are too small for the list of towns."""

_FIRST_NUMBER = 1_000_000_000
_KINDS = re.compile(
    r" (?:Airport|Aerodrome|Airfield|Airstrip|Landing Ground|Municipal|Regional|Station|Homestead"
    r"|Mine|Hospital|Helipad|Heliport|ALA|Aero Club|Airpark|Mission|Community|\(.*\))+$"
)
_STATES = {
    "Queensland": "QLD", "Western Australia": "WA", "New South Wales": "NSW",
    "South Australia": "SA", "Northern Territory": "NT", "Victoria": "VIC", "Tasmania": "TAS",
    "ACT": "ACT", "Alberta": "AB", "British Columbia": "BC", "Manitoba": "MB",
    "New Brunswick": "NB", "Newfoundland and Labrador": "NL", "Nova Scotia": "NS",
    "Northwest Territories": "NT", "Nunavut": "NU", "Ontario": "ON", "Prince Edward Island": "PE",
    "Quebec": "QC", "Saskatchewan": "SK", "Yukon": "YT",
}  # fmt: skip


@cache
def villages() -> dict[tuple[str, str], tuple[Town, ...]]:
    """Region and folded name → towns without inhabitants, those by hand before airfields."""
    found: defaultdict[tuple[str, str], list[Town]] = defaultdict(list)
    number = _FIRST_NUMBER
    for region, table in json.loads(VILLAGES.read_text(encoding="utf-8"))["villages"].items():
        for key, (latitude, longitude) in table.items():
            name, state = key.split(", ")
            number += 1
            found[region, folded(name)].append(Town(0, number, (latitude, longitude), state))
    for _, field in sorted(airportsdata.load("ICAO").items()):
        if field["country"] not in REGIONS:
            continue
        number += 1
        town = Town(0, number, (field["lat"], field["lon"]), _STATES.get(field["subd"], ""))
        for name in set(map(folded, _names(field["name"], field["city"]))):
            found[field["country"], name].append(town)
    return {key: tuple(towns) for key, towns in found.items()}


def _names(name: str, city: str) -> Iterator[str]:
    if city:
        yield city
    for part in name.split("/"):
        if plain := _KINDS.sub("", part.strip()):
            yield plain


def is_village(town: Town) -> bool:
    """Whether a town is one of `villages`, and none of GeoNames'."""
    return town.number >= _FIRST_NUMBER
