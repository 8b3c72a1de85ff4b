"""`dashboard`: the CloudWatch dashboard of a config, drawn from its template with sample values."""

import argparse
from pathlib import Path

from local.commands import common
from local.dashboard.definition import boards
from local.dashboard.drawing import page
from local.dashboard.sample import values
from local.errors import LocalError
from local.synthesis import assembly_of

NOTE = "Drawn on this machine from the definition in the template. The values are a sample."


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    common.add_config(parser)
    parser.add_argument(
        "--html", type=Path, required=True, metavar="FILE", help="where the page goes"
    )


def run(options: argparse.Namespace) -> int:
    """Write the page."""
    found = boards(assembly_of(options.config))
    if not found:
        raise LocalError("The config has no dashboard: modules.calling and modules.dashboard.")
    [(name, widgets)] = found.items()
    options.html.write_text(page(name, widgets, values, NOTE), encoding="utf-8")
    print(f"{options.html}: {len(widgets)} graphs of {name}")
    return 0
