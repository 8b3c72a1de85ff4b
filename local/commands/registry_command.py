"""`registry`: the papers of our numbers, what is due, and lists of them for others."""

import argparse
import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from lambdas.domain.paper_exports import Branding, Export, Sheet, branding_of, export
from lambdas.domain.phone import E164, NotAPhoneNumber, parse
from lambdas.domain.registry import URGENT, Gap, Paper, PaperKind, gaps
from lambdas.domain.rows import Member
from lambdas.domain.settings import PoolSettings, Settings
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.files.report import neutralise
from lambdas.registry import rows
from lambdas.store.imports import DynamoImports
from lambdas.store.papers import DynamoPapers
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.keep_papers import Kept, check_papers, keep_papers
from lambdas.wiring.registry import terms_of
from local import aws
from local.commands import common, deployment
from local.commands.deployment import Deployment
from local.errors import LocalError
from local.importing import counted

SHOWN = 50


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--due", action="store_true", help="what is to be done (the default)")
    what.add_argument("--file", type=Path, metavar="FILE", help="keep a file of papers; see --pool")
    what.add_argument(
        "--export", choices=[one.value for one in Export], help="a list for others; see --out"
    )
    what.add_argument(
        "--tested",
        nargs=3,
        metavar=("NUMBER", "NETWORK", "SHOWN"),
        help="note a test call made today: what it showed, 'clean' for no label",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="with --export: the CSV file")
    parser.add_argument("--pool", metavar="NAME", help="one pool (default: all; the first)")
    deployment.add_options(parser)


@dataclass(frozen=True)
class _Here:
    deployed: Deployment
    pools: Mapping[str, PoolSettings]

    @property
    def papers(self) -> DynamoPapers:
        return DynamoPapers(self.deployed.client, self.deployed.table)

    def members(self, pool: str) -> list[Member]:
        kept = DynamoImports(self.deployed.client, self.deployed.table).members(pool)
        return [one.member for one in kept.values()]

    def check(self, pool: str) -> None:
        """Let numbers out of use or back, as their papers stand now."""
        client, table = self.deployed.client, self.deployed.table
        check_papers(
            terms_of(self.pools[pool]),
            self.members(pool),
            self.papers.all(),
            DynamoWithholding(client, table),
            self.papers,
            self.deployed.now,
        )
        self.deployed.changed()


def run(options: argparse.Namespace) -> int:
    """Do one of these; 3 where something urgent is to be done."""
    try:
        with _opened(options) as here:
            if options.export:
                return _export(options, here)
            if options.file:
                return _keep(options, here)
            if options.tested:
                return _tested(options, here)
            return _due(options, here)
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[_Here]:
    if not options.aws and options.state is None:
        raise LocalError("Say where: --state DIR of a local cloud, or --aws.")
    config = aws.config_at(options.config)
    pools = Settings.from_json(config.settings()).pools
    if options.pool is not None:
        if options.pool not in pools:
            raise LocalError(f"The config has no pool {options.pool!r}: {', '.join(pools)}.")
        pools = {options.pool: pools[options.pool]}
    with deployment.opened(options) as deployed:
        yield _Here(deployed, pools)


def _due(options: argparse.Namespace, here: _Here) -> int:
    papers, today = here.papers.all(), here.deployed.now.date()
    found = sorted(
        gap
        for name, pool in here.pools.items()
        for gap in gaps(here.members(name), papers, terms_of(pool), today)
    )
    if options.json:
        told = [gap._asdict() | {"trouble": gap.trouble.value} for gap in found]
        print(json.dumps(told, ensure_ascii=False))
    else:
        _show(found)
    return 3 if any(gap.trouble in URGENT for gap in found) else 0


def _show(found: Sequence[Gap]) -> None:
    console = common.output()
    table = Table("Number", "Pool", "What", "Paper", "With", "Next step")
    for gap in found[:SHOWN]:
        cells = (gap.number, gap.pool, gap.trouble.value, gap.kind, gap.party, gap.words)
        table.add_row(*map(Text, cells), style="red" if gap.trouble in URGENT else "")
    if found:
        console.print(table)
    more = len(found) - SHOWN
    if more > 0:
        console.print(f"… and {counted(more, 'more')} (--json prints all)")
    console.print(f"{counted(len(found), 'thing')} to do.")


def _export(options: argparse.Namespace, here: _Here) -> int:
    said = branding_of(here.deployed.queues.values())
    members: list[Member] = []
    queues: dict[E164, Branding] = {}
    for pool in here.pools:
        held = here.members(pool)
        members += held
        queues |= {member.e164: said[pool] for member in held if pool in said}
    today = here.deployed.now.date()
    sheet = export(Export(options.export), members, here.papers.all(), today, queues)
    if options.json:
        print(json.dumps([dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]))
        return 0
    if options.out is None:
        raise LocalError("Say where the list goes: --out FILE.")
    try:
        write(options.out, sheet)
    except OSError as error:
        raise LocalError(f"{options.out} cannot be written: {error.strerror}.") from error
    print(f"{counted(len(sheet.rows), 'number')} in {options.out}.")
    return 0


def write(path: Path, sheet: Sheet) -> None:
    """A CSV file in which no cell is a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(sheet.columns)
        writer.writerows([neutralise(cell) for cell in row] for row in sheet.rows)


def _keep(options: argparse.Namespace, here: _Here) -> int:
    pool = next(iter(here.pools.values()))
    path = common.numbers_file(options.file)
    try:
        table = open_table(path, path.name, limits=Limits())
        judged = list(rows.read(table, pool.country))
    except UnreadableFile as problem:
        raise LocalError(f"{path.name}: {problem.message}") from problem
    kept = keep_papers(judged, here.members(pool.name), here.papers)
    here.check(pool.name)
    _tell(options, kept)
    return 1 if kept.refused else 0


def _tell(options: argparse.Namespace, kept: Kept) -> None:
    refused = [row for row in kept.rows if row.paper is None]
    if options.json:
        wrong = [{"row": row.row, "input": row.input, "message": row.message} for row in refused]
        print(json.dumps({"changed": kept.changed, "rejected": wrong}, ensure_ascii=False))
        return
    for row in refused[:SHOWN]:
        print(f"row {row.row}: {row.message}")
    print(f"{counted(len(kept.rows), 'row')}: {kept.changed} changed, {len(refused)} rejected.")


def _tested(options: argparse.Namespace, here: _Here) -> int:
    number, network, shown = options.tested
    paper = _test_call(number, network, shown, here.deployed.now)
    pool = next(
        (name for name in here.pools if any(m.e164 == paper.number for m in here.members(name))), ""
    )
    if not pool:
        raise LocalError(f"{paper.number} is in no pool.")
    before = {one.key: one for one in here.papers.all().get(paper.number, [])}
    here.papers.keep([paper])
    earlier = before.get(paper.key)
    since = f" (before, on {earlier.since}: {earlier.value})" if earlier else ""
    print(f"Kept: {paper.number} on {network} showed {shown}{since}.")
    here.deployed.changed()
    return 0


def _test_call(number: str, network: str, shown: str, now: datetime) -> Paper:
    try:
        e164 = E164(parse(number).e164)
    except NotAPhoneNumber as error:
        raise LocalError(f"{number!r} is no number; write it like +12065550123.") from error
    if not network.strip() or not shown.strip():
        raise LocalError("Say which network, and what it showed.")
    return Paper(e164, PaperKind.TEST_CALL, network.strip(), value=shown.strip(), since=now.date())
