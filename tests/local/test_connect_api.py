"""Connect's two calls, by the client that handlers use."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from local.connect_api import ConnectApi

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

ONE_TRY = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def api() -> Iterator[ConnectApi]:
    with ConnectApi() as serving:
        yield serving


def client_of(api: ConnectApi) -> "ConnectClient":
    session = boto3.Session("local", "local", region_name="us-east-1")
    return session.client("connect", endpoint_url=api.address, config=ONE_TRY)


def test_a_stopped_contact_has_a_time_of_disconnection(api: ConnectApi) -> None:
    client = client_of(api)
    api.contacts.begin("c1")
    before = client.describe_contact(InstanceId="i" * 36, ContactId="c1")["Contact"]
    client.stop_contact(InstanceId="i" * 36, ContactId="c1")
    after = client.describe_contact(InstanceId="i" * 36, ContactId="c1")["Contact"]
    assert "DisconnectTimestamp" not in before
    assert after["DisconnectTimestamp"].timestamp() > 1
    assert api.contacts.is_stopped("c1")


def test_an_unknown_contact_is_told(api: ConnectApi) -> None:
    client = client_of(api)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_contact(InstanceId="i" * 36, ContactId="nobody")
    with pytest.raises(client.exceptions.ContactNotFoundException):
        client.stop_contact(InstanceId="i" * 36, ContactId="nobody")


def test_stops_can_be_refused(api: ConnectApi) -> None:
    client = client_of(api)
    api.contacts.begin("c1")
    api.contacts.refuse_stops = "TooManyRequestsException"
    with pytest.raises(client.exceptions.ClientError, match="TooManyRequestsException"):
        client.stop_contact(InstanceId="i" * 36, ContactId="c1")
    assert not api.contacts.is_stopped("c1")
