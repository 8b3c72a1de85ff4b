"""Which tests share a worker, and which of them begin first.

A file's tests stay together, so that what a module makes once (a local cloud, an engine's tables)
is made once; those of the templates stay together as a whole, for they read the same synthesis.
xdist's own groups cannot say so: since pytest 9.2 the marks of `--dist loadgroup` have no effect.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/stacks/",)
FIRST = (
    *TOGETHER,
    "tests/journeys/test_command_line",
    "tests/journeys/test_contact_lists",
    "tests/journeys/",
    "tests/unit/places/",
    "tests/adapters/test_claims_at_once",
    "tests/adapters/",
    "tests/local/",
)
"""What takes longest begins first: the end is for what is short, so that no worker waits long."""


def unit_of(test: str) -> str:
    """What a test is handed out with, by its node id."""
    for folder in TOGETHER:
        if test.startswith(folder):
            return folder
    return test.split("::")[0]


def turn_of(test: str) -> int:
    """When a test's unit is handed out; the rest comes after all of FIRST."""
    return next((turn for turn, one in enumerate(FIRST) if test.startswith(one)), len(FIRST))


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out whole files."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Whatever `--dist` says: files in our order, and not by how many tests are in them."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which workers are given files."""
    items.sort(key=lambda item: turn_of(item.nodeid))
