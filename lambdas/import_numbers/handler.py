"""The number importer: a queue's message about a dropped file in, a report beside the file out."""

import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lambdas import telemetry, wiring
from lambdas.domain.intake import Intake, Outcome, country_code
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.files.sniff import check_bytes
from lambdas.import_numbers import report
from lambdas.import_numbers.entries import entries
from lambdas.store.uploads import Destination, UploadedFile, destination, uploaded_file
from lambdas.telemetry import Metric
from lambdas.usecases.import_numbers import ImportResult, PoolBusy, Upload, import_numbers
from lambdas.wiring import numbers

LIMITS = Limits()
BUSY_WAIT_SECONDS = 3.0
KEPT_FOR_THE_WORK_SECONDS = 180.0


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Import each file that the messages tell of.

    Returns `files`, each with `key`, `report_key` and `outcome`, and as `batchItemFailures` the
    messages to deliver again because another upload held their pool all the while.
    """
    files: list[dict[str, str]] = []
    again: list[dict[str, str]] = []
    for message in event["Records"]:
        file = uploaded_file(message["body"])
        if file.is_report or file.is_folder:
            continue
        _warn_of_interruption(file, message)
        try:
            result = _import_when_free(file, context)
        except PoolBusy as busy:
            telemetry.record("import_waits", key=file.key, why=str(busy))
            again.append({"itemIdentifier": message["messageId"]})
        else:
            _tell(file, result)
            outcome = "refused" if result.error else "imported"
            files.append({"key": file.key, "report_key": file.report_key, "outcome": outcome})
    return {"batchItemFailures": again, "files": files}


def _warn_of_interruption(file: UploadedFile, message: Mapping[str, Any]) -> None:
    """Say beside the file that an earlier try broke off, before this one may break off too."""
    tries = int(message.get("attributes", {}).get("ApproximateReceiveCount", "1"))
    if tries > 1:
        upload = Upload(file.import_id, "", False, file.name)
        _report(file, ImportResult(upload, error=report.INTERRUPTED.format(tries=tries)))


def _import_when_free(file: UploadedFile, context: Any) -> ImportResult:
    """Import the file, waiting while another upload holds the pool and time is left to work."""
    while True:
        try:
            return _import(file)
        except PoolBusy:
            left = context.get_remaining_time_in_millis() / 1000
            if left < KEPT_FOR_THE_WORK_SECONDS:
                raise
            time.sleep(BUSY_WAIT_SECONDS)


def _import(file: UploadedFile) -> ImportResult:
    where = destination(file.key)
    known = wiring.settings().pools
    if where is None or where.pool not in known:
        pools = ", ".join(sorted(known))
        return ImportResult(
            Upload(file.import_id, where.pool if where else "", False, file.name),
            error="The file is in no pool's folder, so nothing was changed. Put it into"
            f" numbers/<pool>/ with one of these pools: {pools}.",
        )
    upload = Upload(file.import_id, where.pool, where.replaces, file.name)
    if where.strange:
        return ImportResult(upload, error=report.STRANGE_FOLDER.format(folder=where.strange[0]))
    try:
        return _read_and_import(file, upload, where)
    except UnreadableFile as problem:
        return ImportResult(upload, error=f"{problem.message} Nothing was changed.")


def _read_and_import(file: UploadedFile, upload: Upload, where: Destination) -> ImportResult:
    check_bytes(file.size, LIMITS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        metadata = numbers.uploads().fetch(file, path)
        table = open_table(path, file.name, limits=LIMITS)
        if where.replaces and table.unread:
            return ImportResult(upload, error=report.partly_read(table.unread), notes=table.notes)
        said = where.country or metadata.get("country", "")
        country = country_code(said, numbers.countries()) if said else None
        if said and not country:
            return ImportResult(upload, error=report.STRANGE_COUNTRY.format(country=said))
        intake = _intake(upload.pool, country)
        result = import_numbers(upload, entries(table), intake, numbers.imports(), wiring.now())
        about_file = (*table.notes, *report.about_columns(table.unknown_headers))
        return replace(result, notes=(*about_file, *result.notes))


def _intake(pool: str, country: str | None) -> Intake:
    """An intake that knows why the pool's queues call: rules may ask."""
    settings = wiring.settings()
    queues = settings.queues.values()
    purposes = frozenset(queue.purpose for queue in queues if queue.pool == pool)
    return replace(numbers.intake(country or settings.pools[pool].country), purposes=purposes)


def _known(pool: str) -> str:
    """The pool for a metric: staff's typing errors must not make metrics of their own."""
    return pool if pool in wiring.settings().pools else "unknown"


def _report(file: UploadedFile, result: ImportResult) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        report.write(path, result)
        numbers.uploads().put_report(file, path)


def _tell(file: UploadedFile, result: ImportResult) -> None:
    """Write the report beside the file, notify, and leave a record for the engineers."""
    _report(file, result)
    numbers.uploads().notify(report.subject(result), report.message(result, file.report_key))
    refused = bool(result.error or result.counts[Outcome.REJECTED])
    telemetry.record(
        "import",
        Metric("Imports", 1, dimensions=("Pool",)),
        *([Metric("ImportsRefused", 1, dimensions=("Pool",))] if refused else []),
        Pool=_known(result.upload.pool),
        key=file.key,
        pool=result.upload.pool,
        rows=len(result.results),
        error=result.error,
        **{outcome: count for outcome, count in result.counts.items() if count},
    )
