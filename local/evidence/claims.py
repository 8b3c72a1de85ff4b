"""One dial asked for four times, from several processes at once."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from local.benchmarks.picking import container, event
from local.evidence import Finding, evidence
from local.toolchain import ROOT, Say

CONTACTS = 500
WARM_UP = 150
PROCESSES = 4

ASKER = """
import contextlib, io, json, sys, time
from lambdas.pick_caller_id.handler import handler
from lambdas.store.secret import CustomerKey
from lambdas.wiring import picking
CustomerKey.__call__ = lambda self: b"one key for all processes"
events = json.load(sys.stdin)
with contextlib.redirect_stdout(io.StringIO()):
    picking.picker()
    picking.directories().current("service")
time.sleep(max(0.0, float(sys.argv[1]) - time.time()))
answers = []
with contextlib.redirect_stdout(io.StringIO()):
    for event in events:
        started = time.perf_counter()
        answer = handler(event, None)
        answers.append([answer, time.perf_counter() - started])
print(json.dumps(answers))
"""


@evidence("path/retries_claims", "path/retries_answers", "path/retries_slowest")
def retries(say: Say) -> list[Finding]:
    """Four invocations of each contact, from four processes at once, on DynamoDB Local."""
    events = [event(index) for index in range(CONTACTS)]
    with container(say) as cloud:
        say("warming the engine up")
        _ask_at_once([event(CONTACTS + index) for index in range(WARM_UP)])
        client = cloud.session.client("dynamodb")
        for table in ("CUSTOMERS_TABLE", "USAGE_TABLE"):
            _empty(client, cloud.name_of(table))
        say(f"{PROCESSES} processes ask for the same {CONTACTS} contacts")
        answers = _ask_at_once(events)
        ledgers = _all(client, cloud.name_of("CUSTOMERS_TABLE"))
        usage = _all(client, cloud.name_of("USAGE_TABLE"))
    claims = Counter(claim["S"].split(" ")[0] for item in ledgers for claim in item["claims"]["L"])
    dialled = {
        contact: answer["caller_id"]
        for contact, (answer, _) in zip(_contacts(events), answers[0], strict=True)
        if answer["action"] == "dial"
    }
    counted = sum(int(item["day"]["N"]) for item in usage)
    alike = sum(
        len({json.dumps(given[index][0], sort_keys=True) for given in answers}) == 1
        for index in range(CONTACTS)
    )
    others = sorted(
        {
            f"{answer['action']} {answer['reason']}"
            for given in answers
            for answer, _ in given
            if answer["action"] != "dial"
        }
    )
    slowest = max(seconds for given in answers for _, seconds in given)
    once = len(claims) == CONTACTS == sum(claims.values()) and counted == len(dialled)
    return [
        Finding(
            sum(claims.values()),
            f"{CONTACTS}: one for each contact",
            once,
            f"{PROCESSES * CONTACTS} invocations; {counted} counted in usage, {len(dialled)} dials",
        ),
        Finding(
            alike,
            f"{CONTACTS} contacts with one answer",
            alike == CONTACTS,
            f"whole answers compared; besides dials: {', '.join(others) or 'none'}",
        ),
        Finding(round(slowest, 3), "< 1 s", slowest < 1, f"of {PROCESSES * CONTACTS} invocations"),
    ]


def _contacts(events: list[dict[str, Any]]) -> list[str]:
    return [event["Details"]["ContactData"]["ContactId"] for event in events]


def _ask_at_once(events: list[dict[str, Any]]) -> list[list[tuple[dict[str, str], float]]]:
    start = time.time() + 4
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ASKER, str(start)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for _ in range(PROCESSES)
    ]
    text = json.dumps(events)
    for process in processes:
        if process.stdin:
            process.stdin.write(text)
            process.stdin.close()
    answers = []
    for process in processes:
        if process.stdout:
            answers.append(json.loads(process.stdout.read()))
        process.wait(timeout=60)
    return answers


def _empty(client: Any, table: str) -> None:
    for item in _all(client, table):
        client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


def _all(client: Any, table: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("scan").paginate(TableName=table)
    return [item for page in pages for item in page["Items"]]
