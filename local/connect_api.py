"""The calls of Connect's API that our functions make, answered on the loopback address.

Contacts are stopped and described, numbers are listed; moto has none of it. Being real HTTP, it
lets the handler's own client, its time limits and its error handling run as they are.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_DESCRIBE = re.compile(r"^/contacts/([^/]+)/([^/?]+)$")


@dataclass
class Contacts:
    """The contacts that exist, and when each ended (seconds since 1970, or None)."""

    ended: dict[str, float | None] = field(default_factory=dict)
    refuse_stops: str = ""

    def begin(self, contact_id: str) -> None:
        """Let a contact exist, not yet ended."""
        self.ended[contact_id] = None

    def is_stopped(self, contact_id: str) -> bool:
        """Whether the contact was stopped through the API."""
        return self.ended.get(contact_id) is not None


@dataclass
class Held:
    """What lists the numbers that the instance holds, as ListPhoneNumbersV2 tells of each."""

    numbers: Callable[[], Sequence[dict[str, str]]] = list


class ConnectApi:
    """StopContact, DescribeContact and ListPhoneNumbersV2 over HTTP; a context manager."""

    def __init__(self) -> None:
        self.contacts = Contacts()
        self.held = Held()
        shared = {"contacts": self.contacts, "held": self.held}
        handler = type("_Handler", (_Handler,), shared)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        """The endpoint for Connect's clients."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Serve until the context ends."""
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    contacts: Contacts
    held: Held
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = json.loads(self.rfile.read(length) or b"{}")
        if self.path == "/phone-number/list":
            self._list(body)
        elif self.path != "/contact/stop":
            self._fail(HTTPStatus.NOT_FOUND, "UnknownOperationException")
        elif self.contacts.refuse_stops:
            self._fail(HTTPStatus.TOO_MANY_REQUESTS, self.contacts.refuse_stops)
        elif body.get("ContactId") not in self.contacts.ended:
            self._fail(HTTPStatus.GONE, "ContactNotFoundException")
        else:
            self.contacts.ended[body["ContactId"]] = time.time()
            self._answer(HTTPStatus.OK, {})

    def _list(self, body: dict[str, Any]) -> None:
        target = body.get("TargetArn", "")
        found = [one for one in self.held.numbers() if target in ("", one["TargetArn"])]
        begins = int(body.get("NextToken", "0"))
        ends = begins + int(body.get("MaxResults", 100))
        answer: dict[str, Any] = {"ListPhoneNumbersSummaryList": found[begins:ends]}
        if ends < len(found):
            answer["NextToken"] = str(ends)
        self._answer(HTTPStatus.OK, answer)

    def do_GET(self) -> None:
        match = _DESCRIBE.match(self.path)
        if match is None or match.group(2) not in self.contacts.ended:
            self._fail(HTTPStatus.NOT_FOUND, "ResourceNotFoundException")
            return
        contact: dict[str, Any] = {"Id": match.group(2), "Channel": "VOICE"}
        ended = self.contacts.ended[match.group(2)]
        if ended is not None:
            contact["DisconnectTimestamp"] = ended
        self._answer(HTTPStatus.OK, {"Contact": contact})

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the flow's trace tells what happened."""

    def _fail(self, status: HTTPStatus, code: str) -> None:
        self._answer(status, {"Message": code}, code)

    def _answer(self, status: HTTPStatus, body: dict[str, Any], code: str = "") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if code:
            self.send_header("x-amzn-ErrorType", code)
        self.end_headers()
        self.wfile.write(content)
