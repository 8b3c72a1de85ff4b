"""One round of faults: invocations of the picker's own handler, and what must hold of them."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from lambdas import wiring
from lambdas.domain.ledger import Claim
from lambdas.pick_caller_id.handler import handler
from lambdas.store import keys
from lambdas.wiring import picking
from local import stage
from local.fault_table import SCHEDULES, Fault, Troubled, When
from local.faulty_store import serving
from local.stage import Left, Stage

SECOND = 1.0
STRICT = "strict"
CAPS = (3, 8, 20)
OWN_NUMBER = "+12065550190"
POOL_SIZE = 20
RESTS_FOR = timedelta(hours=3)
COLD_EVERY = 5
TRIES = 3
ANOTHER_CONTACT = 100_000
_CUSTOMERS = 9
_AREAS = 3
"""In the first of them are the number that was taken out and the one that rests: every third pick
is refused its first number."""
_REASONS = ("local_number", "store_unavailable", "out_of_time", "pool_is_empty", "pool_exhausted")


@dataclass
class Round:
    """What became of the invocations of one fault under one schedule."""

    fault: str
    schedule: str
    actions: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    late: int = 0
    asked_again: int = 0
    befell: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = ", ".join(f"{count} {action}" for action, count in sorted(self.actions.items()))
        return f"{self.fault}, {self.schedule}: {told}; {self.befell} faults; {self.slowest:.2f} s"


class Asked(NamedTuple):
    """An invocation by its contact's number, the reply, and the caller's clock."""

    piece: int
    reply: dict[str, str]
    now: datetime


def settings() -> dict[str, Any]:
    """Two queues on one pool: one shows the default when all fails; the other must look at who is
    not to be called, and blocks."""
    document = stage.settings_of(CAPS)
    lenient = document["queues"][stage.QUEUE]
    document["queues"][STRICT] = {**lenient, "on_exhausted": "block", "must_screen": True}
    return document


def with_rest_and_removal(set_up: Stage) -> datetime:
    """Take one number out and let another rest, which the published directory does not know.

    Returns when the rest ends.
    """
    removed, resting = stage.numbers_of(POOL_SIZE)[:2]
    client = set_up.client()
    returns = datetime.now(UTC).replace(microsecond=0) + RESTS_FOR
    for number, status in ((removed, "REMOVED"), (resting, "RESTING")):
        client.update_item(
            TableName=set_up.tables.number_pool,
            Key=keys.number_status(number),
            UpdateExpression="SET #status = :status, returns_at = :returns",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":status": {"S": status},
                ":returns": {"N": str(int(returns.timestamp()))},
            },
        )
    return returns


def play(set_up: Stage, returns: datetime, fault: Fault, schedule: str, invocations: int) -> Round:
    """Invoke under the fault, hold the answers to their terms, then invoke again without it.

    `returns` is when the number that rests may be shown again.
    """
    played = Round(fault.name, schedule)
    _empty(set_up)
    happens = SCHEDULES[schedule]
    troubled = Troubled(set_up.address, fault, happens)
    asked: list[Asked] = []
    with serving(troubled) as (address, _):
        with stage.containers({**set_up.environment, "AWS_ENDPOINT_URL_DYNAMODB": address}):
            for piece in range(invocations):
                if piece % COLD_EVERY == 0:
                    wiring.reset()
                    picking.picker()  # built before the first call, as Lambda does
                troubled.invocation = piece
                skewed = fault.skew and happens(When(piece, piece))
                off = fault.skew if skewed else timedelta()
                played.befell += bool(skewed)
                _ask_in_time(piece, off, played, asked)
        played.befell += troubled.befell
    time.sleep(0.1)  # what was held back on its way may still be carried out
    left = set_up.left()
    played.wrong += _not_legal(asked, returns)
    played.wrong += _not_once(asked, left)
    with stage.containers(set_up.environment):
        played.wrong += _not_equal_again(asked, left)
    return played


def _ask_in_time(piece: int, off: timedelta, played: Round, asked: list[Asked]) -> None:
    """Invoke; where the answer is late, invoke for further contacts under the same trouble.

    A busy machine adds time and never takes any away: who is late three times in a row is late.
    """
    for again in range(TRIES):
        now = datetime.now(UTC) + off
        other = piece + again * ANOTHER_CONTACT
        reply, seconds = _invoked(other, now)
        asked.append(Asked(other, reply, now))
        played.actions[f"{reply['action']} {reply['reason']}"] += 1
        played.slowest = max(played.slowest, seconds)
        if seconds <= SECOND:
            return
        played.asked_again += again + 1 < TRIES
    played.late += 1


def _invoked(piece: int, now: datetime) -> tuple[dict[str, str], float]:
    wiring.use_clock(lambda: now)
    started = time.perf_counter()
    reply = handler(_event(piece), None)
    return reply, time.perf_counter() - started


def _contact_id(piece: int) -> str:
    return f"4a573372-1f28-4e26-b97b-{piece:012d}"


def _queue_of(piece: int) -> str:
    return STRICT if piece % 2 else stage.QUEUE


def _event(piece: int) -> dict[str, Any]:
    to = f"+1{stage.AREAS[piece % _AREAS]}777{piece % _CUSTOMERS:04d}"
    return {
        "Details": {
            "ContactData": {
                "Channel": "VOICE",
                "ContactId": _contact_id(piece),
                "CustomerEndpoint": {"Address": to, "Type": "TELEPHONE_NUMBER"},
                "SystemEndpoint": {"Address": OWN_NUMBER, "Type": "TELEPHONE_NUMBER"},
            },
            "Parameters": {"queue": _queue_of(piece)},
        },
        "Name": "ContactFlowEvent",
    }


def _not_legal(asked: Sequence[Asked], returns: datetime) -> Iterator[str]:
    """Answers that are none of: an active number of the pool, or what the queue says instead."""
    _removed, resting, *active = stage.numbers_of(POOL_SIZE)
    for piece, reply, now in asked:
        instead = "block" if _queue_of(piece) == STRICT else "default"
        shown = reply["caller_id"]
        if reply["action"] == "dial":
            back = shown == resting and now >= returns
            legal = (shown in active or back) and reply["reason"] == "local_number"
        else:
            legal = reply["action"] == instead and not shown and reply["reason"] in _REASONS
        if not legal or not all(isinstance(value, str) for value in reply.values()):
            yield f"{_contact_id(piece)} was told {reply}"


def _claims(left: Left) -> dict[str, list[Claim]]:
    claims: dict[str, list[Claim]] = {}
    for ledger in left.ledgers.values():
        for claim in ledger.claims:
            claims.setdefault(claim.contact_id, []).append(claim)
    return claims


def _not_once(asked: Sequence[Asked], left: Left) -> Iterator[str]:
    """What is not counted exactly once, whether the caller heard of it or not."""
    claims = _claims(left)
    expected: Counter[tuple[str, str, str]] = Counter()
    for claim in (claim for made in claims.values() for claim in made):
        number = claim.number or (OWN_NUMBER if claim.action == "default" else "")
        buckets = ("day", f"h{claim.at:%H}", f"m{claim.at:%H%M}")  # no minutes without caps
        for bucket in (buckets if claim.number else buckets[:2]) if number else ():
            expected[number, f"{claim.at:%Y-%m-%d}", bucket] += 1
    if expected != left.usage:
        yield f"usage counts {left.usage - expected} too much, {expected - left.usage} too little"
    for (number, _, bucket), calls in left.usage.items():
        if number != OWN_NUMBER and calls > CAPS["mhd".index(bucket[0])]:
            yield f"{number} made {calls} calls in {bucket}"
    for contact, made in claims.items():
        if len(made) > 1:
            yield f"{contact} has {len(made)} claims"
    for piece, reply, _ in asked:
        made = claims.get(_contact_id(piece), [])
        if reply["action"] == "dial" and [claim.number for claim in made] != [reply["caller_id"]]:
            yield f"{_contact_id(piece)} dials {reply['caller_id']} without its claim"


def _not_equal_again(asked: Sequence[Asked], left: Left) -> Iterator[str]:
    """Contacts with a claim that are told something else when they ask again."""
    claims = _claims(left)
    for piece, reply, now in asked:
        made = claims.get(_contact_id(piece))
        if not made:
            continue
        again, _ = _invoked(piece, now)
        if (again["action"], again["caller_id"]) != (made[0].action.value, made[0].number):
            yield f"{_contact_id(piece)} was told {reply}, then {again}"


def _empty(set_up: Stage) -> None:
    client = set_up.client()
    for table in (set_up.tables.usage, set_up.tables.customers):
        for page in client.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
