"""`smoke`: whether a deployment that is live is whole, by looking only; if asked, also what one
call of it shows."""

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
from local.commands import common, smoke_call
from local.errors import LocalError
from local.smoke.account import Deployed
from local.smoke.findings import Finding, Look, State, looked, unknown
from local.smoke.instance import Instance
from local.smoke.watching import Patience
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
    smoke_call.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Look and tell; 3 where anything is wrong or could not be seen. Nothing is changed, but what
    was asked for by name and agreed to."""
    try:
        config = aws.config_at(options.config)
        account = aws.account_of(config, options.profile, options.region)
        deployed = Deployed(account.session, config)
        if smoke_call.is_asked(options):
            smoke_call.checked(options, deployed)
        client = account.session.client(
            "connect",
            config=ONE_TRY,
            **({"endpoint_url": options.endpoint} if options.endpoint else {}),
        )
        pace = Pace()
        with common.progress(Console(stderr=True)) as say:
            found = list(findings(deployed, client, pace, datetime.now(UTC), say))
        document = _document(found)
        if not options.json:
            _show(common.output(), found)
        if smoke_call.is_asked(options):
            report = _learned(options, deployed, client, pace)
            document["call"] = report.as_json() if report else None
            if report and not options.json:
                smoke_call.show(common.output(), report)
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        print(json.dumps(document, ensure_ascii=False, indent=1))
    return WRONG if any(one.state is not State.OK for one in found) else 0


def _learned(
    options: argparse.Namespace, deployed: Deployed, client: "ConnectClient", pace: Pace
) -> smoke_call.Report | None:
    """What a call and trials told; None where nobody agreed."""
    if not smoke_call.agreed(smoke_call.plan_in_words(options, deployed), options.yes):
        return None
    patience = Patience(options.minutes * 60.0)
    with common.progress(Console(stderr=True)) as say:
        report = smoke_call.learn(options, deployed, client, pace, patience, say)
    if options.keep:
        smoke_call.kept(report, options.keep)
    return report


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
