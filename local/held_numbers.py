"""What the local instance holds unless a command says otherwise: all that pools and queues use."""

import json
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lambdas.store import keys
from lambdas.store.pool_rows import REMOVED
from local.loading import UNKNOWN_NUMBER

if TYPE_CHECKING:
    from local.cloud import LocalCloud

_NUMBERS = uuid.UUID("6d1b1f0e-9a53-4a0a-8f43-3f6a5f3c2c11")


def held_numbers(cloud: "LocalCloud", numbers: Iterable[str] | None = None) -> list[dict[str, str]]:
    """Numbers (without them those of every pool) and the queues' own, as ListPhoneNumbersV2 tells
    of them."""
    found = _pooled(cloud) if numbers is None else list(numbers)
    return [*(_summary(cloud, one, _arn(cloud, one)) for one in found), *_of_queues(cloud)]


def _pooled(cloud: "LocalCloud") -> list[str]:
    pages = cloud.session.client("dynamodb").get_paginator("scan")
    table = cloud.name_of("NUMBER_POOL_TABLE")
    return [
        item["pk"]["S"].removeprefix(keys.NUMBER_PREFIX)
        for page in pages.paginate(TableName=table, ConsistentRead=True)
        for item in page["Items"]
        if item["sk"]["S"] == "STATUS" and item["status"]["S"] != REMOVED
    ]


def _of_queues(cloud: "LocalCloud") -> list[dict[str, str]]:
    named = cloud.function_of("inventory").environment["QUEUE_NUMBERS"]
    numbers = cloud.settings().own_numbers(json.loads(named))
    return [
        _summary(cloud, cloud.loaded.queues[queue].default_number or UNKNOWN_NUMBER, arn)
        for queue, arn in numbers.items()
    ]


def _arn(cloud: "LocalCloud", number: str) -> str:
    home = cloud.loaded.instance_arn.partition(":instance/")[0]
    return f"{home}:phone-number/{uuid.uuid5(_NUMBERS, number)}"


def _summary(cloud: "LocalCloud", number: str, arn: str) -> dict[str, str]:
    return {
        "PhoneNumberId": arn.rpartition("/")[2],
        "PhoneNumberArn": arn,
        "PhoneNumber": number,
        "PhoneNumberType": "DID",
        "TargetArn": cloud.loaded.instance_arn,
    }
