"""What queues had before they were taken over, in the NumberPool table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.domain.adoption import FIELDS, Adoption, Caller
from lambdas.store import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class DynamoAdoptions:
    """The Adoptions of one instance, or of one stack (`scope`) that takes queues of it over."""

    client: "DynamoDBClient"
    table: str
    instance: str
    scope: str = ""

    def all(self) -> Mapping[str, Adoption]:
        """By queue, strongly consistent: a retry must see what the run before it kept."""
        partition = keys.adopted_partition(self.instance, self.scope)
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :queue)",
            ExpressionAttributeValues={
                ":pk": {"S": partition},
                ":queue": {"S": keys.QUEUE_PREFIX},
            },
            ConsistentRead=True,
        )
        items = (item for page in pages for item in page["Items"])
        return {item["sk"]["S"].removeprefix(keys.QUEUE_PREFIX): _read(item) for item in items}

    def request(self) -> str:
        key = keys.adopted_request(self.instance, self.scope)
        answer = self.client.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk = :sk",
            ExpressionAttributeValues={":pk": key["pk"], ":sk": key["sk"]},
            ConsistentRead=True,
        )
        return next((item["request"]["S"] for item in answer["Items"]), "")

    def keep_request(self, request: str) -> None:
        key = keys.adopted_request(self.instance, self.scope)
        if request:
            self.client.put_item(TableName=self.table, Item={**key, "request": {"S": request}})
        else:
            self.client.delete_item(TableName=self.table, Key=key)

    def keep(self, queue: str, adoption: Adoption) -> None:
        before = {field: {"S": value} for field, value in zip(FIELDS, adoption.before, strict=True)}
        ours = {
            field: {"L": [{"S": value} for value in sorted(values)]}
            for field, values in zip(FIELDS, adoption.ours, strict=True)
        }
        item: dict[str, Any] = {
            **keys.adopted(self.instance, queue, self.scope),
            "before": {"M": before},
            "ours": {"M": ours},
        }
        self.client.put_item(TableName=self.table, Item=item)

    def forget(self, queue: str) -> None:
        key = keys.adopted(self.instance, queue, self.scope)
        self.client.delete_item(TableName=self.table, Key=key)


def _read(item: Mapping[str, Any]) -> Adoption:
    before, ours = item["before"]["M"], item["ours"]["M"]
    name, number, flow = (frozenset(value["S"] for value in ours[field]["L"]) for field in FIELDS)
    return Adoption(Caller(*(before[field]["S"] for field in FIELDS)), (name, number, flow))
