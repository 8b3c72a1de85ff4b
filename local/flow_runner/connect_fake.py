"""Connect's StopContact and DescribeContact, for contacts that flows run for on this machine.

It answers a real botocore client, so that parameters pass botocore's own model of Connect.
"""

import json
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from local.flow_runner.contact import Contact

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

# What StopContact's documentation says it does not work for.
UNSTOPPABLE = frozenset(
    {"DISCONNECT", "TRANSFER", "QUEUE_TRANSFER", "EXTERNAL_OUTBOUND", "MONITOR"}
)

_STATUS = {
    "TooManyRequestsException": 429,
    "ThrottlingException": 429,
    "InternalServiceException": 500,
    "ContactNotFoundException": 410,
    "ResourceNotFoundException": 404,
    "AccessDeniedException": 403,
}
_PATH = re.compile(r"/contacts/([^/]+)/([^/]+)$")


@dataclass(slots=True)
class FakeConnect:
    """Holds contacts by id and ends them on request.

    ``delay_s`` passes between an accepted stop and the end of the contact. ``refusals`` are error
    codes (``TooManyRequestsException``, ``ContactNotFoundException``, …) that the next requests of
    an operation meet, one each. ``clock`` gives seconds; flows are to be run with the same one.
    """

    clock: Callable[[], float] = time.monotonic
    delay_s: float = 0.0
    contacts: dict[str, Contact] = field(default_factory=dict)
    refusals: dict[str, deque[str]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def add(self, contact: Contact) -> Contact:
        """Make a contact known, and return it."""
        self.contacts[contact.contact_id] = contact
        return contact

    def refuse(self, operation: str, code: str, times: int = 1) -> None:
        """Have the next requests of ``StopContact`` or ``DescribeContact`` fail with a code."""
        self.refusals.setdefault(operation, deque()).extend([code] * times)

    def client(self, region: str = "us-east-1") -> "ConnectClient":
        """A botocore client whose two operations this fake answers; any other one raises."""
        client = boto3.client(
            "connect",
            region_name=region,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - signs nothing
            config=Config(retries={"total_max_attempts": 1}),
        )
        events: Any = client.meta.events  # its stubs know only handlers that return nothing
        events.register("before-call.connect", self._answer)
        return client

    def _answer(
        self, model: Any, params: Mapping[str, Any], **_: Any
    ) -> tuple[AWSResponse, dict[str, Any]]:
        operation = str(model.name)
        request = _request_of(operation, params)
        self.requests.append((operation, request))
        waiting = self.refusals.get(operation)
        if waiting:
            return _error(waiting.popleft())
        if operation == "StopContact":
            return self._stop(request)
        if operation == "DescribeContact":
            return self._describe(request)
        # A caller that begins to use more of Connect must see it, and not be answered at random.
        raise NotImplementedError(f"the fake of Connect does not answer {operation}")

    def _find(self, request: Mapping[str, str]) -> Contact | None:
        contact = self.contacts.get(request["ContactId"])
        if contact is None or not contact.instance_arn.endswith(f"/{request['InstanceId']}"):
            return None
        return contact

    def _stop(self, request: Mapping[str, str]) -> tuple[AWSResponse, dict[str, Any]]:
        contact = self._find(request)
        if contact is None or contact.is_stopped(self.clock()):
            return _error("ContactNotFoundException")
        if contact.channel == "VOICE" and contact.initiation_method in UNSTOPPABLE:
            return _error("InvalidRequestException")
        if contact.stops_at is None:
            contact.stops_at = self.clock() + self.delay_s
        return _ok({})

    def _describe(self, request: Mapping[str, str]) -> tuple[AWSResponse, dict[str, Any]]:
        contact = self._find(request)
        if contact is None:
            return _error("ResourceNotFoundException")
        described: dict[str, Any] = {
            "Id": contact.contact_id,
            "Channel": contact.channel,
            "InitiationMethod": contact.initiation_method,
        }
        if contact.is_stopped(self.clock()):
            described["DisconnectTimestamp"] = datetime(2026, 1, 5, 12, tzinfo=UTC)
        return _ok({"Contact": described})


def _request_of(operation: str, params: Mapping[str, Any]) -> dict[str, str]:
    """The ids of a serialised request: StopContact has them in its body, the other in its path."""
    if operation == "StopContact":
        return dict(json.loads(params["body"]))
    match = _PATH.search(params["url_path"])
    return {"InstanceId": match[1], "ContactId": match[2]} if match else {}


def _ok(parsed: dict[str, Any]) -> tuple[AWSResponse, dict[str, Any]]:
    return _http(200), {**parsed, "ResponseMetadata": {"HTTPStatusCode": 200}}


def _error(code: str) -> tuple[AWSResponse, dict[str, Any]]:
    status = _STATUS.get(code, 400)
    parsed = {
        "Error": {"Code": code, "Message": f"{code} by the fake of Connect"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return _http(status), parsed


def _http(status: int) -> AWSResponse:
    return AWSResponse("https://connect.local", status, HTTPHeaders(), None)
