"""Labels of numbers: files from a queue in, a result beside each out; and, where one is configured,
a service that is asked daily.

labels/[country=XX/]FILE       one row a number: number, label (or "clean"), source, seen on
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lambdas import telemetry, wiring
from lambdas.domain.phone import without_numbers
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.files.report import write_report
from lambdas.files.sniff import check_bytes
from lambdas.heed_labels import rows
from lambdas.heed_labels.rows import LabelRow
from lambdas.store.uploads import UploadedFile, uploaded_file
from lambdas.telemetry import Metric
from lambdas.usecases.ask_labels import LabelFault
from lambdas.usecases.heed_labels import Heeded, Report, heed_label
from lambdas.wiring import labels

COLUMNS = ("row", "input", "e164", "label", "source", "outcome", "message")
LIMITS = Limits()
_FOLDER = re.compile(r"labels/(?:country=([A-Za-z]{2})/)?[^/]+")

Line = tuple[str, ...]


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Reply with the outcome of each file, or of the day's questions. Raises LabelFault."""
    if "Records" not in event:
        return _ask()
    files = [uploaded_file(message["body"]) for message in event["Records"]]
    wanted = [file for file in files if not file.is_report and not file.is_folder]
    return {"files": [_take(file) for file in wanted]}


def _take(file: UploadedFile) -> dict[str, str]:
    folder = _FOLDER.fullmatch(file.key)
    if folder is None:
        return _refused(file, "Put the file into labels/, or into labels/country=XX/.")
    try:
        check_bytes(file.size, LIMITS)
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(temporary) / "labels"
            labels.uploads().fetch(file, path)
            table = open_table(path, file.name, limits=LIMITS)
            if "label" not in rows.columns_of(table.headings):
                return _refused(file, "No column says what is shown: give one the heading “Label”.")
            found = list(rows.read(table, folder[1] or "", file.name))
    except UnreadableFile as problem:
        return _refused(file, problem.message)
    lines = [_line(row, file.name) for row in found]
    _tell(file, "heeded", {"Result": "Done", "Rows": len(lines)}, lines)
    return {"key": without_numbers(file.key), "outcome": "heeded"}


def _line(row: LabelRow, by: str) -> Line:
    if row.report is None:
        return str(row.row), row.written, "", "", "", "rejected", row.problem
    heeded = _heed(row.report, without_numbers(by))
    number, label, source, _ = row.report
    return str(row.row), row.written, number, label, source, *heeded


def _heed(report: Report, by: str) -> Heeded:
    return heed_label(report, labels.reputations(), labels.terms_of, wiring.now(), by)


def _refused(file: UploadedFile, why: str) -> dict[str, str]:
    _tell(file, "refused", {"Result": f"{why} Nothing was changed."}, [])
    return {"key": without_numbers(file.key), "outcome": "refused"}


def _tell(
    file: UploadedFile, outcome: str, summary: dict[str, str | int], lines: list[Line]
) -> None:
    counts = Counter(line[-2] for line in lines)
    summary = {"File": file.name, **summary, **_counted(counts)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.xlsx"
        write_report(path, summary, COLUMNS, lines)
        labels.uploads().put_report(file, path)
    told = "\n".join(f"{name}: {value}" for name, value in summary.items())
    labels.uploads().notify(
        without_numbers(f"Labels {outcome}: {file.name}"),
        without_numbers(f"{told}\nEvery row: {file.report_key}"),
    )
    _record(outcome, counts, refused=outcome == "refused")


def _counted(counts: Counter[str]) -> dict[str, int]:
    return {
        "Numbers that rest now": counts["rests"],
        "Numbers that are back": counts["returns"],
        "Noted": counts["noted"],
        "Known already": counts["unchanged"],
        "Rows that could not be used": counts["rejected"],
    }


def _record(what: str, counts: Iterable[str] | Counter[str], *, refused: bool = False) -> None:
    count = Counter(counts)
    bad = count["rejected"] + refused
    telemetry.record(
        "labels",
        Metric("NumbersLabelled", count["rests"]),
        *([Metric("LabelRowsRefused", bad)] if bad else []),
        what=what,
        **count,
    )


def _ask() -> dict[str, Any]:
    questions = labels.questions()
    if questions is None:
        return {"asked": False}
    known = list(labels.numbers())
    labelled = [number for number, is_labelled in known if is_labelled]
    others = [number for number, is_labelled in known if not is_labelled]
    counts: Counter[str] = Counter()
    try:
        for report in questions.reports(labelled, others, wiring.now()):
            counts[_heed(report, questions.name).outcome] += 1
    except LabelFault as fault:
        telemetry.record("label_service_failed", Metric("LabelServiceFailed", 1), why=str(fault))
        raise
    finally:
        _record("asked", counts)
    return {"asked": True, **counts}
