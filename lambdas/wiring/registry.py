"""What the registry of numbers needs."""

import os
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambdas.domain.registry import Terms
from lambdas.domain.rows import Member
from lambdas.domain.settings import PoolSettings
from lambdas.store.imports import DynamoImports
from lambdas.store.papers import DynamoPapers
from lambdas.store.pool_rows import WRITERS
from lambdas.store.uploads import Uploads
from lambdas.store.withholding import DynamoWithholding
from lambdas.wiring import once

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=Config(max_pool_connections=WRITERS))


def _table() -> str:
    return os.environ["NUMBER_POOL_TABLE"]


def papers() -> DynamoPapers:
    return DynamoPapers(dynamodb(), _table())


def withholding() -> DynamoWithholding:
    return DynamoWithholding(dynamodb(), _table())


def members(pool: str) -> list[Member]:
    """A pool as committed."""
    return [kept.member for kept in DynamoImports(dynamodb(), _table()).members(pool).values()]


@once
def uploads() -> Uploads:
    return Uploads(boto3.client("s3"), boto3.client("sns"), os.environ["NOTIFICATIONS_TOPIC_ARN"])


def terms_of(pool: PoolSettings) -> Terms:
    """What a pool asks of its numbers."""
    return Terms.of(pool)
