"""`simulate`: days of calls in virtual time, and what they ask of the pool and the purse."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from local.commands import common
from local.commands.simulate_summary import show
from local.errors import LocalError
from local.simulation.report import Report
from local.toolchain import Say

TOLD_IN_STEPS = 10


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--numbers",
        type=common.positive,
        metavar="N",
        help="how many numbers the pool has, spread over real towns (default: 1000)",
    )
    parser.add_argument(
        "--pool",
        type=Path,
        metavar="FILE",
        help="CSV or XLSX file of our numbers, instead of --numbers",
    )
    parser.add_argument(
        "--calls",
        type=common.positive,
        default=20_000,
        metavar="M",
        help="calls a day (default: 20000)",
    )
    parser.add_argument(
        "--days", type=common.positive, default=1, metavar="D", help="days (default: 1)"
    )
    parser.add_argument(
        "--agents",
        type=common.positive,
        metavar="A",
        help="agents at work (default: as many as make the calls)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="another seed, another day (default: 1)"
    )
    parser.add_argument(
        "--queue", metavar="KEY", help="the queue to dial from (default: the config's first)"
    )
    common.add_config(parser)
    common.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the report; 1 when it cannot be made, or when the picker broke a rule."""
    try:
        report = _simulated(options)
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        show(common.output(), report)
    return 0 if report.rules_held else 1


def _simulated(options: argparse.Namespace) -> Report:
    from local.simulation.running import Asked, simulate

    if options.pool is not None and options.numbers is not None:
        raise LocalError("Give --numbers or --pool, not both: a file says how many there are.")
    asked = Asked(
        calls=options.calls,
        days=options.days,
        numbers=None if options.pool else options.numbers or 1_000,
        pool=common.numbers_file(options.pool) if options.pool else None,
        agents=options.agents,
        config=options.config,
        queue=options.queue,
        seed=options.seed,
    )
    with _progress(asked.calls * asked.days) as (say, told):
        return simulate(asked, say, told)


@contextmanager
def _progress(total: int) -> Iterator[tuple[Say, Callable[[int, int], None]]]:
    """A bar on standard error; where that is no terminal, a line for each tenth."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(console, total)
        return
    columns = (
        *(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()),
        *(TimeElapsedColumn(), TimeRemainingColumn()),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Starting", total=total)

        def say(message: str) -> None:
            bar.update(task, description=message)

        def told(made: int, of: int) -> None:
            bar.update(task, completed=made, total=of, description="Calls")

        yield say, told


def _lines(console: Console, total: int) -> tuple[Say, Callable[[int, int], None]]:
    passed = 0

    def say(message: str) -> None:
        console.print(f"· {message}", soft_wrap=True, highlight=False)

    def told(made: int, of: int) -> None:
        nonlocal passed
        if made * TOLD_IN_STEPS // of > passed:
            passed = made * TOLD_IN_STEPS // of
            say(f"{made:,} of {total:,} calls")

    return say, told
