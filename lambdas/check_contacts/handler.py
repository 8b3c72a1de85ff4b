"""The list checker: a queue's message about a dropped list in, results beside the list out.

A list that is too long for one function goes to the state machine.
"""

import json
import tempfile
from os import environ
from pathlib import Path
from typing import Any, Final

from lambdas import telemetry, wiring
from lambdas.check_contacts.entries import sampled
from lambdas.check_contacts.lists import (
    LIMITS,
    NotChecked,
    bare_judge,
    checked,
    opened,
    whose,
)
from lambdas.check_contacts.publishing import Results, publish, refuse
from lambdas.domain.list_checks import Check, is_list
from lambdas.files.errors import UnreadableFile
from lambdas.files.sniff import check_bytes
from lambdas.store.list_files import check_key
from lambdas.store.uploads import UploadedFile, uploaded_file
from lambdas.wiring import lists

LARGEST_FILE: Final = 1_500_000_000
"""Bytes that this function's disk takes, with the results beside them."""
CHECKED, IN_PARTS, REFUSED = "checked", "in_parts", "refused"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Check each list that the messages tell of.

    Returns `lists`, each with `check`, its id, and `outcome`: checked, in_parts or refused.
    """
    done = []
    for message in event["Records"]:
        file = uploaded_file(message["body"])
        if not is_list(file.key):
            continue
        again = str(json.loads(message["body"]).get("again", ""))
        version, etag = _identity(file)
        check = Check(file.bucket, file.key, version, etag, wiring.now().isoformat(), again)
        done.append({"check": check.id, "outcome": _check(check, file.size)})
    return {"lists": done}


def _identity(file: UploadedFile) -> tuple[str, str]:
    """Version and etag of a list: what the event tells, else as it stands."""
    if file.etag:
        return file.version, file.etag
    version, etag, _ = lists.files().latest(file.key)
    return version, etag


def _check(check: Check, size: int) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            return _in_one_piece(check, size, folder)
        except NotChecked as problem:
            refuse(check, str(problem), folder)
        except UnreadableFile as problem:
            refuse(check, f"{problem.message} The list was not checked.", folder)
    return REFUSED


def _in_one_piece(check: Check, size: int, folder: Path) -> str:
    whose(check)
    check_bytes(size, LIMITS)
    if size > LARGEST_FILE:
        return _in_parts(check)
    path = folder / "list"
    lists.files().fetch(check.key, path, check.version)
    table = opened(check, path)
    if table.row_count > int(environ["MOST_ROWS"]):
        return _in_parts(check)
    results = folder / "results"
    results.mkdir()
    usual, table = sampled(table, bare_judge(check))
    found = checked(check, table, usual, results)
    publish(check, Results(results, found.summary, found.examples, found.results))
    return CHECKED


def _in_parts(check: Check) -> str:
    """Start the state machine, once: its execution is called like the check."""
    lists.files().put_json(check_key(check.id), check.as_json())
    machine = lists.state_machines()
    try:
        machine.start_execution(
            stateMachineArn=environ["STATE_MACHINE_ARN"],
            name=check.id,
            input=json.dumps({"id": check.id, "round": 0}),
        )
    except machine.exceptions.ExecutionAlreadyExists:
        telemetry.record("list_is_checked_already", check=check.id)
    return IN_PARTS
