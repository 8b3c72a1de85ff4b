"""Makes this process's AWS clients talk to this machine: moto, and our own two endpoints."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import boto3

ACCOUNT = "123456789012"  # moto's


@contextmanager
def aws_on_this_machine(region: str, dynamodb: str, connect: str) -> Iterator["boto3.Session"]:
    """A session whose every call stays here, whatever the user's own AWS settings say.

    `dynamodb` and `connect` are addresses on the loopback interface. All other services are
    moto's. Handlers that make their own clients meanwhile get the same.
    """
    import boto3
    from moto import mock_aws

    settings = {
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb,
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": dynamodb,
        "AWS_ENDPOINT_URL_CONNECT": connect,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_PROFILE": None,
        "AWS_ENDPOINT_URL": None,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": None,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    with environment(settings), mock_aws():
        yield boto3.Session(region_name=region)


@contextmanager
def environment(settings: Mapping[str, str | None]) -> Iterator[None]:
    """The process's environment with some variables set (None removes one) until the end."""
    before = {name: os.environ.get(name) for name in settings}
    _apply(settings)
    try:
        yield
    finally:
        _apply(before)


def _apply(settings: Mapping[str, str | None]) -> None:
    for name, value in settings.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
