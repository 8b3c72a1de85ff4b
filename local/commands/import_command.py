"""`import FILE`: what becomes of each row of an uploaded number pool."""

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.cloud import LocalCloud
from local.commands import common
from local.errors import LocalError
from local.importing import ImportResult, counted, import_file

SHOWN = 50


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX file of numbers")
    parser.add_argument(
        "--pool",
        metavar="NAME",
        help="the pool to add to (default: that of the config's first queue)",
    )
    parser.add_argument("--at", type=common.moment, metavar="ISO8601", help="as if it were then")
    common.add_country(parser)
    common.add_config(parser)
    common.add_state(parser)
    common.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Import and print; 1 when the file as a whole was refused."""
    try:
        result = _import(options)
    except LocalError as error:
        if not options.json:
            raise
        result = ImportResult(str(options.file), "failed", [], error=str(error))
    if options.json:
        print(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        _show(result)
    return 1 if result.error else 0


def _import(options: argparse.Namespace) -> ImportResult:
    file = common.numbers_file(options.file)
    console = Console(stderr=True)
    with (
        common.progress(console) as say,
        LocalCloud.start(options.config, options.state, say) as cloud,
    ):
        if options.at:
            cloud.clock.set(options.at)
        known = cloud.settings().pools
        pool = options.pool or cloud.first_pool()
        if pool not in known:
            raise LocalError(f"The config has no pool {pool!r}. Its pools: {', '.join(known)}.")
        say(f"Importing {file.name} into the pool {pool}")
        return import_file(cloud, file, pool, options.country)


def _show(result: ImportResult) -> None:
    console = common.output()
    if result.error:
        console.print(Text(result.error))
    if result.notes:
        console.print(Text(result.notes))
    if not result.results:
        return
    table = Table("Row", "Input", "Number", "Outcome", "Message")
    # Rejected rows first: they are what somebody has to do something about.
    ordered = sorted(result.results, key=lambda one: one.accepted)
    for one in ordered[:SHOWN]:
        cells = (str(one.row), one.input, one.e164, one.outcome, one.message)
        table.add_row(*map(Text, cells), style="" if one.accepted else "red")
    console.print(table)
    if len(ordered) > SHOWN:
        more = counted(len(ordered) - SHOWN, "more row")
        console.print(f"… and {more} (--json prints all)")
    console.print(result.sentence())
