"""The picker's view of what was published: directories and run-time modes, kept in memory.

Loaded once a container; a new pointer is looked for on a short interval. A stale directory costs
a second try at worst, since the commit checks every number, so one that cannot be refreshed goes
on being used.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from lambdas import telemetry
from lambdas.domain.directory import BrokenDirectory, Directory, unpack
from lambdas.domain.screening import Imported
from lambdas.domain.settings import QueueSettings, RunMode
from lambdas.store import keys
from lambdas.store.dynamodb import read_together
from lambdas.usecases.picking import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LOOK_AGAIN_SECONDS = 20.0
SEGMENTS_TOGETHER = 40
"""DynamoDB answers a batch with 16 MB at most; a segment is 400 KB at most."""


@dataclass(eq=False, repr=False)
class _Held:
    directory: Directory | None
    looked_at: float


@dataclass(eq=False, repr=False)
class PublishedDirectories:
    """Directories by pool and modes by queue. `elapsed` is a monotonic clock in seconds;
    `prefixes` are the leading digits that caller-ID rules ask for."""

    client: "DynamoDBClient"
    table: str
    elapsed: Callable[[], float]
    prefixes: Collection[str] = ()
    _held: dict[str, _Held] = field(default_factory=dict)
    _modes: Mapping[str, RunMode] | None = None
    _registers: Mapping[str, Imported] = field(default_factory=dict)

    def current(self, pool: str) -> Directory | None:
        """The pool's directory; None when nothing was ever published. May raise StoreUnavailable
        on the first look only."""
        return self._look(pool).directory

    def mode(self, queue: QueueSettings) -> RunMode:
        """The queue's run-time mode: what was set last, else what the configuration says.

        It is known also where the pool's directory cannot be read. May raise StoreUnavailable
        before the first look that told.
        """
        try:
            self._look(queue.pool)
        except StoreUnavailable:
            if self._modes is None:
                raise
        return (self._modes or {}).get(queue.key, queue.mode)

    def registers(self) -> Mapping[str, Imported]:
        """The do-not-call registers of which a file was imported, as last looked at."""
        return self._registers

    def _look(self, pool: str) -> _Held:
        held = self._held.get(pool)
        if held and self.elapsed() - held.looked_at < LOOK_AGAIN_SECONDS:
            return held
        try:
            fresh = self._load(pool, held.directory if held else None)
        except (StoreUnavailable, BrokenDirectory) as problem:
            telemetry.record("directory_not_refreshed", pool=pool, why=str(problem))
            if held is None:
                raise StoreUnavailable(f"no directory of pool {pool}") from problem
            fresh = _Held(held.directory, self.elapsed())
        self._held[pool] = fresh
        return fresh

    def _load(self, pool: str, held: Directory | None) -> _Held:
        found = self._read([keys.head(pool), keys.modes(), keys.registers()])
        self._modes = _modes(found.get("MODES", {}))
        self._registers = _registers(found.get("REGISTERS", {}))
        pointer = found.get(keys.pool_partition(pool), {}).get("directory")
        if pointer is None:
            return _Held(None, self.elapsed())
        version, names = _pointed(pointer)
        if held is not None and held.version == version:
            return _Held(held, self.elapsed())
        directory = unpack(self._segments(pool, names), version, self.prefixes)
        return _Held(directory, self.elapsed())

    def _read(self, wanted: Sequence[keys.Key]) -> dict[str, dict[str, Any]]:
        """Items by partition key, in one request."""
        items = read_together(self.client, {self.table: wanted})[self.table]
        return {item["pk"]["S"]: item for item in items}

    def _segments(self, pool: str, names: Sequence[str]) -> list[bytes]:
        found: dict[str, bytes] = {}
        for start in range(0, len(names), SEGMENTS_TOGETHER):
            wanted = [keys.segment(pool, name) for name in names[start : start + SEGMENTS_TOGETHER]]
            for item in read_together(self.client, {self.table: wanted})[self.table]:
                found[item["sk"]["S"].removeprefix(keys.SEGMENT_PREFIX)] = item["data"]["B"]
        missing = [name for name in names if name not in found]
        if missing:
            raise BrokenDirectory(f"segments {', '.join(missing)} of pool {pool} are missing")
        return [found[name] for name in names]


def _pointed(pointer: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Version and segments that a pointer names. Raises BrokenDirectory for what is none."""
    try:
        names = [name["S"] for name in pointer["M"]["segments"]["L"]]
        return pointer["M"]["version"]["S"], names
    except (KeyError, TypeError) as problem:
        raise BrokenDirectory("the pointer is none that this code reads") from problem


def _modes(item: Mapping[str, Any]) -> dict[str, RunMode]:
    """Modes by queue. A mode of a later version is passed over: the queue goes by its configuration
    meanwhile."""
    modes = {}
    for queue, stored in item.get("queues", {}).get("M", {}).items():
        with suppress(ValueError, KeyError):
            modes[queue] = RunMode.read(stored["S"])
    return modes


def _registers(item: Mapping[str, Any]) -> dict[str, Imported]:
    return {
        name: Imported(
            date.fromisoformat(file["M"]["dated"]["S"]),
            date.fromisoformat(file["M"]["complete"]["S"]),
        )
        for name, file in item.get("registers", {}).get("M", {}).items()
    }
