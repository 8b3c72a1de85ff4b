"""A report of a thousand numbers, beside a plain sum; and how often intervals hold."""

import resource
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from math import exp, lgamma, log

from lambdas.domain.intervals import wilson
from lambdas.domain.local_hours import LocalHours
from lambdas.domain.outcomes import ANSWERS, ATTEMPTS, NumberHour
from lambdas.domain.report import LEAST_CALLS, Line, Period, Report, Standing
from lambdas.report import documents, mail, page
from lambdas.report.mail import Post
from lambdas.store import plain_answers
from lambdas.store.outcomes import DynamoOutcomes
from lambdas.usecases.make_report import READERS, Stock, make_report
from lambdas.wiring.clocks import local_hours_of_file
from local import outcome_sample
from local.dynamodb_local import DynamoDBLocal, create_table
from local.evidence import Finding, evidence
from local.outcome_sample import Calling, hours_of
from local.stage import numbers_of
from local.toolchain import Say
from local.units import READ_STEP, item_size

NUMBERS = 1_000
DAYS = 7
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
TABLE, POOLS = "usage", ("service", "sales")
SECONDS = 30.0
RATES = tuple(rate / 200 for rate in range(8, 25))
CALLS = (100, 120, 150, 200, 300, 400, 500, 700, 1_000, 2_000)
COVERED = 0.93
Sums = Counter[tuple[str, ...]]


@evidence("outcomes/report", "outcomes/report_seconds", "outcomes/intervals")
def report(say: Say) -> list[Finding]:
    """Counters on DynamoDB's own engine, read as the function and the command read them."""
    numbers, local = numbers_of(NUMBERS), local_hours_of_file()
    period, plain, bytes_read, rows = Period.ending(NOW, DAYS), Sums(), Counter[str](), 0
    with DynamoDBLocal(say=say) as address:
        options = {
            "region_name": "us-east-1",
            "endpoint_url": address,
            "aws_access_key_id": "local",
            "aws_secret_access_key": "local",
        }
        client = plain_answers.client(READERS, **options)
        create_table(client, TABLE)
        say(f"writing four weeks and a week of {NUMBERS:,} numbers")

        def told() -> Iterator[NumberHour]:
            for number in numbers:
                for hour in hours_of(number, period.before, period.until, Calling(), local):
                    _add(plain, hour, pool_of(number), period, local)
                    bytes_read[number] += item_size(outcome_sample.item_of(hour))
                    yield hour

        rows = outcome_sample.write(client, TABLE, told())
        say("making the report")
        began, used = time.monotonic(), time.process_time()
        made = make_report(stock(DynamoOutcomes(client, TABLE), numbers), local, NOW, DAYS)
        seconds, used = time.monotonic() - began, time.process_time() - used
    began = time.monotonic()
    whole = page.page(made, [], "", "numbers.csv")
    letter = mail.message(made, [], Post("a@example.com", ["b@example.com"]), "", "x").as_bytes()
    drawn = time.monotonic() - began
    units = sum(-(-size // READ_STEP) for size in bytes_read.values()) / 2
    faults = list(differences(made, plain))
    return [
        Finding(
            len(faults),
            "0 sums that differ from a plain pass over the same counters",
            not faults,
            f"{rows:,} items of {NUMBERS:,} numbers in 35 days; {len(plain):,} sums by number,"
            f" pool, tier, region, local hour and day, now and before"
            + "".join(f"; {fault}" for fault in faults[:5]),
        ),
        Finding(
            round(used, 1),
            f"at most {SECONDS:g} s of a processor to read {NUMBERS:,} numbers and add them up",
            used <= SECONDS,
            f"{seconds:.1f} s in all, with the engine and whatever else runs on this machine;"
            f" {units:,.0f} read units (eventually consistent), page of {len(whole) / 1e3:,.0f} KB,"
            f" mail of {len(letter) / 1e3:,.0f} KB and table of"
            f" {len(documents.table(made)) / 1e3:,.0f} KB in {drawn:.1f} s more; peak"
            f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB with what made"
            " the calls up",
        ),
        intervals(),
    ]


def stock(outcomes: DynamoOutcomes, numbers: Iterable[str]) -> Stock:
    """The numbers in two pools, with nothing known but counters."""
    members = {pool: [one for one in numbers if pool_of(one) == pool] for pool in POOLS}

    def standings(_: str) -> list[Standing]:
        return []

    return Stock(POOLS, lambda pool: members[pool], standings, outcomes)  # type: ignore[arg-type,return-value]


def pool_of(number: str) -> str:
    return POOLS[int(number[-1]) % 3 == 0]


def _add(plain: Sums, hour: NumberHour, pool: str, period: Period, local: LocalHours) -> None:
    """The plain pass: what each call counts for, one by one."""
    recent = "now" if hour.hour >= period.since else "before"
    for cell, calls in hour.cells.items():
        if cell.outcome not in ATTEMPTS:
            continue
        at = str(local.hour(cell.region, hour.hour))
        names = [("total", ""), ("pool", pool), ("tier", cell.tier), ("region", cell.region),
                 ("hour", at), ("number", str(hour.number))]  # fmt: skip
        keys = [(recent, *name) for name in names]
        keys.append((recent, hour.hour.date().isoformat(), ""))
        for key in keys:
            plain[*key, "made"] += calls
            plain[*key, "answered"] += calls if cell.outcome in ANSWERS else 0


def differences(made: Report, plain: Sums) -> Iterator[str]:
    """What the report tells otherwise than the plain pass, or not at all."""
    told = _told(made)
    few = {key[2] for key in plain if key[1] == "number"} - {one.number for one in made.numbers}
    for key in sorted(plain.keys() | told.keys()):
        if not (key[1] == "number" and key[2] in few) and plain[key] != told[key]:
            yield f"{key}: {told[key]}, not {plain[key]}"
    for number in sorted(few):
        if plain["now", "number", number, "made"] >= LEAST_CALLS:
            yield f"{number} is left out"


def _told(made: Report) -> Sums:
    tables: dict[str, Iterable[Line]] = {
        "total": [made.total], "pool": made.pools, "tier": made.tiers, "region": made.regions,
        "hour": made.hours,
    }  # fmt: skip
    rows = [(name, line.name, line.now, line.before) for name in tables for line in tables[name]]
    rows += [("number", one.number, one.now, one.before) for one in made.numbers]
    told: Sums = Sums()
    for name, what, now, before in rows:
        for when, tally in (("now", now), ("before", before)):
            told[when, name, what, "made"] = tally.made
            told[when, name, what, "answered"] = tally.answered
    for day in made.days:
        when = "now" if day.day >= made.period.since.date() else "before"
        told[when, day.day.isoformat(), "", "made"] = day.tally.made
        told[when, day.day.isoformat(), "", "answered"] = day.tally.answered
    return told


def intervals() -> Finding:
    """Exactly, by all that may come of so many calls: no simulation is as sure."""
    by_rate = {rate: sum(covers(of, rate) for of in CALLS) / len(CALLS) for rate in RATES}
    worst = min((covers(of, rate), of, rate) for of in CALLS for rate in RATES)
    lowest = min(by_rate.values())
    return Finding(
        round(lowest, 4),
        f"at least {COVERED:.0%} of the intervals hold the true rate, at each rate of 4 to 12 %",
        lowest >= COVERED,
        f"on average {sum(by_rate.values()) / len(by_rate):.2%}, over {CALLS[0]} to"
        f" {CALLS[-1]:,} calls; the worst pair: {worst[0]:.2%} at {worst[1]} calls and"
        f" {worst[2]:.1%}",
    )


def covers(of: int, rate: float) -> float:
    """How likely the interval of so many calls holds their true rate."""
    return sum(_likely(hits, of, rate) for hits in range(of + 1) if wilson(hits, of).holds(rate))


def _likely(hits: int, of: int, rate: float) -> float:
    ways = lgamma(of + 1) - lgamma(hits + 1) - lgamma(of - hits + 1)
    return exp(ways + hits * log(rate) + (of - hits) * log(1 - rate))
