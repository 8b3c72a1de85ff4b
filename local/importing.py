"""An upload as staff do it, and the result file that comes back, row by row."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambdas.domain.intake import TAKEN, Outcome
from local.cloud import LocalCloud
from local.errors import LocalError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Json = Any
COLUMNS = ("row", "input", "e164", "outcome", "message")
ACCEPTED = frozenset(outcome.value for outcome in TAKEN)
REMOVED = Outcome.REMOVED.value
DONE = "Done"


def counted(number: int, noun: str) -> str:
    """The number with its noun: "1 row", "2 rows"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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
        return self.outcome in ACCEPTED


@dataclass(frozen=True)
class ImportResult:
    """The result of one upload. `error` is empty unless the file as a whole was refused.

    `notes` are the importer's remarks on the file, such as columns that it does not use.
    """

    key: str
    outcome: str
    results: Sequence[RowResult]
    removed: Sequence[str] = ()
    error: str = ""
    notes: str = ""

    @property
    def accepted(self) -> int:
        """How many rows are in the pool now."""
        return sum(result.accepted for result in self.results)

    def sentence(self) -> str:
        """How many rows came to what: "8 rows: 3 accepted, 1 duplicate, 4 rejected"."""
        counts = Counter(result.outcome for result in self.results if not result.accepted)
        parts = [f"{self.accepted} accepted"]
        if counts[Outcome.DUPLICATE]:
            parts.append(counted(counts[Outcome.DUPLICATE], "duplicate"))
        parts.append(f"{counts[Outcome.REJECTED]} rejected")
        if counts[Outcome.NOT_APPLIED]:
            parts.append(f"{counts[Outcome.NOT_APPLIED]} not applied")
        removed = f"; {counted(len(self.removed), 'number')} removed" if self.removed else ""
        return f"{counted(len(self.results), 'row')}: {', '.join(parts)}{removed}"

    def as_json(self) -> dict[str, Json]:
        """What `import --json` prints."""
        document: dict[str, Json] = {
            "rows": len(self.results),
            "accepted": self.accepted,
            "rejected": len(self.results) - self.accepted,
            "outcome": self.outcome,
            "results": [vars(result) for result in self.results],
        }
        if self.removed:
            document["removed"] = list(self.removed)
        return document | ({"error": self.error} if self.error else {})


def import_file(
    cloud: LocalCloud, file: Path, pool: str, country: str | None = None
) -> ImportResult:
    """Upload a file into a pool, wait until everything has settled, and read the result back.

    Raises LocalError when the importer gave no result at all, or nothing was published.
    """
    folder = f"numbers/{pool}/" + (f"country={country.upper()}/" if country else "")
    key = folder + file.name
    cloud.upload(key, file.read_bytes())
    cloud.settle()
    if any(source.abandoned for source in cloud.sources):
        raise LocalError(f"The upload was read, but not published: {cloud.failures()[-1]}")
    for answer in reversed(cloud.function_of("import_numbers").log):
        for told in answer.payload.get("files", []):
            if told["key"] == key:
                return _result(cloud, told)
    failures = cloud.failures()
    why = f" {failures[-1]}" if failures else ""
    raise LocalError(f"The importer gave no result for {key}.{why}")


def _result(cloud: LocalCloud, told: Mapping[str, Json]) -> ImportResult:
    content = cloud.download(told["report_key"])
    if content is None:
        raise LocalError(f"The importer says that it wrote {told['report_key']}, but did not.")
    return read_report(told["key"], told["outcome"], content)


def read_report(key: str, outcome: str, content: bytes) -> ImportResult:
    """The content of a result file (XLSX): its summary, and its rows."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(content))
    summary = {str(line[0]): str(line[1]) for line in _lines(book, "Summary") if len(line) > 1}
    result = summary.get("Result", DONE)
    header, *lines = _lines(book, "Rows")
    places = [list(header).index(name) for name in COLUMNS]
    rows = [[str(line[place]) for place in places] for line in lines]
    return ImportResult(
        key=key,
        outcome=outcome,
        results=[
            RowResult(int(row), *rest)
            for row, *rest in rows
            if row  # removed ones have no row
        ],
        removed=[e164 for row, _, e164, outcome, _ in rows if outcome == REMOVED],
        error="" if result == DONE else result,
        notes=summary.get("Notes", ""),
    )


def _lines(book: "CalamineWorkbook", sheet: str) -> list[list[Json]]:
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
