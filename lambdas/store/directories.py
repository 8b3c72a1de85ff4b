"""The picker's view of what was published: directories and run-time modes, kept in memory.

Loaded once a container; a new pointer is looked for on a short interval. A stale directory costs
a second try at worst, since the commit checks every number, so one that cannot be refreshed goes
on being used.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambdas import telemetry
from lambdas.domain.directory import BrokenDirectory, Directory, unpack
from lambdas.domain.settings import Mode, QueueSettings
from lambdas.store import keys
from lambdas.store.dynamodb import unavailable
from lambdas.usecases.pick_caller_id import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LOOK_AGAIN_SECONDS = 20.0
BATCH_GET_KEYS = 100


@dataclass(slots=True)
class _Held:
    directory: Directory | None
    looked_at: float


@dataclass(slots=True)
class PublishedDirectories:
    """Directories by pool and modes by queue. `elapsed` is a monotonic clock in seconds."""

    client: "DynamoDBClient"
    table: str
    elapsed: Callable[[], float]
    _held: dict[str, _Held] = field(default_factory=dict)
    _modes: Mapping[str, Mode] = field(default_factory=dict)
    _modes_looked_at: float | None = None

    def current(self, pool: str) -> Directory | None:
        """The pool's directory; None when nothing was ever published. May raise StoreUnavailable
        on the first look only."""
        held = self._held.get(pool)
        if held and self.elapsed() - held.looked_at < LOOK_AGAIN_SECONDS:
            return held.directory
        try:
            directory = self._load(pool, held.directory if held else None)
        except (StoreUnavailable, BrokenDirectory) as problem:
            telemetry.record("directory_not_refreshed", pool=pool, why=str(problem))
            if held is None:
                raise StoreUnavailable(f"no directory of pool {pool}") from problem
            directory = held.directory
        self._held[pool] = _Held(directory, self.elapsed())
        return directory

    def mode(self, queue: QueueSettings) -> Mode:
        """The queue's run-time mode: what was set last, else what the configuration says."""
        looked_at = self._modes_looked_at
        if looked_at is None or self.elapsed() - looked_at >= LOOK_AGAIN_SECONDS:
            try:
                self._modes = self._load_modes()
            except StoreUnavailable:
                if looked_at is None:
                    raise
                telemetry.record("modes_not_refreshed")
            self._modes_looked_at = self.elapsed()
        return self._modes.get(queue.key, queue.mode)

    def forget(self) -> None:
        """Look at everything anew before the next pick, as after a restore from a snapshot."""
        self._held.clear()
        self._modes_looked_at = None

    def _load(self, pool: str, held: Directory | None) -> Directory | None:
        with unavailable():
            answer = self.client.get_item(
                TableName=self.table,
                Key=keys.head(pool),
                ProjectionExpression="directory",
                ConsistentRead=True,
            )
        pointer = answer.get("Item", {}).get("directory")
        if pointer is None:
            return None
        version = pointer["M"]["version"]["S"]
        if held is not None and held.version == version:
            return held
        names = [name["S"] for name in pointer["M"]["segments"]["L"]]
        return unpack(self._segments(pool, names), version)

    def _segments(self, pool: str, names: Sequence[str]) -> list[bytes]:
        found: dict[str, bytes] = {}
        wanted: list[Any] = [keys.segment(pool, name) for name in names]
        while wanted:
            with unavailable():
                answer = self.client.batch_get_item(
                    RequestItems={
                        self.table: {"Keys": wanted[:BATCH_GET_KEYS], "ConsistentRead": True}
                    }
                )
            found |= {
                item["sk"]["S"].removeprefix(keys.SEGMENT_PREFIX): item["data"]["B"]
                for item in answer["Responses"].get(self.table, [])
            }
            unread = answer.get("UnprocessedKeys", {}).get(self.table, {"Keys": []})["Keys"]
            wanted = list(unread) + wanted[BATCH_GET_KEYS:]
        missing = [name for name in names if name not in found]
        if missing:
            raise BrokenDirectory(f"segments {', '.join(missing)} of pool {pool} are missing")
        return [found[name] for name in names]

    def _load_modes(self) -> Mapping[str, Mode]:
        with unavailable():
            answer = self.client.get_item(TableName=self.table, Key=keys.modes())
        stored = answer.get("Item", {}).get("queues", {"M": {}})["M"]
        return {queue: Mode(mode["S"]) for queue, mode in stored.items()}
