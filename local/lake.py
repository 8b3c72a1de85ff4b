"""Questions to the lake's Parquet on this machine: Athena's SQL, translated, on DuckDB."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.errors import LocalError
from queries import DAYS, Question, questions

if TYPE_CHECKING:
    import boto3

SCHEMA, TABLE = "lake", "calls"


def asked(name: str, days: int = DAYS) -> Question:
    """The question of a name. Raises LocalError when there is none."""
    found = {one.name: one for one in questions(f'"{SCHEMA}"."{TABLE}"', days)}
    if name not in found:
        raise LocalError(f"There is no query {name!r}. Those that are: {', '.join(found)}.")
    return found[name]


def translated(text: str, today: date) -> str:
    """Athena's SQL as DuckDB has it; `today` is what the query takes for the current day."""
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(text, read="athena")
    day = exp.cast(exp.Literal.string(today.isoformat()), "date")
    return tree.transform(
        lambda node: day.copy() if isinstance(node, exp.CurrentDate) else node
    ).sql(dialect="duckdb")


class Lake:
    """The Parquet files below a folder, as Athena's table has them."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds arrived=<day>/*.parquet. Raises LocalError where there is no file."""
        import duckdb

        if not any(folder.rglob("*.parquet")):
            raise LocalError("The lake holds no row yet.")
        self._duckdb = duckdb.connect()
        self._duckdb.execute("SET TimeZone = 'UTC'")
        self._duckdb.execute(f"CREATE SCHEMA {SCHEMA}")
        files = str(folder / "**" / "*.parquet").replace("'", "''")
        self._duckdb.execute(
            f"CREATE VIEW {SCHEMA}.{TABLE} AS SELECT * FROM read_parquet('{files}',"  # noqa: S608
            " hive_partitioning = true, hive_types = {'arrived': VARCHAR})"
        )

    def answer(self, name: str, today: date, days: int = DAYS) -> list[dict[str, Any]]:
        """The rows of a named query's answer, by column."""
        return self.rows(translated(asked(name, days).text, today))

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The answer to SQL as DuckDB takes it."""
        done = self._duckdb.execute(sql)
        names = [column[0] for column in done.description]
        return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def of_bucket(session: "boto3.Session", bucket: str, prefix: str, folder: Path) -> Lake:
    """The lake in a bucket, brought to a folder."""
    client = session.client("s3")
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            path = folder / item["Key"].removeprefix(prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(client.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
    return Lake(folder)


def by(rows: Iterable[Mapping[str, Any]], *names: str) -> dict[Any, Mapping[str, Any]]:
    """Rows of an answer by one or several of their columns."""
    return {
        row[names[0]] if len(names) == 1 else tuple(row[name] for name in names): row
        for row in rows
    }
