"""`check-contacts`: which rows of a contact list can be dialled, when, and what is wrong."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from lambdas.check_contacts import words
from lambdas.check_contacts.verdict import alarm, group_name, sentence
from lambdas.domain.contact_rows import Group, Summary
from local import list_checking
from local.commands import common, live
from local.errors import LocalError
from local.list_checking import Asked, Done
from local.toolchain import Say

SHOWN = 12


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX file of contacts")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="the folder for clean.csv, rejected.csv, summary.json and report.html"
        " (default: FILE.check)",
    )
    common.add_country(parser)
    parser.add_argument(
        "--at", type=common.moment, metavar="ISO8601", help="as if calls began then (default: now)"
    )
    parser.add_argument(
        "--queue",
        metavar="KEY",
        help="the queue that dials: its purpose, and its pool's hours and numbers (default: the"
        " config's first, as if for marketing)",
    )
    parser.add_argument("--rows", action="store_true", help="with --json: every row's result, too")
    common.add_config(parser)
    common.add_state(parser)
    common.add_json(parser)
    live.add_options(parser)
    parser.add_argument("--profile", metavar="NAME", help="with --live: a profile of the AWS CLI")
    parser.add_argument("--region", metavar="REGION", help="with --live: other than the config's")


def run(options: argparse.Namespace) -> int:
    """Check and print; 1 when the file cannot be read. A bad list is no failure of the check."""
    try:
        with tempfile.TemporaryDirectory() as name:
            keep = Path(name) / "results" if options.json and options.rows else None
            with _progress() as (say, told):
                asked = _asked(options, keep)
                done = list_checking.check(asked, say, told)
            validated = None
            if options.live:
                with common.progress(Console(stderr=True)) as say:
                    validated = live.run(asked.out, options, say)
            if options.json:
                _print_json(done, asked, validated, keep)
            else:
                _show(common.output(), done, validated)
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    return 0


def _asked(options: argparse.Namespace, keep: Path | None) -> Asked:
    file = common.numbers_file(options.file)
    return Asked(
        file,
        options.out or file.with_name(f"{file.name}.check"),
        options.config,
        options.country,
        options.at,
        options.state,
        options.queue,
        keep,
    )


class _Speed(ProgressColumn):
    """Rows a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} rows/s" if speed else "")


@contextmanager
def _progress() -> Iterator[tuple[Say, Callable[[int, int], None]]]:
    """A bar on standard error; where that is no terminal, a line for each step."""
    console = Console(stderr=True)
    if not console.is_terminal:
        with common.progress(console) as say:
            yield say, lambda _done, _of: None
        return
    columns = (
        *(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()),
        *(_Speed(), TimeRemainingColumn()),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Starting", total=None)
        yield (
            lambda message: bar.update(task, description=message),
            lambda done, of: bar.update(task, completed=done, total=of, description="Checking"),
        )


def _print_json(
    done: Done, asked: Asked, validated: Mapping[str, int] | None, keep: Path | None
) -> None:
    told: dict[str, Any] = {
        "outcome": "checked",
        **done.summary.as_json(),
        "out": str(asked.out),
        "files": [path.name for path in done.files],
    }
    if validated is not None:
        told["validated"] = dict(validated)
    text = json.dumps(told, ensure_ascii=False)
    if keep is None:
        print(text)
        return
    # As it was written, for a list may be larger than memory.
    print(text[:-1], end=', "results": [')
    with keep.open(encoding="utf-8") as lines:
        sys.stdout.write(next(lines, "").rstrip("\n"))
        for line in lines:
            sys.stdout.write(f", {line.rstrip()}")
    print("]}")


def _show(console: Console, done: Done, validated: Mapping[str, int] | None) -> None:
    summary = done.summary
    console.print(Text(sentence(summary), style="bold"), soft_wrap=True)
    told = alarm(summary)
    if told:
        console.print(Text(f"ALARM  {told}", style="bold red"), soft_wrap=True)
    if summary.by_reason:
        console.print(_reasons(summary))
    for what, groups in (("Source", summary.by_source), ("Campaign", summary.by_campaign)):
        if any(groups):
            console.print(_groups(what, groups))
    if summary.by_tier:
        console.print(_tiers(summary))
    for note in (*summary.notes, *(f"Not read: {part}." for part in summary.unread)):
        console.print(Text(note), soft_wrap=True)
    if validated is not None:
        counted = ", ".join(f"{status} {rows:,}" for status, rows in validated.items())
        console.print(Text(f"The carrier said: {counted or 'nothing'}"), soft_wrap=True)
    console.print(Text(f"Written: {', '.join(map(str, done.files))}"), soft_wrap=True)


def _reasons(summary: Summary) -> Table:
    table = Table("Why rows are not dialled", "Rows", "What to do", box=box.SIMPLE_HEAD)
    table.columns[1].justify = "right"
    for code, rows in summary.by_reason.items():
        said = words.reason(code)
        table.add_row(said.title, f"{rows:,}", Text(said.advice))
    return table


def _groups(what: str, groups: Mapping[str, Group]) -> Table:
    table = Table(what, "Rows", "Can be dialled", "Wrong", "Likely", "", box=box.SIMPLE_HEAD)
    for column in table.columns[1:5]:
        column.justify = "right"
    worst = sorted(groups.values(), key=lambda one: (-one.low, one.name))
    for group in islice(worst, SHOWN):
        table.add_row(
            Text(group_name(group.name, what.lower())),
            f"{group.rows:,}",
            f"{group.clean:,}",
            words.percent(group.share),
            f"{words.percent(group.low)} to {words.percent(group.high)}",
            Text("above the limit", style="bold red") if group.flagged else "",
        )
    if len(worst) > SHOWN:
        table.add_row(f"{len(worst) - SHOWN:,} more", "", "", "", "", "")
    return table


def _tiers(summary: Summary) -> Table:
    table = Table("What they will see", "Rows", box=box.SIMPLE_HEAD)
    table.columns[1].justify = "right"
    for tier, rows in summary.by_tier.items():
        table.add_row(words.tier(tier), f"{rows:,}")
    return table
