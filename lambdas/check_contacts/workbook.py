"""A checked list as a workbook, for lists that a spreadsheet program still opens with ease."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from lambdas.check_contacts import words
from lambdas.check_contacts.verdict import alarm, group_name, sentence, worst_first
from lambdas.domain.contact_rows import ContactResult, Group, Summary
from lambdas.files.report import write_report

MOST_ROWS: Final = 50_000
MOST_GROUPS: Final = 100


def write_workbook(path: Path, summary: Summary, results: Iterable[ContactResult]) -> None:
    """The sheets “Summary” and “Rows” with every row of the list, all cells typed as text.

    It is meant for lists of up to MOST_ROWS rows; whether to write it is the caller's to say.
    """
    rows = ((str(result.row), *result[1:]) for result in results)
    write_report(path, dict(_summary(summary)), ContactResult._fields, rows)


def _summary(summary: Summary) -> Iterator[tuple[str, str | int]]:
    yield "Result", sentence(summary)
    if told := alarm(summary):
        yield "Look at", told
    yield "File", summary.file
    yield "Checked for", summary.at
    if summary.purpose:
        yield "Purpose of the calls", summary.purpose
    yield "Rows", summary.rows
    yield "Can be dialled", summary.clean
    yield "Not dialled", summary.rejected
    yield "Wrong numbers", f"{summary.invalid} ({words.percent(summary.invalid_share)})"
    if summary.suggestions:
        yield "Suggestions to check", summary.suggestions
    for code, count in summary.by_reason.items():
        said = words.reason(code)
        yield f"Reason: {said.title} ({code})", f"{words.rows(count)}. {said.advice}"
    for what, groups in (("Source", summary.by_source), ("Campaign", summary.by_campaign)):
        yield from _groups(what, groups)
    if summary.unread:
        yield "Not read, with numbers", "; ".join(summary.unread)
    if summary.notes:
        yield "Notes", " ".join(summary.notes)


def _groups(what: str, groups: Mapping[str, Group]) -> Iterator[tuple[str, str]]:
    if not any(groups):
        return
    for number, group in enumerate(worst_first(groups)[:MOST_GROUPS], start=1):
        stands_out = f" Above {words.LIMIT_WORDS}, beyond chance." if group.flagged else ""
        yield (
            # Two names may look alike once they are cut short: keys must not.
            f"{what} {number}: {group_name(group.name, what.lower())}",
            f"{words.rows(group.rows)}, {words.whole(group.invalid)} wrong"
            f" ({words.percent(group.share)}, likely {words.percent(group.low)} to"
            f" {words.percent(group.high)}).{stands_out}",
        )
