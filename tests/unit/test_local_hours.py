"""Local hours by region, and the file of main zones."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lambdas.domain import local_hours
from lambdas.wiring.clocks import local_hours_of_file
from tools import main_zones
from tools.places.zones import zones_of_regions, zones_of_states

FILE = Path(local_hours.__file__).parent / "data" / "main_zones.json"
WINTER, SUMMER = datetime(2026, 1, 15, 20, tzinfo=UTC), datetime(2026, 7, 15, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("region", "moment", "hour"),
    [
        ("US-WA", WINTER, 12), ("US-WA", SUMMER, 13), ("US-OR", WINTER, 12), ("US-NV", WINTER, 12),
        ("US-AZ", SUMMER, 13), ("US-TN", WINTER, 14), ("US", WINTER, 15), ("CA-BC", WINTER, 12),
        ("GB", SUMMER, 21), ("IN", WINTER, 1), ("AU-WA", WINTER, 4), ("US-XX", WINTER, 15),
        ("", WINTER, 20), ("ZZ", WINTER, 20),
    ],
)  # fmt: skip
def test_the_hour_is_that_of_most_people_there(region: str, moment: datetime, hour: int) -> None:
    hours = local_hours_of_file()
    assert hours.hour(region, moment) == hour
    assert hours.hour(region, moment) == hour, "also when it is known already"


def test_the_file_is_as_it_would_be_written() -> None:
    assert FILE.read_text("utf-8") == main_zones.text()


def test_every_main_zone_is_one_of_its_region() -> None:
    whole = zones_of_regions()
    states = zones_of_states(whole)
    for region, zone in json.loads(FILE.read_text("utf-8"))["zones"].items():
        country, _, state = region.partition("-")
        assert zone in (states[country][state] if state else whole[country])
