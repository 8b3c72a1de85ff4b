"""Handlers that remember what they were given, and fail when told to."""

import os
import sys
from typing import Any

seen: list[Any] = []
fail_on: set[str] = set()


def forget() -> None:
    seen.clear()
    fail_on.clear()


def remember(event: dict[str, Any], context: Any) -> dict[str, Any]:
    seen.append(event)
    for record in event["Records"]:
        marks = {
            record.get("body"),
            record.get("dynamodb", {}).get("Keys", {}).get("pk", {}).get("S"),
        }
        if marks & fail_on:
            raise ValueError("told to fail")
    sys.stdout.write("worked\n")
    return {"where": os.environ["LAMBDA_TASK_ROOT"], "greeting": os.environ["GREETING"]}


def report_failures(event: dict[str, Any], context: Any) -> dict[str, Any]:
    seen.append(event)
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]}
            for record in event["Records"]
            if record["body"] in fail_on
        ]
    }


def unserialisable(event: dict[str, Any], context: Any) -> object:
    return {"when": object()}


def say_something(event: dict[str, Any], context: Any) -> dict[str, Any]:
    sys.stdout.write('no json\n[1]\n{"event": "other"}\n{"event": "decision", "n": 1}\n')
    return {}
