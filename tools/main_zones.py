"""Writes lambdas/domain/data/main_zones.json: the time zone in which most people of a country live,
and of those of its states where it is another.

`python -m tools.main_zones [--check]`
"""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from tools.places.towns import cities
from tools.places.zones import zones_of_regions, zones_of_states

ROOT = Path(__file__).parents[1]
FILE = ROOT / "lambdas" / "domain" / "data" / "main_zones.json"


def main_zones() -> dict[str, str]:
    """ "US" → zone, "US-WA" → zone; a state that is left out has its country's."""
    whole = zones_of_regions()
    heads: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for city in cities():
        if city.zone in whole.get(city.region, ()):
            heads[city.region][city.zone] += city.town.population
            if city.state:
                heads[f"{city.region}-{city.state}"][city.zone] += city.town.population
    found = {region: _most(heads[region], zones) for region, zones in sorted(whole.items())}
    for region, states in sorted(zones_of_states(whole).items()):
        for state, zones in sorted(states.items()):
            zone = _most(heads[f"{region}-{state}"], zones)
            if zone != found[region]:
                found[f"{region}-{state}"] = zone
    return found


def _most(heads: Counter[str], zones: tuple[str, ...]) -> str:
    return max(zones, key=lambda zone: (heads[zone], zone))


def text() -> str:
    about = "By the heads in GeoNames' towns. Written by python -m tools.main_zones."
    return json.dumps({"about": about, "zones": main_zones()}, indent=0) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file; with --check, 1 where it is not as it would be written."""
    if "--check" in arguments:
        return int(FILE.read_text("utf-8") != text())
    FILE.write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
