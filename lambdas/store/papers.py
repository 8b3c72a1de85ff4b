"""Papers of numbers in DynamoDB."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.domain.phone import E164
from lambdas.domain.registry import Paper, PaperKind, PaperState
from lambdas.store import keys
from lambdas.store.pool_rows import WRITERS, refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TEXTS = ("value", "cost", "next_step", "reference")
_DAYS = ("since", "due")


@dataclass(frozen=True, slots=True)
class DynamoPapers:
    """The PaperStore on the NumberPool table."""

    client: "DynamoDBClient"
    table: str

    def all(self) -> dict[E164, list[Paper]]:
        """Every number's papers. Kinds and states of a later version are passed over."""
        found: dict[E164, list[Paper]] = {}
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": keys.PAPERS}},
            ConsistentRead=True,
        )
        for page in pages:
            for item in page["Items"]:
                paper = _paper_of(item)
                if paper:
                    found.setdefault(paper.number, []).append(paper)
        return found

    def keep(self, papers: Iterable[Paper]) -> None:
        """Keep papers, each in place of the one before of its number, kind and party."""
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(self._put, papers))

    def mark(self, pool: str, digest: str) -> None:
        """Keep what a pool's papers came to; the same again is no change."""
        try:
            self.client.put_item(
                TableName=self.table,
                Item={**keys.papers_mark(pool), "digest": {"S": digest}},
                ConditionExpression="attribute_not_exists(digest) OR digest <> :digest",
                ExpressionAttributeValues={":digest": {"S": digest}},
            )
        except ClientError as problem:
            if not refused(problem):
                raise

    def _put(self, paper: Paper) -> None:
        self.client.put_item(TableName=self.table, Item=_item(paper))


def _item(paper: Paper) -> dict[str, Any]:
    number, kind, party = paper.key
    item: dict[str, Any] = {
        **keys.paper(number, kind, party),
        "party": {"S": paper.party},
        "state": {"S": paper.state.value},
    }
    told = paper._asdict()
    item |= {name: {"S": told[name]} for name in _TEXTS if told[name]}
    return item | {name: {"S": told[name].isoformat()} for name in _DAYS if told[name]}


def _paper_of(item: Mapping[str, Any]) -> Paper | None:
    number, kind, _ = item["sk"]["S"].split("#", 2)
    try:
        known = PaperKind(kind), PaperState(item["state"]["S"])
    except ValueError:
        return None
    return Paper(
        E164(number),
        known[0],
        item["party"]["S"],
        known[1],
        value=_text(item, "value"),
        since=_day(item, "since"),
        due=_day(item, "due"),
        cost=_text(item, "cost"),
        next_step=_text(item, "next_step"),
        reference=_text(item, "reference"),
    )


def _text(item: Mapping[str, Any], name: str) -> str:
    return str(item.get(name, {"S": ""})["S"])


def _day(item: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(item[name]["S"]) if name in item else None
