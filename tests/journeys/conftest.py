"""One running local cloud for each file of journeys, from the config that the README shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.cloud import LocalCloud
from local.commands.common import DEFAULT_CONFIG
from local.importing import ImportResult, import_file


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """The real app, loaded and running."""
    with LocalCloud.start(DEFAULT_CONFIG) as running:
        yield running


@pytest.fixture
def system_time(cloud: LocalCloud) -> Iterator[None]:
    """Real time before and after, whatever a test sets."""
    yield
    cloud.clock.reset()


def upload(cloud: LocalCloud, path: Path, content: str | bytes, pool: str) -> ImportResult:
    """Write a file and upload it into a pool."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_file(cloud, path, pool)
