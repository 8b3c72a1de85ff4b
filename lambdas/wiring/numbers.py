"""What the importer and the publisher need."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambdas.domain.intake import Intake
from lambdas.domain.phone import E164
from lambdas.domain.registry import Terms
from lambdas.domain.registry import shares as by_papers
from lambdas.domain.rows import Member
from lambdas.store.imports import DynamoImports
from lambdas.store.papers import DynamoPapers
from lambdas.store.pool_rows import WRITERS
from lambdas.store.publishing import DynamoPublishing
from lambdas.store.uploads import Uploads
from lambdas.wiring import now, once, places, rules, settings, task_root

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


def shares(pool: str, members: Sequence[Member]) -> Mapping[E164, int]:
    """What papers make of a pool's numbers; they are read where they decide anything."""
    known = settings().pools.get(pool)
    terms = Terms.of(known) if known else Terms(pool)
    if not terms.decide_use:
        return {}
    papers = DynamoPapers(dynamodb(), os.environ["NUMBER_POOL_TABLE"]).all()
    return by_papers(members, papers, terms, now().date())


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
