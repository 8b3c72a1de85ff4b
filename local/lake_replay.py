"""Contact records through the real function into counters and lake, and every named query beside
the counters."""

import base64
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, cast

from lambdas import wiring
from lambdas.connect.call_facts import call_of
from lambdas.connect.contact_record import parse
from lambdas.domain.carriers import Carriers
from lambdas.domain.lake_row import COLUMNS, WRITTEN_TIME
from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.local_hours import LocalHours
from lambdas.domain.outcome_of import Facts, facts_of
from lambdas.domain.outcomes import ANSWERS, ATTEMPTS, INBOUND, Cell, Outcome
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, Tier
from lambdas.record_outcomes.handler import handler
from lambdas.store import keys
from lambdas.store.customers import customer_key
from lambdas.store.lake import FirehoseLake
from lambdas.store.outcome_writes import last_of
from lambdas.wiring import lake as rows
from lambdas.wiring.clocks import local_hours_of_file
from local import stage
from local.contact_records import BEGINS, Made, Maker, delivered
from local.errors import LocalError
from local.lake import Lake
from local.parquet import Converter
from local.stage import Stage
from tools.carriers.build import build as build_carriers

Json = Any
BATCH = 100
ROWS_A_FILE = 20_000
REFUSES = 0.02
"""The share of rows that the stand-in of Firehose does not take at once."""
SOURCES = ("fair 2026", "partner A", "partner B", "website", "")
SAID_EVERY = 5_000
BEFORE = BEGINS - timedelta(days=20)


class Contact(NamedTuple):
    """What became of one contact: its counter from the table, the rest from its newest record."""

    number: str
    hour: datetime
    cell: Cell
    facts: Facts
    source: str
    campaign: str
    carrier: str


@dataclass
class Firehose:
    """Takes rows, and refuses some of them at first, as the real one does under load."""

    rng: random.Random
    lines: list[bytes] = field(default_factory=list)
    refused: int = 0

    def put_record_batch(self, **told: Json) -> Json:
        replies: list[Mapping[str, str]] = []
        for record in told["Records"]:
            if self.rng.random() < REFUSES:
                replies.append({"ErrorCode": "ServiceUnavailableException"})
            else:
                self.lines.append(record["Data"])
                replies.append({"RecordId": "taken"})
        failed = sum("ErrorCode" in reply for reply in replies)
        self.refused += failed
        return {"FailedPutCount": failed, "RequestResponses": replies}


@dataclass(frozen=True)
class Replay:
    """What a replay left: tables, Parquet, and how much there was. `today` is the day after the
    last record."""

    stage: Stage
    contacts: Sequence[Made]
    today: date
    deliveries: int
    rows: int
    refused: int
    folder: Path


def sent(made: Made) -> Made:
    """The contact as a flow sends it that knows which list the customer is of."""
    mark = sum(made.customer.encode())
    told = {"list_source": SOURCES[mark % len(SOURCES)], "campaign": f"c{mark % 3}"}
    versions = [
        {**version, "Attributes": {**(version.get("Attributes") or {}), **told}}
        for version in made.versions
    ]
    return replace(made, versions=versions)


def replayed(
    set_up: Stage,
    maker: Maker,
    contacts: int,
    folder: Path,
    columns: Mapping[str, str] = COLUMNS,
    say: Callable[[str], None] = lambda _: None,
) -> Replay:
    """Let the function read the records of so many contacts in batches, late, twice and mixed up,
    and write the rows as Parquet by the columns of the template's table."""
    rng = random.Random(maker.seed)
    made = [sent(maker.contact(index)) for index in range(contacts)]
    _remember(set_up, made)
    build_carriers(set_up.task_root / "carriers.txt")
    now = maker.begins + timedelta(days=maker.days + 2)
    firehose, deliveries = Firehose(rng), 0
    put = FirehoseLake(cast("Any", firehose), "lake", sleep=lambda _: None)
    before = rows.lake
    rows.lake = lambda: put
    try:
        with stage.containers(set_up.environment):
            wiring.use_clock(lambda: now)
            records = delivered(made, rng)
            while some := list(islice(records, BATCH)):
                deliveries += len(some)
                _invoke(some)
                if deliveries % SAID_EVERY < BATCH:
                    say(f"{deliveries:,} deliveries, {len(firehose.lines):,} rows")
    finally:
        rows.lake = before
    _write(firehose.lines, folder / f"arrived={now:%Y-%m-%d}", columns)
    return Replay(
        set_up, made, now.date(), deliveries, len(firehose.lines), firehose.refused, folder
    )


def _remember(set_up: Stage, contacts: Sequence[Made]) -> None:
    """Write into the ledgers of those who ring us, and whom we had rung, that we had."""
    client: Any = set_up.client()
    for customer in sorted({made.customer for made in contacts if made.rung_before}):
        ring = Claim("before", "", BEFORE, Action.DEFAULT, Tier.DEFAULT, "why")
        item = {
            **keys.ledger(customer_key(stage.SECRET, E164(customer))),
            "version": {"N": "1"},
            "claims": {"L": [{"S": line} for line in Ledger().with_claim(ring).lines()]},
        }
        client.put_item(TableName=set_up.tables.customers, Item=item)


def _invoke(records: Sequence[Json]) -> None:
    """Raises LocalError where a record is to be delivered again: nothing fails here."""
    event = {
        "Records": [
            {
                "kinesis": {
                    "sequenceNumber": str(number),
                    "data": base64.b64encode(json.dumps(record).encode()).decode(),
                }
            }
            for number, record in enumerate(records)
        ]
    }
    if failed := handler(event, None)["batchItemFailures"]:
        raise LocalError(f"{len(failed)} records were refused.")


def _write(lines: Sequence[bytes], folder: Path, columns: Mapping[str, str]) -> None:
    converter = Converter(columns, WRITTEN_TIME)
    folder.mkdir(parents=True, exist_ok=True)
    for begin in range(0, len(lines), ROWS_A_FILE):
        some = [converter.row(line) for line in lines[begin : begin + ROWS_A_FILE]]
        (folder / f"{begin}.parquet").write_bytes(converter.file(some))


def counters(set_up: Stage) -> Counter[tuple[str, datetime, Cell]]:
    """The counters in the table, by number, hour and cell."""
    found: Counter[tuple[str, datetime, Cell]] = Counter()
    for item in stage.all_items(set_up.client(), set_up.tables.usage):
        if item["sk"]["S"].startswith(keys.OUTCOMES_PREFIX):
            number = item["pk"]["S"].removeprefix(keys.NUMBER_PREFIX)
            hour = _hour(item["sk"]["S"].removeprefix(keys.OUTCOMES_PREFIX))
            for name, value in item.items():
                cell = Cell.read(name)
                if cell and int(value["N"]):
                    found[number, hour, cell] = int(value["N"])
    return found


def _hour(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00:00+00:00")


def contacts_of(replay: Replay) -> Iterator[Contact]:
    """Every contact that counts: its counter as the table has it, the rest as its newest record."""
    made = {each.contact_id: each for each in replay.contacts}
    known = Carriers((replay.stage.task_root / "carriers.txt").read_text)
    with stage.containers(replay.stage.environment):
        places = wiring.places()
        for item in stage.all_items(replay.stage.client(), replay.stage.tables.usage):
            if item["sk"]["S"] != "OUTCOME" or not (told := last_of(item).counted):
                continue
            contact = made[item["pk"]["S"].removeprefix("CONTACT#")]
            facts, record = max(
                (
                    (facts, version)
                    for version in contact.versions
                    if (facts := facts_of(call_of(parse(version)), places))
                ),
                key=lambda pair: pair[0].version,
            )
            attributes = record["Attributes"]
            carrier = known.of(facts.customer) if facts.customer else ""
            yield Contact(
                told.number, told.hour, told.cell, facts,
                attributes["list_source"], attributes["campaign"], carrier,
            )  # fmt: skip


class Compared(NamedTuple):
    """How many figures of how many queries were compared, and those that differ, in words."""

    queries: int
    figures: int
    differ: tuple[str, ...]


def compared(replay: Replay) -> Compared:
    """Ask every named query, and compare what it answers with the counters: where counters know
    what it asks for with these alone, else with each contact's counter and newest record."""
    lake = Lake(replay.folder)
    stand = counters(replay.stage)
    contacts = list(contacts_of(replay))
    differ: list[str] = []
    figures = 0
    expected = _expected(stand, contacts)
    for name, (names, columns, wanted) in expected.items():
        answered = {
            tuple(row[each] for each in names): tuple(row[each] for each in columns)
            for row in lake.answer(name, replay.today)
        }
        if not wanted:
            raise LocalError(f"{name}: nothing to compare.")
        figures += len(wanted) * len(columns)
        differ += [
            f"{name} {key}: {answered.get(key)}, counters {wanted.get(key)}"
            for key in answered.keys() | wanted.keys()
            if answered.get(key) != wanted.get(key)
        ]
    differ += _rates_wrong(lake, replay.today)
    return Compared(len(expected), figures, tuple(differ))


def _rates_wrong(lake: Lake, today: date) -> Iterator[str]:
    """Rates are what they are of, divided."""
    for name in ("number", "carrier", "local_hour", "tier", "week", "attempt"):
        for row in lake.answer(f"answer_rate_by_{name}", today):
            if row["answer_rate"] != row["answered"] / row["calls"]:
                yield f"answer_rate_by_{name}: {row}"


Expected = dict[str, tuple[tuple[str, ...], tuple[str, ...], dict[tuple[Any, ...], Any]]]


def _expected(stand: Counter[tuple[str, datetime, Cell]], contacts: Sequence[Contact]) -> Expected:
    """By query: the columns that it groups by, those that are compared, and what they must be."""
    hours = local_hours_of_file()
    made = ("calls", "answered")
    return {
        "answer_rate_by_number": (
            ("number",),
            (*made, "short", "network_blocked"),
            _summed(stand, lambda number, _, __: (number,), Outcome.SHORT, Outcome.NETWORK_BLOCKED),
        ),
        "network_blocked_by_number": (
            ("number",),
            ("calls", "network_blocked", "with_header"),
            _blocked(stand, contacts),
        ),
        "answer_rate_by_tier": (
            ("tier", "arm"),
            made,
            _summed(stand, lambda _, __, cell: (cell.tier or None, cell.arm or None)),
        ),
        "answer_rate_by_local_hour": (
            ("local_hour",),
            made,
            _summed(stand, lambda _, hour, cell: (_local(hours, cell.region, hour),)),
        ),
        "answer_rate_by_week": (("week", "pool"), made, _by_week(stand)),
        "calls_never_made": (("number",), ("never_made", "returned", "calls"), _never(stand)),
        "calls_not_made": (("outcome", "reason"), ("calls",), _not_made(contacts)),
        "answer_rate_by_carrier": (
            ("region", "carrier"),
            (*made, "network_blocked"),
            _of_contacts(
                contacts,
                lambda one: (one.cell.region.partition("-")[0] or None, one.carrier or None),
                Outcome.NETWORK_BLOCKED,
            ),
        ),
        "answer_rate_by_attempt": (("attempt",), made, _by_attempt(contacts)),
        "list_quality_by_source": (
            ("source", "campaign"),
            (*made, "invalid", "customers", "reached", "talk_seconds"),
            _by_source(contacts),
        ),
    }


def _summed(
    stand: Mapping[tuple[str, datetime, Cell], int],
    key_of: Callable[[str, datetime, Cell], tuple[Any, ...]],
    *also: Outcome,
) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Calls, answered calls and calls of further outcomes, by a key; none where no call counts."""
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * (2 + len(also)))
    for (number, hour, cell), calls in stand.items():
        found = sums[key_of(number, hour, cell)]
        found[0] += calls * (cell.outcome in ATTEMPTS)
        found[1] += calls * (cell.outcome in ANSWERS)
        for place, outcome in enumerate(also, start=2):
            found[place] += calls * (cell.outcome is outcome)
    return {key: tuple(found) for key, found in sums.items() if found[0]}


def _of_contacts(
    contacts: Sequence[Contact], key_of: Callable[[Contact], tuple[Any, ...]], *also: Outcome
) -> dict[tuple[Any, ...], tuple[int, ...]]:
    keyed = {(str(place), one.hour, one.cell): key_of(one) for place, one in enumerate(contacts)}
    return _summed(
        dict.fromkeys(keyed, 1), lambda number, hour, cell: keyed[number, hour, cell], *also
    )


def _local(hours: LocalHours, region: str, hour: datetime) -> int | None:
    return hours.hour(region, hour) if region else None


def _blocked(
    stand: Mapping[tuple[str, datetime, Cell], int], contacts: Sequence[Contact]
) -> dict[tuple[Any, ...], tuple[int, ...]]:
    headers = Counter(
        one.number
        for one in contacts
        if one.cell.outcome is Outcome.NETWORK_BLOCKED and one.facts.call.blocked
    )
    sums = _summed(stand, lambda number, _, __: (number,), Outcome.NETWORK_BLOCKED)
    return {key: (calls, blocked, headers[key[0]]) for key, (calls, _, blocked) in sums.items()}


def _by_week(
    stand: Mapping[tuple[str, datetime, Cell], int],
) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """All calls of a replay are of one queue, which the config does not know: of no pool."""
    return _summed(stand, lambda _, hour, __: (hour.date() - timedelta(days=hour.weekday()), None))


def _never(stand: Mapping[tuple[str, datetime, Cell], int]) -> dict[tuple[Any, ...], Any]:
    by_number: dict[str, Counter[str]] = defaultdict(Counter)
    for (number, _, cell), calls in stand.items():
        by_number[number][cell.outcome] += calls
        by_number[number]["made"] += calls * (cell.outcome in ATTEMPTS)
    return {
        (number,): (found[Outcome.UNPROMPTED], found[Outcome.RETURNED], found["made"])
        for number, found in by_number.items()
        if found[Outcome.UNPROMPTED]
    }


def _not_made(contacts: Sequence[Contact]) -> dict[tuple[Any, ...], Any]:
    """By outcome, and by the reason that the contact's own decision gives."""
    found = Counter(
        (str(one.cell.outcome), (one.facts.decided.reason if one.facts.decided else "") or None)
        for one in contacts
        if one.cell.outcome not in ATTEMPTS | INBOUND
    )
    return {key: (calls,) for key, calls in found.items()}


def _by_attempt(contacts: Sequence[Contact]) -> dict[tuple[Any, ...], Any]:
    rung: dict[str, list[tuple[datetime, str, bool]]] = defaultdict(list)
    for one in contacts:
        call, customer = one.facts.call, one.facts.customer
        if customer and call.moment and one.cell.outcome in ATTEMPTS:
            answered = one.cell.outcome in ANSWERS
            rung[customer.e164].append((call.moment, call.contact_id, answered))
    sums: dict[tuple[int], list[int]] = defaultdict(lambda: [0, 0])
    for calls in rung.values():
        for attempt, (_, _, answered) in enumerate(sorted(calls), start=1):
            sums[attempt,][0] += 1
            sums[attempt,][1] += answered
    return {key: tuple(found) for key, found in sums.items()}


def _by_source(contacts: Sequence[Contact]) -> dict[tuple[Any, ...], Any]:
    lists: dict[tuple[str | None, str], list[Contact]] = defaultdict(list)
    for one in contacts:
        if one.cell.outcome not in INBOUND:
            lists[one.source or None, one.campaign].append(one)
    return {key: told for key, calls in lists.items() if (told := _quality(calls))}


def _quality(calls: Sequence[Contact]) -> tuple[Any, ...] | None:
    made = [one for one in calls if one.cell.outcome in ATTEMPTS]
    answered = [one for one in made if one.cell.outcome in ANSWERS]
    invalid = sum(one.cell.outcome is Outcome.INVALID for one in calls)
    if not made and not invalid:
        return None
    talked = [
        int((one.facts.call.ended - one.facts.call.answered).total_seconds())
        for one in answered
        if one.facts.call.ended and one.facts.call.answered
    ]
    return (
        len(made), len(answered), invalid, _people(made), _people(answered),
        sum(talked) if talked else None,
    )  # fmt: skip


def _people(calls: Sequence[Contact]) -> int:
    return len({one.facts.customer.e164 for one in calls if one.facts.customer})
