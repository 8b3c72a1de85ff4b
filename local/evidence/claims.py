"""One dial asked for four times at once, by several processes, through the picker's own handler."""

import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from lambdas.pick_caller_id.handler import handler
from lambdas.wiring import picking
from local import stage
from local.crowd import Crowd, work
from local.dynamodb_local import DynamoDBLocal
from local.evidence import Finding, evidence
from local.evidence.claims_limits import PATIENT, contact_id
from local.stage import Left, Stage
from local.toolchain import Say

TASK = "local.evidence.claims:task"
INVOCATIONS = 4
"""Connect invokes a function again up to three times."""

CAPS = (4, 12, 60)
OWN_NUMBER = "+12065550190"
_STARTS_IN_S = 12.0


@dataclass(frozen=True)
class Storm:
    """Contacts a second, each asked for by every process at the same moment."""

    contacts: int
    customers: int
    numbers: int
    a_second: float
    threads: int
    within_s: float

    def plan(self) -> dict[str, Any]:
        return {
            "customers": self.customers,
            "a_second": self.a_second,
            "starts": time.time() + _STARTS_IN_S,
        }


FULL = Storm(5_000, 4_000, 500, 30, threads=8, within_s=900)


class Told(NamedTuple):
    """One invocation: which contact, the whole reply, and from when to when."""

    contact: str
    reply: Mapping[str, str]
    began: float
    ended: float


def task(plan: Mapping[str, Any]) -> Callable[[int], list[Any]]:
    """In each process: a warm container of the picker, one invocation for each piece."""
    picking.use_limits(PATIENT)
    stage.share_one_key()
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as we live
    picking.prepare(connect=True)

    def invoke(piece: int) -> list[Any]:
        time.sleep(max(0.0, plan["starts"] + piece / plan["a_second"] - time.time()))
        began = time.time()
        reply = handler(event(piece, plan["customers"]), None)
        return [contact_id(piece), reply, began, time.time()]

    return invoke


def event(piece: int, customers: int) -> dict[str, Any]:
    who = random.Random(random.Random(piece).randrange(customers))
    to = f"+1{who.choice(stage.AREAS)}{who.randrange(700, 900)}{who.randrange(10_000):04}"
    return {
        "Details": {
            "ContactData": {
                "Channel": "VOICE",
                "ContactId": contact_id(piece),
                "CustomerEndpoint": {"Address": to, "Type": "TELEPHONE_NUMBER"},
                "SystemEndpoint": {"Address": OWN_NUMBER, "Type": "TELEPHONE_NUMBER"},
            },
            "Parameters": {"queue": stage.QUEUE},
        },
        "Name": "ContactFlowEvent",
    }


def run(storm: Storm, set_up: Stage, folder: Path, say: Say) -> tuple[list[Told], Left]:
    """Let the storm pass; every answer, and what it left in the tables."""
    crowd = Crowd(INVOCATIONS, storm.threads, storm.within_s, everybody=True)
    variables = set_up.environment
    rows = work(crowd, TASK, storm.plan(), storm.contacts, folder / "storm", variables, say)
    return [Told(*row) for row in rows], set_up.left()


@evidence("claims/retry_storm", "claims/retry_answers")
def retry_storm(say: Say) -> list[Finding]:
    """Four invocations of five thousand contacts at once: one claim each, equal replies."""
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        numbers = stage.numbers_of(FULL.numbers)
        set_up = stage.staged(address, folder, stage.settings_of(CAPS), numbers)
        told, left = run(FULL, set_up, folder, say)
    return findings(FULL, told, left)


def findings(storm: Storm, told: Sequence[Told], left: Left) -> list[Finding]:
    """How many contacts have one claim, and how many one reply."""
    by_contact: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        by_contact[one.contact].append(one)
    claims = Counter(
        claim.contact_id for ledger in left.ledgers.values() for claim in ledger.claims
    )
    made = sum(ledger.attempts for ledger in left.ledgers.values())
    shown = sum(bool(claim.number) for held in left.ledgers.values() for claim in held.claims)
    own = sum(left.usage[key] for key in left.usage if key[0] == OWN_NUMBER and key[2] == "day")
    counted = Counter(bucket[0] for *_, bucket in left.usage.elements())
    counted["m"] += own  # a number without caps counts no minutes
    alike = sum(
        len(answers) == INVOCATIONS and all(one.reply == answers[0].reply for one in answers)
        for answers in by_contact.values()
    )
    at_once = sum(_all_at_once(answers) for answers in by_contact.values())
    once = sum(claims[contact] == 1 for contact in by_contact)
    exact = made == storm.contacts and set(counted.values()) == {shown + own}
    actions = Counter(f"{one.reply['action']} {one.reply['reason']}" for one in told)
    slowest = max(one.ended - one.began for one in told)
    return [
        Finding(
            once,
            f"{storm.contacts:,}: one claim a contact",
            once == storm.contacts and exact,
            f"{len(told):,} invocations from {INVOCATIONS} processes; {made:,} claims, {shown:,} "
            f"with a number of the pool; usage counts {counted['d']:,}, {own} of them of the "
            f"queue's own number; of {at_once:,} contacts all four were under way at one moment",
        ),
        Finding(
            alike,
            f"{storm.contacts:,}: equal replies",
            alike == storm.contacts,
            f"every member of all four replies; {dict(actions)}; slowest {slowest:.2f} s",
        ),
    ]


def _all_at_once(answers: Sequence[Told]) -> bool:
    """Whether there was a moment at which every invocation of a contact was under way."""
    return max(one.began for one in answers) < min(one.ended for one in answers)
