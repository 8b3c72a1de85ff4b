"""One shard's consumer, as Lambda is one: batch after batch in order, each until it is confirmed.

It is a process that may be killed at any moment. What was confirmed stands in a file; the batch
under way is delivered again, as Kinesis would.
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from lambdas import wiring
from lambdas.record_outcomes.handler import handler
from local import stage
from local.contact_records import Maker

Json = Any
BATCH = 100


def consume(variables: Mapping[str, str], folder: Path, shard: int) -> None:
    """Be the consumer of a shard in a process of its own, from where it was confirmed last."""
    with stage.containers(variables):
        _run(folder, shard)


def _run(folder: Path, shard: int) -> None:
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    wiring.use_clock(lambda: datetime.fromisoformat(plan["now"]))
    maker = Maker(seed=plan["seed"], customers=plan["customers"])
    confirmed = folder / f"confirmed-{shard}"
    position = int(confirmed.read_text("utf-8")) if confirmed.exists() else 0
    with (folder / f"shard-{shard}").open(encoding="utf-8") as file:
        lines = islice(file, position, None)
        left: list[str] = []
        while left := left or list(islice(lines, BATCH)):
            answer = handler(batch(maker, left, position), None)
            failed = [int(each["itemIdentifier"]) for each in answer["batchItemFailures"]]
            done = min(failed, default=position + len(left)) - position
            position, left = position + done, left[done:]
            _replace(confirmed, str(position))
            if failed:
                with (folder / f"failed-{shard}").open("a", encoding="utf-8") as told:
                    told.write(f"{position}\n")
    (folder / f"done-{shard}").touch()


def batch(maker: Maker, lines: Sequence[str], position: int) -> Json:
    """A Lambda event of lines "contact version"."""
    pairs = (tuple(map(int, line.split())) for line in lines)
    records = (maker.contact(contact).versions[version] for contact, version in pairs)
    return event(enumerate(records, start=position))


def event(records: Iterable[tuple[int, Mapping[str, Json]]]) -> Json:
    """A Lambda event of records by their sequence numbers."""
    return {
        "Records": [
            {
                "kinesis": {
                    "sequenceNumber": str(number),
                    "data": base64.b64encode(json.dumps(record).encode()).decode(),
                }
            }
            for number, record in records
        ]
    }


def _replace(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text, "utf-8")
    beside.replace(path)
