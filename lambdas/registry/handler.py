"""The registry: files of papers from a queue in, reports beside them out; and by the hour a look at
what is due and at numbers that lack what their pool asks for.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lambdas import telemetry, wiring
from lambdas.domain.phone import E164
from lambdas.domain.registry import URGENT, Paper
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.files.sniff import check_bytes
from lambdas.registry import rows
from lambdas.store.uploads import UploadedFile, uploaded_file
from lambdas.telemetry import Metric
from lambdas.usecases.keep_papers import Checked, Kept, check_papers, keep_papers
from lambdas.wiring import registry

LIMITS = Limits()
FOLDER = "papers"


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Reply with the outcome of each file, or with the gaps of each pool."""
    if "Records" not in event:
        return {"pools": _check(sorted(wiring.settings().pools))}
    files = [uploaded_file(message["body"]) for message in event["Records"]]
    wanted = [file for file in files if not file.is_report and not file.is_folder]
    return {"files": [_take(file) for file in wanted]}


def _check(pools: Sequence[str]) -> dict[str, int]:
    papers, urgent, found = registry.papers().all(), 0, {}
    for pool in pools:
        checked = _checked(pool, papers)
        found[pool] = len(checked.gaps)
        urgent += sum(gap.trouble in URGENT for gap in checked.gaps)
    telemetry.record("registry", Metric("UrgentGaps", urgent), gaps=found)
    return found


def _checked(pool: str, papers: Mapping[E164, Sequence[Paper]]) -> Checked:
    terms = registry.terms_of(wiring.settings().pools[pool])
    members = registry.members(pool)
    checked = check_papers(
        terms, members, papers, registry.withholding(), registry.papers(), wiring.now()
    )
    telemetry.record(
        "papers_checked",
        pool=pool,
        numbers=len(members),
        held_back=len(checked.held_back),
        let_go=len(checked.let_go),
    )
    return checked


def _take(file: UploadedFile) -> dict[str, str]:
    """Keep what a file says, then let the numbers of its pool in or out by it."""
    folder, pool, *_ = [*file.key.split("/")[:-1], "", ""]
    if folder != FOLDER or pool not in wiring.settings().pools:
        known = ", ".join(sorted(wiring.settings().pools))
        return _refused(file, f"Put the file into papers/<pool>/ with one of these pools: {known}.")
    try:
        check_bytes(file.size, LIMITS)
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(temporary) / "papers"
            registry.uploads().fetch(file, path)
            table = open_table(path, file.name, limits=LIMITS)
            country = wiring.settings().pools[pool].country
            wanted = list(rows.read(table, country))
    except UnreadableFile as problem:
        return _refused(file, problem.message)
    kept = keep_papers(wanted, registry.members(pool), registry.papers())
    _checked(pool, registry.papers().all())
    _tell(file, pool, kept)
    return {"key": file.key, "report_key": file.report_key, "outcome": "kept"}


def _refused(file: UploadedFile, why: str) -> dict[str, str]:
    _report(file, {"File": file.name, "Result": f"{why} Nothing was changed."}, Kept((), 0))
    registry.uploads().notify(f"Nothing changed: {file.name}", why)
    telemetry.record("papers", key=file.key, error=why)
    return {"key": file.key, "report_key": file.report_key, "outcome": "refused"}


def _tell(file: UploadedFile, pool: str, kept: Kept) -> None:
    summary: dict[str, str | int] = {
        "File": file.name,
        "Pool": pool,
        "Rows": len(kept.rows),
        "Papers that changed": kept.changed,
        "Rows that could not be used": kept.refused,
    }
    _report(file, summary, kept)
    lines = [*(f"{name}: {value}" for name, value in summary.items()), f"See {file.report_key}"]
    subject = f"Papers of {pool}, changed: {kept.changed}: {file.name}"
    registry.uploads().notify(subject, "\n".join(lines))
    telemetry.record("papers", key=file.key, pool=pool, changed=kept.changed, refused=kept.refused)


def _report(file: UploadedFile, summary: Mapping[str, str | int], kept: Kept) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        rows.write(path, summary, kept)
        registry.uploads().put_report(file, path)
