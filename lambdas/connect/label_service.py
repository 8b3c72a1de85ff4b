"""A service that tells what phones show for our numbers, asked over HTTPS.

The request is a POST of {"numbers": ["+12065550100", …]} with the key as bearer token; the answer
{"results": [{"number": "+12065550100", "label": "Scam Likely", "seen_on": "2026-11-20"}, …]}, with
an empty label where phones show none. A number without a result is not known, and nothing follows.
"""

import http.client
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from lambdas.domain.phone import E164
from lambdas.usecases.ask_labels import LabelFault, Told

SECONDS = 10.0
LONGEST_ANSWER = 1_000_000
LONGEST_TEXT = 80


@dataclass(frozen=True, eq=False)
class HttpLabels:
    """The LabelService of a URL; `key` is read when it is asked first."""

    url: str
    key: Callable[[], str] = field(repr=False)

    def __call__(self, numbers: Sequence[E164]) -> Mapping[E164, Told]:
        """What is shown, of those numbers that the service knows. Raises LabelFault."""
        status, body = self._asked(json.dumps({"numbers": list(numbers)}).encode())
        if status == 429 or status == 503:
            raise LabelFault("it asks for patience", busy=True)
        if status != 200:
            raise LabelFault(f"it answered with status {status}")
        asked = set(numbers)
        return {number: told for number, told in _results(body) if number in asked}

    def _asked(self, body: bytes) -> tuple[int, bytes]:
        where = urlsplit(self.url)
        headers = {
            "Authorization": f"Bearer {self.key()}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        path = where.path + (f"?{where.query}" if where.query else "")
        connection = _connection(where)
        try:
            connection.request("POST", path or "/", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(LONGEST_ANSWER + 1)
        except (OSError, http.client.HTTPException) as problem:
            raise LabelFault(f"it could not be asked ({type(problem).__name__})") from None
        finally:
            connection.close()


def _connection(where: SplitResult) -> http.client.HTTPConnection:
    """Over TLS; a stand-in on this machine may do without. Nothing follows a redirection."""
    if where.scheme == "https":
        return http.client.HTTPSConnection(where.netloc, timeout=SECONDS)
    if where.hostname in ("127.0.0.1", "localhost"):
        return http.client.HTTPConnection(where.netloc, timeout=SECONDS)
    raise LabelFault("its address is no https")


def _results(body: bytes) -> Sequence[tuple[E164, Told]]:
    if len(body) > LONGEST_ANSWER:
        raise LabelFault("its answer is too long")
    try:
        results: Any = json.loads(body)["results"]
        return [
            (E164(one["number"]), Told(_text(one["label"]), _text(one.get("seen_on"))))
            for one in results
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise LabelFault("its answer is none that is understood") from None


def _text(value: Any) -> str:
    """One short line: it goes into histories and reports."""
    return " ".join((value or "").split())[:LONGEST_TEXT]
