"""What a new container of the picker costs: its start, its bundle and its memory."""

import json
import marshal
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from statistics import median
from typing import Any

from lambdas.domain.directory import pack
from lambdas.store import keys
from local.benchmarks import Comparison, at_most, benchmark, ratio_at_most
from local.benchmarks.picking import BOTO3, CONFIG, event
from local.cloud import LocalCloud
from local.errors import LocalError
from local.spread_pool import exchanges, pool_of
from local.toolchain import Say

ROUNDS = 9
START_RATIO = 1.1
NUMBERS_AT_START = 10_000
LARGE = 100_000
TABLE = "numbers"
MEGABYTE = 1_000_000
DIRECTORY_MB = 60.0
LOAD_MS = 300.0
PICKER_MB = 200.0
SIZE_RATIO = 0.6
ZIPPED_MB = 10.0

STARTED = """
import json, marshal, os, sys
os.environ.update(json.loads(sys.argv[1]))
import lambdas.pick_caller_id  # as Lambda does, ahead of the handler
from botocore.client import BaseClient
with open(sys.argv[2], "rb") as file:
    items = marshal.load(file)
def answered(self, operation, asked):
    if operation == "BatchGetItem":
        (table, wanted), = asked["RequestItems"].items()
        found = (items.get((key["pk"]["S"], key["sk"]["S"])) for key in wanted["Keys"])
        return {"Responses": {table: list(filter(None, found))}}
    return {"Query": {"Items": []}, "GetSecretValue": {"SecretString": "a key"}}.get(operation, {})
BaseClient._make_api_call = answered
from lambdas.wiring import picking
"""
KEY_KNOWN = """
picking.secrets = lambda: None
picking.customer_key()._key = b"a key"
"""
FIRST_PICK = """
import lambdas.pick_caller_id.handler as function
answer = function.handler(json.loads(sys.argv[3]), None)
assert answer["action"] == "dial", answer
"""
RESIDENT = """
def resident():
    with open("/proc/self/statm") as told:
        return int(told.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
"""
LOADED = f"""
import time
{RESIDENT}
from lambdas.domain.directory import unpack
from lambdas.wiring import rules
import lambdas.pick_caller_id.handler
prefixes = rules().prefixes
segments = [row["data"]["B"] for row in items.values() if "data" in row]
before = resident()
started = time.process_time()
directory = unpack(segments, "bench", prefixes)
took = (time.process_time() - started) * 1000
assert len(directory) == {LARGE}
print(json.dumps([resident(), resident() - before, took]))
"""
GEOCODER = f"""
import os, boto3, phonenumbers
from phonenumbers import geocoder
{RESIDENT}
boto3.client("dynamodb", region_name="us-east-1")
geocoder.description_for_number(phonenumbers.parse("+12065550100"), "en")
print(resident())
"""


@dataclass(frozen=True)
class Container:
    """The picker's staged bundle, and the variables that its function has."""

    code: Path
    variables: Mapping[str, str]

    def run(self, script: str, *arguments: str) -> str:
        """Run a script as a new process would in Lambda; what it printed."""
        told = json.dumps(self.variables)
        done = subprocess.run(
            [sys.executable, "-B", "-c", script, told, *arguments],
            cwd=self.code,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LocalError(f"The picker did not start in {self.code}: {done.stderr[-2000:]}")
        return done.stdout

    def timed(self, script: str, *arguments: str) -> float:
        started = time.perf_counter()
        self.run(script, *arguments)
        return (time.perf_counter() - started) * 1000


@cache
def container() -> Container:
    """The bundle as the app's synthesis makes it."""
    with LocalCloud.start(CONFIG, None, lambda _: None) as cloud:
        code = cloud.function_of("pick_caller_id").code
    tables = ("NUMBER_POOL_TABLE", "USAGE_TABLE", "CUSTOMERS_TABLE", "CUSTOMER_KEY_SECRET_ARN")
    return Container(
        code,
        {
            **dict.fromkeys(tables, TABLE),
            "LAMBDA_TASK_ROOT": str(code),
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        },
    )


@contextmanager
def stored(size: int) -> Iterator[Path]:
    """The items of a published pool of realistic towns, as the table would answer them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "items"
        path.write_bytes(marshal.dumps(_items(size)))
        yield path


def _items(size: int) -> dict[tuple[str, str], dict[str, Any]]:
    segments = pack(pool_of(size, exchanges()))
    pointer = {"version": {"S": "bench"}, "segments": {"L": [{"S": name} for name in segments]}}
    asked = event(0)["Details"]["Parameters"]["queue"]
    rows: list[Any] = [
        {**keys.modes(), "queues": {"M": {asked: {"S": "on"}}}},
        {**keys.head("service"), "directory": {"M": pointer}},
    ]
    rows += [{**keys.segment("service", name), "data": {"B": segments[name]}} for name in segments]
    return {(row["pk"]["S"], row["sk"]["S"]): row for row in rows}


@benchmark("pick/cold_start")
def cold_start(say: Say) -> Comparison:
    """Milliseconds of a new process that does what a new container does: import, one client, a
    directory of 10 000 numbers, and the first pick; beside one that imports boto3 and makes one
    client. Nothing is sent in either."""
    say("staging the picker")
    home = container()
    ours, keyed, other = [], [], []
    with stored(NUMBERS_AT_START) as items:
        given = (str(items), json.dumps(event(0)))
        for number in range(ROUNDS + 1):  # the first one compiles
            say(f"process {number} of {ROUNDS}")
            mine = home.timed(STARTED + KEY_KNOWN + FIRST_PICK, *given)
            theirs = home.timed(BOTO3)
            with_key = home.timed(STARTED + FIRST_PICK, *given)
            if number:
                ours.append(mine)
                other.append(theirs)
                keyed.append(with_key)
    note = f"with the client that reads the key of customers' numbers {median(keyed):.0f} ms"
    return replace(ratio_at_most(median(ours), median(other), "ms", START_RATIO), note=note)


@benchmark("pick/bundle_size", "pick/bundle_zipped")
def bundle_size(say: Say) -> list[Comparison]:
    """Megabytes of the picker's bundle, beside one that has all of phonenumbers and no places: it
    knows neither positions nor towns by name nor postal codes, which do not compress."""
    say("staging the picker")
    code = container().code
    whole = Path(str(resources.files("phonenumbers")))
    ours = dict(_files(code))
    with_geocoder = {name: path for name, path in ours.items() if name != "places.bin"}
    with_geocoder |= {f"phonenumbers/{name}": path for name, path in _files(whole)}
    say("zipping both")
    return [
        ratio_at_most(_megabytes(ours), _megabytes(with_geocoder), "MB", SIZE_RATIO),
        replace(at_most(_zipped(ours), "MB", ZIPPED_MB), other=_zipped(with_geocoder)),
    ]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(folder).as_posix(), path


def _megabytes(files: Mapping[str, Path]) -> float:
    return sum(path.stat().st_size for path in files.values()) / MEGABYTE


def _zipped(files: Mapping[str, Path]) -> float:
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, path in files.items():
                archive.write(path, name)
        return file.tell() / MEGABYTE


@benchmark("pick/memory", "pick/memory_directory", "pick/load_directory")
def memory(say: Say) -> list[Comparison]:
    """Resident megabytes of the picker with 100 000 numbers, beside boto3 and the geocoder; the
    directory's share of them; and the milliseconds of processor time that it takes to load."""
    if not os.access("/proc/self/statm", os.R_OK):
        raise LocalError("Resident memory is measured on Linux only.")
    say("staging the picker")
    home = container()
    with stored(LARGE) as items:
        script = STARTED + KEY_KNOWN + LOADED
        runs = [json.loads(home.run(script, str(items))) for _ in _counted(say)]
        whole, share, took = (median(values) for values in zip(*runs, strict=True))
    # From a folder without the pruned package.
    with tempfile.TemporaryDirectory() as folder:
        other = float(replace(home, code=Path(folder)).run(GEOCODER))
    return [
        replace(at_most(whole, "MB", PICKER_MB), other=other),
        at_most(share, "MB", DIRECTORY_MB),
        at_most(took, "ms", LOAD_MS),
    ]


def _counted(say: Callable[[str], None]) -> Iterable[int]:
    for number in range(1, ROUNDS + 1):
        say(f"process {number} of {ROUNDS}")
        yield number
