from pathlib import Path

import pytest

from lambdas.domain.places import Places
from tools.places.build import build


@pytest.fixture(scope="session")
def places_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("places") / "places.bin"
    build(out)
    return out


@pytest.fixture(scope="session")
def places(places_file: Path) -> Places:
    return Places.load(places_file.read_bytes())
