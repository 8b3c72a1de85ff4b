"""A smoke test looks at every stack that a deployment has."""

from collections.abc import Callable
from typing import Any

from local.smoke.account import Deployed
from stacks.config import Config
from tests.stacks.synthesis import Synthesised, example
from tests.stacks.variants import VARIANTS


def _looked_at(config: Config) -> set[str]:
    nobody: Any = None
    deployed = Deployed(nobody, config)
    return {deployed.stack(part) for part in deployed.parts}


def test_every_stack_of_the_example_is_looked_at(shipped: Synthesised) -> None:
    """If this fails: local/smoke/account.py, Deployed.parts"""
    assert _looked_at(example()) == set(shipped.templates)


def test_stacks_that_a_config_has_not_are_not_missed(
    synthesised: Callable[[str], Synthesised],
) -> None:
    config = VARIANTS["without_modules"]()
    assert _looked_at(config) == set(synthesised("without_modules").templates)
