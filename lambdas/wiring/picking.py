"""What the caller-ID picker needs: botocore alone, for a short cold start."""

import os
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from lambdas.store import few_services
from lambdas.store.claims import DynamoClaims, Tables
from lambdas.store.directories import PublishedDirectories
from lambdas.store.dynamodb import CallPath, Patience, TimeLimits
from lambdas.store.secret import CustomerKey
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.picking import StoreUnavailable
from lambdas.wiring import (
    calling_hours,
    deadline,
    once,
    places,
    reset,
    rules,
    screening,
    settings,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

PREPARE_SECONDS = 1.5
LOOK_AND_COMMIT = 1.2
"""Requests: the last look at usage and the commit. One of them, at most, is slow."""

_limits = TimeLimits()


def limits() -> TimeLimits:
    return _limits


def use_limits(limits: TimeLimits) -> None:
    """Give picks other time limits, as for an engine that shares a machine; forgets adapters."""
    global _limits
    _limits = limits
    reset()


@once
def patience() -> Patience:
    return Patience(limits())


@once
def call_path() -> CallPath:
    return CallPath(few_services.session(), patience(), limits())


@once
def dynamodb() -> "DynamoDBClient":
    return cast("DynamoDBClient", call_path().client("dynamodb"))


@once
def directories() -> PublishedDirectories:
    table = os.environ["NUMBER_POOL_TABLE"]
    return PublishedDirectories(dynamodb(), table, time.monotonic, rules().prefixes)


@once
def secrets() -> "SecretsManagerClient":
    return cast("SecretsManagerClient", call_path().client("secretsmanager"))


@once
def customer_key() -> CustomerKey:
    return CustomerKey(secrets, os.environ["CUSTOMER_KEY_SECRET_ARN"])


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
        hours=calling_hours(),
        screening=screening(),
        registers=directories().registers,
        reserve=LOOK_AND_COMMIT * limits().call,
    )


def prepare_snapshot() -> None:
    """Build ahead of a snapshot; read once it is restored, and before the first call."""
    from snapshot_restore_py import register_after_restore  # a part of Lambda's own runtime

    prepare(connect=False)
    register_after_restore(prepare, connect=True)


def prepare(connect: bool) -> None:
    """Build what a pick needs, ahead of the first call; with `connect` also read what it reads.

    A snapshot keeps neither connections nor what may have changed when it is restored, so there
    nothing is read. A store out of reach is for the first pick to find out.
    """
    picker()
    secrets()
    if not connect:
        return
    patience().until(deadline(PREPARE_SECONDS))
    with suppress(StoreUnavailable):
        customer_key()()
        for pool in settings().pools:
            directories().current(pool)
