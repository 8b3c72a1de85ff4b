"""Counters of what became of calls, as they are read: per number and UTC hour."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lambdas.domain.outcomes import Cell, NumberHour, hour_of
from lambdas.domain.phone import E164
from lambdas.store import keys
from lambdas.store.conflicts import WAITS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH_GET_KEYS = 100
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)

Item = Mapping[str, Any]


@dataclass(frozen=True, eq=False, repr=False)
class DynamoOutcomes:
    """Outcomes on the Usage table. What is read may be a second behind what was written."""

    client: "DynamoDBClient"
    table: str

    def hours(self, number: E164 | str, since: datetime, until: datetime) -> list[NumberHour]:
        """A number's hours that have calls, oldest first: since <= hour < until."""
        first, last = hour_of(since - INSTANT) + HOUR, hour_of(until - INSTANT)
        if first > last:
            return []
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": keys.outcomes(number, first)["pk"],
                ":first": keys.outcomes(number, first)["sk"],
                ":last": keys.outcomes(number, last)["sk"],
            },
        )
        return [number_hour(item) for page in pages for item in page["Items"]]

    def at(self, numbers: Sequence[E164 | str], hour: datetime) -> dict[E164 | str, NumberHour]:
        """The hour that `hour` lies in, of those of some numbers that have calls in it."""
        wanted = [keys.outcomes(number, hour_of(hour)) for number in dict.fromkeys(numbers)]
        found = (number_hour(item) for item in self._items(wanted))
        return {each.number: each for each in found}

    def own_numbers(self, since: datetime, until: datetime) -> frozenset[E164]:
        """Queues' own numbers that calls showed on any UTC day that has a part of the time from
        `since` until before `until`."""
        first, last = since.astimezone(UTC), (until - INSTANT).astimezone(UTC)
        days = range((last.date() - first.date()).days + 1)
        wanted = [keys.own_numbers(first + day * DAY) for day in days]
        return frozenset(
            E164(number) for item in self._items(wanted) for number in item["numbers"]["SS"]
        )

    def _items(self, wanted: Sequence[keys.Key]) -> Iterator[Item]:
        for start in range(0, len(wanted), BATCH_GET_KEYS):
            yield from self._together(wanted[start : start + BATCH_GET_KEYS])

    def _together(self, wanted: Sequence[keys.Key]) -> Iterator[Item]:
        """Items of up to 100 keys; what the table holds back is asked for again."""
        request: Any = {self.table: {"Keys": list(wanted)}}
        for wait in (*WAITS, 0.0):
            answer: Any = self.client.batch_get_item(RequestItems=request)
            yield from answer["Responses"].get(self.table, ())
            request = answer.get("UnprocessedKeys")
            if not request:
                return
            time.sleep(wait)
        raise TimeoutError("the table keeps holding back items of a batch")


def number_hour(item: Item) -> NumberHour:
    """An hour's item as it stands; cells that a later version wrote, and empty ones, are left
    out."""
    number = str(item["pk"]["S"]).removeprefix(keys.NUMBER_PREFIX)
    written = str(item["sk"]["S"]).removeprefix(keys.OUTCOMES_PREFIX)
    hour = _hour(written)
    read = ((_cell(name), value) for name, value in item.items() if "|" in name)
    cells = {cell: int(value["N"]) for cell, value in read if cell}
    return NumberHour(number, hour, {cell: count for cell, count in cells.items() if count})


# Months of a thousand numbers have some hundred thousand items, but few hours and names of cells.


@lru_cache(maxsize=4096)
def _hour(written: str) -> datetime:
    return datetime.strptime(written, keys.HOUR_WRITTEN).replace(tzinfo=UTC)


@lru_cache(maxsize=65_536)
def _cell(written: str) -> Cell | None:
    return Cell.read(written)
