"""What the function needs that heeds labels."""

import json
import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3

from lambdas.connect.label_service import HttpLabels
from lambdas.domain.lifecycle import Terms
from lambdas.domain.phone import E164
from lambdas.store.label_questions import DynamoQuestions
from lambdas.store.reputations import DynamoReputations
from lambdas.store.uploads import Uploads
from lambdas.usecases.ask_labels import LabelQuestions
from lambdas.usecases.validate_live import Pace
from lambdas.wiring import now, once, settings
from lambdas.wiring.terms import terms

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb")


@once
def reputations() -> DynamoReputations:
    return DynamoReputations(dynamodb(), os.environ["NUMBER_POOL_TABLE"])


@once
def uploads() -> Uploads:
    return Uploads(boto3.client("s3"), boto3.client("sns"), os.environ["NOTIFICATIONS_TOPIC_ARN"])


def terms_of(pool: str) -> Terms:
    """What the deployment asks for of a pool, also of one that it has no longer."""
    return terms(json.loads(os.environ["REPUTATION"]), settings().pools.get(pool))


def questions() -> LabelQuestions | None:
    """The service that is asked daily; None where none is configured."""
    told: dict[str, Any] = json.loads(os.environ.get("LABEL_SERVICE", "{}"))
    if not told:
        return None
    return LabelQuestions(
        HttpLabels(told["url"], lambda: _key(told["secret_arn"])),
        DynamoQuestions(dynamodb(), os.environ["NUMBER_POOL_TABLE"], told["most_numbers_a_day"]),
        Pace(told["per_second"], time.monotonic, time.sleep, burst=1),
        told["name"],
    )


@once
def _secrets() -> Any:
    return boto3.client("secretsmanager")


def _key(arn: str) -> str:
    key: str = _secrets().get_secret_value(SecretId=arn)["SecretString"]
    return key.strip()


def numbers() -> Iterator[tuple[E164, bool]]:
    """Every number of the pools that is not retired, and whether it is known as labelled."""
    for pool in sorted(settings().pools):
        stock = reputations().stock(pool, now())
        if stock is None:
            continue
        rows = reputations().numbers(pool)
        for number in {*stock.shown, *stock.held} - stock.retired:
            yield number, number in rows and bool(rows[number].labels)
