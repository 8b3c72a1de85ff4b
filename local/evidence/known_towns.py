"""Positions of towns against other sources than the places file is made from."""

import csv
from pathlib import Path
from typing import NamedTuple

from lambdas.domain.places import Places
from tools.places.geometry import distance_km

KNOWN_TOWNS = Path(__file__).parents[2] / "tests" / "unit" / "places" / "known_towns.csv"
MOST_KM = 30.0


class KnownTown(NamedTuple):
    """A prefix (digits), the town that it names, and where another source has that town."""

    prefix: str
    town: str
    region: str
    position: tuple[float, float]
    source: str


def known_towns() -> list[KnownTown]:
    """The pairs that were looked over by hand."""
    with KNOWN_TOWNS.open(encoding="utf-8", newline="") as file:
        return [
            KnownTown(
                row["prefix"],
                row["town"],
                row["region"],
                (float(row["latitude"]), float(row["longitude"])),
                row["source"],
            )
            for row in csv.DictReader(file)
        ]


def errors_km(places: Places) -> list[float]:
    """How far off each town's position is, ascending; towns that have none are left out."""
    found = ((known, places.find(f"+{known.prefix}")) for known in known_towns())
    return sorted(
        distance_km(place.position, known.position)
        for known, place in found
        if place and place.position and not place.centre
    )
