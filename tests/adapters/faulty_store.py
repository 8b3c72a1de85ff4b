"""A DynamoDB endpoint that misbehaves, on the loopback, for the handler's real client."""

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

    def log_message(self, *_: Any) -> None:
        """Say nothing: the tests read standard output."""

    def reply(self, status: int, body: bytes) -> None:
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
        operation = request.headers["X-Amz-Target"].split(".")[-1]
        passed = urllib.request.Request(address, request.body, dict(request.headers.items()))
        try:
            with urllib.request.urlopen(passed) as answered:
                status, body = answered.status, answered.read()
        except urllib.error.HTTPError as refused:
            status, body = refused.code, refused.read()
        if wanted(operation):
            time.sleep(seconds)
        request.reply(status, body)

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
