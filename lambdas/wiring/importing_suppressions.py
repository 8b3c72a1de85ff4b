"""What the importer of suppressions and registers needs besides what all that suppress need."""

import os

import boto3

from lambdas.store.registers import DynamoRegisters
from lambdas.store.uploads import Uploads
from lambdas.wiring import once, suppressing


@once
def uploads() -> Uploads:
    return Uploads(boto3.client("s3"), boto3.client("sns"), os.environ["NOTIFICATIONS_TOPIC_ARN"])


@once
def registers() -> DynamoRegisters:
    return DynamoRegisters(
        suppressing.dynamodb(),
        os.environ["CUSTOMERS_TABLE"],
        os.environ["NUMBER_POOL_TABLE"],
        suppressing.customer_key(),
    )
