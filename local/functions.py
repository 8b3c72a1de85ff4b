"""A Lambda function called in this process, with the environment that the template gives it."""

import importlib
import io
import json
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.errors import LocalError
from local.machine import environment

Json = Any
Handler = Callable[[Json, "Context"], Json]

_one_at_a_time = threading.RLock()  # environment and standard output belong to the process


class FunctionFailed(Exception):
    """The handler raised, ran out of time, or answered what is no JSON."""

    def __init__(self, function: str, kind: str, message: str, details: str = "") -> None:
        """`kind` is Lambda's errorType; `details` is the stack trace, for logs only."""
        super().__init__(f"{function}: {kind}: {message}")
        self.kind = kind
        self.message = message
        self.details = details


@dataclass(frozen=True)
class Context:
    """The part of Lambda's context object that handlers may use."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    aws_request_id: str
    deadline: float
    function_version: str = "$LATEST"
    log_group_name: str = ""
    log_stream_name: str = ""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the invocation, never below zero."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


@dataclass(frozen=True)
class Invocation:
    """One finished call: the answer, how long it took, and the lines it wrote to its log."""

    function: str
    payload: Json
    milliseconds: float
    log: tuple[str, ...]

    def records(self, event: str) -> list[dict[str, Json]]:
        """The structured log records that carry this event name."""
        return [record for record in _json_lines(self.log) if record.get("event") == event]


@dataclass
class LocalFunction:
    """One function of the template.

    `code` is its staged asset, which stands in for Lambda's task root; the handler itself is
    imported from this checkout, so that a debugger and coverage see the source. `role` is the
    ARN of the function's role. `replaced_by`,
    where set, is called in the handler's place: what a flow does with a function that fails.
    `prepared_s` counts what went by before handlers began: imports, and a cold start's reads.
    """

    name: str
    handler: str
    arn: str
    environment: Mapping[str, str]
    code: Path
    region: str
    timeout_s: float = 3.0
    memory_mb: int = 128
    role: str = ""
    log: list[Invocation] = field(default_factory=list)
    on_start: Callable[["LocalFunction"], None] = lambda _function: None
    replaced_by: Handler | None = None
    prepared_s: float = 0.0

    def invoke(self, event: Json, arn: str | None = None) -> Invocation:
        """Call the handler with a copy of `event`.

        Raises FunctionFailed as Lambda would report an error or a timeout. A handler that hangs
        is not interrupted here; its lateness is reported when it ends.
        """
        with _one_at_a_time, self.dressed():
            began = time.monotonic()
            self.on_start(self)
            handler = self.replaced_by or self._import()
            started = time.monotonic()
            self.prepared_s += started - began
            context = Context(
                self.name, arn or self.arn, self.memory_mb, str(uuid.uuid4()),
                started + self.timeout_s,
            )  # fmt: skip
            out = io.StringIO()
            answer = self._call(handler, json.loads(json.dumps(event)), context, out)
            elapsed = time.monotonic() - started
        if elapsed > self.timeout_s:
            raise FunctionFailed(
                self.name, "Sandbox.Timedout", f"Task timed out after {elapsed:.2f} seconds"
            )
        done = Invocation(self.name, answer, elapsed * 1000, tuple(out.getvalue().splitlines()))
        self.log.append(done)
        return done

    def _call(self, handler: Handler, event: Json, context: Context, out: io.StringIO) -> Json:
        try:
            with redirect_stdout(out):
                answer = handler(event, context)
        except Exception as error:  # like Lambda's runtime: any error
            raise FunctionFailed(
                self.name, type(error).__name__, str(error), traceback.format_exc()
            ) from error
        try:
            return json.loads(json.dumps(answer))
        except (TypeError, ValueError) as error:
            raise FunctionFailed(self.name, "Runtime.MarshalError", str(error)) from error

    def _import(self) -> Handler:
        module, _, name = self.handler.rpartition(".")
        try:
            handler: Handler = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise LocalError(
                f"Function {self.name}: no handler {self.handler} ({error})."
            ) from error
        return handler

    @contextmanager
    def dressed(self) -> Iterator[None]:
        """The environment of an invocation, for as long as the block runs."""
        mine = {
            **self.environment,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "LAMBDA_TASK_ROOT": str(self.code),
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }
        with environment(mine):
            yield


def _json_lines(lines: tuple[str, ...]) -> Iterator[dict[str, Json]]:
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value
