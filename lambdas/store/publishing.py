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
from lambdas.store.conflicts import reasons, undisturbed
from lambdas.store.pool_rows import REMOVED, WRITERS, PoolTable, refused
from lambdas.usecases.publish_directory import PointerMoved, Snapshot, Standing


@dataclass(frozen=True, slots=True)
class DynamoPublishing(PoolTable):
    """The PublishingStore on the NumberPool table."""

    def snapshot(self, pool: str) -> Snapshot | None:
        head = self.head(pool)
        if not head.sequence:
            return None
        latest = self.latest(pool, head)
        return Snapshot(
            pool=pool,
            sequence=head.sequence,
            version=head.version,
            published_sequence=head.published_sequence,
            members=[row.member for row in latest.values() if row.member],
            held=self._held(pool),
            withheld=self._withheld(pool),
            returned={
                E164(item["sk"]["S"].removeprefix(keys.RETURNED_PREFIX)): int(item["on"]["N"])
                for item in self.query(pool, keys.RETURNED_PREFIX)
            },
            removed={
                row.e164: row.sequence
                for row in latest.values()
                if row.member is None and row.sequence > head.settled
            },
        )

    def has_returned(self, pool: str, now: datetime) -> bool:
        return any(returns <= now.timestamp() for returns in self._held(pool).values())

    def standing(self, pool: str, now: datetime) -> Standing | None:
        """How the pool stands, without its members; None where nothing was ever imported."""
        head = self.head(pool)
        if not head.sequence:
            return None
        held = self._held(pool).values()
        return Standing(
            shown=head.count,
            resting=sum(returns > now.timestamp() for returns in held),
            withheld=len(self._withheld(pool)),
        )

    def _held(self, pool: str) -> dict[E164, int]:
        return {
            E164(item["sk"]["S"].removeprefix(keys.HELD_PREFIX)): int(item["returns_at"]["N"])
            for item in self.query(pool, keys.HELD_PREFIX)
        }

    def _withheld(self, pool: str) -> frozenset[E164]:
        return frozenset(
            E164(item["sk"]["S"].removeprefix(keys.WITHHELD_PREFIX))
            for item in self.query(pool, keys.WITHHELD_PREFIX)
            if "reasons" in item
        )

    def settle(self, snapshot: Snapshot) -> None:
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(lambda pair: self._settle(snapshot, *pair), snapshot.removed.items()))

    def _settle(self, snapshot: Snapshot, number: E164, sequence: int) -> None:
        """The status keeps the end of a rest, should the number come back before it."""
        update: dict[str, Any] = {
            "TableName": self.table,
            "Key": keys.number_status(number),
            "UpdateExpression": "SET #status = :removed",
            "ConditionExpression": "#pool = :pool AND #sequence < :sequence",
            "ExpressionAttributeNames": {
                "#status": "status",
                "#pool": "pool",
                "#sequence": "sequence",
            },
            "ExpressionAttributeValues": {
                ":removed": {"S": REMOVED},
                ":pool": {"S": snapshot.pool},
                ":sequence": {"N": str(sequence)},
            },
        }
        held = {"TableName": self.table, "Key": keys.held(snapshot.pool, number)}
        try:
            if number in snapshot.held:
                both: Any = [{"Update": update}, {"Delete": held}]
                undisturbed(lambda: self.client.transact_write_items(TransactItems=both))
            else:
                undisturbed(lambda: self.client.update_item(**update))
        except ClientError as problem:
            # Refused: another import has brought it back since.
            if not refused(problem) and "ConditionalCheckFailed" not in reasons(problem):
                raise

    def publish(
        self, snapshot: Snapshot, segments: Mapping[str, bytes], count: int, now: datetime
    ) -> None:
        head = self.head(snapshot.pool)
        version = hashlib.sha256("".join(sorted(segments)).encode()).hexdigest()[:16]
        if head.version == version and head.published_sequence == snapshot.sequence:
            self._forget_ended(snapshot, now)
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
        self._forget_ended(snapshot, now)
        # A picker may still be loading what the pointer named until now.
        for name in set(head.previous) - set(head.segments) - set(segments):
            self.client.delete_item(TableName=self.table, Key=keys.segment(snapshot.pool, name))

    def _forget_ended(self, snapshot: Snapshot, now: datetime) -> None:
        """Delete the held rows of rests that are over, but not of one that began meanwhile."""
        for number, returns in snapshot.held.items():
            if returns <= now.timestamp():
                self._forget(snapshot.pool, number, returns)

    def _forget(self, pool: str, number: E164, returns: int) -> None:
        try:
            undisturbed(
                lambda: self.client.delete_item(
                    TableName=self.table,
                    Key=keys.held(pool, number),
                    ConditionExpression="returns_at = :seen",
                    ExpressionAttributeValues={":seen": {"N": str(returns)}},
                )
            )
        except ClientError as problem:
            if not refused(problem):
                raise

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
