"""`bench`: every benchmark, ours and the other side by side, into build/bench.json."""

import argparse

from local import benchmarks, registry
from local.commands import measuring
from local.toolchain import BUILD

COLUMNS = ("ours", "other", "unit", "ratio", "budget", "holds")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    measuring.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the benchmarks; 1 when a budget does not hold."""
    registry.discover("local.benchmarks")
    return measuring.run(options, benchmarks.benchmark, COLUMNS, BUILD / "bench.json")
