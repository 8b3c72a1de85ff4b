"""What the publisher would make of a pool's members, kept in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lambdas.domain.rows import Member
from lambdas.usecases.publish_directory import Snapshot, publish_directory


def published(pool: str, members: Sequence[Member], now: datetime) -> Sequence[bytes]:
    """The segments of the directory that pickers would load."""
    store = _InMemory(pool, members)
    publish_directory(pool, store, now)
    return list(store.segments.values())


@dataclass
class _InMemory:
    pool: str
    members: Sequence[Member]
    segments: dict[str, bytes] = field(default_factory=dict)

    def snapshot(self, pool: str) -> Snapshot:
        return Snapshot(
            pool=pool,
            sequence=1,
            version="",
            published_sequence=0,
            members=self.members,
            held={},
            removed={},
        )

    def settle(self, snapshot: Snapshot) -> None:
        """Nothing was removed."""

    def publish(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        segments: Mapping[str, bytes],
        count: int,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> None:
        self.segments.update(segments)
