"""One synthesis of the example for all of these tests, and further ones on request."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# jsii starts the first `node` of PATH when it is imported; the environment brings its own.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

from tests.stacks.synthesis import Synthesised, example, synthesise
from tests.stacks.variants import VARIANTS


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    """config/example.yaml, through cdk-nag."""
    return synthesise(example(), tmp_path_factory.mktemp("shipped"), checked=True)


@pytest.fixture(scope="session")
def synthesised(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Synthesised]:
    """A variant by its name; each is synthesised once."""
    kept: dict[str, Synthesised] = {}

    def make(name: str) -> Synthesised:
        if name not in kept:
            folder = tmp_path_factory.mktemp(name)
            kept[name] = synthesise(VARIANTS[name](), folder, checked=True)
        return kept[name]

    return make
