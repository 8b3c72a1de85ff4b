"""What the tests of resting numbers share."""

from datetime import timedelta

from lambdas.store import keys
from tests.adapters.conftest import House
from tests.unit.builders import NOON, nanp

A_WEEK = NOON + timedelta(days=7)
LATER = A_WEEK + timedelta(seconds=1)
ONE, TWO, THREE = nanp("206", 3)


def status(house: House, number: str) -> dict[str, str]:
    item = house.client.get_item(
        TableName=house.tables.number_pool, Key=keys.number_status(number), ConsistentRead=True
    )["Item"]
    return {name: next(iter(value.values())) for name, value in item.items()}  # type: ignore[misc]


def held(house: House, pool: str = "sales") -> dict[str, int]:
    items = house.client.query(
        TableName=house.tables.number_pool,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :held)",
        ExpressionAttributeValues={
            ":pk": {"S": keys.pool_partition(pool)},
            ":held": {"S": keys.HELD_PREFIX},
        },
        ConsistentRead=True,
    )["Items"]
    return {
        item["sk"]["S"].removeprefix(keys.HELD_PREFIX): int(item["returns_at"]["N"])
        for item in items
    }
