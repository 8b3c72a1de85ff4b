"""The results of a check beside the list, and word of them to those who are subscribed."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from lambdas import telemetry
from lambdas.check_contacts import notice
from lambdas.check_contacts.checking import CORRECTIONS_FILE, read_corrections
from lambdas.check_contacts.csv_files import CLEAN_FILE, REJECTED_FILE
from lambdas.check_contacts.page import write_page
from lambdas.check_contacts.result_files import ABOUT_CHANGE, CHANGES_FILE, changes
from lambdas.check_contacts.workbook import write_workbook
from lambdas.domain.contact_rows import ContactResult, Summary
from lambdas.domain.list_checks import Check
from lambdas.wiring import lists

SUMMARY_FILE: Final = "summary.json"
PAGE_FILE: Final = "report.html"
WORKBOOK_FILE: Final = "result.xlsx"
ERROR_FILE: Final = "not-checked.txt"
CHECK_FILE: Final = "check.json"
PARTS_FOLDER: Final = "parts/"
ROWS: Final = (CLEAN_FILE, REJECTED_FILE, CORRECTIONS_FILE)
WHOLE, IN_PARTS = "whole", "in parts"
_MAY_BE_THERE: Final = (*ROWS, CHANGES_FILE, SUMMARY_FILE, PAGE_FILE, WORKBOOK_FILE, ERROR_FILE)
_SAID: Final[Mapping[str, str]] = {
    CLEAN_FILE: "the rows that can be dialled",
    REJECTED_FILE: "all other rows, each with the reason",
    CORRECTIONS_FILE: "numbers that customers gave in place of theirs, for your own records",
    CHANGES_FILE: "rows that came out otherwise than at the last check",
    WORKBOOK_FILE: "every row with what became of it",
    SUMMARY_FILE: "the counts, for programs",
    PARTS_FOLDER: "the same rows in parts: the list is too long for one file",
}


class Results(NamedTuple):
    """What is published: files in a folder, and what they come to. `parts` are the keys of clean
    and rejected rows that lie beside the list already, none where they are files of the folder."""

    folder: Path
    summary: Summary
    examples: Mapping[str, Sequence[int]]
    results: Sequence[ContactResult] | None = None
    parts: Sequence[str] = ()


def publish(check: Check, found: Results) -> int | None:
    """Put the results beside the list and notify; how many rows changed since the last check, None
    where there was none of this version. What an earlier check left and this one has not goes."""
    files, folder = lists.files(), found.folder
    changed = None if found.parts else _compare(check, folder)
    if found.results is not None:
        write_workbook(folder / WORKBOOK_FILE, found.summary, found.results)
    (folder / SUMMARY_FILE).write_text(found.summary.written(), encoding="utf-8")
    names = [name for name in _MAY_BE_THERE if (folder / name).exists()]
    told = [(name, _SAID[name]) for name in names if name in _SAID]
    if found.parts:
        told.insert(0, (PARTS_FOLDER, _SAID[PARTS_FOLDER]))
    write_page(folder / PAGE_FILE, found.summary, found.examples, told)
    how = IN_PARTS if found.parts else WHOLE
    files.put_json(check.results + CHECK_FILE, {**check.as_json(), "how": how})
    # The summary comes last, for by its age a list is known to be due again.
    mine = [*(name for name in names if name != SUMMARY_FILE), PAGE_FILE, SUMMARY_FILE]
    for name in mine:
        files.put(check.results + name, folder / name)
    kept = {check.results + name for name in (*mine, CHECK_FILE)} | set(found.parts)
    files.keep_only(kept, check.results)
    _notify(check, found.summary, folder, changed)
    return changed


def refuse(check: Check, why: str, folder: Path) -> None:
    """Say beside the list, and to subscribers, why it was not checked."""
    files = lists.files()
    (folder / ERROR_FILE).write_text(f"{why}\n", encoding="utf-8")
    files.put(check.results + ERROR_FILE, folder / ERROR_FILE)
    summary = Summary(file=check.name, at=check.at)
    lists.notifier().notify(notice.subject(summary, why), notice.message(summary, "", why))
    telemetry.record("list_refused", telemetry.Metric("ListsRefused", 1), check=check.id)


def _compare(check: Check, folder: Path) -> int | None:
    """Write which rows changed since the last check of the very same list."""
    files = lists.files()
    last: Mapping[str, Any] | None = files.json(check.results + CHECK_FILE)
    if last is None or last["etag"] != check.etag or last["how"] != WHOLE or not check.again:
        return None
    before = folder / "before"
    before.mkdir()
    for name in ROWS:
        files.fetch(check.results + name, before / name)
    corrected = tuple(dict(read_corrections(one / CORRECTIONS_FILE)) for one in (before, folder))
    changed = 0
    with (folder / CHANGES_FILE).open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(ABOUT_CHANGE)
        for line in changes(before, folder, (corrected[0], corrected[1])):
            writer.writerow(line)
            changed += 1
    return changed


def _notify(check: Check, summary: Summary, folder: Path, changed: int | None) -> None:
    corrections = sum(1 for _ in read_corrections(folder / CORRECTIONS_FILE))
    text = notice.message(summary, check.results)
    if check.again:
        text = f"{text}\n{_about_changes(changed)}"
    if corrections:
        text = f"{text}\nCustomers gave other numbers: {corrections}, in {CORRECTIONS_FILE}."
    subject = notice.subject(summary)
    lists.notifier().notify(f"Again: {subject}" if check.again else subject, text)
    telemetry.record(
        "list_checked",
        check=check.id,
        again=check.again,
        rows=summary.rows,
        clean=summary.clean,
        rejected=summary.rejected,
        invalid=summary.invalid,
        corrections=corrections,
        changed=changed,
    )


def _about_changes(changed: int | None) -> str:
    if changed is None:
        return "There was no earlier check of this list to compare with."
    if not changed:
        return "Nothing has changed since the last check."
    return f"Rows that came out otherwise than at the last check: {changed}, in {CHANGES_FILE}."
