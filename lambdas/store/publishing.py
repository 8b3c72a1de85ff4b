"""Publishing in DynamoDB: segments first, then the pointer in one conditional write."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from lambdas.domain.phone import E164
from lambdas.store import keys
from lambdas.store.pool_rows import REMOVED, WRITERS, PoolTable, refused
from lambdas.usecases.publish_directory import PointerMoved, Snapshot


@dataclass(frozen=True, slots=True)
class DynamoPublishing(PoolTable):
    """The PublishingStore on the NumberPool table."""

    def snapshot(self, pool: str) -> Snapshot | None:
        head = self.head(pool)
        if not head.sequence:
            return None
        latest = self.latest(pool, head)
        held = self.query(pool, keys.HELD_PREFIX)
        return Snapshot(
            pool=pool,
            sequence=head.sequence,
            version=head.version,
            published_sequence=head.published_sequence,
            members=[row.member for row in latest.values() if row.member],
            held=frozenset(E164(item["sk"]["S"].removeprefix(keys.HELD_PREFIX)) for item in held),
            removed={
                row.e164: row.sequence
                for row in latest.values()
                if row.member is None and row.sequence > head.settled
            },
        )

    def settle(self, pool: str, removed: Mapping[E164, int]) -> None:
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(lambda pair: self._settle(pool, *pair), removed.items()))

    def _settle(self, pool: str, number: E164, sequence: int) -> None:
        try:
            self.client.update_item(
                TableName=self.table,
                Key=keys.number_status(number),
                UpdateExpression="SET #status = :removed",
                ConditionExpression="#pool = :pool AND #sequence < :sequence",
                ExpressionAttributeNames={
                    "#status": "status",
                    "#pool": "pool",
                    "#sequence": "sequence",
                },
                ExpressionAttributeValues={
                    ":removed": {"S": REMOVED},
                    ":pool": {"S": pool},
                    ":sequence": {"N": str(sequence)},
                },
            )
        except ClientError as problem:
            if not refused(problem):  # refused: another import has brought it back since
                raise

    def publish(
        self, snapshot: Snapshot, segments: Mapping[str, bytes], count: int, now: datetime
    ) -> None:
        head = self.head(snapshot.pool)
        version = hashlib.sha256("".join(sorted(segments)).encode()).hexdigest()[:16]
        if head.version == version and head.published_sequence == snapshot.sequence:
            return
        for name, data in segments.items():
            if name not in head.segments:
                item = {**keys.segment(snapshot.pool, name), "data": {"B": data}}
                self.client.put_item(TableName=self.table, Item=item)
        pointer: dict[str, Any] = {
            "version": {"S": version},
            "segments": {"L": [{"S": name} for name in sorted(segments)]},
            "previous": {"L": [{"S": name} for name in head.segments]},
            "sequence": {"N": str(snapshot.sequence)},
            "count": {"N": str(count)},
            "published_at": {"S": now.isoformat()},
        }
        self._move_pointer(snapshot, pointer)
        # A picker may still be loading what the pointer named until now.
        for name in set(head.previous) - set(head.segments) - set(segments):
            self.client.delete_item(TableName=self.table, Key=keys.segment(snapshot.pool, name))

    def _move_pointer(self, snapshot: Snapshot, pointer: Mapping[str, Any]) -> None:
        values: dict[str, Any] = {
            ":pointer": {"M": pointer},
            ":sequence": {"N": str(snapshot.sequence)},
            ":one": {"N": "1"},
        }
        unmoved = "attribute_not_exists(directory)"
        if snapshot.version:
            unmoved = "directory.#version = :seen"
            values[":seen"] = {"S": snapshot.version}
        names = {"#sequence": "sequence"} | ({"#version": "version"} if snapshot.version else {})
        try:
            self.client.update_item(
                TableName=self.table,
                Key=keys.head(snapshot.pool),
                UpdateExpression="SET directory = :pointer, settled = :sequence ADD revision :one",
                ConditionExpression=f"#sequence = :sequence AND {unmoved}",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except ClientError as problem:
            if refused(problem):
                raise PointerMoved(snapshot.pool) from problem
            raise
