"""Many at once: several processes with threads that do numbered pieces of work.

A module's task, named like `local.evidence.claims_limits:task`, is called with the plan once in
each process, before work begins; what it gives back is called with the number of each piece and
returns what is to be kept of it, as JSON. Each process writes what it keeps to a file of its own,
so progress can be seen, and what was done before an interruption is not lost.
"""

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from local.errors import LocalError
from local.toolchain import ROOT, Say, environment

Json = Any
Task = Callable[[int], Json]
LOOK_EVERY_S = 1.0
SAY_EVERY_S = 10.0
_SAID_AT_MOST = 2_000


@dataclass(frozen=True)
class Crowd:
    """How many work, and how long at most. `everybody` lets each process do every piece; else a
    piece is done once."""

    processes: int
    threads: int
    within_s: float
    everybody: bool = False

    def __str__(self) -> str:
        return f"{self.processes * self.threads} workers in {self.processes} processes"


def work(
    crowd: Crowd,
    task: str,
    plan: Mapping[str, Json],
    pieces: int,
    folder: Path,
    variables: Mapping[str, str],
    say: Say,
) -> list[Json]:
    """Do all pieces; what was kept of each, in no order. `folder` is made, and left behind.

    Stops when the time is over with what was done by then. Raises LocalError when a process fails.
    """
    folder.mkdir(parents=True)
    until = time.time() + crowd.within_s
    whole = {"task": task, "plan": dict(plan), "pieces": pieces, "until": until}
    whole |= {"threads": crowd.threads, "step": 1 if crowd.everybody else crowd.processes}
    (folder / "plan.json").write_text(json.dumps(whole), "utf-8")
    processes = [_started(folder, index, crowd, variables) for index in range(crowd.processes)]
    wanted = pieces * (crowd.processes if crowd.everybody else 1)
    began, said = time.monotonic(), 0.0
    try:
        while any(process.poll() is None for process in processes):
            time.sleep(LOOK_EVERY_S)
            passed = time.monotonic() - began
            if passed - said >= SAY_EVERY_S:
                said, done = passed, sum(map(_lines, _kept_files(folder)))
                say(f"{done:,} of {wanted:,}, {done / passed:.0f} a second, {crowd}")
            if time.time() > until + LOOK_EVERY_S * 10:
                break
    finally:
        for process in processes:
            process.terminate()
            process.wait(timeout=30)
    for index, process in enumerate(processes):
        if process.returncode > 0:
            told = (folder / f"{index}.err").read_text("utf-8", "replace")[-_SAID_AT_MOST:]
            raise LocalError(f"A process of the crowd failed:\n{told}")
    return [
        json.loads(line)
        for path in _kept_files(folder)
        for line in path.read_text("utf-8").splitlines()
        if line.endswith(("]", "}"))  # an interrupted process may leave half a line
    ]


def _started(
    folder: Path, index: int, crowd: Crowd, variables: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    first = 0 if crowd.everybody else index
    with (folder / f"{index}.err").open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "local.crowd", str(folder), str(index), str(first)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment() | dict(variables),
        )


def _kept_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _work_in_this_process(folder: Path, index: int, first: int) -> None:
    whole = json.loads((folder / "plan.json").read_text("utf-8"))
    module, _, name = whole["task"].partition(":")
    task: Task = getattr(importlib.import_module(module), name)(whole["plan"])
    numbers, taking, writing = count(first, whole["step"]), Lock(), Lock()
    parent = os.getppid()

    def worker(_: int) -> None:
        while time.time() < whole["until"] and os.getppid() == parent:
            with taking:
                number = next(numbers)
            if number >= whole["pieces"]:
                return
            line = json.dumps(task(number))
            with writing:
                kept.write(line + "\n")
                kept.flush()

    with (
        (folder / f"{index}.jsonl").open("w", encoding="utf-8") as kept,
        ThreadPoolExecutor(whole["threads"]) as threads,
    ):
        list(threads.map(worker, range(whole["threads"])))


if __name__ == "__main__":
    _work_in_this_process(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
