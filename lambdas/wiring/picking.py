"""What the caller-ID picker needs: botocore alone, for a short cold start."""

import os
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from lambdas.store.claims import DynamoClaims, Tables
from lambdas.store.directories import PublishedDirectories
from lambdas.store.dynamodb import Patience, call_path_client
from lambdas.store.secret import CustomerKey
from lambdas.usecases.pick_caller_id import Picker
from lambdas.wiring import once, places, rules, settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PICK_SECONDS = 0.9
"""A pick answers within one second; the rest is for reading the event and writing the reply."""


@once
def patience() -> Patience:
    return Patience()


@once
def dynamodb() -> "DynamoDBClient":
    return call_path_client(patience())


@once
def directories() -> PublishedDirectories:
    return PublishedDirectories(dynamodb(), os.environ["NUMBER_POOL_TABLE"], time.monotonic)


@once
def customer_key() -> CustomerKey:
    return CustomerKey(os.environ["CUSTOMER_KEY_SECRET_ARN"], patience())


@once
def picker() -> Picker:
    tables = Tables(
        os.environ["NUMBER_POOL_TABLE"],
        os.environ["USAGE_TABLE"],
        os.environ["CUSTOMERS_TABLE"],
    )
    kept = timedelta(days=settings().ledger_days)
    return Picker(
        claims=DynamoClaims(dynamodb(), tables, customer_key(), kept),
        directories=directories(),
        places=places(),
        rules=rules(),
        pools=settings().pools.__getitem__,
        modes=directories().mode,
    )
