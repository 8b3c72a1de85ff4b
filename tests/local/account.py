"""What tests of commands need of an account that is moto's: credentials, a config, a table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.commands.common import DEFAULT_CONFIG
from local.machine import ACCOUNT

CREDENTIALS: Mapping[str, str | None] = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_PROFILE": None,
    "AWS_ENDPOINT_URL_DYNAMODB": None,
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
"""The environment; None takes a variable away."""

TABLE: Mapping[str, Any] = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
    },
}


def example_text() -> str:
    """The example config, of moto's account."""
    return DEFAULT_CONFIG.read_text("utf-8").replace("111122223333", ACCOUNT)


def example_in(folder: Path) -> Path:
    """A copy of it."""
    path = folder / "mine.yaml"
    path.write_text(example_text(), "utf-8")
    return path
