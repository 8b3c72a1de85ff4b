"""The re-checker: lists whose last check is too long ago go into the queue again.

By schedule it looks at all lists. Invoked with {"key": "lists/..."} it takes that one, at once.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from os import environ
from typing import Any

from lambdas import telemetry, wiring
from lambdas.check_contacts.publishing import ERROR_FILE, SUMMARY_FILE
from lambdas.domain.list_checks import Check, is_list
from lambdas.store.list_files import ListedObject
from lambdas.wiring import lists


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Returns how many `lists` are checked again. Raises KeyError for a key without a list."""
    now = wiring.now()
    wanted = event.get("key")
    if wanted is not None:
        _ask(str(wanted), f"asked {now.isoformat(timespec='seconds')}")
        return {"lists": 1}
    asked = 0
    for key in due(lists.files().lists(), now - timedelta(days=int(environ["RECHECK_DAYS"]))):
        _ask(key, f"due {now.date().isoformat()}")
        asked += 1
    telemetry.record("lists_due_again", lists=asked)
    return {"lists": asked}


def due(found: Iterable[ListedObject], before: datetime) -> Iterator[str]:
    """The keys of lists that were dropped, and last checked, before a moment."""
    changed: dict[str, datetime] = {}
    checked: dict[str, datetime] = {}
    for item in found:
        if is_list(item.key):
            changed[item.key] = item.changed
        else:
            folder, _, name = item.key.rpartition("/")
            if name in (SUMMARY_FILE, ERROR_FILE):
                checked[f"{folder}/"] = max(item.changed, checked.get(f"{folder}/", item.changed))
    for key, dropped in changed.items():
        last = checked.get(Check("", key, "", "", "").results, dropped)
        if max(dropped, last) < before:
            yield key


def _ask(key: str, again: str) -> None:
    """A message as of a dropped file, that says besides which re-check it is."""
    if not is_list(key):
        raise KeyError("there is no such list")
    files = lists.files()
    version, etag, size = files.latest(key)
    item = {"key": key, "size": size, "etag": etag, "version-id": version}
    message = {"detail": {"bucket": {"name": files.bucket}, "object": item}, "again": again}
    lists.queues().send_message(QueueUrl=environ["QUEUE_URL"], MessageBody=json.dumps(message))
