"""What the inventory needs."""

import json
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambdas.connect.numbers import PAGE, ConnectNumbers
from lambdas.connect.pace import Pace
from lambdas.store.imports import DynamoImports
from lambdas.store.inventory import DynamoInventory
from lambdas.store.inventory_reports import InventoryReports
from lambdas.store.pool_rows import WRITERS
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.reconcile_inventory import Stock
from lambdas.wiring import once, settings

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient
    from mypy_boto3_dynamodb import DynamoDBClient

_ONE_TRY = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 1})
"""Refused requests are tried again by our own code, at the rate that Connect takes."""


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=Config(max_pool_connections=WRITERS))


@once
def connect() -> "ConnectClient":
    return boto3.client("connect", config=_ONE_TRY)


def lister(remaining: Callable[[], float]) -> ConnectNumbers:
    """`remaining` tells the seconds that the invocation has left."""
    return ConnectNumbers(connect(), _pace(remaining), _page)


def _at_its_rate(remaining: Callable[[], float]) -> Pace:
    return Pace(remaining=remaining)


_pace: Callable[[Callable[[], float]], Pace] = _at_its_rate
_page = PAGE


def use_pace(pace: Callable[[Callable[[], float]], Pace] | None, page: int = PAGE) -> None:
    """Let time pass otherwise, and pages be smaller, as a stage does; None brings back ours."""
    global _pace, _page
    _pace, _page = pace or _at_its_rate, page


@once
def store() -> DynamoInventory:
    return DynamoInventory(dynamodb(), os.environ["NUMBER_POOL_TABLE"])


def stock() -> Stock:
    """The pools of the settings, and the queues' own numbers."""
    table = os.environ["NUMBER_POOL_TABLE"]
    imports = DynamoImports(dynamodb(), table)
    return Stock(
        pools=sorted(settings().pools),
        members=lambda pool: (kept.member for kept in imports.members(pool).values()),
        withholding=lambda run: DynamoWithholding(dynamodb(), table, run),
        queue_numbers=queue_numbers(),
    )


def targets() -> tuple[str, ...]:
    """ARNs of the instance, and of the traffic distribution groups that its calls may use."""
    return tuple(json.loads(os.environ["TARGET_ARNS"]))


def queue_numbers() -> Mapping[str, str]:
    """Queue -> the ARN of its own number. The environment names those alone that were claimed: it
    takes 4 KB."""
    return settings().own_numbers(json.loads(os.environ["QUEUE_NUMBERS"]))


@once
def reports() -> InventoryReports | None:
    """Where the inventory's files go and who is told; None without the module for uploads."""
    bucket = os.environ.get("UPLOADS_BUCKET")
    topic = os.environ.get("NOTIFICATIONS_TOPIC_ARN", "")
    if not bucket:
        return None
    return InventoryReports(boto3.client("s3"), boto3.client("sns"), bucket, topic)
