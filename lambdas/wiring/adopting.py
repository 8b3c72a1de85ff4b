"""What the taking over of queues needs."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import boto3

from lambdas.connect.pace import Pace
from lambdas.connect.queues import ONE_TRY, ConnectQueues, id_of
from lambdas.store.adoptions import DynamoAdoptions
from lambdas.usecases.adopt_queues import Adopter
from lambdas.wiring import once, reset

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient
    from mypy_boto3_dynamodb import DynamoDBClient

RESERVE_S = 30.0
"""Kept for an answer to CloudFormation."""


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb")


@once
def connect() -> "ConnectClient":
    return boto3.client("connect", config=ONE_TRY)


def _patient(remaining: Callable[[], float]) -> Pace:
    return Pace(remaining=remaining, reserve=RESERVE_S)


_pace: Callable[[Callable[[], float]], Pace] = _patient


def use_pace(make: Callable[[Callable[[], float]], Pace] | None) -> None:
    """Have requests paced by another clock, as tests do; None brings the system's back."""
    global _pace
    _pace = make or _patient
    reset()


def adopter(instance_arn: str, scope: str, remaining: Callable[[], float]) -> Adopter:
    """For one invocation, which has `remaining` seconds left; for the queues of one scope."""
    queues = ConnectQueues(connect(), instance_arn, _pace(remaining))
    table = os.environ["NUMBER_POOL_TABLE"]
    return Adopter(queues, DynamoAdoptions(dynamodb(), table, id_of(instance_arn), scope))
