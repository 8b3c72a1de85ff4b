"""`demo`: the main job on this machine, from an uploaded file to the ring."""

import argparse
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.cloud import LocalCloud
from local.commands import common
from local.demonstration import TIERS, Demonstration, Dialled, Upload, demonstrate

TIER_STYLES = {"default": "yellow", "block": "red"}
FEW_BAD_ROWS = 6


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    common.add_config(parser)


def run(options: argparse.Namespace) -> int:
    """Show it; 1 when anything came out otherwise than it must."""
    console = common.output()
    with (
        common.progress(Console(stderr=True)) as say,
        LocalCloud.start(options.config, None, say) as cloud,
    ):
        shown = demonstrate(cloud, say)
    _show(console, shown)
    faults = shown.faults()
    for fault in faults:
        console.print(Text(f"Not as it must be: {fault}", style="bold red"))
    if not faults:
        console.print(
            f"\nAll {len(shown.calls)} calls came out as they must, in"
            f" {len(shown.countries())} countries, from pools of"
            f" {' and '.join(map(str, shown.all_numbers()))} numbers."
        )
    return 1 if faults else 0


def _show(console: Console, shown: Demonstration) -> None:
    console.rule("Upload")
    for upload in shown.uploads:
        _show_upload(console, upload)
    console.rule("Calls")
    console.print("The customers are made up, so their numbers are printed in full.\n")
    console.print(_calls(shown.calls, with_notes=console.width >= common.WIDE))
    console.print(_totals(shown))
    for tier, title in (
        ("city", "One call, block by block"),
        ("block", "The blocked call: it is stopped before anyone is rung"),
        ("default", "A call with the queue's own number"),
    ):
        call = next((call for call in reversed(shown.calls) if call.tier == tier), None)
        if call is not None:
            console.rule(title)
            _show_call(console, call)


def _show_upload(console: Console, upload: Upload) -> None:
    result = upload.result
    refused = [row for row in result.results if not row.accepted]
    console.print(
        Text(
            f"{upload.sample.path.name} → pool {upload.sample.pool}: {len(result.results)} rows,"
            f" {len(result.results) - len(refused)} accepted, {len(refused)} refused"
        )
    )
    for row in refused[:FEW_BAD_ROWS]:
        console.print(Text(f"  row {row.row}: {row.input}: {row.message}", style="red"))


def _calls(calls: Sequence[Dialled], *, with_notes: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("Customer", "Place", "Shown number", "Tier", "km"):
        table.add_column(name, no_wrap=name != "Place", justify="right" if name == "km" else "left")
    if with_notes:
        table.add_column("Sample")
    for call in calls:
        place = ", ".join(
            part for part in (call.dial.text("place"), call.dial.text("region")) if part
        )
        shown = "(not rung)" if call.tier == "block" else call.dial.shown
        where = place or call.customer.country
        cells = [call.customer.e164, where, shown, call.tier, call.dial.text("distance_km")]
        cells += [call.customer.note] if with_notes else []
        table.add_row(*map(Text, cells), style=TIER_STYLES.get(call.tier, ""))
    return table


def _totals(shown: Demonstration) -> Table:
    table = Table("Tier", "Calls", title="By tier", box=box.SIMPLE_HEAD)
    for tier in TIERS:
        table.add_row(tier, str(shown.tiers()[tier]))
    return table


def _show_call(console: Console, call: Dialled) -> None:
    console.print(Text(f"{call.customer.e164} ({call.customer.note}), queue {call.dial.queue.key}"))
    table = Table("Block", "Type", "Branch", "ms", box=box.SIMPLE_HEAD)
    for step in call.dial.outcome.trace:
        branch = f"{step.branch} ({step.note})" if step.note else step.branch
        cells = (step.identifier, step.type, branch, f"{step.milliseconds:.1f}")
        table.add_row(*map(Text, cells))
    console.print(table)
    if message := call.dial.text("message"):
        console.print(Text(f"Why: {message}"))
    passed_over = call.dial.as_json()["rejected"]
    if passed_over:
        fallen = ", ".join(f"{reason} ×{count}" for reason, count in passed_over.items())
        console.print(Text(f"Passed over: {fallen}"))
    attributes = ", ".join(
        f"{name}={value}" for name, value in call.dial.outcome.attributes.items()
    )
    console.print(Text(f"Kept with the contact: {attributes or 'nothing'}"))
