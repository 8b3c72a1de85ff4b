"""The inventory as people read it: a spreadsheet, a CSV file and a short message."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from lambdas.domain.inventory import WORDS, Found, Reconciled, State
from lambdas.files.report import neutralise, write_report
from lambdas.usecases.reconcile_inventory import Inventory

NAME = "inventory"
COLUMNS = (
    "number", "outcome", "pool", "queue", "ownership", "type", "country", "held_by", "arn",
    "message",
)  # fmt: skip

_COUNTED = {
    State.HELD: "In a pool and held",
    State.NOT_HELD: "In a pool, not held",
    State.OTHER_INSTANCE: "In a pool, held by another instance",
    State.NOT_LISTED: "In a pool, shown on the word of the upload",
    State.IN_NO_POOL: "Held, in no pool and no queue's own",
    State.QUEUE_NUMBER: "Queues' own numbers, held",
    State.QUEUE_NUMBER_NOT_HELD: "Queues' own numbers, not held",
}


def write(folder: Path, inventory: Inventory, at: datetime) -> list[Path]:
    """Write the files into a folder: what has to be looked after first."""
    lines = _lines(inventory.reconciled)
    book, table = folder / f"{NAME}.xlsx", folder / f"{NAME}.csv"
    write_report(book, _summary(inventory, at), COLUMNS, map(_cells, lines))
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([neutralise(cell) for cell in _cells(line)] for line in lines)
    return [book, table]


def subject(inventory: Inventory) -> str:
    """What has changed, in one line."""
    lost, back = len(inventory.withheld), len(inventory.returned)
    if lost:
        return f"{_numbers(lost)} taken out of use: the instance does not hold them"
    if back:
        return f"{_numbers(back)} back in use: the instance holds them again"
    drift = len(inventory.reconciled.drift)
    return f"Inventory of numbers: {drift} to look after" if drift else "Inventory: all agrees"


def message(inventory: Inventory, files: Sequence[str]) -> str:
    """The notification's text. `files` are where the whole of it lies."""
    counts = inventory.reconciled.counts
    lines = [f"{words}: {counts[state]}" for state, words in _COUNTED.items()]
    for title, marks in (
        ("Taken out of use now", inventory.withheld),
        ("Back in use now", inventory.returned),
    ):
        if marks:
            lines.append(f"{title}: {_few([f'{mark.number} ({mark.pool})' for mark in marks])}")
    if files:
        lines.append(f"Every number with what to do: {', '.join(files)}")
    return "\n".join(lines)


def _summary(inventory: Inventory, at: datetime) -> dict[str, str | int]:
    counts = inventory.reconciled.counts
    summary: dict[str, str | int] = {"Listed": f"{at:%Y-%m-%d %H:%M} UTC"}
    summary |= {words: counts[state] for state, words in _COUNTED.items()}
    summary["Taken out of use now"] = len(inventory.withheld)
    summary["Back in use now"] = len(inventory.returned)
    return summary


def _lines(reconciled: Reconciled) -> Sequence[Found]:
    order = {state: place for place, state in enumerate(_URGENCY)}
    return sorted(reconciled.found, key=lambda found: (order[found.state], found))


_URGENCY = (
    State.QUEUE_NUMBER_NOT_HELD, State.NOT_HELD, State.OTHER_INSTANCE, State.IN_NO_POOL,
    State.NOT_LISTED, State.QUEUE_NUMBER, State.HELD,
)  # fmt: skip


def _cells(found: Found) -> tuple[str, ...]:
    return (
        found.number,
        found.state.value,
        found.pool,
        found.queue,
        found.ownership,
        found.kind,
        found.country,
        found.target,
        found.arn,
        WORDS[found.state],
    )


def _few(names: Sequence[str], most: int = 20) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


def rows(reconciled: Reconciled) -> Iterator[dict[str, str]]:
    """Every line under its columns, what has to be looked after first."""
    for found in _lines(reconciled):
        yield dict(zip(COLUMNS, _cells(found), strict=True))
