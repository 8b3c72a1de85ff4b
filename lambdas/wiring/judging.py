"""What the judge of numbers needs."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from lambdas.domain.lifecycle import Mode
from lambdas.domain.outcomes import NumberHour
from lambdas.domain.phone import E164
from lambdas.store.judges_mode import read_judges_mode
from lambdas.store.outcomes import DynamoOutcomes
from lambdas.store.pool_rows import WRITERS
from lambdas.store.reputations import DynamoReputations
from lambdas.usecases.judge_numbers import Judge
from lambdas.wiring import once, settings
from lambdas.wiring.clocks import local_hours
from lambdas.wiring.terms import terms

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TOGETHER = 100


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=Config(max_pool_connections=WRITERS))


@once
def reputations() -> DynamoReputations:
    return DynamoReputations(dynamodb(), os.environ["NUMBER_POOL_TABLE"])


def mode() -> Mode:
    """What was set at run time, else what the deployment begins with."""
    set_ = read_judges_mode(dynamodb(), os.environ["NUMBER_POOL_TABLE"])
    return set_ or Mode(_told()["mode"])


def judge(pool: str, left: Callable[[], float]) -> Judge:
    """The judge of one pool; `left` tells the seconds that the invocation has left."""
    outcomes = DynamoOutcomes(dynamodb(), os.environ["USAGE_TABLE"])
    return Judge(
        reputations(),
        SeveralAtOnce(outcomes),
        local_hours().hour,
        terms(_told(), settings().pools[pool]),
        left,
    )


def _told() -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads(os.environ["REPUTATION"])
    return told


@dataclass(frozen=True)
class SeveralAtOnce:
    """The counters of an hour, some requests at a time."""

    outcomes: DynamoOutcomes

    def at(self, numbers: Sequence[E164], hour: datetime) -> Mapping[E164, NumberHour]:
        parts = [numbers[start : start + TOGETHER] for start in range(0, len(numbers), TOGETHER)]
        with ThreadPoolExecutor(WRITERS) as threads:
            found = threads.map(lambda part: self.outcomes.at(part, hour), parts)
            return {E164(number): told for part in found for number, told in part.items()}
