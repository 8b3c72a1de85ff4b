"""Watches a whole test run for customers' numbers where none may ever stand.

What handlers write to their logs, the addresses and object keys of every AWS request, and the
bodies of messages and of state machines' inputs are looked through for the digits of every number
that was hashed, dialled or checked as a customer's.
"""

import hmac
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from unittest import mock
from urllib.parse import unquote

from botocore import handlers

from lambdas import telemetry
from lambdas.store import customers
from local.functions import FunctionFailed, LocalFunction

BODIES = ("sqs", "sns", "events", "states", "kinesis", "firehose", "cloudwatch", "logs")
"""Services whose messages outlive a request: queues, dead letters, topics, state machines."""

_watches: list["Watched"] = []
_RUNS = re.compile(r"\d{9,15}")
_WRITTEN = re.compile(r"\d(?:[\s().\-]{0,2}\d){8,14}")
"""Numbers as people write them, with signs between the digits."""


@dataclass(eq=False)
class Watched:
    """What was seen, by the digits in it; and whose numbers must not be among it."""

    customers: set[str] = field(default_factory=set)
    ours: set[str] = field(default_factory=set)
    seen: dict[str, str] = field(default_factory=dict)
    looked_at: int = 0

    def note(self, where: str, text: str) -> None:
        """Something that others may read, unless another watch stands within this one."""
        if _watches and _watches[-1] is not self:
            return
        self.looked_at += 1
        written = (re.sub(r"\D", "", found) for found in _WRITTEN.findall(text))
        for run in (*_RUNS.findall(text), *written):
            self.seen.setdefault(run, f"{where}: {text[:300]}")

    def customer(self, e164: str) -> None:
        """A number that must not be readable anywhere."""
        if not _watches or _watches[-1] is self:
            self.customers.add(e164.removeprefix("+"))

    def leaks(self) -> list[str]:
        """Where a customer's number was readable, whole or without its calling code."""
        return sorted(
            f"{digits} in {self.seen[form]}"
            for digits in self.customers - self.ours
            for form in _forms(digits)
            if form in self.seen
        )


def _forms(digits: str) -> Iterator[str]:
    """A number's digits as they may stand: with the calling code of 1 to 3 digits, and without."""
    yield from (digits[skipped:] for skipped in range(4) if len(digits) - skipped >= 9)


@contextmanager
def watching(watched: Watched) -> Iterator[Watched]:
    """Look at everything that happens in this process until the end."""
    record, invoke, new = telemetry.record, LocalFunction.invoke, hmac.new

    def told(event: str, *metrics: Any, **fields: Any) -> None:
        watched.note("log", f"{event} {fields} {metrics}")
        # Tests also dial numbers that are the company's own, which everybody sees.
        fallen = [one.get("number", "") for one in fields.get("fallen") or ()]
        shown = [str(fields.get("caller_id", "")), *map(str, fallen)]
        watched.ours.update(number.removeprefix("+") for number in shown)
        record(event, *metrics, **fields)

    def invoked(function: LocalFunction, *given: Any, **named: Any) -> Any:
        try:
            done = invoke(function, *given, **named)
        except FunctionFailed as failure:  # which Lambda writes to the log, with its stack
            watched.note(f"log of {function.name}", f"{failure} {failure.details}")
            raise
        for line in done.log:
            watched.note(f"log of {function.name}", line)
        return done

    def hashed(key: bytes, message: bytes, digest: Any) -> Any:
        watched.customer(message.decode())
        return new(key, message, digest)

    def sent(request: Any, event_name: str, **_: Any) -> None:
        service = event_name.split(".")[1]
        watched.note("address", unquote(request.url))
        if service in BODIES and request.body:
            watched.note(f"{service} message", _text(request.body))

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(telemetry, "record", told))
        stack.enter_context(mock.patch.object(LocalFunction, "invoke", invoked))
        shim = SimpleNamespace(new=hashed)
        stack.enter_context(mock.patch.object(customers, "hmac", shim))
        hook = ("before-send", sent)
        _watches.append(watched)
        stack.callback(_watches.remove, watched)
        handlers.BUILTIN_HANDLERS.insert(0, hook)  # ahead of fakes that answer in AWS's place
        stack.callback(handlers.BUILTIN_HANDLERS.remove, hook)
        yield watched


def _text(body: Any) -> str:
    content = body if isinstance(body, str | bytes) else body.read()
    return unquote(content.decode(errors="replace") if isinstance(content, bytes) else content)
