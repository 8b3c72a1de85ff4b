"""Two hundred thousand contact records through the real function, by two consumers that are killed
again and again: counters afterwards beside those of one simple pass."""

import json
import multiprocessing
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.outcome_of import FILLED_BACK
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action
from lambdas.store import keys
from lambdas.store.customers import customer_key
from local import stage
from local.contact_records import BEGINS, Made, Maker, order
from local.dynamodb_local import DynamoDBLocal
from local.errors import LocalError
from local.evidence import Finding, evidence, outcomes_consumer, outcomes_reference
from local.stage import Stage
from local.toolchain import Say

RECORDS = 200_000
CUSTOMERS = 480_000
"""So many that the ledger of none holds more claims than it keeps whole."""
SHARDS = 2
SHORTEST_LIFE_S, MEAN_LIFE_S = 1.0, 30.0
SAID_EVERY_S = 20
WITHIN_S = 2 * 3600
SEED = 20261122
NOW = BEGINS + timedelta(days=8)
_CONTACTS_A_RECORD = 0.68
_WRITTEN_TOGETHER = 25


@dataclass(frozen=True)
class Replay:
    """What came of it. `deliveries` are records, `kills` consumers that were killed, `refused`
    batches that were answered in part."""

    contacts: int
    deliveries: int
    kills: int
    refused: int
    seconds: float


@evidence("outcomes/replay", "outcomes/replay_ledgers")
def replay(say: Say) -> list[Finding]:
    """Counters and ledgers after duplicates, disorder, late updates, damage and kills."""
    maker = Maker(seed=SEED, customers=CUSTOMERS)
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        set_up = stage.staged(address, folder, stage.settings_of((9, 9, 9)), stage.numbers_of(1))
        done = replayed(set_up, maker, RECORDS, folder, say)
        return findings(set_up, maker, done)


def replayed(set_up: Stage, maker: Maker, records: int, folder: Path, say: Say) -> Replay:
    """Write ledgers and shards, and let consumers work until both shards are confirmed."""
    contacts = round(records * _CONTACTS_A_RECORD)
    versions = [len(made.versions) for made in made_of(maker, contacts)]
    rng = random.Random(SEED)
    pairs = order(versions, rng)
    if len(pairs) < records:
        raise LocalError(f"Only {len(pairs):,} deliveries came of {contacts:,} contacts.")
    shards = [(folder / f"shard-{shard}").open("w", encoding="utf-8") for shard in range(SHARDS)]
    for contact, version in pairs:
        # Versions of one contact may come to different shards, as they do where shards are split.
        rng.choice(shards).write(f"{contact} {version}\n")
    for shard in shards:
        shard.close()
    plan = {"seed": maker.seed, "customers": maker.customers, "now": NOW.isoformat()}
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    say(f"{len(pairs):,} deliveries of {contacts:,} contacts; ledgers of before are written")
    _write_ledgers(set_up, made_of(maker, contacts))
    began = time.monotonic()
    kills = _consumed(set_up, folder, len(pairs), rng, say)
    seconds = time.monotonic() - began
    refused = sum(
        len((folder / f"failed-{shard}").read_text("utf-8").splitlines())
        for shard in range(SHARDS)
        if (folder / f"failed-{shard}").exists()
    )
    return Replay(contacts, len(pairs), kills, refused, seconds)


def made_of(maker: Maker, contacts: int) -> Iterator[Made]:
    return (maker.contact(index) for index in range(contacts))


def _consumed(set_up: Stage, folder: Path, deliveries: int, rng: random.Random, say: Say) -> int:
    """Let a consumer work on each shard, and kill each again and again; how often."""
    until, said = time.monotonic() + WITHIN_S, 0.0
    consumers = [_Consumer(set_up, folder, shard, rng) for shard in range(SHARDS)]
    try:
        while not all(consumer.done for consumer in consumers):
            now = time.monotonic()
            if now > until:
                raise LocalError("The shards were not consumed in time.")
            for consumer in consumers:
                consumer.tend(now)
            if now - said > SAID_EVERY_S:
                said = now
                kills = sum(consumer.kills for consumer in consumers)
                say(f"{_confirmed(folder):,} of {deliveries:,} deliveries, {kills} kills")
            time.sleep(0.05)
    finally:
        for consumer in consumers:
            consumer.kill()
    return sum(consumer.kills for consumer in consumers)


class _Consumer:
    """A shard's consumer: a process, and the next one where it was killed."""

    def __init__(self, set_up: Stage, folder: Path, shard: int, rng: random.Random) -> None:
        self.kills = 0
        self._set_up, self._folder, self._shard, self._rng = set_up, folder, shard, rng
        self._process: BaseProcess | None = None
        self._end = 0.0

    @property
    def done(self) -> bool:
        return (self._folder / f"done-{self._shard}").exists()

    def tend(self, now: float) -> None:
        """Start it where none works, kill it where its time is over."""
        if self.done:
            return
        if self._process is None:
            # Forked, for starting Python anew takes longer than many a batch.
            context = multiprocessing.get_context("fork")
            told = (self._set_up.environment, self._folder, self._shard)
            self._process = context.Process(target=outcomes_consumer.consume, args=told)
            self._process.start()
            self._end = now + SHORTEST_LIFE_S + self._rng.expovariate(1 / MEAN_LIFE_S)
        elif not self._process.is_alive() and not self.done:
            raise LocalError("A consumer failed; what it said stands above.")
        elif now > self._end:
            self.kill()
            self.kills += 1

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def _confirmed(folder: Path) -> int:
    return sum(int(path.read_text("utf-8")) for path in folder.glob("confirmed-?"))


def _write_ledgers(set_up: Stage, contacts: Iterator[Made]) -> None:
    """What the picker had written where the records do not tell it, and rings of before."""
    client: Any = set_up.client()
    claims: dict[str, list[Claim]] = defaultdict(list)
    for made in contacts:
        claims[made.customer] += _claims_of(made)
    items = (_ledger_item(customer, made) for customer, made in claims.items() if made)
    while batch := list(islice(items, _WRITTEN_TOGETHER)):
        requests = [{"PutRequest": {"Item": item}} for item in batch]
        client.batch_write_item(RequestItems={set_up.tables.customers: requests})


def _claims_of(made: Made) -> Iterator[Claim]:
    if made.rung_before:
        long_ago = BEGINS - timedelta(days=20)
        yield Claim(f"before-{made.contact_id}", "", long_ago, Action.DEFAULT, "default", "why")
    if made.claimed and not made.versions[0]["Attributes"]:
        action, number, tier, arm = made.claimed
        reason = "local_number"
        yield Claim(made.contact_id, number, BEGINS, Action(action), tier, reason, arm=arm)


def _ledger_item(customer: str, claims: list[Claim]) -> dict[str, Any]:
    ledger = Ledger()
    for claim in sorted(claims, key=lambda claim: claim.at):
        ledger = ledger.with_claim(claim)
    return {
        **keys.ledger(customer_key(stage.SECRET, E164(customer))),
        "version": {"N": str(ledger.version)},
        "claims": {"L": [{"S": line} for line in ledger.lines()]},
        "expires_at": {"N": "2000000000"},
    }


def findings(set_up: Stage, maker: Maker, done: Replay) -> list[Finding]:
    """Counters cell by cell, and what ledgers learned, beside the reference."""
    expected = outcomes_reference.counters(made_of(maker, done.contacts))
    stand = standing(set_up)
    wrong = {cell: (stand[cell], expected[cell]) for cell in stand | expected
             if stand[cell] != expected[cell]}  # fmt: skip
    by_class = Counter[str]()
    for (_, _, cell), calls in expected.items():
        by_class[cell.rpartition("|")[2]] += calls
    how = (
        f"{done.deliveries:,} deliveries of {done.contacts:,} contacts by {SHARDS} consumers, "
        f"{done.kills} times killed, {done.refused} batches answered in part, "
        f"{done.deliveries / done.seconds:.0f} records a second; {len(expected):,} cells, "
        f"{sum(expected.values()):,} calls: {dict(by_class.most_common())}"
    )
    if wrong:
        how += f"; wrong (ours, reference): {dict(islice(wrong.items(), 5))}"
    ledgers, told = _ledgers_wrong(set_up, maker, done)
    return [
        Finding(len(wrong), "0 cells", not wrong and bool(expected), how),
        Finding(ledgers, "0 ledgers", ledgers == 0, told),
    ]


def standing(set_up: Stage) -> Counter[outcomes_reference.Cell]:
    """The counters in the table; one at zero is no counter, one below zero is."""
    found: Counter[outcomes_reference.Cell] = Counter()
    for item in stage.all_items(set_up.client(), set_up.tables.usage):
        if not item["sk"]["S"].startswith(keys.OUTCOMES_PREFIX):
            continue
        number = item["pk"]["S"].removeprefix(keys.NUMBER_PREFIX)
        hour = item["sk"]["S"].removeprefix(keys.OUTCOMES_PREFIX)
        for name, value in item.items():
            if "|" in name and value["N"] != "0":
                found[number, hour, name] = int(value["N"])
    return found


def _ledgers_wrong(set_up: Stage, maker: Maker, done: Replay) -> tuple[int, str]:
    """Customers whose ledger lacks a ring, knows one twice or one that never was, or tells of
    another answer than the last.

    What an earlier version said may have been written or not, as deliveries fell: it is allowed.
    """
    must: dict[str, set[str]] = defaultdict(set)
    may: dict[str, set[str]] = defaultdict(set)
    answers: dict[str, list[tuple[str, str]]] = defaultdict(list)
    unsure: set[str] = set()
    for made in made_of(maker, done.contacts):
        key = customer_key(stage.SECRET, E164(made.customer))
        last = outcomes_reference.newest(made)
        rang = [outcomes_reference.rang(version, made) for version in made.versions]
        if outcomes_reference.never_claimed(made) and any(rang):
            may[key].add(made.contact_id)
            if outcomes_reference.rang(last, made):
                must[key].add(made.contact_id)
        told = {outcomes_reference.answered(version, made) for version in made.versions}
        if len(told) > 1:
            unsure.add(key)
        final = outcomes_reference.answered(last, made)
        if final:
            answers[key].append(final)
    stand = set_up.left().ledgers
    wrong = filled = compared = 0
    for key in stand.keys() | must.keys() | answers.keys():
        ledger = stand.get(key, Ledger())
        contacts = [claim.contact_id for claim in ledger.claims]
        back = {claim.contact_id for claim in ledger.claims if claim.reason == FILLED_BACK}
        good = len(set(contacts)) == len(contacts) and must[key] <= back <= may[key]
        filled += len(back)
        if key not in unsure:
            compared += key in answers
            good &= ledger.answered == max(answers[key], default=("", ""))[1]
        wrong += not good
    told_in_words = (
        f"{len(stand):,} ledgers, {filled:,} rings filled back, {compared:,} customers whose last "
        f"answer is compared; {len(unsure):,} whose records contradict each other are not"
    )
    return wrong, told_in_words
