"""`cost`: what a deployment costs while nobody calls, by module, and what picks cost on top."""

import argparse
import json
from collections import defaultdict

from rich import box
from rich.table import Table

from local import costing
from local.commands import common
from local.synthesis import assembly_of


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    common.add_config(parser)
    parser.add_argument(
        "--picks",
        type=common.positive,
        default=costing.MILLION,
        metavar="N",
        help="how many picks a month (default: a million)",
    )
    common.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Read the templates of the config and tell."""
    assembly = assembly_of(options.config)
    items, picks = costing.idle(assembly), costing.of_picks(assembly, options.picks)
    if options.json:
        print(json.dumps(_document(items, picks), indent=1))
    else:
        _show(items, picks)
    return 0


def _document(items: list[costing.Item], picks: costing.Picks) -> dict[str, object]:
    table = costing.prices()
    return {
        "day": table["day"],
        "region": table["region"],
        "source": table["source"],
        "idle": [item._asdict() for item in items],
        "idle_a_month": round(sum(item.dollars for item in items), 2),
        "picks": {**picks._asdict(), "total": picks.total},
    }


def _show(items: list[costing.Item], picks: costing.Picks) -> None:
    console, table = common.output(), costing.prices()
    modules: dict[str, list[costing.Item]] = defaultdict(list)
    for item in items:
        modules[item.module].append(item)
    shown = Table(box=box.SIMPLE, title="While nobody calls", title_justify="left")
    for column, justify in (("Module", "left"), ("A month", "right"), ("For", "left")):
        shown.add_column(column, justify=justify)  # type: ignore[arg-type]
    for module, its in sorted(modules.items(), key=lambda pair: -_sum(pair[1])):
        what = ", ".join(f"{item.pieces} {item.type.rpartition('::')[2]}" for item in its)
        shown.add_row(module, f"${_sum(its):.2f}", what)
    shown.add_section()
    shown.add_row("together", f"${_sum(items):.2f}", "")
    console.print(shown)
    if picks.picks:
        console.print(
            f"{picks.picks:,} picks: ${picks.total:.2f}; DynamoDB ${picks.dynamodb:.2f},"
            f" Lambda ${picks.compute:.2f}, logs ${picks.logs:.2f}. Dashboard and alarms name"
            f" {picks.series} series of metrics, ${picks.series_dollars:.2f} in a month in which"
            " each is written to."
        )
    console.print(
        f"Prices of {table['day']}, {table['region']}. {table['source']} Storage and Amazon"
        " Connect's own charges are left out."
    )


def _sum(items: list[costing.Item]) -> float:
    return sum(item.dollars for item in items)
