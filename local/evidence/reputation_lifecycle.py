"""Sixty days of two hundred numbers before the real judge, with people, labels, deaths and a rival;
and what a judged hour costs on DynamoDB's own engine."""

import json
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from lambdas.domain.lifecycle import Event, Mode, Reputation, Terms, most_resting
from lambdas.domain.outcomes import NumberHour
from lambdas.domain.phone import E164
from lambdas.domain.reputation import Call, limit_for
from lambdas.store import keys
from lambdas.store.outcomes import DynamoOutcomes
from lambdas.store.reputations import DynamoReputations
from lambdas.usecases.heed_labels import Report, heed_label
from lambdas.usecases.judge_numbers import Judge, Judged, Overtaken, Transition
from local import stage
from local.detection.world import DAYS, FIFTH, HALVED, HOURS, STEPS, World, hours, names
from local.dynamodb_local import DynamoDBLocal
from local.evidence import Finding, evidence
from local.judged_pool import MemoryPool, PlayedOutcomes, hour_at, number_hour, utc_hour
from local.toolchain import Say
from local.units import batch_units, item_size, query_units

NUMBERS = 200
WORN = {FIFTH: 50, HALVED: 10}
"""More fall to a fifth at once than may rest."""
LIMIT = limit_for(0.01, STEPS)
TERMS = Terms(LIMIT, rest=timedelta(days=3), probation=timedelta(days=10))
"""Short rests, so that numbers come through their whole life within the days."""
SEED = 11
DIES, RIVALS, STAFF, LABELLED = 0.05, 0.02, 0.01, 0.01
ROUNDED = 0.001
METERED_HOURS = 24
KB = 1024


class Dies(Exception):
    """The function is ended in the middle of its work."""


@dataclass
class Watched(MemoryPool):
    """A pool that notes which hours of which numbers were judged, and may be fatal to its user."""

    judged: Counter[tuple[E164, datetime]] = field(default_factory=Counter)
    fatal: int = 0

    def _keep(self, one: Reputation) -> Reputation | None:
        before = self.rows.get(one.number)
        self._step()
        kept = super()._keep(one)
        if kept and kept.judged and kept.doubt and (before is None or before.judged != kept.judged):
            self.judged[one.number, kept.judged] += 1
        self._step()
        return kept

    def _step(self) -> None:
        self.fatal -= 1
        if self.fatal == 0:
            raise Dies


@dataclass
class Life:
    """What the days came to."""

    looks: int = 0
    deaths: int = 0
    overtaken: int = 0
    faults: list[str] = field(default_factory=list)
    highest: int = 0
    most: int = 0
    events: Counter[str] = field(default_factory=Counter)
    healthy_rested: int = 0
    worn_rested: int = 0
    milliseconds: list[float] = field(default_factory=list)


@evidence("reputation/lifecycle", "reputation/judge_cost")
def lifecycle(say: Say) -> list[Finding]:
    """Hour by hour; then a day on DynamoDB Local."""
    life = lived(say)
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as folder:
        say("a day on DynamoDB Local")
        cost = metered(address, Path(folder))
    told = ", ".join(f"{count} {event}" for event, count in sorted(life.events.items()))
    return [
        Finding(
            len(life.faults),
            "0 breaches: the share, the worst first, a line of history with its evidence for each"
            " change, no hour judged twice, nobody retired is shown",
            not life.faults and life.events[Event.RESTING] > 0 and life.events[Event.RETIRED] > 0,
            f"{NUMBERS} numbers, {DAYS} days, {life.looks:,} looks of which {life.deaths} died and"
            f" {life.overtaken} gave way to another; {told}; the judge never brought more than"
            f" {life.highest} of at most {life.most} to rest; {life.worn_rested} of"
            f" {sum(WORN.values())} worn numbers rested, {life.healthy_rested} of"
            f" {NUMBERS - sum(WORN.values())} healthy ones; a look takes"
            f" {median(life.milliseconds):.1f} ms in memory{_faults(life)}",
        ),
        Finding(
            round(cost.write_units / cost.number_hours, 3),
            "at most 1.1 write units for each number and hour in which it made calls",
            cost.write_units <= 1.1 * cost.number_hours,
            f"{NUMBERS} numbers, {METERED_HOURS} hours, {cost.number_hours:,} number-hours with"
            f" calls: {cost.write_units:,} write units and {cost.read_units:,.0f} read units,"
            f" {cost.read_units / (NUMBERS * METERED_HOURS):.2f} for each number and hour; a look"
            f" takes {median(cost.milliseconds):.0f} ms; the largest row of a number has"
            f" {cost.largest} bytes",
        ),
    ]


def _faults(life: Life) -> str:
    return f"; {'; '.join(life.faults[:3])}" if life.faults else ""


def lived(say: Say) -> Life:
    """The days, with everything that may happen to a pool."""
    rng = random.Random(SEED)
    world = World(NUMBERS)
    ours = {
        name: E164(number)
        for name, number in zip(names(world), stage.numbers_of(NUMBERS), strict=True)
    }
    shuffled = rng.sample(names(world), NUMBERS)
    fifth, halved = WORN[FIFTH], WORN[HALVED]
    worn = {name: FIFTH for name in shuffled[:fifth]}
    worn |= {name: HALVED for name in shuffled[fifth : fifth + halved]}
    pool, outcomes, life = Watched(dict.fromkeys(ours.values(), 0)), PlayedOutcomes(), Life()
    next_look = hour_at(0, 0)
    for hour in hours(SEED, world, worn):
        at = hour_at(hour.day, hour.hour)
        while next_look <= at:
            _hour_of_the_pool(pool, outcomes, list(ours.values()), next_look, rng, life)
            next_look += timedelta(hours=1)
        stock = pool.stock("sales", at)
        for name, calls in hour.calls.items():
            if ours[name] in stock.shown:
                outcomes.add(ours[name], at, calls)
        if hour.hour == HOURS[0] and hour.day % 10 == 0:
            say(f"day {hour.day} of {DAYS}")
    life.faults += [f"judged {count} times" for count in pool.judged.values() if count > 1]
    rested = {each.number for each in pool.history if each.event is Event.RESTING}
    guilty = {ours[name] for name in worn}
    life.worn_rested, life.healthy_rested = len(rested & guilty), len(rested - guilty)
    life.events = Counter(str(each.event) for each in pool.history)
    return life


def _hour_of_the_pool(
    pool: Watched,
    outcomes: PlayedOutcomes,
    numbers: Sequence[E164],
    now: datetime,
    rng: random.Random,
    life: Life,
) -> None:
    """What people do, and then a look, which may die or meet another."""
    if rng.random() < STAFF:
        pool.held.setdefault(rng.choice(numbers), now + timedelta(days=rng.randint(1, 5)))
    if rng.random() < LABELLED:
        labelled = [each.number for each in pool.rows.values() if each.labels]
        report = Report(rng.choice(numbers), "Spam", "Example Labels")
        if labelled and rng.random() < 0.5:
            report = Report(labelled[0], "", "")
        heed_label(report, pool, lambda _: TERMS, now, "labels.csv")
    while rng.random() < DIES:
        pool.fatal = rng.choice([rng.randint(1, 5), rng.randint(1, 400)])
        with suppress(Dies):
            _look(pool, outcomes, now, life)
        life.deaths += pool.fatal == 0
        pool.fatal = 0
    if rng.random() < RIVALS:
        rival = _Rival(pool, outcomes, now)
        try:
            Judge(pool, rival, utc_hour, TERMS, lambda: 900.0).look("sales", Mode.ENFORCE, now)
        except Overtaken:
            life.overtaken += 1
    _look(pool, outcomes, now, life)


@dataclass
class _Rival:
    """Counters; while they are read, another judge does the whole work."""

    pool: Watched
    outcomes: PlayedOutcomes
    now: datetime

    def at(self, numbers: Sequence[E164], hour: datetime) -> Mapping[E164, NumberHour]:
        found = self.outcomes.at(numbers, hour)
        other = Judge(self.pool, self.outcomes, utc_hour, TERMS, lambda: 900.0)
        other.look("sales", Mode.ENFORCE, self.now)
        return found


def _look(pool: Watched, outcomes: PlayedOutcomes, now: datetime, life: Life) -> None:
    mode = Mode.OBSERVE if now < hour_at(5, 0) else Mode.ENFORCE
    before, told = pool.stock("sales", now), len(pool.history)
    began = time.perf_counter()
    done = Judge(pool, outcomes, utc_hour, TERMS, lambda: 900.0).look("sales", mode, now)
    life.milliseconds.append((time.perf_counter() - began) * 1000)
    life.looks += 1
    after = pool.stock("sales", now)
    if done is not None:
        life.faults += _breaches(pool, (before, after), pool.history[told:], done)
    resting = len(set(after.held) - pool.retired)
    begun = set(after.held) - set(before.held)
    if begun:
        life.highest = max(life.highest, resting)
        life.most = max(life.most, _most(after, resting))


def _most(stock: Any, resting: int) -> int:
    return most_resting(len(stock.shown) + resting, TERMS.most_resting_percent)


def _breaches(
    pool: Watched,
    stocks: tuple[Any, Any],
    told: Sequence[Transition],
    done: Judged,
) -> list[str]:
    """What must never be, after one look."""
    before, after = stocks
    resting = len(set(after.held) - pool.retired)
    begun = set(after.held) - set(before.held)
    found = []
    if begun and resting > _most(after, resting):
        found.append(f"{resting} rest")
    if begun != {each.number for each in told if each.event is Event.RESTING}:
        found.append("a rest without a line in its history")
    if after.retired - before.retired != {
        each.number for each in told if each.event is Event.RETIRED
    }:
        found.append("retired without a line in its history")
    if any(each.event is Event.RESTING and not each.evidence for each in told):
        found.append("a rest without evidence")
    if set(after.shown) & pool.retired:
        found.append("a retired number is shown")
    if begun and done.waiting:
        mildest = min(_level(each) for each in told if each.event is Event.RESTING)
        if mildest < max(pool.rows[each].doubt.level for each in done.waiting) - ROUNDED:
            found.append("a worse one waits")
    return found


def _level(rest: Transition) -> float:
    """The doubt for which a number rests, as its history has it."""
    return float(json.loads(rest.evidence)["doubt_level"])


@dataclass
class Cost:
    """Request units of all threads, by item arithmetic."""

    write_units: int = 0
    read_units: float = 0.0
    number_hours: int = 0
    largest: int = 0
    milliseconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    asked: threading.local = field(default_factory=threading.local)

    def listen(self, client: Any) -> None:
        """Count what the client's requests cost."""
        client.meta.events.register("before-parameter-build.dynamodb.*", self._before)
        client.meta.events.register("after-call.dynamodb.*", self._after)

    def _before(self, params: dict[str, Any], **_: Any) -> None:
        self.asked.params = params

    def _after(self, parsed: Any, model: Any, **_: Any) -> None:
        params = self.asked.params
        with self.lock:
            match model.name:
                case "Query":
                    self.read_units += query_units(parsed["Items"])
                case "GetItem":
                    self.read_units += batch_units([parsed.get("Item")])
                case "BatchGetItem":
                    for table, wanted in params["RequestItems"].items():
                        items = parsed["Responses"].get(table, [])
                        lacking = [None] * (len(wanted["Keys"]) - len(items))
                        share = 1.0 if wanted.get("ConsistentRead") else 0.5
                        self.read_units += share * batch_units([*items, *lacking])
                case "PutItem":
                    size = item_size(params["Item"])
                    self.write_units += -(-size // KB)
                    if keys.REPUTATION_PREFIX in params["Item"]["sk"]["S"]:
                        self.largest = max(self.largest, size)
                case other:
                    raise ValueError(f"nobody knows the price of {other}")


class _Read:
    def __init__(self, outcomes: DynamoOutcomes) -> None:
        self._outcomes = outcomes

    def at(self, numbers: Sequence[E164], hour: datetime) -> Mapping[E164, NumberHour]:
        return {E164(each): told for each, told in self._outcomes.at(numbers, hour).items()}


def metered(address: str, folder: Path) -> Cost:
    """A day of looks on DynamoDB Local: all numbers make calls in the calling hours."""
    numbers = [E164(number) for number in stage.numbers_of(NUMBERS)]
    settings = stage.settings_of((10_000, 10_000, 10_000), days=0, attempts=0)
    staged = stage.staged(address, folder, settings, numbers)
    cost, client, bare = Cost(), staged.client(), staged.client()
    world = World(NUMBERS)
    ours = dict(zip(names(world), numbers, strict=True))
    begins = stage.BEGINS + timedelta(days=1)
    for hour in hours(SEED, world, {}):
        if hour.day:
            break
        at = begins + timedelta(hours=hour.hour)
        for name, calls in hour.calls.items():
            bare.put_item(TableName=staged.tables.usage, Item=_counters(ours[name], at, calls))
            cost.number_hours += 1
    store = DynamoReputations(client, staged.tables.number_pool)
    outcomes = _Read(DynamoOutcomes(client, staged.tables.usage))
    _begun(store, begins)
    cost.listen(client)
    for hour_ in range(METERED_HOURS):
        now = begins + timedelta(hours=hour_ + 3)
        began = time.perf_counter()
        Judge(store, outcomes, utc_hour, TERMS, lambda: 900.0).look(stage.POOL, Mode.ENFORCE, now)
        cost.milliseconds.append((time.perf_counter() - began) * 1000)
    return cost


def _begun(store: DynamoReputations, at: datetime) -> None:
    """The judge has been at work for long: no days before are looked at."""
    store.advance(replace(store.pool(stage.POOL), judged_until=at))


def _counters(number: E164, hour: datetime, calls: Sequence[Call]) -> Any:
    cells = number_hour(number, hour, calls).cells
    counts = {cell.written(): {"N": str(count)} for cell, count in cells.items()}
    return {**keys.outcomes(number, hour), **counts}
