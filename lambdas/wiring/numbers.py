"""What the importer and the publisher need."""

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambdas.domain.intake import Intake
from lambdas.store.imports import DynamoImports
from lambdas.store.pool_rows import WRITERS
from lambdas.store.publishing import DynamoPublishing
from lambdas.store.uploads import Uploads
from lambdas.wiring import now, once, places, rules, task_root

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=Config(max_pool_connections=WRITERS))


@once
def imports() -> DynamoImports:
    return DynamoImports(dynamodb(), os.environ["NUMBER_POOL_TABLE"])


@once
def publishing() -> DynamoPublishing:
    return DynamoPublishing(dynamodb(), os.environ["NUMBER_POOL_TABLE"])


@once
def uploads() -> Uploads:
    return Uploads(boto3.client("s3"), boto3.client("sns"), os.environ["NOTIFICATIONS_TOPIC_ARN"])


@once
def countries() -> Mapping[str, str]:
    names: Mapping[str, str] = json.loads((task_root() / "countries.json").read_text("utf-8"))
    return names


def intake(country: str | None) -> Intake:
    """An intake for today, with the country that the upload or its pool says."""
    return Intake(places(), rules(), countries(), country, now().date())
