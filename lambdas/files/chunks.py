"""Parts of a table as files between two functions: gzipped JSON lines, each row with its number."""

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Final

from .table import Cell, Row, Table

HELD_CHARACTERS: Final = 32_000_000
"""Lines held in memory over all chunks before they are written out."""
LEVEL: Final = 1
"""A file that lives for an hour is not worth more of the processor's time."""

Json = Any


class ChunkWriter:
    """Writes rows to many files without holding any of them open.

    Lines wait in memory and are appended, a gzip member at a time, when there are too many.
    """

    def __init__(self, folder: Path, held_characters: int = HELD_CHARACTERS) -> None:
        self._folder = folder
        self._most = held_characters
        self._held = 0
        self._lines: dict[int, list[str]] = {}
        self.written: dict[int, Written] = {}

    def add(self, chunk: int, row: Row) -> None:
        line = _line(row)
        self._lines.setdefault(chunk, []).append(line)
        written = self.written.get(chunk)
        if written is None:
            written = self.written[chunk] = Written(self._folder / f"{chunk:05d}.jsonl.gz")
        written.rows += 1
        written.row_sum += row.number
        self._held += len(line)
        if self._held >= self._most:
            self.flush()

    def flush(self) -> None:
        """Write what is held; call it once more at the end."""
        for chunk, lines in self._lines.items():
            content = "".join(lines).encode("utf-8", "surrogatepass")
            self.written[chunk].digest.update(content)
            with self.written[chunk].path.open("ab") as file:
                file.write(gzip.compress(content, LEVEL, mtime=0))
        self._lines.clear()
        self._held = 0


@dataclass
class Written:
    """One chunk's file: where it is, and what tells whether all of it arrives."""

    path: Path
    rows: int = 0
    row_sum: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    @property
    def tag(self) -> str:
        told: str = self.digest.hexdigest()
        return told[:32]


def about(table: Table) -> dict[str, Json]:
    """All of a table but its rows, as JSON."""
    told = {one.name: getattr(table, one.name) for one in fields(Table)}
    del told["rows"], told["row_count"]
    return {**told, "columns": dict(table.columns)}


def read_chunk(told: Mapping[str, Json], paths: Sequence[Path], rows: int) -> Table:
    """A chunk as a table of its own; `told` is what `about` gave, `paths` its pieces in order."""
    columns: Mapping[str, int] = told["columns"]
    members: Json = {
        name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
    }
    found = chain.from_iterable(_rows(path, columns) for path in paths)
    return Table(**members, row_count=rows, rows=found)


def _rows(path: Path, columns: Mapping[str, int]) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        for line in file:
            number, problem, cells = json.loads(line)
            yield Row(
                number,
                tuple(_read(cell) if cell.__class__ is list else cell for cell in cells),
                columns,
                problem,
            )


def _line(row: Row) -> str:
    return _json([row.number, row.problem, row.cells]) + "\n"


def _written(cell: object) -> list[str | float]:
    """A cell that JSON knows no form for, as a list of its kind and its value."""
    match cell:
        case datetime():
            return ["datetime", cell.isoformat()]
        case date():
            return ["date", cell.isoformat()]
        case time():
            return ["time", cell.isoformat()]
        case timedelta():
            return ["seconds", cell.total_seconds()]
    raise TypeError(f"a cell of type {type(cell).__name__}")


def _read(told: list[Any]) -> Cell:
    kind, value = told
    match kind:
        case "datetime":
            return datetime.fromisoformat(value)
        case "date":
            return date.fromisoformat(value)
        case "time":
            return time.fromisoformat(value)
    return timedelta(seconds=value)


_json = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False, default=_written
).encode
