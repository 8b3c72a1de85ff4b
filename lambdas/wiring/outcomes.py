"""What the function needs that counts outcomes."""

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambdas.store.outcome_writes import DynamoOutcomeWrites
from lambdas.wiring import once, places, settings
from lambdas.wiring.suppressing import customer_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["LANES", "ledger_kept", "outcomes", "places"]

LANES = 8
"""Threads that write at once. The calls of one number go to one of them, so that they do not stand
in each other's way."""

# Nobody waits on the line: a counter is rather late than wrong.
_PATIENT = Config(
    max_pool_connections=LANES,
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 8},
)


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=_PATIENT)


@once
def outcomes() -> DynamoOutcomeWrites:
    return DynamoOutcomeWrites(
        dynamodb(),
        os.environ["USAGE_TABLE"],
        os.environ["CUSTOMERS_TABLE"],
        customer_key(),
        ledger_kept(),
    )


def ledger_kept() -> timedelta:
    return timedelta(days=settings().ledger_days)
