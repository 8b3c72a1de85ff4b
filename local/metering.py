"""Counts what a client's requests cost, from the requests as they are sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.units import batch_units, item_size, query_units, transaction_units, write_units

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


_TOOK = 200
_WRITES = ("TransactWriteItems", "PutItem", "UpdateItem")


@dataclass
class Spent:
    """Request units and round trips; `cancelled` counts transactions that did not take."""

    write_units: int = 0
    read_units: int = 0
    round_trips: int = 0
    cancelled: int = 0

    def add(self, other: "Spent") -> None:
        self.write_units += other.write_units
        self.read_units += other.read_units
        self.round_trips += other.round_trips
        self.cancelled += other.cancelled


class Meter:
    """Listens to a client. What is written is looked up through `bare`, another client of the same
    engine, before and after: units go by the larger of the two sizes."""

    def __init__(self, client: "DynamoDBClient", bare: "DynamoDBClient") -> None:
        self._bare = bare
        self._local = threading.local()
        events = client.meta.events
        events.register("before-parameter-build.dynamodb.*", self._before)
        events.register("after-call.dynamodb.*", self._after)

    @contextmanager
    def reading(self) -> Iterator[Spent]:
        """What this thread's requests cost while the block runs."""
        self._local.spent = spent = Spent()
        try:
            yield spent
        finally:
            del self._local.spent

    def _before(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self._local.params = params
        if model.name in _WRITES:
            self._local.before = self._sizes(params)

    def _after(self, http_response: Any, parsed: Any, model: Any, **_: Any) -> None:
        spent: Spent | None = getattr(self._local, "spent", None)
        if spent is None:
            return
        params = self._local.params
        spent.round_trips += 1
        match model.name:
            case "Query":
                spent.read_units += query_units(parsed["Items"])
            case "GetItem":
                spent.read_units += batch_units([parsed.get("Item")])
            case "PutItem" | "UpdateItem":
                [sizes] = self._both(params, http_response.status_code)
                spent.write_units += write_units(*sizes)
            case "BatchGetItem":
                found = [item for items in parsed["Responses"].values() for item in items]
                asked = sum(len(table["Keys"]) for table in params["RequestItems"].values())
                spent.read_units += batch_units([*found, *[None] * (asked - len(found))])
            case "TransactWriteItems":
                status = http_response.status_code
                spent.write_units += transaction_units(self._both(params, status))
                spent.cancelled += status != _TOOK
            case other:
                raise ValueError(f"the meter knows no price of {other}")

    def _both(self, params: dict[str, Any], status: int) -> list[tuple[int, int]]:
        """The bytes before and after of each item that was written, or was to be."""
        before = self._local.before
        after = self._sizes(params) if status == _TOOK else _wanted(params, before)
        return list(zip(before, after, strict=True))

    def _sizes(self, params: dict[str, Any]) -> list[int]:
        keys = [
            (write["TableName"], write.get("Key") or _key_of(write["Item"]))
            for write in _writes(params)
        ]
        asked: dict[str, Any] = {}
        for table, key in keys:
            asked.setdefault(table, {"Keys": [], "ConsistentRead": True})["Keys"].append(key)
        found = self._bare.batch_get_item(RequestItems=asked)["Responses"]
        sizes = {
            (table, *_named(item)): item_size(item) for table in found for item in found[table]
        }
        return [sizes.get((table, *_named(key)), 0) for table, key in keys]


def _writes(params: dict[str, Any]) -> list[dict[str, Any]]:
    if "TransactItems" not in params:
        return [params]
    return [write for item in params["TransactItems"] for write in item.values()]


def _wanted(params: dict[str, Any], before: list[int]) -> list[int]:
    """Sizes had the transaction not been cancelled; an update adds little to what is there."""
    return [
        item_size(write["Item"]) if "Item" in write else size
        for write, size in zip(_writes(params), before, strict=True)
    ]


def _named(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _key_of(item: dict[str, Any]) -> dict[str, Any]:
    return {"pk": item["pk"], "sk": item["sk"]}
