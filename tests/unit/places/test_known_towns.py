"""Positions against other sources than the file is made from, each pair looked over by hand."""

import csv
from pathlib import Path

from lambdas.domain.names import cities, fold
from lambdas.domain.places import Places
from local.evidence.known_towns import KNOWN_TOWNS, errors_km, known_towns

LEAST_PAIRS = 300
LEAST_COUNTRIES = 25


def test_there_are_enough_pairs_each_with_its_source() -> None:
    towns = known_towns()
    assert len(towns) >= LEAST_PAIRS
    assert len({town.prefix for town in towns}) == len(towns)
    assert len({town.region for town in towns}) >= LEAST_COUNTRIES
    assert all(town.source and "geonames" not in town.source.casefold() for town in towns)


def test_each_prefix_names_its_town(places: Places) -> None:
    for known in known_towns():
        place = places.find(f"+{known.prefix}")
        assert place is not None, known
        assert fold(known.town) in cities(place.name), (known, place)


def test_towns_are_where_other_sources_have_them(places: Places) -> None:
    errors = errors_km(places)
    assert len(errors) == len(known_towns()), "each by its town, none by its area's centre"
    assert errors[int(0.95 * len(errors))] <= 30
    assert errors[len(errors) // 2] <= 5


def test_the_file_is_a_plain_table() -> None:
    with Path(KNOWN_TOWNS).open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == [
            "prefix", "town", "region", "latitude", "longitude", "source",
        ]  # fmt: skip
