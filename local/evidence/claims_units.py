"""What a pick costs in request units and round trips, over a run like a campaign's."""

import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import mean, median
from typing import Any

from lambdas import wiring
from lambdas.domain.ledger import KEPT_CLAIMS, Claim, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action
from lambdas.store import keys
from lambdas.store.customers import customer_key
from lambdas.store.dynamodb import TimeLimits
from lambdas.usecases.picking import Contact
from lambdas.wiring import picking
from local import stage
from local.dynamodb_local import DynamoDBLocal
from local.evidence import Finding, evidence
from local.evidence.claims_limits import PATIENT, contact_id
from local.metering import Meter, Spent
from local.stage import Stage
from local.toolchain import Say

PICKS = 4_000
NUMBERS = 200
CAPS = (4, 12, 60)
RETURNING = 0.7
EARLIER_MEDIAN, EARLIER_SIGMA = 4.0, 1.0
ASKED_TWICE = 0.02
PICKS_AN_HOUR = (800, 700, 2_000, 500)
"""Hours by turns: the third brings a pool of 200 numbers with 12 calls an hour near its limits."""
MIDDAY = stage.BEGINS + timedelta(hours=10)
_WORKERS = 4
_WRITTEN_TOGETHER = 25


@dataclass(frozen=True)
class Metered:
    """What each contact cost, retries included."""

    spent: list[Spent]
    reasons: Counter[str]
    earlier: list[int]


def customer(piece: int) -> E164:
    """Everybody is rung once: what they were shown before stands in their ledger."""
    area = stage.AREAS[piece % len(stage.AREAS)]
    return E164(f"+1{area}{700 + piece // 100_000}{piece // 10 % 10_000:04d}")


def earlier_claims(piece: int) -> int:
    """How often a customer was rung before: three in ten never, half of the others four times or
    less, and a few more often than a ledger keeps."""
    rng = random.Random(piece)
    if rng.random() >= RETURNING:
        return 0
    return max(1, round(EARLIER_MEDIAN * rng.lognormvariate(0, EARLIER_SIGMA)))


def moments() -> Iterator[datetime]:
    """When each contact is dialled: hour after hour, evenly within each."""
    hour = 0
    while True:
        count = PICKS_AN_HOUR[hour % len(PICKS_AN_HOUR)]
        for place in range(count):
            yield MIDDAY + timedelta(hours=hour, seconds=place * 3_600 / count)
        hour += 1


def run(set_up: Stage, picks: int, say: Say) -> Metered:
    """Give customers their histories, then pick for each; some contacts are asked for twice."""
    numbers = stage.numbers_of(NUMBERS)
    _write_ledgers(set_up, picks, numbers)
    with stage.containers(set_up.environment):
        picking.use_limits(PATIENT)
        stage.share_one_key()
        picker = picking.picker()
        queue = wiring.settings().queues[stage.QUEUE]
        meter = Meter(picking.dynamodb(), set_up.client())
        times = list(islice(moments(), picks))
        reasons: Counter[str] = Counter()

        def pick(piece: int) -> Spent:
            contact = Contact(
                contact_id(piece), "VOICE", customer(piece), "TELEPHONE_NUMBER", queue
            )
            with meter.reading() as spent:
                decision = picker.pick(contact, times[piece], lambda: 60.0)
            reasons[f"{decision.action} {decision.reason}"] += 1
            if piece % 500 == 0:
                say(f"{piece:,} of {picks:,} picks")
            return spent

        rng = random.Random(7)
        again = {piece for piece in range(picks) if rng.random() < ASKED_TWICE}
        asked = [piece for each in range(picks) for piece in (each,) * (2 if each in again else 1)]
        by_contact = [Spent() for _ in range(picks)]
        with ThreadPoolExecutor(_WORKERS) as workers:
            for piece, spent in zip(asked, workers.map(pick, asked), strict=True):
                by_contact[piece].add(spent)
    picking.use_limits(TimeLimits())
    return Metered(by_contact, reasons, [earlier_claims(piece) for piece in range(picks)])


@evidence("claims/write_units", "claims/read_units", "claims/round_trips")
def units(say: Say) -> list[Finding]:
    """Units and round trips a pick with 70 % returning customers, cancellations included."""
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as name:
        set_up = stage.staged(
            address, Path(name), stage.settings_of(CAPS), stage.numbers_of(NUMBERS)
        )
        return findings(run(set_up, PICKS, say))


def findings(metered: Metered) -> list[Finding]:
    """Means over all contacts, and the round trips of a common pick."""
    spent = metered.spent
    writes, reads = mean(s.write_units for s in spent), mean(s.read_units for s in spent)
    trips = Counter(each.round_trips for each in spent)
    returning = [count for count in metered.earlier if count]
    cancelled = sum(each.cancelled for each in spent)
    how = (
        f"{len(spent):,} contacts, {100 * len(returning) / len(spent):.0f} % returning with "
        f"{mean(returning):.1f} earlier calls on average and up to {max(returning)}, of which "
        f"{KEPT_CLAIMS} are kept; {cancelled} transactions cancelled; {dict(metered.reasons)}"
    )
    shares = ", ".join(
        f"{100 * count / len(spent):.1f} % {units}"
        for units, count in sorted(Counter(each.write_units for each in spent).items())
    )
    return [
        Finding(round(writes, 3), "<= 7 a pick", writes <= 7, f"{how}; write units: {shares}"),
        Finding(
            round(reads, 3),
            "<= 2 a pick",
            reads <= 2,
            f"looks at usage and the directory's loading included; most: "
            f"{max(each.read_units for each in spent)}",
        ),
        Finding(
            median(each.round_trips for each in spent),
            "2",
            trips.most_common(1)[0][0] == 2 == min(trips),
            f"mean {mean(each.round_trips for each in spent):.3f}; "
            + ", ".join(f"{count:,} with {number}" for number, count in sorted(trips.items())),
        ),
    ]


def _write_ledgers(set_up: Stage, picks: int, numbers: Sequence[str]) -> None:
    client: Any = set_up.client()
    ledgers = (
        _ledger_item(piece, earlier, numbers)
        for piece in range(picks)
        if (earlier := earlier_claims(piece))
    )
    while batch := list(islice(ledgers, _WRITTEN_TOGETHER)):
        client.batch_write_item(
            RequestItems={
                set_up.tables.customers: [{"PutRequest": {"Item": item}} for item in batch]
            }
        )


def _ledger_item(piece: int, earlier: int, numbers: Sequence[str]) -> dict[str, Any]:
    rng = random.Random(piece)
    ledger = Ledger()
    days = sorted((rng.uniform(0.5, 60) for _ in range(earlier)), reverse=True)
    for call, ago in enumerate(days):
        ledger = ledger.with_claim(
            Claim(
                contact_id(1_000_000 + piece * 1_000 + call),
                E164(rng.choice(numbers)),
                MIDDAY - timedelta(days=ago),
                Action.DIAL,
                rng.choice(("city", "area_code", "state")),
                "local_number",
                distance_km=round(rng.uniform(0, 80), 1),
            )
        )
    expires = int((MIDDAY + timedelta(days=90)).timestamp())
    return {
        **keys.ledger(customer_key(stage.SECRET, customer(piece))),
        "version": {"N": str(ledger.version)},
        "claims": {"L": [{"S": line} for line in ledger.lines()]},
        "expires_at": {"N": str(expires)},
    }
