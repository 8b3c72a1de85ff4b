"""What `bench` and `evidence` share: choose, run, print a table, keep the records."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local import registry
from local.commands import common
from local.registry import Registry, Result

R = TypeVar("R", bound=Result)
Json = Any


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of both commands."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="only those whose name begins so (default: all)"
    )
    parser.add_argument("--list", action="store_true", help="only print the names")


def run(options: argparse.Namespace, known: Registry[R], columns: Sequence[str], path: Path) -> int:
    """Run what was chosen; 1 when a budget or bar does not hold."""
    entries = known.chosen(options.names)
    if options.list:
        print("\n".join(name for entry in entries for name in entry.names))
        return 0
    console = common.output()
    with common.progress(Console(stderr=True)) as say:
        records = list(registry.measured(entries, say))
    registry.keep(path, records, all_of_them=not options.names)
    console.print(_table(records, columns))
    console.print(f"Kept in {path}")
    return 0 if all(record["holds"] for record in records) else 1


def _table(records: Sequence[Mapping[str, Json]], columns: Sequence[str]) -> Table:
    table = Table(*("name", *columns))
    for record in records:
        cells = (Text(_cell(record[column])) for column in ("name", *columns))
        table.add_row(*cells, style="" if record["holds"] else "bold red")
    return table


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
