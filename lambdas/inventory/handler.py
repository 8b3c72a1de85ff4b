"""The inventory: by a schedule, on demand, and when CloudTrail tells of a number that changed.

An invocation that is broken off is made again by Lambda under the same request id, and goes on from
the last page that was kept.
"""

import tempfile
from pathlib import Path
from typing import Any

from lambdas import telemetry, wiring
from lambdas.inventory import report
from lambdas.telemetry import Metric
from lambdas.usecases.reconcile_inventory import Inventory, Unbelievable, reconcile_inventory
from lambdas.wiring import inventory

MOST_ROUNDS = 3
"""Runs of one invocation: what is asked for while the last one is at work waits for the hour."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Reply `state` (done, or another_at_work) and the counts of the last round.

    Raises where a run could not end; what it has done is kept.
    """
    told: list[Inventory] = []

    def left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    telemetry.record("inventory_asked", by=event.get("detail", {}).get("eventName", "schedule"))
    for _ in range(MOST_ROUNDS):
        try:
            again = reconcile_inventory(
                inventory.targets(),
                inventory.stock(),
                inventory.lister(left),
                inventory.store(),
                by=context.aws_request_id,
                now=wiring.now,
                left=left,
                tell=lambda found: _tell(found, told),
            )
        except Unbelievable as problem:
            telemetry.record("inventory_refused", Metric("InventoryRefused", 1), why=str(problem))
            return {"state": "refused", "why": str(problem)}
        if not again:
            break
    if again is None:
        return {"state": "another_at_work"}
    return {"state": "done", **told[-1].reconciled.counts}


def _tell(found: Inventory, told: list[Inventory]) -> None:
    """Metrics and a record of every run; files and a message only when something is new."""
    told.append(found)
    counts = found.reconciled.counts
    telemetry.record(
        "inventory",
        Metric("NumbersHeld", counts["held"]),
        Metric("NumbersNotHeld", len(found.reconciled.urgent)),
        Metric("NumbersInNoPool", counts["in_no_pool"]),
        withheld=len(found.withheld),
        returned=len(found.returned),
        refused=len(found.refused),
        **counts,
    )
    reports = inventory.reports()
    if reports is None or not found.is_news:
        return
    with tempfile.TemporaryDirectory() as folder:
        files = [reports.put(file) for file in report.write(Path(folder), found, wiring.now())]
    reports.notify(report.subject(found), report.message(found, files))
