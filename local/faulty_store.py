"""A DynamoDB endpoint that misbehaves, on the loopback, for the handler's real client."""

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request; `answer` of the server decides what comes back."""

    protocol_version = "HTTP/1.1"
    body = b""

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server: Any = self.server
        server.requests += 1
        server.answer(self)

    @property
    def operation(self) -> str:
        """As "TransactWriteItems"."""
        return str(self.headers["X-Amz-Target"]).split(".")[-1]

    def log_message(self, *_: Any) -> None:
        """Say nothing: the tests read standard output."""

    def reply(self, status: int, body: bytes) -> None:
        with suppress(ConnectionError):  # who asked may have given up
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


def error(status: int, code: str) -> Answer:
    kind = f"com.amazonaws.dynamodb.v20120810#{code}"

    def answer(request: Request) -> None:
        request.reply(status, json.dumps({"__type": kind, "message": "injected"}).encode())

    return answer


def silence(seconds: float) -> Answer:
    def answer(request: Request) -> None:
        time.sleep(seconds)
        request.close_connection = True

    return answer


def forward(address: str, seconds: float, wanted: Callable[[str], bool] = bool) -> Answer:
    """Pass requests on to a real engine; hold back the answers to `wanted` operations."""

    def answer(request: Request) -> None:
        status, body = passed_on(address, request)
        if wanted(request.operation):
            time.sleep(seconds)
        request.reply(status, body)

    return answer


def passed_on(address: str, request: Request) -> tuple[int, bytes]:
    """What a real engine says to a request: status and body."""
    passed = urllib.request.Request(address, request.body, dict(request.headers.items()))  # noqa: S310
    try:
        with urllib.request.urlopen(passed) as answered:  # noqa: S310 - the engine on this machine
            return answered.status, answered.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def carried_out(address: str, then: Answer) -> Answer:
    """Let the engine do what it is asked, and answer with a fault all the same."""

    def answer(request: Request) -> None:
        passed_on(address, request)
        then(request)

    return answer


def altered(address: str, change: Callable[[Any], None]) -> Answer:
    """Pass on, and change the engine's answer, a JSON document, in place."""

    def answer(request: Request) -> None:
        status, body = passed_on(address, request)
        document = json.loads(body)
        change(document)
        request.reply(status, json.dumps(document).encode())

    return answer


def cancelled(code: str) -> Answer:
    """Every item of a transaction is refused for `code`, as "TransactionConflict"."""

    def answer(request: Request) -> None:
        items = len(json.loads(request.body)["TransactItems"])
        reasons = [{"Code": code, "Message": "injected"}] + [{"Code": "None"}] * (items - 1)
        told = {
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": f"Transaction cancelled, please refer cancellation reasons [{code}]",
            "CancellationReasons": reasons,
        }
        request.reply(400, json.dumps(told).encode())

    return answer


def reset(request: Request) -> None:
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    request.connection.close()
    request.close_connection = True


def nonsense(request: Request) -> None:
    request.reply(200, b"<html>not DynamoDB</html>")


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, Any]]:
    """Serve until the block ends; gives the address, and the server with its count `requests`."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    server.requests = 0
    server.answer = answer
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def closed_port() -> str:
    """An address at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
