"""Lists made to break their reader, each through the whole check in a process of its own."""

import multiprocessing
import resource
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from lambdas.files.errors import UnreadableFile
from local.evidence import Finding, evidence
from local.toolchain import Say
from tests.unit.files.hostile.cases import CASES
from tests.unit.files.hostile.checking import check_list, ground
from tests.unit.files.hostile.corpus import Hostile

FEWEST = 60
MOST_SECONDS = 60.0
MOST_MEGABYTES = 450


class Run(NamedTuple):
    """How one list fared; `wrong` is "" where everything that was promised held."""

    wrong: str
    rows: int
    seconds: float
    megabytes: float


@evidence("lists/hostile")
def hostile(say: Say) -> Finding:
    """None crashes or loses a row, each row has one result, and nothing that is written would run;
    a list that cannot be read is refused in words. Time and memory are bounded."""
    runs: dict[str, Run] = {}
    for case in CASES:
        say(f"{case.name}: {case.why}")
        runs[case.name] = _apart(case)
    wrong = [f"{name}: {run.wrong}" for name, run in runs.items() if run.wrong]
    refused = sum(case.fault is not None for case in CASES)
    slowest = max(runs, key=lambda name: runs[name].seconds)
    largest = max(runs, key=lambda name: runs[name].megabytes)
    told = (
        f"{len(CASES) - refused} read and checked, {sum(run.rows for run in runs.values()):,} rows"
        f" with one result each; {refused} refused in words."
        f" The slowest took {runs[slowest].seconds:.1f} s ({slowest}), the most memory in a process"
        f" {runs[largest].megabytes:.0f} MB ({largest})."
    )
    value = len(CASES) - len(wrong)
    bar = f"all {len(CASES)}, at least {FEWEST}; {MOST_MEGABYTES} MB"
    return Finding(value, bar, not wrong and value >= FEWEST, " | ".join([*wrong, told]))


def _apart(case: Hostile) -> Run:
    """In a child, which ends with all that it took."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / case.name
        path.write_bytes(case.content())
        child = context.Process(target=_checked, args=(case, Path(name), theirs))
        child.start()
        theirs.close()
        run: Run | None = None
        if ours.poll(MOST_SECONDS):
            try:
                run = ours.recv()
            except EOFError:
                run = None
        else:
            child.terminate()
        child.join()
    if run is None:
        return Run(f"ended with code {child.exitcode}, or took too long", 0, MOST_SECONDS, 0)
    if run.megabytes > MOST_MEGABYTES:
        return run._replace(wrong=run.wrong or f"took {run.megabytes:.0f} MB")
    return run


def _checked(case: Hostile, folder: Path, answer: Connection) -> None:
    began, wrong, rows = time.process_time(), "", 0
    try:
        rows = check_list(case, folder, ground()).rows
        if case.fault:
            wrong = f"was read, and not refused as {case.fault}"
    except UnreadableFile as refusal:
        if refusal.code is not case.fault or not refusal.message.endswith("."):
            wrong = f"was refused as {refusal.code}: {refusal.message}"
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the finding
        wrong = f"{type(error).__name__}: {error}"[:300]
    seconds = time.process_time() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send(Run(wrong, rows, seconds, megabytes))
