"""Files of suppressions and of national registers: a queue's message in, a result beside the file.

suppressions/<brand or all>/[country=XX/]FILE       one row a person
registers/<register id>/date=YYYY-MM-DD/FILE        the whole register of that day
registers/<register id>/date=YYYY-MM-DD/additions/FILE
"""

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from lambdas import telemetry, wiring
from lambdas.domain.phone import without_numbers
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.files.report import write_report
from lambdas.import_suppressions.register_lines import numbers_of
from lambdas.import_suppressions.rows import Asked, asked
from lambdas.store.uploads import UploadedFile, uploaded_file
from lambdas.telemetry import Metric
from lambdas.usecases.import_register import RegisterFile, import_register
from lambdas.usecases.suppress import suppress
from lambdas.wiring import importing_suppressions as adapters
from lambdas.wiring import suppressing

COLUMNS = ("row", "input", "outcome", "message")
AT_ONCE = 16
_REGISTER = re.compile(r"registers/([^/]+)/date=(\d{4}-\d\d-\d\d)/(additions/)?[^/]+")
_SUPPRESSIONS = re.compile(r"suppressions/([^/]+)/(?:country=([A-Za-z]{2})/)?[^/]+")


class Result(NamedTuple):
    """What became of a file: the summary for people, its rows, and whether it must go on later."""

    outcome: str
    summary: dict[str, str | int]
    rows: list[tuple[str, str, str, str]]
    finished: bool = True


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take in each file; a register that takes longer is delivered again, and goes on."""
    again: list[dict[str, str]] = []
    files: list[dict[str, str]] = []
    for message in event["Records"]:
        file = uploaded_file(message["body"])
        if file.is_report or file.is_folder:
            continue
        result = _import(file, lambda: context.get_remaining_time_in_millis() / 1000)
        _tell(file, result)
        if not result.finished:
            again.append({"itemIdentifier": message["messageId"]})
        files.append({"key": without_numbers(file.key), "outcome": result.outcome})
    return {"batchItemFailures": again, "files": files}


def _import(file: UploadedFile, left: Callable[[], float]) -> Result:
    register = _REGISTER.fullmatch(file.key)
    people = _SUPPRESSIONS.fullmatch(file.key)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        if register:
            return _register(file, path, register, left)
        if people:
            return _people(file, path, people[1], people[2] or "")
    return _refused(
        "The folder says neither a brand (suppressions/<brand or all>/) nor a register and its day"
        " (registers/<register id>/date=YYYY-MM-DD/), so nothing was changed."
    )


def _register(
    file: UploadedFile, path: Path, named: re.Match[str], left: Callable[[], float]
) -> Result:
    known = {one.id: one for one in wiring.screening().registers}
    if named[1] not in known:
        return _refused(f"No such register. Known: {', '.join(known)}. Nothing was changed.")
    try:
        dated = date.fromisoformat(named[2])
    except ValueError:
        return _refused(f"{named[2]} is no day. Nothing was changed.")
    adapters.uploads().fetch(file, path)
    taken = import_register(
        RegisterFile(named[1], dated, bool(named[3])),
        file.import_id,
        numbers_of(path, known[named[1]].region),
        adapters.registers(),
        wiring.now(),
        left,
    )
    outcome = "imported" if taken.accepted else "refused"
    summary: dict[str, str | int] = {
        "Result": taken.message,
        "Register": named[1],
        "Day": named[2],
        "Entries": taken.entries,
        "Lines that are no numbers": taken.unread,
    }
    return Result(outcome if taken.finished else "goes on", summary, [], taken.finished)


def _people(file: UploadedFile, path: Path, brand: str, country: str) -> Result:
    adapters.uploads().fetch(file, path)
    try:
        table = open_table(path, file.name, limits=Limits())
    except UnreadableFile as problem:
        return _refused(f"{problem.message} Nothing was changed.")
    named = "" if brand.casefold() == "all" else brand
    rows = list(_each(asked(table, named, country, file.name)))
    counts = Counter(outcome for _, _, outcome, _ in rows)
    summary: dict[str, str | int] = {
        "Result": "Done",
        "Rows": len(rows),
        "People suppressed": counts["added"],
        "Already so": counts["unchanged"],
        "Rows that could not be used": counts["rejected"],
    }
    if table.notes:
        summary["Notes"] = " ".join(table.notes)
    return Result("imported", summary, rows)


def _each(rows: Iterator[Asked]) -> Iterator[tuple[str, str, str, str]]:
    store, known, now = suppressing.suppressions(), suppressing.known(), wiring.now()

    def enter(one: Asked) -> tuple[str, str, str, str]:
        if one.problem:
            return str(one.row), one.written, "rejected", one.problem
        done = suppress(one.request, store, now, known)
        outcome = ("added" if done.changed else "unchanged") if done.accepted else "rejected"
        return str(one.row), one.written, outcome, done.message

    with ThreadPoolExecutor(AT_ONCE) as several:
        yield from several.map(enter, rows)


def _refused(why: str) -> Result:
    return Result("refused", {"Result": why}, [])


def _tell(file: UploadedFile, result: Result) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.xlsx"
        write_report(path, {"File": file.name, **result.summary}, COLUMNS, result.rows)
        adapters.uploads().put_report(file, path)
    rejected = sum(outcome == "rejected" for _, _, outcome, _ in result.rows)
    added = sum(outcome == "added" for _, _, outcome, _ in result.rows)
    faulty = result.outcome == "refused" or rejected
    told = "\n".join(f"{name}: {value}" for name, value in result.summary.items())
    if result.finished:
        adapters.uploads().notify(
            without_numbers(f"Suppressions {result.outcome}: {file.name}"),
            without_numbers(f"{told}\nEvery row: {file.report_key}"),
        )
    telemetry.record(
        "suppressions_import",
        *([Metric("SuppressionRowsRefused", max(rejected, 1))] if faulty else []),
        *([Metric("Suppressions", added, dimensions=("Way",))] if added else []),
        Way="file",
        key=without_numbers(file.key),
        import_id=file.import_id,
        outcome=result.outcome,
        rows=len(result.rows),
        rejected=rejected,
        entries=result.summary.get("Entries", 0),
    )
