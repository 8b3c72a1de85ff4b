"""The chunk checker: one chunk of a long list in, its results out. Done once, however often asked.

A result counts once its own document is there, which comes last and tells what it is of.
"""

import gzip
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from lambdas import telemetry
from lambdas.check_contacts.lists import checked
from lambdas.check_contacts.publishing import ROWS
from lambdas.domain.list_checks import Chunk, hold_to
from lambdas.files.chunks import read_chunk
from lambdas.store.list_files import about_key, chunk_key, result_key
from lambdas.wiring import lists

RESULT_FILE: Final = "result.json"
LEVEL: Final = 1


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Check the chunk, unless a result of the very same rows is there.

    Takes `id` of the check and `chunk`, as the splitter lists it. Returns its `number` and whether
    it was `done_before`. Raises NotOneResultARow.
    """
    check_id, chunk = str(event["id"]), Chunk.from_json(event["chunk"])
    document = result_key(check_id, chunk.number, RESULT_FILE)
    done = lists.files().json(document)
    if done is not None and done["tag"] == chunk.tag:
        return {"number": chunk.number, "done_before": True}
    with tempfile.TemporaryDirectory() as name:
        _check(check_id, chunk, Path(name))
    return {"number": chunk.number, "done_before": False}


def _check(check_id: str, chunk: Chunk, folder: Path) -> None:
    files = lists.files()
    check, told = files.check(check_id), files.document(about_key(check_id))
    pieces = []
    for number in chunk.rounds:
        pieces.append(folder / f"piece-{number}.gz")
        files.fetch(chunk_key(check_id, chunk.number, number), pieces[-1])
    table = read_chunk(told["about"], pieces, chunk.rows)
    found = checked(check, table, told["usual"], folder)
    hold_to(chunk, found.tally)
    for name in ROWS:
        packed = _packed(folder / name)
        files.put(result_key(check_id, chunk.number, packed.name), packed)
    files.put_json(
        result_key(check_id, chunk.number, RESULT_FILE),
        {
            "tag": chunk.tag,
            "tally": list(found.tally),
            "summary": found.summary.as_json(),
            "examples": dict(found.examples),
        },
    )
    telemetry.record("chunk_checked", check=check_id, chunk=chunk.number, rows=chunk.rows)


def _packed(path: Path) -> Path:
    packed = path.with_name(f"{path.name}.gz")
    with path.open("rb") as source, gzip.open(packed, "wb", LEVEL) as target:
        shutil.copyfileobj(source, target, 1 << 20)
    path.unlink()
    return packed
