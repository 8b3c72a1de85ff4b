"""`forget`: erase a person, and list every store with what became of them there."""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from lambdas.domain.phone import E164
from lambdas.store.forgetting import DynamoForgetting
from lambdas.store.secret import CustomerKey
from lambdas.usecases.forget import Folder, Periods, Place, forget
from lambdas.usecases.suppress import number_of
from local import aws
from local.commands import common, deployment
from local.commands.deployment import Deployment
from local.errors import LocalError
from stacks.config import Config

WHY = "asked to be forgotten"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "number", metavar="NUMBER", help="the customer's number, such as +12065550142"
    )
    parser.add_argument(
        "--country", metavar="XX", help="country of a number in national form, such as GB"
    )
    parser.add_argument(
        "--why", default=WHY, metavar="TEXT", help=f"kept in the audit (default: {WHY})"
    )
    parser.add_argument(
        "--by", metavar="NAME", help="who does it (default: your user, or your identity in AWS)"
    )
    deployment.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Forget the person and print the account; 1 where nothing was done."""
    if not options.aws and options.state is None:
        why = "Say where: --state DIR of a local cloud, or --aws."
        return common.failed(why, as_json=options.json)
    try:
        number = number_of(options.number, options.country).e164
        config = aws.config_at(options.config)
        with deployment.opened(options) as deployed:
            places = _forgotten(number, options, config, deployed)
            deployed.changed()
    except (LocalError, ValueError) as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        stores = [{**place._asdict(), "names": list(place.names)} for place in places]
        print(json.dumps({"number": number, "stores": stores}, ensure_ascii=False))
    else:
        _print(places)
    return 0


def _forgotten(
    number: E164, options: argparse.Namespace, config: Config, deployed: Deployment
) -> list[Place]:
    names, session = deployed.customers(), deployed.session
    key = CustomerKey(lambda: session.client("secretsmanager"), names.secret)
    return forget(
        number,
        options.by or deployed.who,
        options.why,
        now=deployed.now,
        store=DynamoForgetting(deployed.client, names.table, key),
        folders=list(_folders(config, deployed)),
        periods=Periods(
            config.retention.logs_days, config.retention.ledger_days, config.retention.lake_days
        ),
    )


def _folders(config: Config, deployed: Deployment) -> Iterator[Folder]:
    bucket = deployed.uploads()
    if not bucket:
        return
    found: dict[str, list[str]] = {"lists/": [], "suppressions/": [], "registers/": []}
    pages: Any = deployed.session.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=bucket):
        for one in page.get("Contents", ()):
            folder, slash, _ = one["Key"].partition("/")
            if folder != "numbers":
                found.setdefault(f"{folder}{slash}", []).append(one["Key"])
    for prefix, names in found.items():
        yield Folder(prefix, _days(config, prefix), names)


def _days(config: Config, prefix: str) -> int:
    lists = getattr(config, "lists", None)
    if prefix == "lists/" and lists is not None:
        return int(lists.keep_days)
    return config.retention.raw_uploads_days


def _print(places: list[Place]) -> None:
    table = Table("Store", "What became of the person", "To know")
    for place in places:
        table.add_row(place.store, str(place.fate), Text(place.words))
    console = common.output()
    console.print(table)
    for place in places:
        for name in place.names:
            console.print(Text(f"May name the person: {name}"), soft_wrap=True)
