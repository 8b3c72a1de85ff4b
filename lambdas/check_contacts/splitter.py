"""The splitter: a long list in, chunks of it out, such that equal numbers fall into one chunk.

A round ends when the function's time does; the next one goes on where it ended. What a round wrote
counts once its own document is there, so that a round which broke off is simply done again.
"""

import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from os import environ
from pathlib import Path
from typing import Any, Final

from lambdas import telemetry
from lambdas.check_contacts.entries import contact_rows, sampled
from lambdas.check_contacts.lists import NotChecked, bare_judge, opened
from lambdas.domain.contacts import ContactRow
from lambdas.domain.list_checks import Check, Chunk, chunk_count, chunk_of, put_together
from lambdas.files.chunks import ChunkWriter, about
from lambdas.files.errors import UnreadableFile
from lambdas.files.table import Row, Table
from lambdas.store.list_files import about_key, chunk_key, chunks_key, round_key
from lambdas.wiring import lists

KEPT_FOR_UPLOADS_SECONDS: Final = 240.0
LOOK_AT_THE_CLOCK_EVERY: Final = 10_000
THREADS: Final = 8

Json = Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Split as far as time goes.

    Takes and returns `id` and `round`; returns `done`, and as `chunks` where the list of chunks
    lies once it is.
    """
    check_id, number = str(event["id"]), int(event["round"])
    files = lists.files()
    done = files.json(chunks_key(check_id)) is not None
    if not done:
        check = files.check(check_id)
        with tempfile.TemporaryDirectory() as name:
            try:
                done = _round(check, number, Path(name), context)
            except (NotChecked, UnreadableFile) as problem:
                # Told by the gatherer, which tells of all ends.
                files.put_json(about_key(check_id), {"refused": str(problem)})
                files.put_json(chunks_key(check_id), [])
                done = True
    return {"id": check_id, "round": number + 1, "done": done, "chunks": chunks_key(check_id)}


def _round(check: Check, number: int, folder: Path, context: Any) -> bool:
    """Write one round's pieces; whether the list is at its end."""
    files = lists.files()
    earlier: list[Json] = [files.document(round_key(check.id, one)) for one in range(number)]
    rows_done = earlier[-1]["rows_done"] if earlier else 0
    files.fetch(check.key, folder / "list", check.version)
    table = opened(check, folder / "list")
    if not earlier:
        table = _begin(check, table)
    told = files.document(about_key(check.id))

    pieces = folder / "pieces"
    pieces.mkdir()
    writer = ChunkWriter(pieces)
    taken = _split(check, table, rows_done, told["chunks"], writer, context)
    with ThreadPoolExecutor(THREADS) as threads:
        uploads = [
            threads.submit(files.put, chunk_key(check.id, chunk, number), written.path)
            for chunk, written in writer.written.items()
        ]
        for upload in uploads:
            upload.result()
    chunks = [
        Chunk(chunk, written.rows, written.row_sum, written.tag, (number,))
        for chunk, written in sorted(writer.written.items())
    ]
    rows_done += taken
    document = {"rows_done": rows_done, "chunks": [chunk.as_json() for chunk in chunks]}
    files.put_json(round_key(check.id, number), document)
    telemetry.record("list_split", check=check.id, round=number, rows=rows_done, of=told["rows"])
    if rows_done < told["rows"]:
        return False
    _finish(check, [*earlier, document])
    return True


def _begin(check: Check, table: Table) -> Table:
    usual, table = sampled(table, bare_judge(check))
    rows = table.row_count
    chunks = chunk_count(rows, int(environ["ROWS_IN_CHUNK"]))
    told = {"about": about(table), "usual": usual, "rows": rows, "chunks": chunks}
    lists.files().put_json(about_key(check.id), told)
    return table


def _split(
    check: Check, table: Table, after: int, chunks: int, writer: ChunkWriter, context: Any
) -> int:
    """Write rows to their chunks until the list or the time ends; how many were taken."""
    key_of = bare_judge(check).partition_key
    taken = 0
    for row, contact in _both(table, after):
        writer.add(chunk_of(key_of(contact), chunks), row)
        taken += 1
        if taken % LOOK_AT_THE_CLOCK_EVERY == 0 and _time_is_up(context):
            break
    writer.flush()
    return taken


def _both(table: Table, after: int) -> Iterator[tuple[Row, ContactRow]]:
    """Each row as it stands in the file, and as a contact."""
    latest: list[Row] = []

    def noted() -> Iterator[Row]:
        for row in islice(table.rows, after, None):
            latest[:] = [row]
            yield row

    for contact in contact_rows(replace(table, rows=noted())):
        yield latest[0], contact


def _time_is_up(context: Any) -> bool:
    left: int = context.get_remaining_time_in_millis()
    return left < KEPT_FOR_UPLOADS_SECONDS * 1000


def _finish(check: Check, rounds: list[Mapping[str, Json]]) -> None:
    chunks = put_together(
        [Chunk.from_json(one) for one in document["chunks"]] for document in rounds
    )
    lists.files().put_json(chunks_key(check.id), [chunk.as_json() for chunk in chunks])
