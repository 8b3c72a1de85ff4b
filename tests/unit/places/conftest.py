from pathlib import Path

import pytest

from lambdas.domain.places import Places
from local import toolchain
from stacks.bundles import PLACES
from tools.places.build import build


@pytest.fixture(scope="session")
def places_file() -> Path:
    """The file that functions are deployed with; built here where its sources have changed."""
    with toolchain.only_one(toolchain.BUILD / "places.lock"):
        build(PLACES)
    return PLACES


@pytest.fixture(scope="session")
def places(places_file: Path) -> Places:
    return Places.load(places_file.read_bytes())
