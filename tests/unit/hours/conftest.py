"""The rules, the places and the holidays as they are deployed."""

from pathlib import Path

import pytest

from lambdas.domain.holidays import Holidays
from lambdas.domain.hours import CallingHours
from lambdas.domain.places import Places
from local.toolchain import BUILD
from tests.unit.hours.samples import rules_document
from tools.holidays.build import build as build_holidays
from tools.places.build import build as build_places


@pytest.fixture(scope="session")
def calendar(tmp_path_factory: pytest.TempPathFactory) -> Holidays:
    file = tmp_path_factory.mktemp("holidays") / "holidays.txt"
    build_holidays(file, 2026)
    return Holidays(lambda: file.read_text("utf-8"))


@pytest.fixture(scope="session")
def hours(calendar: Holidays) -> CallingHours:
    return CallingHours.from_json(rules_document(), calendar)


@pytest.fixture(scope="session")
def places() -> Places:
    file: Path = BUILD / "places.bin"
    build_places(file)
    return Places.load(file.read_bytes())
