"""`smoke`: whether a deployment that is live is whole, by looking only."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lambdas.connect.pace import Pace
from lambdas.connect.queues import ONE_TRY
from local import aws
from local.commands import common
from local.errors import LocalError
from local.smoke.account import Deployed
from local.smoke.findings import Finding, Look, State, looked, unknown
from local.smoke.instance import Instance
from local.toolchain import Say

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

WRONG = 3
"""The exit code where something is wrong, or could not be seen."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    common.add_config(parser)
    parser.add_argument("--profile", metavar="NAME", help="a profile of the AWS CLI")
    parser.add_argument("--region", metavar="REGION", help="other than the config's")
    parser.add_argument(
        "--endpoint", metavar="URL", help="ask this address instead of Amazon Connect's"
    )
    common.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Look and tell; 3 where anything is wrong or could not be seen. Nothing is changed."""
    try:
        config = aws.config_at(options.config)
        account = aws.account_of(config, options.profile, options.region)
        deployed = Deployed(account.session, config)
        client = account.session.client(
            "connect",
            config=ONE_TRY,
            **({"endpoint_url": options.endpoint} if options.endpoint else {}),
        )
        with common.progress(Console(stderr=True)) as say:
            found = list(findings(deployed, client, Pace(), datetime.now(UTC), say))
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        print(json.dumps(_document(found), ensure_ascii=False, indent=1))
    else:
        _show(common.output(), found)
    return WRONG if any(one.state is not State.OK for one in found) else 0


def findings(
    deployed: Deployed, connect: "ConnectClient", pace: Pace, now: datetime, say: Say
) -> Iterator[Finding]:
    """Every check in turn; one that AWS does not answer hinders no other."""
    say("Looking at stacks, tables and alarms")
    looks: list[tuple[str, Look]] = [
        ("stacks", deployed.stacks),
        ("tables", deployed.tables),
        ("directories", lambda: deployed.directories(now)),
        ("modes", deployed.modes),
        ("alarms", lambda: deployed.alarms(now)),
    ]
    if deployed.config.modules.calling:
        looks += [
            ("picker's alias", deployed.alias),
            ("picker, dry run", deployed.dry_run),
            ("the instance", lambda: _instance(deployed, connect, pace, say)),
        ]
    for check, look in looks:
        yield from looked(check, look)


def _instance(
    deployed: Deployed, connect: "ConnectClient", pace: Pace, say: Say
) -> Iterator[Finding]:
    if deployed.config.instance.arn is None:
        fix = "Write its ARN into a copy of the config as instance.arn and look with that."
        yield unknown("the instance", "the config creates its instance and names none", fix)
        return
    yield from looked("rights to invoke", deployed.permissions)
    yield from Instance(connect, deployed.config, pace).findings(deployed, say)


def _document(found: Sequence[Finding]) -> dict[str, object]:
    counts = {state.value: sum(one.state is state for one in found) for state in State}
    return {**counts, "findings": [asdict(one) for one in found]}


_STYLES = {State.OK: "green", State.WRONG: "bold red", State.UNKNOWN: "yellow"}


def _show(console: Console, found: Sequence[Finding]) -> None:
    table = Table("", "looked at", "seen", "what to do", box=box.SIMPLE_HEAD)
    for one in found:
        state = Text(one.state.value, style=_STYLES[one.state])
        table.add_row(state, Text(one.check), Text(one.seen), Text(one.fix))
    console.print(table)
    told = ", ".join(f"{sum(one.state is state for one in found)} {state.value}" for state in State)
    console.print(Text(f"{told}. Nothing was changed."))
