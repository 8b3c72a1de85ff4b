"""Pools in DynamoDB: imports that become visible in one write, and what pickers are shown.

A pool's head carries the committed sequence. Every import stages its rows under a sequence of its
own; a row counts when its sequence is at most the head's and is not void. A sequence is void when
its import was given up for dead, so that whatever a late writer still stages never shows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.domain.intake import Direction, Member, Outcome
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import E164, Kind
from lambdas.store import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REMOVED = "REMOVED"
WRITERS = 12
"""Requests under way at once while an import or a publication writes."""


@dataclass(frozen=True, slots=True)
class Row:
    """A staged row; `member` is None where the import removes the number."""

    e164: E164
    sequence: int
    member: Member | None
    change: Outcome


@dataclass(frozen=True, slots=True)
class Head:
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
    count: int = 0


@dataclass(frozen=True, slots=True)
class PoolTable:
    """Reading pools from the NumberPool table."""

    client: "DynamoDBClient"
    table: str

    def head(self, pool: str) -> Head:
        answer = self.client.get_item(
            TableName=self.table, Key=keys.head(pool), ConsistentRead=True
        )
        return head_of(answer.get("Item", {}))

    def latest(self, pool: str, head: Head, prefix: str = "") -> dict[E164, Row]:
        """The newest row that counts of each number, removals among them."""
        latest: dict[E164, Row] = {}
        for item in self.query(pool, keys.MEMBER_PREFIX + prefix):
            row = row_of(item)
            if counts(row, head):
                latest[row.e164] = row
        return latest

    def query(self, pool: str, prefix: str) -> Iterator[dict[str, Any]]:
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


def counts(row: Row, head: Head) -> bool:
    return row.sequence <= head.sequence and row.sequence not in head.void


def refused(problem: ClientError) -> bool:
    return problem.response["Error"]["Code"] == "ConditionalCheckFailedException"


def row_item(pool: str, row: Row) -> dict[str, Any]:
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
            "ownership": {"S": member.ownership.value},
            "golden": {"BOOL": member.golden},
            "proof": {"S": member.proof},
        }
        if member.position:
            latitude, longitude = member.position
            item |= {"latitude": {"N": str(latitude)}, "longitude": {"N": str(longitude)}}
    return item


def row_of(item: Mapping[str, Any]) -> Row:
    _, e164, sequence = item["sk"]["S"].split("#")
    change = Outcome(item["change"]["S"])
    if change is Outcome.REMOVED:
        return Row(E164(e164), int(sequence), None, change)
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
        # Rows of earlier versions lack what follows.
        position=_position(item),
        ownership=Ownership(item.get("ownership", {"S": Ownership.CONNECT})["S"]),
        golden=item.get("golden", {"BOOL": False})["BOOL"],
        proof=item.get("proof", {"S": ""})["S"],
    )
    return Row(member.e164, int(sequence), member, change)


def _position(item: Mapping[str, Any]) -> tuple[float, float] | None:
    if "latitude" not in item:
        return None
    return float(item["latitude"]["N"]), float(item["longitude"]["N"])


def head_of(item: Mapping[str, Any]) -> Head:
    lock = item.get("lock", {"M": {}})["M"]
    directory = item.get("directory", {"M": {}})["M"]
    return Head(
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
        count=_number(directory, "count"),
    )


def _texts(item: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(text["S"] for text in item.get(name, {"L": []})["L"])


def _number(item: Mapping[str, Any], name: str) -> int:
    return int(item.get(name, {"N": "0"})["N"])
