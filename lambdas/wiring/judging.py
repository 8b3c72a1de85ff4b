"""What the judge of numbers needs."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from lambdas.domain.lifecycle import Mode, Terms
from lambdas.domain.main_zones import MainZones
from lambdas.domain.outcomes import NumberHour
from lambdas.domain.phone import E164
from lambdas.domain.reputation import limit_for
from lambdas.domain.settings import PoolSettings
from lambdas.store.modes import read_judges_mode
from lambdas.store.outcomes import DynamoOutcomes
from lambdas.store.pool_rows import WRITERS
from lambdas.store.reputations import DynamoReputations
from lambdas.usecases.judge_numbers import Judge
from lambdas.wiring import once, places, settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TOGETHER = 100
DAYS_A_MONTH = 30


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=Config(max_pool_connections=WRITERS))


@once
def reputations() -> DynamoReputations:
    return DynamoReputations(dynamodb(), os.environ["NUMBER_POOL_TABLE"])


@once
def zones() -> MainZones:
    return MainZones(places())


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
        zones().local_hour,
        terms(_told(), settings().pools[pool]),
        left,
    )


def terms(told: Mapping[str, Any], pool: PoolSettings) -> Terms:
    """What the deployment asks for. Probation lasts as long as warming up at least."""
    steps = round(told["calling_hours_a_day"] * DAYS_A_MONTH)
    warm_up = 7 * len(pool.limits.warm_up)
    return Terms(
        limit=limit_for(told["false_rests_percent_a_month"] / 100, steps),
        most_resting_percent=told["most_resting_percent"],
        rest=timedelta(days=told["rest_days"]),
        probation=timedelta(days=max(told["probation_days"], warm_up)),
        label_retires=timedelta(days=told["label_retires_after_days"]),
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
