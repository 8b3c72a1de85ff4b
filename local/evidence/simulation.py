"""A million calls in virtual time, and the store in memory that they are made on."""

import json
import time

import boto3

from lambdas.store.claims import Tables
from local.dynamodb_local import DynamoDBLocal, create_table, warm_up
from local.evidence import Finding, evidence
from local.simulation.comparing import Comparison
from local.simulation.running import Asked, simulate
from local.spread_pool import places, rules
from local.toolchain import Say

CALLS = 1_000_000
NUMBERS = 50_000
SECONDS = 600
PICKS = 10_000
TOLD = (
    *("calls", "caps_passed", "repeats_avoidable", "answers_differ", "by_tier", "by_action"),
    *("busiest_over_mean", "round_trips_per_pick", "write_units_per_pick", "read_units_per_pick"),
    *("usd_per_million_picks", "returning_share", "agents", "customers"),
)


@evidence("claims/simulation")
def simulation(say: Say) -> Finding:
    """A million calls a day over fifty thousand numbers, with the real use case."""
    shown = 0

    def told(made: int, of: int) -> None:
        nonlocal shown
        if made * 20 // of > shown:
            shown = made * 20 // of
            say(f"{made:,} of {of:,} calls")

    started, busy = time.perf_counter(), time.process_time()
    found = simulate(Asked(calls=CALLS, days=1, numbers=NUMBERS), say, told).as_json()
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    held = not (found["caps_passed"] or found["repeats_avoidable"] or found["answers_differ"])
    values = json.dumps({name: found[name] for name in TOLD})
    prices = found["prices"]
    return Finding(
        round(seconds, 1),
        f"< {SECONDS} s; 0 caps passed, 0 repeats, {CALLS:,} calls",
        held and found["calls"] == CALLS and seconds < SECONDS,
        f"{NUMBERS:,} numbers, one process, {busy:.0f} s of processor time; {values}; prices of"
        f" {prices['region']} on {prices['day']}: DynamoDB request units, Lambda requests and"
        f" duration; not in it: {prices['left_out']}",
    )


@evidence("claims/simulation_store")
def simulation_store(say: Say) -> Finding:
    """The same picks on the store in memory and on DynamoDB Local: answers, ledgers, usage."""
    with DynamoDBLocal() as address:
        session = boto3.Session("local", "local", region_name="us-east-1")
        client = session.client("dynamodb", endpoint_url=address)
        warm_up(client)
        tables = Tables("pool", "usage", "customers")
        for name in (tables.number_pool, tables.usage, tables.customers):
            create_table(client, name)
        comparison = Comparison(client, tables, places(), rules())
        differences = comparison.run(PICKS, say)
    outcomes = ", ".join(f"{name} {n}" for name, n in differences.outcomes.most_common())
    refused = ", ".join(f"{why} {n}" for why, n in comparison.memory.meter.refused.most_common())
    first = f"; the first: {differences.found[0]}" if differences.found else ""
    return Finding(
        len(differences.found),
        f"0 differences in {PICKS:,} picks",
        not differences.found and differences.picks >= PICKS,
        f"{differences.picks:,} picks; {outcomes}; commits refused: {refused}; every answer, then"
        f" {len(comparison.memory.customers)} ledgers and every usage item compared{first}",
    )
