"""What it costs to count an outcome: the handler beside a bare loop of the same writes."""

import json
import random
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

from botocore.exceptions import ClientError

from lambdas import wiring
from lambdas.connect.call_facts import call_of
from lambdas.connect.contact_record import parse
from lambdas.domain.outcome_of import facts_of
from lambdas.record_outcomes.handler import handler
from lambdas.store.outcome_writes import DynamoOutcomeWrites
from lambdas.usecases.record_outcome import record_outcome
from lambdas.wiring import outcomes
from local import stage
from local.benchmarks import Comparison, at_most, benchmark, ratio_at_least
from local.contact_records import Json, Maker, delivered
from local.dynamodb_local import DynamoDBLocal
from local.evidence.outcomes import NOW
from local.evidence.outcomes_consumer import event
from local.metering import Meter, Spent
from local.stage import Stage
from local.toolchain import Say

CONTACTS = 3_000
WARM_UP = 3
BATCH = 100
_WRITES = {
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "TransactWriteItems": "transact_write_items",
}

Writes = Mapping[int, Sequence[tuple[str, Json]]]
"""Requests by the thread that sent them, each its method and parameters."""


@benchmark("outcomes/throughput", "outcomes/write_units")
def throughput(say: Say) -> list[Comparison]:
    """Records a second of the handler, in turns with the writes that it had sent and nothing else;
    and what the writes of a record cost."""
    maker = Maker(seed=11, customers=CONTACTS * 40)
    records = list(delivered([maker.contact(i) for i in range(CONTACTS)], random.Random(11)))
    batches = [records[start : start + BATCH] for start in range(0, len(records), BATCH)]
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, bare, metered = (_staged(address, folder / each) for each in ("ours", "bare", "unit"))
        say(f"{len(records):,} records in batches of {BATCH}, by turns with their bare writes")
        times = _by_turns(ours, bare, batches)
        say("the units of each record")
        spent = _spent(metered, records)
    counted = len(records) - WARM_UP * BATCH
    (mine, my_cpu), (theirs, their_cpu) = (
        (counted / sum(wall for wall, _ in side), 1_000 * sum(cpu for _, cpu in side) / counted)
        for side in times
    )
    units = mean(one.write_units for one in spent)
    common = Counter(one.write_units for one in spent).most_common(5)
    shares = ", ".join(f"{100 * count / len(spent):.0f} % {cost}" for cost, count in common)
    compared = ratio_at_least(mine, theirs, "records/s", 0.6)
    note = (
        f"{units:.2f} write and {mean(one.read_units for one in spent):.2f} read units a record; "
        f"processor time {my_cpu:.2f} ms a record, of which the bare writes take {their_cpu:.2f}"
    )
    first = 100 * CONTACTS / len(records)
    described = (
        f"{first:.0f} % of the records are the first of their contact, the others later versions "
        f"and duplicates; write units: {shares}; cancelled transactions are paid for and among them"
    )
    return [
        replace(compared, note=note),
        replace(at_most(round(units, 2), "write units a record", 5.0), note=described),
    ]


def _staged(address: str, folder: Path) -> Stage:
    return stage.staged(address, folder, stage.settings_of((9, 9, 9)), stage.numbers_of(1))


Times = list[tuple[float, float]]


def _by_turns(ours: Stage, bare: Stage, batches: Sequence[Sequence[Json]]) -> tuple[Times, Times]:
    """Seconds by the clock and of the processor for each batch, ours and of the bare writes."""
    mine: Times = []
    theirs: Times = []
    names = dict(zip(ours.tables, bare.tables, strict=True))
    with _container(ours) as store, ThreadPoolExecutor(outcomes.LANES) as threads:
        for batch in batches:
            made = event(enumerate(batch))
            with _recorded(store) as writes:
                mine.append(_timed(partial(handler, made, None)))
            renamed = [
                [(method, _renamed(told, names)) for method, told in sent]
                for sent in writes.values()
            ]
            theirs.append(_timed(partial(_send_all, threads, store, renamed)))
    return mine[WARM_UP:], theirs[WARM_UP:]


@contextmanager
def _container(set_up: Stage) -> Iterator[DynamoOutcomeWrites]:
    with stage.containers(set_up.environment):
        wiring.use_clock(lambda: NOW)
        yield outcomes.outcomes()


@contextmanager
def _recorded(store: DynamoOutcomeWrites) -> Iterator[Writes]:
    """The writes that are sent meanwhile."""
    sent: dict[int, list[tuple[str, Json]]] = defaultdict(list)

    def note(params: Json, model: Any, **_: Any) -> None:
        if model.name in _WRITES:
            told = {key: value for key, value in params.items() if key != "ClientRequestToken"}
            sent[threading.get_ident()].append((_WRITES[model.name], told))

    events = store.client.meta.events
    events.register("provide-client-params.dynamodb.*", note)
    try:
        yield sent
    finally:
        events.unregister("provide-client-params.dynamodb.*", note)


def _send_all(
    threads: ThreadPoolExecutor,
    store: DynamoOutcomeWrites,
    writes: Sequence[Sequence[tuple[str, Json]]],
) -> None:
    for _ in threads.map(partial(_send, store), writes):
        pass


def _send(store: DynamoOutcomeWrites, writes: Sequence[tuple[str, Json]]) -> None:
    for method, told in writes:
        with suppress(ClientError):  # what was refused before is refused again
            getattr(store.client, method)(**told)


def _renamed(told: Json, names: Mapping[str, str]) -> Json:
    text = json.dumps(told)
    for mine, other in names.items():
        text = text.replace(f'"{mine}"', f'"{other}"')
    renamed: Json = json.loads(text)
    return renamed


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _spent(set_up: Stage, records: Sequence[Json]) -> list[Spent]:
    """What each record costs where it comes by itself."""
    spent = []
    with _container(set_up) as store:
        meter = Meter(store.client, set_up.client())
        for record in records:
            facts = facts_of(call_of(parse(record)), outcomes.places())
            with meter.reading() as cost:
                if facts:
                    record_outcome(facts, store, NOW, outcomes.ledger_kept())
            spent.append(cost)
    return spent
