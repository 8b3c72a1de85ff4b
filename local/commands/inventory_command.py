"""`inventory`: which numbers the instance really holds, against the pools and the queues."""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lambdas.domain.inventory import DRIFT, Reconciled
from lambdas.domain.settings import Settings
from lambdas.inventory import report
from local import aws
from local.claiming import Proposal, proposals
from local.cloud import LocalCloud
from local.commands import common, deployment
from local.errors import LocalError
from local.held_numbers import held_numbers
from local.importing import counted
from local.looking import Place, numbers_in, place_of

FUNCTION = "AWS::Lambda::Function"
SHOWN = 50


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--numbers",
        type=Path,
        metavar="FILE",
        help="with --state: the numbers that the instance holds (default: all of the pools)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="compare only; take nothing out of use"
    )
    parser.add_argument(
        "--contacts",
        type=Path,
        metavar="FILE",
        help="a list of customers: which numbers would help most, with the commands to get them",
    )
    parser.add_argument("--queue", metavar="KEY", help="with --contacts: whose pool to add to")
    deployment.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Look and tell; 3 where something has to be looked after."""
    try:
        with common.progress(Console(stderr=True)) as say, _place(options) as place:
            say("Asking Amazon Connect for its numbers")
            found, changed = _look(place, dry=options.dry_run)
            wanted = _proposed(options, place)
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        print(json.dumps(_as_json(found, changed, wanted), ensure_ascii=False))
    else:
        _show(common.output(), found, changed, wanted)
    return 3 if found.urgent else 0


def _look(place: Place, *, dry: bool) -> tuple[Reconciled, dict[str, list[str]]]:
    if dry:
        return place.compare(), {"taken_out": [], "back": []}
    done = place.look()
    return done.reconciled, {
        "taken_out": [mark.number for mark in done.withheld],
        "back": [mark.number for mark in done.returned],
    }


@contextmanager
def _place(options: argparse.Namespace) -> Iterator[Place]:
    if options.aws:
        if options.state is not None or options.numbers is not None:
            raise LocalError("--state and --numbers are for a local cloud: leave out --aws.")
        with aws.told():
            yield _in_aws(options)
        return
    if options.profile or options.region:
        raise LocalError("--profile and --region are for an AWS account: add --aws.")
    if options.state is None:
        raise LocalError("Say where: --state DIR of a local cloud, or --aws.")
    held = numbers_in(common.numbers_file(options.numbers)) if options.numbers else None
    with LocalCloud.start(options.config, options.state) as cloud:
        if held is not None:
            listed = held_numbers(cloud, held)
            cloud.connect.held.numbers = lambda: listed
        told = cloud.function_of("inventory").environment
        yield place_of(
            cloud.session,
            cloud.session.client("dynamodb"),
            cloud.name_of("NUMBER_POOL_TABLE"),
            cloud.settings(),
            told,
            cloud.clock.now,
        )
        cloud.settle()


def _in_aws(options: argparse.Namespace) -> Place:
    config = aws.config_at(options.config)
    account = aws.account_of(config, options.profile, options.region)
    session = account.session
    function = aws.resource(session, config, FUNCTION, "InventoryFunction", "Inventory")
    told: dict[str, str] = session.client("lambda").get_function_configuration(
        FunctionName=function
    )["Environment"]["Variables"]
    return place_of(
        session,
        session.client("dynamodb"),
        told["NUMBER_POOL_TABLE"],
        Settings.from_json(config.settings()),
        told,
        lambda: datetime.now(UTC),
    )


def _proposed(options: argparse.Namespace, place: Place) -> Sequence[Proposal]:
    if options.contacts is None:
        return ()
    config = aws.config_at(options.config)
    queue = options.queue or next(iter(config.queues))
    if queue not in config.queues:
        known = ", ".join(config.queues)
        raise LocalError(f"The config has no queue {queue!r}. Its queues: {known}.")
    members = place.members(config.queues[queue].pool)
    contacts = common.numbers_file(options.contacts)
    return proposals(options.config, queue, members, contacts, place.targets[0])


def _as_json(
    found: Reconciled, changed: dict[str, list[str]], wanted: Sequence[Proposal]
) -> dict[str, Any]:
    return {
        "counts": found.counts,
        **changed,
        "numbers": list(report.rows(found)),
        "proposals": [one.as_json() for one in wanted],
    }


def _show(
    console: Console,
    found: Reconciled,
    changed: dict[str, list[str]],
    wanted: Sequence[Proposal],
) -> None:
    drift = [row for row in report.rows(found) if row["outcome"] in DRIFT]
    if drift:
        table = Table("Number", "State", "Pool or queue", "What to do")
        for row in drift[:SHOWN]:
            where = row["pool"] or row["queue"]
            table.add_row(*map(Text, (row["number"], row["outcome"], where, row["message"])))
        console.print(table)
        if len(drift) > SHOWN:
            console.print(f"… and {counted(len(drift) - SHOWN, 'more number')} (--json has all)")
    for words, numbers in (
        ("taken out of use now", changed["taken_out"]),
        ("back in use now", changed["back"]),
    ):
        if numbers:
            console.print(f"{counted(len(numbers), 'number')} {words}.")
    held = found.counts["held"] + found.counts["queue_number"]
    console.print(
        f"{counted(held, 'number')} in use and held; {counted(len(drift), 'number')} to look after."
    )
    _show_proposals(console, wanted)


def _show_proposals(console: Console, wanted: Sequence[Proposal]) -> None:
    if not wanted:
        return
    console.print("\nNumbers worth having. Nothing is claimed by itself:")
    for one in wanted:
        where = ", ".join(filter(None, (one.place, one.state, one.region)))
        more = counted(one.gain, "more customer")
        console.print(f"\n{where}: {more} would see a number of their town", soft_wrap=True)
        console.print(Text(f"  {one.search}"), soft_wrap=True)
        console.print(Text(f"  {one.claim}"), soft_wrap=True)
