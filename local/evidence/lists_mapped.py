"""Long lists in parts: the same result as in one go, also when steps are killed; what it costs."""

import json
import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lambdas.domain.list_checks import Check, Chunk
from local.commands.common import DEFAULT_CONFIG
from local.coverage import ground as grounds
from local.errors import LocalError
from local.evidence import Finding, evidence
from local.folder_files import Bench, FolderFiles, Step, differences, prepare
from local.functions import FunctionFailed
from local.large_list import write_large_list
from local.lists_cost import Measured, cost, prices
from local.states_language import SUCCEEDED, Execution, StateMachine
from local.synthesis import assembly_of
from local.toolchain import BUILD, Say
from tools.holidays.build import build as build_holidays

ROWS, ROWS_IN_CHUNK = 1_000_000, 100_000
SMALL, SMALL_CHUNK = 40_000, 8_000
SEED = 23
KILLED_WITHIN_S = (0.3, 3.0)
KILLED_IN_DRIVE = {1: "splitter", 2: "chunk", 3: "gatherer"}
MOST_DRIVES = 40
PLANNED_ROWS = 100_000_000
FILES = ("clean.csv", "rejected.csv", "corrections.csv", "summary.json")
MODULES = {"SplitContacts": "splitter", "CheckChunk": "chunk", "GatherContacts": "gatherer"}

Json = Any


@evidence("lists/mapped", "lists/plan_100m")
def mapped(say: Say) -> list[Finding]:
    """A million rows through splitter, every chunk and gatherer, and in one go; the plan that
    follows for a hundred times as many."""
    with tempfile.TemporaryDirectory() as name:
        bench = _bench(Path(name), ROWS, ROWS_IN_CHUNK, say)
        say("in one go")
        whole = bench.run("handler", _dropped(bench.check("whole.csv")))
        check = bench.check("mapped.csv")
        bench.begin(check)
        say("split")
        split = bench.run("splitter", {"id": check.id, "round": 0})
        chunks = FolderFiles(bench.folder).document(f"checks/{check.id}/chunks.json")
        parts = []
        for chunk in chunks:
            say(f"chunk {chunk['number'] + 1} of {len(chunks)}")
            parts.append(bench.run("chunk", {"id": check.id, "chunk": chunk}))
        say("gather")
        gathered = bench.run("gatherer", {"id": check.id})
        found = _differences(bench, "whole.csv", "mapped.csv")
        in_chunks = sum(part.seconds for part in parts)
        told = Measured(ROWS, whole.seconds, split.seconds, in_chunks, gathered.seconds)
    return [
        _mapped_finding(found, whole, split, parts, gathered, chunks),
        _plan(told),
    ]


def _mapped_finding(
    found: Sequence[str],
    whole: Step,
    split: Step,
    parts: Sequence[Step],
    gathered: Step,
    chunks: Sequence[Json],
) -> Finding:
    rows = [Chunk.from_json(one).rows for one in chunks]
    return Finding(
        len(found),
        "0 lines that differ, of clean, rejected and corrected rows and of the summary",
        not found and sum(rows) == ROWS,
        f"{ROWS:,} rows in {len(rows)} chunks of {min(rows):,} to {max(rows):,}, each step a"
        " process of its own, seconds of processor time: in one go"
        f" {whole.seconds:.0f} s and {whole.megabytes:.0f} MB at the peak;"
        f" splitter {split.seconds:.0f} s, {split.megabytes:.0f} MB; chunks"
        f" {sum(p.seconds for p in parts):.0f} s together, {max(p.megabytes for p in parts):.0f} MB"
        f" at most; gatherer {gathered.seconds:.0f} s, {gathered.megabytes:.0f} MB. Files in a"
        " folder stand for S3, and one in 200 numbers is suppressed by rule instead of by a table.",
    )


@evidence("lists/restart")
def restart(say: Say) -> Finding:
    """The template's own state machine, its steps killed at random moments and redriven."""
    with tempfile.TemporaryDirectory() as name:
        bench = _bench(Path(name), SMALL, SMALL_CHUNK, say)
        bench.run("handler", _dropped(bench.check("whole.csv")))
        check = bench.check("mapped.csv")
        bench.begin(check)
        rng = random.Random(SEED)
        tried: list[str] = []
        killed = [0]
        drives = 0

        def invoke(arn: str, event: Json) -> Json:
            """Each kind of step is killed in a drive of its own, at random moments."""
            module = MODULES[arn]
            tried.append(module)
            say(f"step {len(tried)}: {module}")
            doomed = KILLED_IN_DRIVE.get(drives) == module
            after = rng.uniform(*KILLED_WITHIN_S) if doomed else None
            try:
                return bench.run(module, event, ends_after=after).answer
            except LocalError as problem:
                killed[0] += 1
                raise FunctionFailed(module, "Sandbox.Killed", str(problem)) from problem

        files = FolderFiles(bench.folder)
        machine = StateMachine.of(
            _definition(), invoke, lambda _bucket, key: (bench.folder / key).read_bytes()
        )
        execution = Execution(check.id, {"id": check.id, "round": 0})
        while execution.status != SUCCEEDED and drives < MOST_DRIVES:
            drives += 1
            machine.run(execution)
        found = _differences(bench, "whole.csv", "mapped.csv")
        chunks = files.document(f"checks/{check.id}/chunks.json")
    rows = sum(chunk["rows"] for chunk in chunks)
    return Finding(
        len(found),
        "0 lines that differ from the result in one go, one result a row",
        execution.status == SUCCEEDED and not found and rows == SMALL,
        f"{SMALL:,} rows in {len(chunks)} chunks; {len(tried)} starts of steps, of which"
        f" {killed[0]} were killed at random moments within {KILLED_WITHIN_S[1]:g} s; redriven"
        f" {drives - 1} times, with the retries of the template between them.",
    )


def _bench(folder: Path, rows: int, rows_in_chunk: int, say: Say) -> Bench:
    from stacks.config import load

    say(f"writing {rows:,} rows")
    ground = grounds.ground_of(DEFAULT_CONFIG, None)
    build_holidays(BUILD / "holidays.txt", 2026)
    prepare(folder, load(DEFAULT_CONFIG).settings())
    bench = Bench(folder, "outbound-sales", rows_in_chunk)
    first = folder / bench.check("whole.csv").key
    write_large_list(first, rows, SEED, ground.places)
    shutil.copyfile(first, folder / bench.check("mapped.csv").key)
    return bench


def _dropped(check: Check) -> Json:
    item = {"key": check.key, "size": 1, "etag": check.etag, "version-id": check.version}
    detail = {"bucket": {"name": check.bucket}, "object": item}
    return {"Records": [{"body": json.dumps({"detail": detail})}]}


def _differences(bench: Bench, one: str, other: str) -> list[str]:
    folders = [bench.folder / bench.check(name).results for name in (one, other)]
    found = [line for name in FILES for line in differences(folders[0] / name, folders[1] / name)]
    # Each summary names its own file, in one line.
    return [line for line in found if line != "summary.json line 2"]


def _definition() -> str:
    """The state machine of the template, with its functions by their names."""
    for stack in assembly_of(DEFAULT_CONFIG).stacks:
        for resource in stack.resources().values():
            if resource["Type"] == "AWS::StepFunctions::StateMachine":
                parts = resource["Properties"]["DefinitionString"]["Fn::Join"][1]
                return "".join(part if isinstance(part, str) else _name(part) for part in parts)
    raise LocalError("The config has no state machine.")


def _name(reference: Mapping[str, Json]) -> str:
    logical = reference.get("Ref") or reference["Fn::GetAtt"][0]
    return next((name for name in MODULES if f"{name}Function" in logical), "bucket")


def _plan(told: Measured) -> Finding:
    plan = cost(told, PLANNED_ROWS)
    table = prices()
    return Finding(
        round(plan.total, 2),
        "the dollars of 100,000,000 rows, itemised",
        plan.total > 0,
        f"{plan.words()} Prices of {table['region']}, {table['day']}: {table['source']}",
    )
