"""One shard's consumer, as Lambda is one: batch after batch in order, each until it is confirmed.

Run as a process that may be killed at any moment. What was confirmed stands in a file; the batch
under way is delivered again, as Kinesis would.
"""

import base64
import io
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from lambdas import wiring
from local import stage
from local.contact_records import Maker

Json = Any
BATCH = 100


def run(folder: Path, shard: int) -> None:
    """Consume a shard from where it was confirmed last."""
    from lambdas.record_outcomes.handler import handler

    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    wiring.use_clock(lambda: datetime.fromisoformat(plan["now"]))
    maker = Maker(seed=plan["seed"], customers=plan["customers"])
    confirmed = folder / f"confirmed-{shard}"
    position = int(confirmed.read_text("utf-8")) if confirmed.exists() else 0
    with (folder / f"shard-{shard}").open(encoding="utf-8") as file:
        lines = islice(file, position, None)
        left: list[str] = []
        while left := left or list(islice(lines, BATCH)):
            with redirect_stdout(io.StringIO()):
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
    records = []
    for number, line in enumerate(lines, start=position):
        contact, version = map(int, line.split())
        data = json.dumps(maker.contact(contact).versions[version]).encode()
        data_text = base64.b64encode(data).decode()
        records.append({"kinesis": {"sequenceNumber": str(number), "data": data_text}})
    return {"Records": records}


def _replace(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text, "utf-8")
    beside.replace(path)


if __name__ == "__main__":
    with stage.containers({}):
        run(Path(sys.argv[1]), int(sys.argv[2]))
