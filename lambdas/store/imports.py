"""Imports in DynamoDB: the PoolStore of the number intake. See pool_rows for how rows count."""

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from lambdas.domain.intake import Outcome
from lambdas.domain.phone import E164
from lambdas.store import keys
from lambdas.store.conflicts import disturbed, reasons, undisturbed
from lambdas.store.pool_rows import (
    WRITERS,
    PoolTable,
    Row,
    counts,
    refused,
    row_item,
    row_of,
)
from lambdas.store.taking import Taking
from lambdas.usecases.import_numbers import Changes, Kept, Lease, LeaseLost, PoolBusy, Upload

LEASE = timedelta(minutes=11)
"""Longer than the importer may run, so that a live import never loses its pool."""

BATCH_WRITE_ITEMS = 25
LONGEST_BACKOFF_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class DynamoImports(PoolTable):
    """Takes, stages and commits imports."""

    def begin(self, upload: Upload, now: datetime) -> Lease:
        head = self.head(upload.pool)
        alive = head.lock_import and head.lock_until > now.timestamp()
        if alive and head.lock_import != upload.import_id:
            raise PoolBusy(f"pool {upload.pool} is taken by another upload")
        sequence = head.next_sequence
        void = head.void | ({head.lock_sequence} if head.lock_import else set())
        lock = {
            "import_id": {"S": upload.import_id},
            "sequence": {"N": str(sequence)},
            "until": {"N": str(int((now + LEASE).timestamp()))},
        }
        values: dict[str, Any] = {
            ":lock": {"M": lock},
            ":next": {"N": str(sequence + 1)},
            ":sequence": {"N": str(head.sequence)},
            ":one": {"N": "1"},
            ":void": {"L": [{"N": str(dead)} for dead in sorted(void)]},
        }
        condition = "attribute_not_exists(pk)"
        if head.revision:
            condition = "revision = :seen"
            values[":seen"] = {"N": str(head.revision)}
        try:
            self.client.update_item(
                TableName=self.table,
                Key=keys.head(upload.pool),
                UpdateExpression=(
                    "SET #lock = :lock, next_sequence = :next, #sequence = :sequence, #void = :void"
                    " ADD revision :one"
                ),
                ConditionExpression=condition,
                ExpressionAttributeNames={
                    "#lock": "lock",
                    "#sequence": "sequence",
                    "#void": "void",
                },
                ExpressionAttributeValues=values,
            )
        except ClientError as problem:
            if refused(problem) or disturbed(problem):
                raise PoolBusy(f"pool {upload.pool} is being written") from problem
            raise
        earlier = self._committed_earlier(upload)
        removed = self._removed_by(upload.pool, earlier) if earlier is not None else ()
        return Lease(upload.pool, upload.import_id, sequence, earlier, removed)

    def members(self, pool: str) -> dict[E164, Kept]:
        latest = self.latest(pool, self.head(pool))
        return {
            row.e164: Kept(row.member, row.sequence, row.change)
            for row in latest.values()
            if row.member
        }

    def take(self, lease: Lease, numbers: Sequence[E164], now: datetime) -> dict[E164, str]:
        taking = Taking(self.client, self.table)

        def owner_of(number: E164) -> str:
            return taking.take(lease.pool, lease.sequence, number, now)

        with ThreadPoolExecutor(WRITERS) as writers:
            owners = writers.map(owner_of, numbers)
            return {number: owner for number, owner in zip(numbers, owners, strict=True) if owner}

    def stage(self, lease: Lease, changes: Changes) -> None:
        self._write_all(
            {"PutRequest": {"Item": row_item(lease.pool, row)}}
            for row in _staged(lease.sequence, changes)
        )

    def commit(self, lease: Lease, upload: Upload, now: datetime) -> None:
        record = {
            **keys.imported(lease.pool, lease.import_id),
            "sequence": {"N": str(lease.sequence)},
            "name": {"S": upload.name},
            "at": {"S": now.isoformat()},
        }
        self._end(
            lease,
            "SET #sequence = :mine REMOVE #lock ADD revision :one",
            also=[{"Put": {"TableName": self.table, "Item": record}}],
        )

    def release(self, lease: Lease) -> None:
        self._end(lease, "REMOVE #lock ADD revision :one")

    def tidy(self, lease: Lease) -> None:
        """Delete rows that count no longer. Only the holder of the lease may.

        A removal's own row goes one import later than the rows before it: whoever reads the pool
        meanwhile could else meet an old row and not its removal.
        """
        head = self.head(lease.pool)
        rows = [row_of(item) for item in self.query(lease.pool, keys.MEMBER_PREFIX)]
        counting = [row for row in rows if counts(row, head)]
        latest = {row.e164: row for row in counting}
        replaced = [row for row in counting if row is not latest[row.e164]]
        had_earlier = {row.e164 for row in replaced}
        done = [
            row
            for row in latest.values()
            if row.member is None and row.sequence <= head.settled and row.e164 not in had_earlier
        ]
        void = [row for row in rows if row.sequence in head.void]
        self._write_all(
            {"DeleteRequest": {"Key": keys.member(lease.pool, row.e164, row.sequence)}}
            for row in (*replaced, *done, *void)
        )

    def _end(
        self,
        lease: Lease,
        expression: str,
        also: Sequence[Any] = (),
    ) -> None:
        update: Any = {
            "TableName": self.table,
            "Key": keys.head(lease.pool),
            "UpdateExpression": expression,
            "ConditionExpression": "#lock.#sequence = :mine",
            "ExpressionAttributeNames": {"#lock": "lock", "#sequence": "sequence"},
            "ExpressionAttributeValues": {
                ":mine": {"N": str(lease.sequence)},
                ":one": {"N": "1"},
            },
        }
        try:
            undisturbed(
                lambda: self.client.transact_write_items(TransactItems=[{"Update": update}, *also])
            )
        except ClientError as problem:
            if "ConditionalCheckFailed" not in reasons(problem):
                raise
            words = f"pool {lease.pool} was taken over by another upload"
            raise LeaseLost(words) from problem

    def _removed_by(self, pool: str, sequence: int) -> list[E164]:
        rows = (row_of(item) for item in self.query(pool, keys.MEMBER_PREFIX))
        return [row.e164 for row in rows if row.sequence == sequence and row.member is None]

    def _committed_earlier(self, upload: Upload) -> int | None:
        answer = self.client.get_item(
            TableName=self.table,
            Key=keys.imported(upload.pool, upload.import_id),
            ConsistentRead=True,
        )
        item = answer.get("Item")
        return int(item["sequence"]["N"]) if item else None

    def _write_all(self, requests: Iterable[Any]) -> None:
        batches = _in_batches(requests, BATCH_WRITE_ITEMS)
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(self._write_batch, batches))

    def _write_batch(self, batch: Sequence[Any]) -> None:
        wait = 0.05
        unwritten: Sequence[Any] = batch
        while unwritten:
            answer = self.client.batch_write_item(RequestItems={self.table: unwritten})
            unwritten = answer.get("UnprocessedItems", {}).get(self.table, [])
            if unwritten:
                time.sleep(wait)
                wait = min(wait * 2, LONGEST_BACKOFF_SECONDS)


def _in_batches(requests: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for request in requests:
        batch.append(request)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _staged(sequence: int, changes: Changes) -> Iterator[Row]:
    for member in changes.added:
        yield Row(member.e164, sequence, member, Outcome.ADDED)
    for member in changes.updated:
        yield Row(member.e164, sequence, member, Outcome.UPDATED)
    for number in changes.removed:
        yield Row(number, sequence, None, Outcome.REMOVED)
