"""The fake instance over HTTP, for clients with their own time limits and error handling."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.connect_instance import model
from local.connect_instance.instance import ConnectInstance
from local.connect_instance.model import Refused


@contextmanager
def serving(instance: ConnectInstance) -> Iterator[str]:
    """Serve until the end; hands over the endpoint's address."""
    handler = type("_Handler", (_Handler,), {"instance": instance, "lock": threading.Lock()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    ).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    instance: ConnectInstance
    lock: threading.Lock
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536  # head and body in one segment: else the other side waits for 40 ms

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or "0")
        body = json.loads(self.rfile.read(length) or b"{}")
        try:
            asked = model.read(self.command, self.path, body)
        except Refused as refused:
            self._answer(400, refused.members, refused.code)
            return
        with self.lock:
            try:
                answer = self.instance.answer(asked)
            except Refused as refused:
                self._answer(model.status_of(asked, refused), refused.members, refused.code)
                return
        model.check_answer(asked, answer)
        self._answer(200, answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: tests look at what was asked."""

    def _answer(self, status: int, body: Any, code: str = "") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if code:
            self.send_header("x-amzn-ErrorType", code)
        self.end_headers()
        self.wfile.write(content)
