"""Pools in DynamoDB: imports that become visible in one write, and what pickers are shown.

A pool's head carries the committed sequence. Every import stages its rows under a sequence of its
own; a row counts when its sequence is at most the head's and is not void. A sequence is void when
its import was given up for dead, so that whatever a late writer still stages never shows.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.domain.intake import Direction, Member, Outcome
from lambdas.domain.phone import E164, Kind
from lambdas.store import keys
from lambdas.store.claims import ACTIVE
from lambdas.usecases.import_numbers import Changes, Kept, Lease, LeaseLost, PoolBusy, Upload
from lambdas.usecases.publish_directory import PointerMoved, Snapshot

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(minutes=16)
"""Longer than the importer may run, so that a live import never loses its pool."""

REMOVED = "REMOVED"
WRITERS = 12
BATCH_WRITE_ITEMS = 25
LONGEST_BACKOFF_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Row:
    """A staged row; `member` is None where the import removes the number."""

    e164: E164
    sequence: int
    member: Member | None
    change: Outcome


@dataclass(frozen=True, slots=True)
class _Head:
    sequence: int
    next_sequence: int
    revision: int
    void: frozenset[int]
    lock_import: str
    lock_sequence: int
    lock_until: int
    settled: int
    version: str
    published_sequence: int
    segments: tuple[str, ...]
    previous: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DynamoPools:
    """PoolStore and PublishingStore on the NumberPool table."""

    client: "DynamoDBClient"
    table: str

    # -- imports ---------------------------------------------------------------------------------

    def begin(self, upload: Upload, now: datetime) -> Lease:
        head = self._head(upload.pool)
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
            if _refused(problem):
                raise PoolBusy(f"pool {upload.pool} is being written") from problem
            raise
        return Lease(upload.pool, upload.import_id, sequence, self._committed_earlier(upload))

    def members(self, pool: str) -> dict[E164, Kept]:
        latest = self._latest(pool, self._head(pool))
        return {
            row.e164: Kept(row.member, row.sequence, row.change)
            for row in latest.values()
            if row.member
        }

    def take(self, lease: Lease, numbers: Sequence[E164], now: datetime) -> dict[E164, str]:
        with ThreadPoolExecutor(WRITERS) as writers:
            owners = writers.map(lambda number: self._take(lease, number, now), numbers)
            return {number: owner for number, owner in zip(numbers, owners, strict=True) if owner}

    def stage(self, lease: Lease, changes: Changes) -> None:
        self._write_all(
            {"PutRequest": {"Item": _row_item(lease.pool, row)}}
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
        head = self._head(lease.pool)
        rows = [_row(item) for item in self._query(lease.pool, keys.MEMBER_PREFIX)]
        counting = [row for row in rows if _counts(row, head)]
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
            self.client.transact_write_items(TransactItems=[{"Update": update}, *also])
        except ClientError as problem:
            reasons: Any = problem.response.get("CancellationReasons", [])
            if reasons and reasons[0].get("Code") == "ConditionalCheckFailed":
                raise LeaseLost(f"pool {lease.pool} was taken over by another upload") from problem
            raise

    def _committed_earlier(self, upload: Upload) -> int | None:
        answer = self.client.get_item(
            TableName=self.table,
            Key=keys.imported(upload.pool, upload.import_id),
            ConsistentRead=True,
        )
        item = answer.get("Item")
        return int(item["sequence"]["N"]) if item else None

    def _take(self, lease: Lease, number: E164, now: datetime) -> str:
        """The name of the pool that has the number, "" once this one has it."""
        mine = {
            **keys.number_status(number),
            "pool": {"S": lease.pool},
            "status": {"S": ACTIVE},
            "sequence": {"N": str(lease.sequence)},
            "since": {"S": now.isoformat()},
        }
        free = "attribute_not_exists(pk) OR #status = :removed"
        held = self._put_status(mine, free, {"#status": "status"}, {":removed": {"S": REMOVED}})
        if held is None:
            return ""
        owner, sequence = held["pool"]["S"], held["sequence"]
        if owner != lease.pool and self._shows(owner, number, int(sequence["N"]), now):
            return str(owner)
        # What stands there is this pool's own, or was left by an import that never committed.
        taken = mine if owner != lease.pool else {**held, "sequence": mine["sequence"]}
        again = self._put_status(
            taken,
            "#pool = :owner AND #sequence = :sequence",
            {"#pool": "pool", "#sequence": "sequence"},
            {":owner": {"S": owner}, ":sequence": sequence},
        )
        return "" if again is None else str(again["pool"]["S"])

    def _put_status(
        self,
        item: Mapping[str, Any],
        condition: str,
        names: Mapping[str, str],
        values: Mapping[str, Any],
    ) -> dict[str, Any] | None:
        """Put a number's status; what stands there instead when the condition fails."""
        try:
            self.client.put_item(
                TableName=self.table,
                Item=item,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as problem:
            if not _refused(problem):
                raise
            old: Any = problem.response
            return dict(old["Item"])
        return None

    def _shows(self, pool: str, number: E164, sequence: int, now: datetime) -> bool:
        """Whether the number is the pool's: committed, or being brought in right now."""
        head = self._head(pool)
        if head.lock_sequence == sequence and head.lock_until > now.timestamp():
            return True
        row = self._latest(pool, head, f"{number}#").get(number)
        return row is not None and row.member is not None

    # -- publishing ------------------------------------------------------------------------------

    def snapshot(self, pool: str) -> Snapshot | None:
        head = self._head(pool)
        if not head.sequence:
            return None
        latest = self._latest(pool, head)
        held = self._query(pool, keys.HELD_PREFIX)
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
            if not _refused(problem):  # refused: another import has brought it back since
                raise

    def publish(
        self, snapshot: Snapshot, segments: Mapping[str, bytes], count: int, now: datetime
    ) -> None:
        head = self._head(snapshot.pool)
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
            if _refused(problem):
                raise PointerMoved(snapshot.pool) from problem
            raise

    # -- rows ------------------------------------------------------------------------------------

    def _head(self, pool: str) -> _Head:
        answer = self.client.get_item(
            TableName=self.table, Key=keys.head(pool), ConsistentRead=True
        )
        return _head(answer.get("Item", {}))

    def _latest(self, pool: str, head: _Head, prefix: str = "") -> dict[E164, _Row]:
        """The newest row that counts of each number, removals among them."""
        latest: dict[E164, _Row] = {}
        for item in self._query(pool, keys.MEMBER_PREFIX + prefix):
            row = _row(item)
            if _counts(row, head):
                latest[row.e164] = row
        return latest

    def _query(self, pool: str, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": keys.pool_partition(pool)},
                ":prefix": {"S": prefix},
            },
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]

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


def _counts(row: _Row, head: _Head) -> bool:
    return row.sequence <= head.sequence and row.sequence not in head.void


def _refused(problem: ClientError) -> bool:
    return problem.response["Error"]["Code"] == "ConditionalCheckFailedException"


def _in_batches(requests: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for request in requests:
        batch.append(request)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _staged(sequence: int, changes: Changes) -> Iterator[_Row]:
    for member in changes.added:
        yield _Row(member.e164, sequence, member, Outcome.ADDED)
    for member in changes.updated:
        yield _Row(member.e164, sequence, member, Outcome.UPDATED)
    for number in changes.removed:
        yield _Row(number, sequence, None, Outcome.REMOVED)


def _row_item(pool: str, row: _Row) -> dict[str, Any]:
    item: dict[str, Any] = {
        **keys.member(pool, row.e164, row.sequence),
        "change": {"S": row.change.value},
    }
    if row.member:
        member = row.member
        item |= {
            "region": {"S": member.region},
            "kind": {"S": member.kind.value},
            "area_code": {"S": member.area_code},
            "state": {"S": member.state},
            "place": {"S": member.place},
            "direction": {"S": member.direction.value},
            "label": {"S": member.label},
            "activated_on": {"N": str(member.activated_on)},
        }
    return item


def _row(item: Mapping[str, Any]) -> _Row:
    _, e164, sequence = item["sk"]["S"].split("#")
    change = Outcome(item["change"]["S"])
    if change is Outcome.REMOVED:
        return _Row(E164(e164), int(sequence), None, change)
    member = Member(
        e164=E164(e164),
        region=item["region"]["S"],
        kind=Kind(item["kind"]["S"]),
        area_code=item["area_code"]["S"],
        state=item["state"]["S"],
        place=item["place"]["S"],
        direction=Direction(item["direction"]["S"]),
        label=item["label"]["S"],
        activated_on=int(item["activated_on"]["N"]),
    )
    return _Row(member.e164, int(sequence), member, change)


def _head(item: Mapping[str, Any]) -> _Head:
    lock = item.get("lock", {"M": {}})["M"]
    directory = item.get("directory", {"M": {}})["M"]
    return _Head(
        sequence=_number(item, "sequence"),
        next_sequence=_number(item, "next_sequence") or 1,
        revision=_number(item, "revision"),
        void=frozenset(int(dead["N"]) for dead in item.get("void", {"L": []})["L"]),
        lock_import=lock["import_id"]["S"] if lock else "",
        lock_sequence=_number(lock, "sequence"),
        lock_until=_number(lock, "until"),
        settled=_number(item, "settled"),
        version=directory["version"]["S"] if directory else "",
        published_sequence=_number(directory, "sequence"),
        segments=_texts(directory, "segments"),
        previous=_texts(directory, "previous"),
    )


def _texts(item: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(text["S"] for text in item.get(name, {"L": []})["L"])


def _number(item: Mapping[str, Any], name: str) -> int:
    return int(item.get(name, {"N": "0"})["N"])
