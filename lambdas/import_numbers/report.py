"""The result of an upload as staff read it: a spreadsheet beside the file, and a short message."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lambdas.domain.intake import Outcome
from lambdas.files.report import write_report
from lambdas.usecases.import_numbers import ImportResult

COLUMNS = ("row", "input", "e164", "outcome", "message")

INTERRUPTED = (
    "An earlier try to take this file in did not finish, and try {tries} is under way. If this is"
    " still here after an hour, the file could not be processed: ask the engineers, who have been"
    " alarmed. The pool is as it was, or as the file says, never half of each."
)

STRANGE_FOLDER = (
    "The file is in a folder {folder!r}, which means nothing here, so nothing was changed. Below"
    " the pool's folder there may be 'replace' and 'country=GB' (or another country), no more."
)
STRANGE_COUNTRY = (
    "The country {country!r} that was said for the file is not understood, so nothing was changed."
    " Write its name in English or its two-letter code, such as GB."
)

_COUNTED = {
    Outcome.ADDED: "Numbers added",
    Outcome.UPDATED: "Numbers whose details changed",
    Outcome.UNCHANGED: "Numbers already in the pool, unchanged",
    Outcome.DUPLICATE: "Rows that repeat an earlier row",
    Outcome.REJECTED: "Rows that could not be used",
    Outcome.NOT_APPLIED: "Good rows that were not applied",
    Outcome.REMOVED: "Numbers removed, since the file replaces the pool",
}


def about_columns(unknown: Sequence[str]) -> Sequence[str]:
    """A remark on columns that are not used, so that nobody takes them for read."""
    return [f"Columns that are not used: {', '.join(unknown)}."] if unknown else []


def partly_read(unread: Sequence[str]) -> str:
    return (
        "This upload was to replace the pool, but there are numbers in the file that are not read:"
        f" {', '.join(unread)}. Replacing would have removed them, so nothing was changed. Put all"
        " numbers into one column of one sheet, or upload the file without 'replace'."
    )


def write(path: Path, result: ImportResult) -> None:
    """Write the report: a summary, and one line for each row in the file's order."""
    write_report(path, _summary(result), COLUMNS, _rows(result))


def subject(result: ImportResult) -> str:
    if result.error:
        return f"Nothing changed: {result.upload.name}"
    return f"{result.accepted} numbers taken into {result.upload.pool}: {result.upload.name}"


def message(result: ImportResult, report: str) -> str:
    """The notification's text; `report` says where the result file is."""
    counted = (f"{words}: {result.counts[outcome]}" for outcome, words in _COUNTED.items())
    lines = [
        f"File: {result.upload.name}",
        f"Pool: {result.upload.pool}",
        *([result.error] if result.error else []),
        *result.notes,
        f"Rows: {len(result.results)}",
        *counted,
        f"Every row with what became of it: {report}",
    ]
    return "\n".join(lines)


def _summary(result: ImportResult) -> dict[str, str | int]:
    summary: dict[str, str | int] = {
        "File": result.upload.name,
        "Pool": result.upload.pool,
        "Way": "replaces the pool" if result.upload.replaces else "adds to the pool",
        "Result": result.error or "Done",
        "Rows": len(result.results),
    }
    summary |= {words: result.counts[outcome] for outcome, words in _COUNTED.items()}
    summary["To correct rows"] = "Correct your own file and upload it again: this one is not read."
    if result.notes:
        summary["Notes"] = " ".join(result.notes)
    return summary


def _rows(result: ImportResult) -> Iterator[Sequence[str]]:
    for row in result.results:
        yield str(row.row), row.input, row.e164, row.outcome.value, row.message
    for number in result.removed:
        yield "", "", number, Outcome.REMOVED.value, "Not in the file, so removed from the pool."
