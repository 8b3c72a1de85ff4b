"""`plan`: a living instance against the config, and what a deployment would change or refuses."""

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lambdas.connect.pace import Pace
from lambdas.connect.queues import ONE_TRY
from local import aws
from local.commands import common
from local.errors import LocalError
from local.planning.judging import Field, Plan, QueuePlan, Step, asked, plan
from local.planning.pools import PoolsSeen, read_pools
from local.planning.reading import Reader

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_connect import ConnectClient

    from stacks.config import Config

REFUSED = 3
"""The exit code where a deployment would refuse something."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    common.add_config(parser)
    parser.add_argument("--profile", metavar="NAME", help="a profile of the AWS CLI")
    parser.add_argument("--region", metavar="REGION", help="other than the config's")
    parser.add_argument(
        "--endpoint", metavar="URL", help="ask this address instead of AWS, without credentials"
    )
    common.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Read, judge and tell; 3 where something is refused. Nothing is changed."""
    try:
        found, pools = _planned(aws.config_at(options.config), options)
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        document = _document(found) | {"pools": asdict(pools)}
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        _show(common.output(), found)
        _show_pools(common.output(), pools)
        _say(common.output(), _summary(found))
    return REFUSED if found.refusals else 0


def _planned(config: "Config", options: argparse.Namespace) -> tuple[Plan, PoolsSeen]:
    if config.instance.arn is None:
        raise LocalError("The config creates its instance: there is nothing to read yet.")
    with aws.told(), common.progress(Console(stderr=True)) as say:
        session = _session(config, options)
        reader = Reader(_client(session, options), config.instance.arn, Pace())
        found = plan(config, reader.read(asked(config), say))
        if options.endpoint:
            return found, PoolsSeen(unread="Pools are not read with --endpoint.")
        say("Reading the pools")
        return found, read_pools(session, config, _own_numbers(found))


def _own_numbers(found: Plan) -> dict[str, str]:
    return {
        queue.key: one.wanted
        for queue in found.queues
        for one in queue.fields
        if one.name == "number"
    }


def _session(config: "Config", options: argparse.Namespace) -> "boto3.Session":
    if not options.endpoint:
        return aws.account_of(config, options.profile, options.region).session
    import boto3

    return boto3.Session("local", "local", region_name=options.region or config.home[1])


def _client(session: "boto3.Session", options: argparse.Namespace) -> "ConnectClient":
    if not options.endpoint:
        return session.client("connect", config=ONE_TRY)
    return session.client("connect", endpoint_url=options.endpoint, config=ONE_TRY)


def _document(found: Plan) -> dict[str, Any]:
    return {
        "instance": found.instance,
        "refusals": found.refusals,
        "queues": [
            {
                "key": queue.key,
                "name": queue.name,
                "queue_id": queue.queue_id,
                "step": queue.step.value,
                "fields": [
                    {
                        "name": one.name,
                        "live": one.live,
                        "wanted": one.wanted,
                        "changes": one.changes,
                    }
                    for one in queue.fields
                ],
                "refused": list(queue.refused),
                "notes": list(queue.notes),
            }
            for queue in found.queues
        ],
        "leaving": list(found.leaving),
        "refused": list(found.refused),
        "notes": list(found.notes),
    }


_STYLES = {Step.REFUSE: "bold red", Step.NOTHING: "dim", Step.MAKE: "green"}


def _show(console: Console, found: Plan) -> None:
    table = Table("queue", "", "live", "wanted", "a deployment would", box=box.SIMPLE_HEAD)
    for queue in found.queues:
        _rows(table, queue)
    console.print(table)
    for queue in found.queues:
        for words in queue.refused:
            _say(console, f"Refused, {queue.key}: {words}", "red")
        for words in queue.notes:
            _say(console, f"Note, {queue.key}: {words}")
    for key in found.leaving:
        _say(
            console,
            f"Leaving, {key}: its whisper flow goes; if its queue was taken over, it gets back what"
            " it had.",
        )
    for words in found.refused:
        _say(console, f"Refused: {words}", "red")
    for words in found.notes:
        _say(console, f"Note: {words}")


def _show_pools(console: Console, found: PoolsSeen) -> None:
    if found.unread:
        _say(console, f"Pools: {found.unread}")
        return
    table = Table("pool", "numbers to show", "queues and their modes", box=box.SIMPLE_HEAD)
    for pool in found.pools:
        modes = ", ".join(f"{key}: {mode}" for key, mode in pool.queues.items())
        table.add_row(pool.name, f"{pool.numbers:,}", Text(modes or "none"))
    console.print(table)
    for words in (*(words for pool in found.pools for words in pool.notes), *found.notes):
        _say(console, f"Note: {words}")


def _rows(table: Table, queue: QueuePlan) -> None:
    step = Text(queue.step.value, style=_STYLES.get(queue.step, "yellow"))
    if not queue.fields:
        table.add_row(queue.key, "", "", "", step)
    for number, one in enumerate(queue.fields):
        first = number == 0
        table.add_row(queue.key if first else "", one.name, *_values(one), step if first else "")


def _values(one: Field) -> tuple[Text, Text]:
    wanted = Text(one.wanted or "none", style="bold" if one.changes else "dim")
    return Text(one.live or "none"), wanted if one.changes else Text("=", style="dim")


def _summary(found: Plan) -> str:
    counts = {step: sum(queue.step is step for queue in found.queues) for step in Step}
    told = ", ".join(f"{step.value} {count}" for step, count in counts.items() if count)
    if found.refusals:
        return f"Queues: {told}. Nothing would be deployed before what is refused is settled."
    return f"Queues: {told}. Nothing is refused."


def _say(console: Console, words: str, style: str = "") -> None:
    console.print(Text(words, style=style), soft_wrap=True)
