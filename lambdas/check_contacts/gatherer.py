"""The gatherer: the results of all chunks in, those of the list out, each row once."""

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import environ
from pathlib import Path
from typing import Any, Final

from lambdas import telemetry
from lambdas.check_contacts.checking import CORRECTIONS_FILE
from lambdas.check_contacts.chunk import RESULT_FILE
from lambdas.check_contacts.csv_files import CLEAN_FILE, REJECTED_FILE
from lambdas.check_contacts.page import EXAMPLES
from lambdas.check_contacts.publishing import PARTS_FOLDER, ROWS, Results, publish, refuse
from lambdas.check_contacts.result_files import merge_parts
from lambdas.domain.contact_rows import Group, Summary
from lambdas.domain.list_checks import Check, Chunk, NotOneResultARow, Tally, hold_to
from lambdas.store.list_files import about_key, chunks_key, result_key
from lambdas.wiring import lists

THREADS: Final = 8
MOST_TOGETHER: Final = 400
"""Parts that are merged at once: each is an open file."""

Json = Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Put the results of a check together and publish them.

    Takes `id`; returns `rows`. Raises NotOneResultARow.
    """
    check_id = str(event["id"])
    files = lists.files()
    check, told = files.check(check_id), files.document(about_key(check_id))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "refused" in told:
            refuse(check, f"{told['refused']} The list was not checked.", folder)
            return {"rows": 0}
        chunks = [Chunk.from_json(one) for one in files.document(chunks_key(check_id))]
        results = _results(check_id, chunks)
        _hold_together(chunks, results, told["rows"])
        summary, examples = _sums(results)
        whole = told["rows"] <= int(environ["MOST_ROWS_MERGED"]) and len(chunks) <= MOST_TOGETHER
        parts: Sequence[str] = ()
        if whole:
            _merge(check_id, chunks, folder, summary)
        else:
            parts = _copy_parts(check, chunks, folder)
        publish(check, Results(folder, summary, examples, parts=parts))
    return {"rows": summary.rows}


def _results(check_id: str, chunks: Sequence[Chunk]) -> list[Mapping[str, Json]]:
    read = lists.files().json
    with ThreadPoolExecutor(THREADS) as threads:
        keys = [result_key(check_id, chunk.number, RESULT_FILE) for chunk in chunks]
        found = list(threads.map(read, keys))
    missing = [chunk.number for chunk, one in zip(chunks, found, strict=True) if one is None]
    if missing:
        raise NotOneResultARow(f"{len(missing)} chunks have no result, the first: {missing[0]}")
    return [one for one in found if one is not None]


def _hold_together(
    chunks: Sequence[Chunk], results: Sequence[Mapping[str, Json]], rows: int
) -> None:
    """Raises NotOneResultARow unless each chunk's result is of its rows, and all rows have one."""
    for chunk, result in zip(chunks, results, strict=True):
        if result["tag"] != chunk.tag:
            raise NotOneResultARow(f"the result of chunk {chunk.number} is of other rows")
        hold_to(chunk, Tally(*result["tally"]))
    in_chunks = sum(chunk.rows for chunk in chunks)
    if in_chunks != rows:
        raise NotOneResultARow(f"the list has {rows} rows, and its chunks have {in_chunks}")


def _sums(results: Sequence[Mapping[str, Json]]) -> tuple[Summary, Mapping[str, Sequence[int]]]:
    summaries = [Summary.from_json(one["summary"]) for one in results]
    told_by_any = {
        name: any(getattr(one, name) for one in summaries) for name in ("by_source", "by_campaign")
    }
    total = Summary()
    found: dict[str, list[int]] = {}
    for summary, one in zip(summaries, results, strict=True):
        for name, is_told in told_by_any.items():
            if is_told and not getattr(summary, name):
                setattr(summary, name, {"": _nameless(summary)})
        total = total.merge(summary)
        for reason, rows in one["examples"].items():
            found.setdefault(reason, []).extend(rows)
    return total, {reason: sorted(rows)[:EXAMPLES] for reason, rows in found.items()}


def _nameless(summary: Summary) -> Group:
    """The rows of a chunk in which no row names a source, where other chunks have some."""
    return Group("", summary.rows, summary.invalid, summary.by_reason)


def _merge(check_id: str, chunks: Sequence[Chunk], folder: Path, summary: Summary) -> None:
    """One file of each kind, in the order of the rows, counted once more as they are written."""
    tallies = {}
    for name in ROWS:
        parts = _fetched(check_id, chunks, f"{name}.gz", folder)
        tallies[name] = merge_parts(parts, folder / name)
        for part in parts:
            part.unlink()
    clean, rejected = tallies[CLEAN_FILE], tallies[REJECTED_FILE]
    row_sum = sum(chunk.row_sum for chunk in chunks)
    if (clean.rows, rejected.rows) != (summary.clean, summary.rejected) or (
        clean.row_sum + rejected.row_sum != row_sum
    ):
        raise NotOneResultARow("the merged files do not have every row of the list once")


def _copy_parts(check: Check, chunks: Sequence[Chunk], folder: Path) -> Sequence[str]:
    """Each chunk's files beside the list, and all corrections in one: there are few. Their keys."""
    files = lists.files()
    copies = [
        (
            result_key(check.id, chunk.number, f"{name}.gz"),
            f"{check.results}{PARTS_FOLDER}{name.removesuffix('.csv')}-{chunk.number:05d}.csv.gz",
        )
        for chunk in chunks
        for name in (CLEAN_FILE, REJECTED_FILE)
    ]
    with ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(files.copy, *pair) for pair in copies]:
            done.result()
    parts = _fetched(check.id, chunks, f"{CORRECTIONS_FILE}.gz", folder)
    for start in range(0, len(parts), MOST_TOGETHER):
        merge_parts(parts[start : start + MOST_TOGETHER], folder / f"{start}.csv")
    merge_parts(sorted(folder.glob("*[0-9].csv")), folder / CORRECTIONS_FILE)
    telemetry.record("list_left_in_parts", check=check.id, parts=len(chunks))
    return [target for _, target in copies]


def _fetched(check_id: str, chunks: Sequence[Chunk], name: str, folder: Path) -> list[Path]:
    files = lists.files()
    targets = [folder / f"{chunk.number:05d}-{name}" for chunk in chunks]
    with ThreadPoolExecutor(THREADS) as threads:
        fetches = [
            threads.submit(files.fetch, result_key(check_id, chunk.number, name), target)
            for chunk, target in zip(chunks, targets, strict=True)
        ]
        for fetch in fetches:
            fetch.result()
    return targets
