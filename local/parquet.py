"""Rows of JSON as Parquet, by the columns of a Glue table, as Firehose converts them."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from local.errors import LocalError

if TYPE_CHECKING:
    import pyarrow as pa

Json = Any
JODA = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "SSS": "%f"}
"""The letters of Joda-Time's patterns that are used here, as Python writes them."""


class Unconverted(ValueError):
    """A row that does not fit the table."""


class Converter:
    """Converts lines by columns: name → type as Hive calls it. Members that the table lacks are
    left out, and columns that a row lacks are null; a value of another type fits not."""

    def __init__(self, columns: Mapping[str, str], timestamp_format: str) -> None:
        """Raises LocalError for a type that is unknown here."""
        import pyarrow as pa

        pattern = timestamp_format
        for letters, directive in JODA.items():
            pattern = pattern.replace(letters, directive)
        kinds: Mapping[str, tuple[pa.DataType, Callable[[Json], Any]]] = {
            "string": (pa.string(), _text),
            "int": (pa.int32(), _whole),
            "boolean": (pa.bool_(), _truth),
            "timestamp": (pa.timestamp("ms"), lambda told: _moment(told, pattern)),
        }
        if unknown := set(columns.values()) - set(kinds):
            raise LocalError(f"Columns of {', '.join(sorted(unknown))} are unknown here.")
        self._columns = {name: kinds[kind] for name, kind in columns.items()}
        self.schema = pa.schema([(name, kind) for name, (kind, _) in self._columns.items()])

    def row(self, line: bytes) -> dict[str, Any]:
        """One row. Raises Unconverted."""
        try:
            told = json.loads(line)
        except ValueError as problem:
            raise Unconverted("no JSON") from problem
        if not isinstance(told, dict):
            raise Unconverted("no object")
        try:
            return {
                name: None if told.get(name) is None else convert(told[name])
                for name, (_, convert) in self._columns.items()
            }
        except (TypeError, ValueError) as problem:
            raise Unconverted(str(problem)) from problem

    def table(self, rows: Sequence[Mapping[str, Any]]) -> "pa.Table":
        import pyarrow as pa

        return pa.Table.from_pylist([dict(row) for row in rows], schema=self.schema)

    def file(self, rows: Sequence[Mapping[str, Any]]) -> bytes:
        """The bytes of a Parquet file, compressed with Snappy."""
        import pyarrow.parquet as pq

        out = io.BytesIO()
        pq.write_table(self.table(rows), out, compression="snappy")
        return out.getvalue()


def _text(told: Json) -> str:
    if not isinstance(told, str):
        raise TypeError(f"{told!r} is no text")
    return told


def _whole(told: Json) -> int:
    if not isinstance(told, int) or isinstance(told, bool):
        raise TypeError(f"{told!r} is no whole number")
    return told


def _truth(told: Json) -> bool:
    if not isinstance(told, bool):
        raise TypeError(f"{told!r} is neither true nor false")
    return told


def _moment(told: Json, pattern: str) -> datetime:
    return datetime.strptime(_text(told), pattern)  # noqa: DTZ007 - Hive's timestamps have no zone
