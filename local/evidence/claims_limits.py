"""A hundred thousand picks at once over five hundred numbers with tight caps."""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from lambdas import wiring
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action
from lambdas.store.customers import Answers
from lambdas.store.dynamodb import TimeLimits
from lambdas.usecases.picking import Contact
from lambdas.wiring import picking
from local import stage
from local.crowd import Crowd, work
from local.dynamodb_local import DynamoDBLocal
from local.evidence import Finding, evidence
from local.evidence.claims_judging import Asked, Judged, Terms, judge
from local.stage import Stage
from local.toolchain import Say

TASK = "local.evidence.claims_limits:task"
PATIENT = TimeLimits(pick=120.0, connect=10.0, answer=60.0)
"""One engine stands for all of DynamoDB here: whether a limit holds is asked, not how soon."""

MINUTES_APART = 6
HOURS = (9, 11, 14, 16)
ANSWERED_SHARE = 0.04
AT_ONCE_SHARE = 0.04
AWAY_SHARE = 0.2
_PICK_S = 100.0


@dataclass(frozen=True)
class Load:
    """Picks by a crowd. The clock of the calls runs ahead: `a_minute` of them in each busy minute,
    ten such minutes an hour and four such hours a day."""

    picks: int
    numbers: int
    customers: int
    a_minute: int
    crowd: Crowd
    caps: tuple[int, int, int] = (2, 6, 20)
    days: int = 2
    attempts: int = 5
    rung: tuple[int, int] = (6, 24)

    def plan(self) -> dict[str, Any]:
        return {
            "caps": self.caps,
            "days": self.days,
            "attempts": self.attempts,
            "rung": self.rung,
            "numbers": stage.numbers_of(self.numbers),
            "customers": self.customers,
            "a_minute": self.a_minute,
        }

    def settings(self) -> dict[str, Any]:
        return stage.settings_of(self.caps, self.days, self.attempts, rung=self.rung)


FULL = Load(100_000, 500, 5_000, 208, Crowd(processes=4, threads=8, within_s=2_700))


def task(plan: Mapping[str, Any]) -> Callable[[int], list[Any]]:
    """In each process: the real picker, wired as in its function, one pick for each piece."""
    picking.use_limits(PATIENT)
    stage.share_one_key()
    picker = picking.picker()
    queue = wiring.settings().queues[stage.QUEUE]
    claims: Any = picker.claims
    answers = Answers(claims.client, claims.tables.customers, claims.secret, claims.ledger_kept)

    def pick(piece: int) -> list[Any]:
        at = moment(piece, plan["a_minute"])
        to = customer(piece, plan["customers"])
        contact = Contact(contact_id(piece), "VOICE", to, "TELEPHONE_NUMBER", queue)
        until = time.monotonic() + _PICK_S
        decision = picker.pick(contact, at, lambda: until - time.monotonic())
        dialled = decision.action is Action.DIAL
        answered = dialled and random.Random(piece).random() < ANSWERED_SHARE
        if answered:
            answers.record(E164(to), E164(decision.caller_id), at)
        return list(
            Asked(
                contact.contact_id,
                to,
                round(at.timestamp() * 1000),
                decision.action.value,
                decision.caller_id,
                decision.tier.value,
                decision.reason,
                answered,
            )
        )

    return pick


def moment(piece: int, a_minute: int) -> Any:
    """The caller's clock at a pick, to a millisecond that no other pick has."""
    minute, within = divmod(piece, a_minute)
    hour, minute = divmod(minute, 10)
    day, hour = divmod(hour, len(HOURS))
    return stage.BEGINS + timedelta(
        days=day,
        hours=HOURS[hour],
        minutes=minute * MINUTES_APART,
        milliseconds=within * 60_000 // a_minute,
    )


def customer(piece: int, customers: int) -> str:
    """Whom a pick rings: now and then the customer whom the pick before rings at this moment."""
    rng = random.Random(piece)
    if piece and rng.random() < AT_ONCE_SHARE:
        return customer(piece - 1, customers)
    who = random.Random(rng.randrange(customers) + 7_000_000)
    area = who.choice(("312", "503", "713", "305")) if who.random() < AWAY_SHARE else None
    return f"+1{area or who.choice(stage.AREAS)}{who.randrange(700, 900)}{who.randrange(10_000):04}"


def contact_id(piece: int) -> str:
    return f"4a573372-1f28-4e26-b97b-{piece:012d}"


def run(load: Load, set_up: Stage, folder: Path, say: Say) -> tuple[list[Asked], Judged]:
    """Let the crowd pick, and judge what it left."""
    variables, plan = set_up.environment, load.plan()
    rows = work(load.crowd, TASK, plan, load.picks, folder / "picks", variables, say)
    asked = [Asked(*row) for row in rows]
    say("judging ledgers, usage and answers")
    return asked, judge(asked, set_up.left(), Terms.read(plan))


@evidence("claims/limits_hold", "claims/no_repeats", "claims/nothing_lost")
def limits(say: Say) -> list[Finding]:
    """Caps, repeats and sums after a hundred thousand picks by many workers."""
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("publishing the pool")
        numbers = stage.numbers_of(FULL.numbers)
        set_up = stage.staged(address, folder, FULL.settings(), numbers)
        began = time.monotonic()
        asked, judged = run(FULL, set_up, folder, say)
        seconds = time.monotonic() - began
    return findings(FULL, asked, judged, seconds)


def findings(load: Load, asked: list[Asked], judged: Judged, seconds: float) -> list[Finding]:
    """Three figures: each counts faults, and none may be."""
    whole = len(asked) == load.picks
    how = f"{len(asked):,} picks by {load.crowd} over {load.numbers} numbers in {seconds:.0f} s"
    reasons = Counter(f"{one.action} {one.reason}" for one in asked).most_common()
    passed = judged.caps_passed + judged.rung_too_often
    repeats = judged.repeats + judged.unused
    busy = ", ".join(f"{count:,} {what}" for what, count in sorted(judged.at_caps.items()))
    a_minute, an_hour, a_day = load.caps
    return [
        Finding(
            len(passed),
            "0 caps passed",
            whole and not passed,
            _told(
                passed,
                how,
                f"at most {a_minute} a minute, {an_hour} an hour, {a_day} a day and number, "
                f"{load.rung[0]} rings in {load.rung[1]} hours and customer; at their cap: {busy}",
            ),
        ),
        Finding(
            len(repeats),
            "0 repeats while another number was free",
            whole and not repeats,
            _told(
                repeats,
                f"every claim of {load.customers:,} customers in the order of the ledger: no "
                f"number again within {load.days} days or {load.attempts} attempts, free or not",
                f"{judged.kept_answered} times the number that the customer had answered",
                "no pick was told that the pool is exhausted while a number was free for certain",
            ),
        ),
        Finding(
            len(judged.lost),
            "0 lost claims",
            whole and not judged.lost,
            _told(
                judged.lost,
                "each answer has its claim and each claim its answer; each minute, hour and day of "
                "each number counts what the answers say",
                ", ".join(f"{count:,} {reason}" for reason, count in reasons),
            ),
        ),
    ]


def _told(faults: list[str], *how: str) -> str:
    return "; ".join([*how, *faults[:5]])
