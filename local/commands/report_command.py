"""`report`: how calls are answered, by number, pool, tier, hour and region, and what to do next."""

import argparse
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from lambdas.domain.report import DAYS, Report
from lambdas.domain.report_steps import Step, steps
from lambdas.domain.settings import Settings
from lambdas.report import documents, page, words
from lambdas.report.text import text
from lambdas.store import plain_answers
from lambdas.usecases.make_report import READERS, make_report
from lambdas.wiring.clocks import local_hours_of_file
from lambdas.wiring.reporting import Sources
from local import aws
from local.cloud import LocalCloud
from local.commands import common, deployment
from local.errors import LocalError
from local.report_sample import fill
from local.toolchain import Say

MOST_DAYS = 92
MOST_NUMBERS = 25


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page for managers, too")
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="write every number into a table, too"
    )
    parser.add_argument(
        "--days",
        type=common.positive,
        default=DAYS,
        metavar="N",
        help=f"so many whole UTC days before today (default: {DAYS}), held against the four weeks"
        " before them",
    )
    parser.add_argument("--pool", metavar="NAME", help="one pool (default: all)")
    parser.add_argument(
        "--at", type=common.moment, metavar="ISO8601", help="as if it were then (default: now)"
    )
    parser.add_argument(
        "--sample",
        type=common.positive,
        metavar="NUMBERS",
        help="of a month of calls that are made up, from so many numbers, to see what it shows",
    )
    deployment.add_options(parser)


@dataclass(frozen=True)
class _Place:
    sources: Sources
    pools: list[str]
    now: datetime
    name: str


def run(options: argparse.Namespace) -> int:
    """Tell; 0 whatever is found."""
    if options.days > MOST_DAYS:
        return common.failed(f"--days goes up to {MOST_DAYS}.", as_json=options.json)
    try:
        with common.progress(Console(stderr=True)) as say, _place(options, say) as place:
            say("Reading what became of calls")
            stock = place.sources.stock(place.pools, place.now)
            report = make_report(stock, local_hours_of_file(), place.now, options.days)
            found = steps(report, place.sources.around(place.pools, place.now))
        _write(options, place, report, found)
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        print(json.dumps(documents.as_json(report, found), ensure_ascii=False))
    else:
        print(text(report, found, MOST_NUMBERS), end="")
    return 0


def _write(options: argparse.Namespace, place: _Place, report: Report, found: list[Step]) -> None:
    made = f"Made on {words.day(place.now)} at {place.now:%H:%M} UTC for {place.name}."
    table = options.csv.name if options.csv else ""
    if options.html is not None:
        _put(options.html, page.page(report, found, made, table))
    if options.csv is not None:
        _put(options.csv, documents.table(report))


def _put(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise LocalError(f"{path} cannot be written: {error.strerror}.") from error


@contextmanager
def _place(options: argparse.Namespace, say: Say) -> Iterator[_Place]:
    if options.aws:
        if options.state is not None or options.sample is not None:
            raise LocalError("--state and --sample are of this machine: leave out --aws.")
        with aws.told():
            yield _in_aws(options)
        return
    if options.profile or options.region:
        raise LocalError("--profile and --region are for an AWS account: add --aws.")
    if options.state is not None and options.sample is not None:
        raise LocalError("--sample makes a cloud of its own: leave out --state.")
    if options.state is None and options.sample is None:
        raise LocalError(
            "Say where: --aws, --state DIR of a local cloud, or --sample 200 to see a report of"
            " calls that are made up."
        )
    with LocalCloud.start(options.config, options.state, say) as cloud:
        now = options.at or cloud.clock.now()
        if options.sample is not None:
            say("Making a month of calls up")
            fill(cloud, options.sample, now)
        settings, client = cloud.settings(), cloud.session.client("dynamodb")
        counters = plain_answers.client(READERS, endpoint_url=client.meta.endpoint_url)
        tables = cloud.name_of("NUMBER_POOL_TABLE"), cloud.name_of("USAGE_TABLE")
        sources = Sources(client, counters, *tables, settings)
        yield _Place(sources, _pools(options, settings.pools), now, "this machine")


def _in_aws(options: argparse.Namespace) -> _Place:
    config = aws.config_at(options.config)
    account = aws.account_of(config, options.profile, options.region)
    settings = Settings.from_json(config.settings())
    credentials: Any = account.session.get_credentials()
    if credentials is None:
        raise LocalError("There are no AWS credentials here.")
    frozen = credentials.get_frozen_credentials()
    counters = plain_answers.client(
        READERS,
        region_name=account.session.region_name,
        aws_access_key_id=frozen.access_key,
        aws_secret_access_key=frozen.secret_key,
        aws_session_token=frozen.token,
    )
    sources = Sources(
        account.session.client("dynamodb"),
        counters,
        aws.number_pool_table(account.session, config),
        aws.usage_table(account.session, config),
        settings,
    )
    now = options.at or datetime.now().astimezone()
    return _Place(
        sources, _pools(options, settings.pools), now, f"LocalPresence-{config.environment}"
    )


def _pools(options: argparse.Namespace, pools: Mapping[str, object]) -> list[str]:
    if options.pool is None:
        return sorted(pools)
    if options.pool not in pools:
        raise LocalError(f"The config has no pool {options.pool!r}: {', '.join(pools)}.")
    return [options.pool]
