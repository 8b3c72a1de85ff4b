"""What several tests of commands share. Imported late: moto takes a second to import."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.local.smoke_scene import Scene


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Scene"]:
    """A deployment that is whole, with its instance."""
    from tests.local.smoke_scene import whole

    with whole(tmp_path, monkeypatch) as made:
        yield made
