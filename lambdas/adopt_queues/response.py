"""CloudFormation's requests to a custom resource, and the answers that it waits for."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_REASON = 1_500
"""Bytes. CloudFormation takes an answer of 4 096; JSON may double some."""

_PAUSES_S = (0.5, 1.0, 2.0, 4.0)
_TIME_LIMIT_S = 10


@dataclass(frozen=True)
class Request:
    """What is asked for: `kind` is Create, Update or Delete."""

    kind: str
    properties: Mapping[str, Any]
    address: str
    answer_to: Mapping[str, str]

    @classmethod
    def read(cls, event: Mapping[str, Any]) -> "Request":
        told = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
        return cls(event["RequestType"], event["ResourceProperties"], event["ResponseURL"], told)


def respond(request: Request, physical_id: str, failure: str) -> None:
    """Tell CloudFormation that it was done, or with `failure` that it was not, and why."""
    body = {
        **request.answer_to,
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": failure.encode()[:LONGEST_REASON].decode(errors="ignore"),
        "PhysicalResourceId": physical_id,
    }
    put(request.address, json.dumps(body, ensure_ascii=False).encode())


def put(address: str, body: bytes) -> None:
    """Send to a presigned address. Tried five times: without an answer a deployment hangs."""
    if not address.startswith("https://"):
        raise ValueError("CloudFormation's address for answers is not https")
    request = urllib.request.Request(  # noqa: S310 - https, as was checked
        address, data=body, method="PUT", headers={"Content-Type": ""}
    )
    for pause in (*_PAUSES_S, None):
        try:
            urllib.request.urlopen(request, timeout=_TIME_LIMIT_S).close()  # noqa: S310
        except (urllib.error.URLError, TimeoutError):
            if pause is None:
                raise
            time.sleep(pause)
        else:
            return
