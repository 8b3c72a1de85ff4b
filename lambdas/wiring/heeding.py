"""What the functions need that heed messages and dispositions."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.config import Config

from lambdas.domain.names import fold
from lambdas.domain.text_replies import Replies
from lambdas.store.suppressions import DynamoSuppressions
from lambdas.wiring import once, task_root
from lambdas.wiring.suppressing import customer_key, known

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["Dispositions", "dispositions", "known", "replies", "suppressions"]

# Nobody waits on the line: an opt-out is rather late than lost.
_PATIENT = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 8}
)


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=_PATIENT)


@once
def suppressions() -> DynamoSuppressions:
    return DynamoSuppressions(dynamodb(), os.environ["CUSTOMERS_TABLE"], customer_key())


@once
def replies() -> Replies:
    data = Path(__file__).parents[1] / "domain" / "data" / "text_replies.json"
    return Replies(json.loads(data.read_text("utf-8")))


class Dispositions(NamedTuple):
    """The contact attribute that holds an agent's choice, and the reason that each stands for, by
    its folded words."""

    attribute: str
    reasons: Mapping[str, str]

    def reason(self, words: str) -> str | None:
        return self.reasons.get(fold(words.replace("_", " ")))


@once
def dispositions() -> Dispositions:
    told = json.loads((task_root() / "settings.json").read_text("utf-8"))["dispositions"]
    reasons = {fold(words.replace("_", " ")): why for words, why in told["reasons"].items()}
    return Dispositions(told["attribute"], reasons)
