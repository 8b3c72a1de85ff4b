"""Lists and checks in a folder of this machine in place of S3, and one step of a check on them.

`python -m local.folder_files FOLDER MODULE EVENT` runs the handler of one step in a process of its
own and prints what it answers, its seconds, and its peak of memory.
"""

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from lambdas import wiring
from lambdas.domain.contacts import Standing
from lambdas.domain.list_checks import Check
from lambdas.domain.suppression import Reason, Suppression
from lambdas.store.list_files import ListFiles, check_key
from lambdas.wiring import lists
from local.errors import LocalError
from local.toolchain import BUILD, ROOT

MOMENT: Final = datetime(2026, 3, 2, 18, tzinfo=UTC)
ONE_IN: Final = 200
"""So many people asked not to be called, told by their number."""
_LAMBDA_MILLISECONDS: Final = 900_000

Json = Any


class FolderFiles(ListFiles):
    """The bucket as a folder. What is written is there at once and whole, as in S3."""

    def __init__(self, folder: Path) -> None:
        object.__setattr__(self, "bucket", str(folder))

    def fetch(self, key: str, target: Path, version: str = "") -> None:  # noqa: ARG002
        shutil.copyfile(self._path(key), target)

    def put(self, key: str, source: Path) -> None:
        beside = self._path(key).with_suffix(f".{os.getpid()}.new")
        beside.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, beside)
        beside.replace(self._path(key))

    def copy(self, source: str, target: str) -> None:
        self.put(target, self._path(source))

    def put_json(self, key: str, document: Json) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}.new")
        beside.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        beside.replace(path)

    def json(self, key: str) -> Json | None:
        path = self._path(key)
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def keep_only(self, keys: Collection[str], folder: str) -> None:
        for path in self._path(folder).iterdir():
            if path.is_file() and f"{folder}{path.name}" not in keys:
                path.unlink()

    def _path(self, key: str) -> Path:
        return Path(self.bucket) / key


class SomeAsked:
    """One in so many people asked not to be called; the same ones for every step."""

    def many(self, numbers: Sequence[str]) -> Mapping[str, Standing]:
        asked = (Suppression(Reason.OPT_OUT, MOMENT),)
        return {number: Standing(asked) for number in numbers if _asked(number)}


def _asked(number: str) -> bool:
    return int.from_bytes(hashlib.sha256(number.encode()).digest()[:4], "big") % ONE_IN == 0


class Silent:
    """Nobody hears."""

    def notify(self, subject: str, message: str) -> None:
        """Leaves it at that."""


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return _LAMBDA_MILLISECONDS


class Step(NamedTuple):
    """What a step answered, its seconds of processor time and the most memory that it held."""

    answer: Json
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Bench:
    """A folder with a list, and the settings that its steps run under."""

    folder: Path
    queue: str
    rows_in_chunk: int

    def check(self, name: str) -> Check:
        key = f"lists/{self.queue}/country=US/{name}"
        return Check(str(self.folder), key, "", "one version", MOMENT.isoformat())

    def begin(self, check: Check) -> None:
        FolderFiles(self.folder).put_json(check_key(check.id), check.as_json())

    def run(self, module: str, event: Json, *, ends_after: float | None = None) -> Step:
        """One step in a process of its own, which is killed after so many seconds. Raises
        LocalError where it did not end well."""
        command = [sys.executable, "-m", "local.folder_files", str(self.folder), module]
        process = subprocess.Popen(
            [*command, json.dumps(event)], cwd=ROOT, env={**os.environ, **self._environment()},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            out, trouble = process.communicate(timeout=ends_after)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise LocalError(f"{module} was killed") from None
        if process.returncode:
            raise LocalError(f"{module} failed:\n{trouble[-2000:]}")
        return Step(*json.loads(out.splitlines()[-1]))

    def _environment(self) -> dict[str, str]:
        return {
            "LAMBDA_TASK_ROOT": str(self.folder / "task"),
            "MOST_ROWS": "100000000",
            "MOST_ROWS_MERGED": "100000000",
            "ROWS_IN_CHUNK": str(self.rows_in_chunk),
        }


def prepare(folder: Path, settings: Json) -> None:
    """What the functions find beside their code."""
    task = folder / "task"
    task.mkdir(parents=True)
    (task / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    for name in ("places.bin", "countries.json", "holidays.txt"):
        (task / name).symlink_to(BUILD / name)


def differences(one: Path, other: Path) -> Iterator[str]:
    """Lines of two files that are not the same, by their number."""
    with one.open("rb") as these, other.open("rb") as those:
        number = 0
        while True:
            number += 1
            this, that = these.readline(), those.readline()
            if not this and not that:
                return
            if this != that:
                yield f"{one.name} line {number}"


def _main(folder: str, module: str, event: str) -> None:
    files = FolderFiles(Path(folder))
    lists.files = lambda: files
    lists.notifier = Silent  # type: ignore[assignment]
    lists.lookup = lambda _queue: SomeAsked()  # type: ignore[assignment, return-value]
    lists.ground = lists.bare_ground
    wiring.use_clock(lambda: MOMENT)
    handler = importlib.import_module(f"lambdas.check_contacts.{module}").handler
    began = time.process_time()
    answer = handler(json.loads(event), _Context())
    print(json.dumps([answer, time.process_time() - began, _peak_megabytes()]))


def _peak_megabytes() -> float:
    """Of this program alone: what getrusage tells begins with the memory of whoever started it."""
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    _main(*sys.argv[1:])
