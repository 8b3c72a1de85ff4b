"""What the functions need that check contact lists."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import phonenumbers
from botocore.config import Config

from lambdas.domain.choosing import Wanted, candidates
from lambdas.domain.contacts import Ground
from lambdas.domain.directory import Directory
from lambdas.domain.phone import Phone
from lambdas.domain.rejections import Rejections
from lambdas.domain.settings import PoolSettings, QueueSettings, Tier
from lambdas.domain.whereabouts import Whereabouts
from lambdas.store.directories import PublishedDirectories
from lambdas.store.list_files import ListFiles
from lambdas.store.sealing import KmsSeal
from lambdas.store.secret import CustomerKey
from lambdas.store.standing import THREADS, DynamoStanding
from lambdas.store.uploads import Uploads
from lambdas.wiring import calling_hours, once, places, rules, screening, settings, task_root

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@once
def dynamodb() -> "DynamoDBClient":
    # Its own retries too: what is throttled for good fails a list that was nearly done.
    config = Config(max_pool_connections=THREADS, retries={"mode": "adaptive", "max_attempts": 10})
    return boto3.client("dynamodb", config=config)


@once
def files() -> ListFiles:
    return ListFiles(boto3.client("s3"), os.environ["UPLOADS_BUCKET"])


@once
def notifier() -> Uploads:
    return Uploads(boto3.client("s3"), boto3.client("sns"), os.environ["NOTIFICATIONS_TOPIC_ARN"])


@once
def state_machines() -> Any:
    return boto3.client("stepfunctions")


@once
def queues() -> Any:
    return boto3.client("sqs")


@once
def countries() -> Mapping[str, str]:
    names: Mapping[str, str] = json.loads((task_root() / "countries.json").read_text("utf-8"))
    return names


@once
def directories() -> PublishedDirectories:
    table = os.environ["NUMBER_POOL_TABLE"]
    return PublishedDirectories(dynamodb(), table, time.monotonic, rules().prefixes)


@once
def customer_key() -> CustomerKey:
    secrets = boto3.client("secretsmanager")
    return CustomerKey(lambda: secrets, os.environ["CUSTOMER_KEY_SECRET_ARN"])


def lookup(queue: QueueSettings) -> DynamoStanding:
    """What is on record about customers, with the registers that count for the queue's purpose and
    that were imported. The registers are known once the queue's pool was looked at."""
    seal = KmsSeal(boto3.client("kms"), os.environ["DATA_KEY_ARN"])
    return DynamoStanding(
        dynamodb(), os.environ["CUSTOMERS_TABLE"], customer_key(), seal, _registers(queue.purpose)
    )


def ground(queue: QueueSettings, country: str, usual: str, at: datetime) -> Ground:
    """What the rows of a list for this queue are judged by, as of some moment."""
    directory = directories().current(queue.pool)
    pool = settings().pools[queue.pool]
    return replace(
        bare_ground(queue, country, usual, at),
        tier_of=partial(_tier, directory, pool, queue.purpose) if directory else None,
        imported=directories().registers(),
    )


def bare_ground(queue: QueueSettings, country: str, usual: str, at: datetime) -> Ground:
    """The same without what is read from tables: enough to tell which number a row has."""
    return Ground(
        places=places(),
        hours=calling_hours(),
        countries=countries(),
        pool=settings().pools[queue.pool],
        now=at,
        purpose=queue.purpose,
        brand=queue.brand,
        country=country,
        usual=usual,
        screening=screening(),
    )


def _tier(
    directory: Directory, pool: PoolSettings, purpose: str, phone: Phone, where: Whereabouts
) -> str:
    """How local the number is that a first call would show, were no number at its limits."""
    wanted = Wanted(phone, where, purpose)
    best = next(candidates(directory, wanted, pool, rules(), Rejections()), None)
    return str(best.tier if best else Tier.DEFAULT)


def _registers(purpose: str) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    imported = directories().registers()
    for register in screening().registers:
        if register.id in imported and purpose in register.purposes:
            code = phonenumbers.country_code_for_region(register.region)
            found.setdefault(f"+{code}", []).append(register.id)
    return found
