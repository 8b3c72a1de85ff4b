"""`evidence`: the long demonstrations, into build/evidence.json."""

import argparse

from local import evidence, registry
from local.commands import measuring
from local.toolchain import BUILD

COLUMNS = ("value", "bar", "holds", "how")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    measuring.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the demonstrations; 1 when a bar is not passed."""
    registry.discover("local.evidence")
    return measuring.run(options, evidence.evidence, COLUMNS, BUILD / "evidence.json")
