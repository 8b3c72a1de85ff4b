"""Connect's contact API, behind the words that the stopper uses."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from lambdas.usecases.stop_contact import (
    ContactBusyError,
    ContactRef,
    ContactRefusedError,
    ContactUnknownError,
)

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

BUSY = frozenset({"TooManyRequestsException", "ThrottlingException", "InternalServiceException"})
UNKNOWN = frozenset({"ContactNotFoundException", "ResourceNotFoundException"})

_FAILURES = (ClientError, HTTPClientError, NoConnectionError)

# The stopper retries by itself, inside the flow block's time limit.
_CONFIG = Config(connect_timeout=1, read_timeout=1.5, retries={"total_max_attempts": 1})


class ConnectContacts:
    """StopContact and DescribeContact of Amazon Connect (10 requests a second, bursts of 15)."""

    def __init__(self, client: "ConnectClient") -> None:
        self._client = client

    def stop(self, contact: ContactRef) -> None:
        """Raise ContactBusyError, ContactUnknownError or ContactRefusedError."""
        try:
            self._client.stop_contact(InstanceId=contact.instance_id, ContactId=contact.contact_id)
        except _FAILURES as error:
            raise _translated(error) from error

    def is_disconnected(self, contact: ContactRef) -> bool:
        """Whether the contact's record has a time of disconnection. Raises as ``stop`` does."""
        try:
            answer = self._client.describe_contact(
                InstanceId=contact.instance_id, ContactId=contact.contact_id
            )
        except _FAILURES as error:
            raise _translated(error) from error
        # Connect writes unset times as the first millisecond of 1970.
        ended = answer["Contact"].get("DisconnectTimestamp")
        return ended is not None and ended.timestamp() > 1


def _translated(error: ClientError | HTTPClientError | NoConnectionError) -> Exception:
    if isinstance(error, HTTPClientError | NoConnectionError):
        return ContactBusyError(type(error).__name__)
    code = error.response.get("Error", {}).get("Code", "")
    if code in BUSY or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return ContactBusyError(code)
    return ContactUnknownError(code) if code in UNKNOWN else ContactRefusedError(code)


_given: "ConnectClient | None" = None


@cache
def contacts() -> ConnectContacts:
    """The region's Connect, one client per container."""
    return ConnectContacts(_given or boto3.client("connect", config=_CONFIG))


def use_client(client: "ConnectClient | None") -> None:
    """Have ``contacts()`` use this client from now on; None goes back to the region's own."""
    global _given
    _given = client
    contacts.cache_clear()
