"""What the functions need that keep people from being called."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambdas.store.sealing import KmsSeal
from lambdas.store.secret import CustomerKey
from lambdas.store.suppressions import DynamoSuppressions
from lambdas.usecases.suppress import PAUSE_AFTER_REFUSAL_DAYS, Known
from lambdas.wiring import once, settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONNECTIONS = 20
"""Files are taken in by several threads."""


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=Config(max_pool_connections=CONNECTIONS))


@once
def customer_key() -> CustomerKey:
    secrets = boto3.client("secretsmanager")
    return CustomerKey(lambda: secrets, os.environ["CUSTOMER_KEY_SECRET_ARN"])


@once
def suppressions() -> DynamoSuppressions:
    seal = KmsSeal(boto3.client("kms"), os.environ["DATA_KEY_ARN"])
    return DynamoSuppressions(dynamodb(), os.environ["CUSTOMERS_TABLE"], customer_key(), seal)


@once
def known() -> Known:
    """The deployment's brands, and how long law leaves alone who refused."""
    brands = {queue.brand: None for queue in settings().queues.values() if queue.brand}
    return Known(tuple(brands), pause_after_refusal())


def pause_after_refusal() -> Callable[[str], int]:
    """Days by region (ISO 3166): the longest that the data on calling hours tell of it."""
    data = Path(__file__).parents[1] / "domain" / "data" / "calling_hours.json"
    told = json.loads(data.read_text("utf-8")) if data.exists() else {}
    pauses: dict[str, int] = {}
    for rule in told.get("rules", ()):
        for region in rule.get("regions", ()):
            days = int(rule.get("pause_after_refusal_days", 0))
            pauses[region] = max(days, pauses.get(region, 0))
    return lambda region: pauses.get(region) or PAUSE_AFTER_REFUSAL_DAYS
