"""An upload as staff do it, and the result file that comes back, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from local.cloud import LocalCloud
from local.errors import LocalError

Json = Any
COLUMNS = ("row", "input", "e164", "outcome", "message")
REJECTED = frozenset({"refused", "rejected", "error"})


@dataclass(frozen=True)
class RowResult:
    """What became of one row of the file; `row` counts as the spreadsheet does."""

    row: int
    input: str
    e164: str
    outcome: str
    message: str

    @property
    def accepted(self) -> bool:
        """Whether the number is in the pool now."""
        return self.outcome not in REJECTED


@dataclass(frozen=True)
class ImportResult:
    """The result of one upload. `error` is empty unless the file as a whole was refused."""

    key: str
    outcome: str
    results: Sequence[RowResult]
    error: str = ""

    def as_json(self) -> dict[str, Json]:
        """What `import --json` prints."""
        accepted = sum(result.accepted for result in self.results)
        document: dict[str, Json] = {
            "rows": len(self.results),
            "accepted": accepted,
            "rejected": len(self.results) - accepted,
            "outcome": self.outcome,
            "results": [vars(result) for result in self.results],
        }
        return document | ({"error": self.error} if self.error else {})


def import_file(
    cloud: LocalCloud, file: Path, pool: str, country: str | None = None
) -> ImportResult:
    """Upload a file into a pool, wait until everything has settled, and read the result back.

    Raises LocalError when the importer gave no result at all.
    """
    folder = f"numbers/{pool}/" + (f"country={country.upper()}/" if country else "")
    key = folder + file.name
    cloud.upload(key, file.read_bytes())
    cloud.settle()
    for answer in reversed(cloud.function_of("import_numbers").log):
        for told in answer.payload.get("files", []):
            if told["key"] == key:
                return _result(cloud, told)
    failures = cloud.failures()
    why = f" {failures[-1]}" if failures else ""
    raise LocalError(f"The importer gave no result for {key}.{why}")


def _result(cloud: LocalCloud, told: Mapping[str, Json]) -> ImportResult:
    content = cloud.download(told["report_key"]) if told.get("report_key") else None
    rows = read_report(content) if content else []
    return ImportResult(told["key"], told["outcome"], rows, told.get("error", ""))


def read_report(content: bytes) -> list[RowResult]:
    """The rows of a result file (XLSX)."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(content))
    lines = book.get_sheet_by_name("Rows").to_python(skip_empty_area=False)
    header = [str(cell).strip().lower() for cell in lines[0]]
    places = {name: header.index(name) for name in COLUMNS}
    return [
        RowResult(
            int(float(str(line[places["row"]]))),
            *(str(line[places[name]]) for name in COLUMNS[1:]),
        )
        for line in lines[1:]
    ]
