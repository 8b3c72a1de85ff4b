"""The time zones of countries and their states, as lines of the file.

A country's are those of zone.tab in the time zone database, a state's those of its towns in
GeoNames and of `state_zones.json`, which has what no town of theirs shows.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from tools.places.towns import cities

MORE = Path(__file__).with_name("state_zones.json")


def local_zone_lines() -> Iterator[str]:
    """Lines "region, state, zones…" (tabs between them); "" for the state is the whole country."""
    whole = zones_of_regions()
    states = zones_of_states(whole)
    for region in sorted(whole):
        yield "\t".join((region, "", *whole[region]))
        for state, zones in sorted(states.get(region, {}).items()):
            if zones != whole[region]:
                yield "\t".join((region, state, *zones))


def zones_of_regions() -> Mapping[str, tuple[str, ...]]:
    """Region (ISO 3166 alpha-2) → its zones."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    text = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            region, _, zone, *_ = line.split("\t")
            found[region].append(zone)
    return {region: tuple(sorted(zones)) for region, zones in found.items()}


def zones_of_states(
    whole: Mapping[str, tuple[str, ...]],
) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Region → state → its zones, of those that the region has; of regions with several."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for city in cities():
        zones = whole.get(city.region, ())
        if city.state and city.zone in zones and len(zones) > 1:
            found[city.region][city.state].add(city.zone)
    more: dict[str, dict[str, list[str]]] = json.loads(MORE.read_text("utf-8"))["more"]
    for region, states in more.items():
        for state, names in states.items():
            unknown = set(names) - set(whole[region])
            if unknown:
                raise ValueError(f"state_zones.json: {region}-{state} has no {sorted(unknown)}")
            found[region][state].update(names)
    return {
        region: {state: tuple(sorted(zones)) for state, zones in states.items()}
        for region, states in found.items()
    }
