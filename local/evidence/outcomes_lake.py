"""Fifty thousand rows through the real function into Parquet, and every named query on them."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local import lake_replay, stage, synthesis
from local.assembly import Assembly
from local.commands.common import DEFAULT_CONFIG
from local.contact_records import Maker
from local.dynamodb_local import DynamoDBLocal
from local.evidence import Finding, evidence
from local.toolchain import Say

CONTACTS = 39_000
ROWS = 50_000
SEED = 20261122
CUSTOMERS = 40_000


@evidence("outcomes/athena")
def athena(say: Say) -> list[Finding]:
    """Contact records late, twice and mixed up; the columns are those of the deployed table."""
    columns = columns_of(synthesis.assembly_of(DEFAULT_CONFIG, say))
    maker = Maker(seed=SEED, customers=CUSTOMERS, days=20.0)
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        set_up = stage.staged(address, folder, stage.settings_of((9, 9, 9)), stage.numbers_of(1))
        replay = lake_replay.replayed(set_up, maker, CONTACTS, folder / "calls", columns, say)
        say("asking the named queries")
        found = lake_replay.compared(replay)
    how = (
        f"{found.queries} named queries in Athena's SQL, translated by sqlglot, on DuckDB over "
        f"Parquet of {len(columns)} columns: {found.figures:,} figures equal the counters in "
        f"DynamoDB; {replay.rows:,} rows of {replay.deliveries:,} deliveries of {CONTACTS:,} "
        f"contacts, {replay.refused:,} rows refused at first and put again"
    )
    if found.differ:
        how += "; " + "; ".join(found.differ[:5])
    holds = not found.differ and replay.rows >= ROWS
    return [Finding(len(found.differ), f"0 figures that differ, {ROWS:,} rows", holds, how)]


def columns_of(assembly: Assembly) -> Mapping[str, str]:
    """The columns of the app's Glue table."""
    [table] = [
        resource["Properties"]["TableInput"]
        for stack in assembly.stacks
        for resource in stack.resources().values()
        if resource["Type"] == "AWS::Glue::Table"
    ]
    columns: list[Mapping[str, Any]] = table["StorageDescriptor"]["Columns"]
    return {column["Name"]: column["Type"] for column in columns}
