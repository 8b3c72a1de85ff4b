"""What the check of a long list costs in AWS: measured seconds, counted requests, listed prices."""

import json
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any, Final, NamedTuple

TABLE: Final = Path(__file__).with_name("prices.json")
SLOWER: Final = 2.0
"""A function on one arm64 processor is taken to need so many times the seconds of this machine."""
SPLIT_SECONDS_A_ROUND: Final = 600.0
CHUNK_GB, SPLIT_GB, GATHER_GB = 1.75, 1.75, 1.75
DISK_GB: Final = 10.0
ROWS_IN_CHUNK: Final = 100_000
AT_ONCE: Final = 20
KEYS_A_ROW: Final = 2
"""Suppressions, and one do-not-call register."""
READ_TOGETHER: Final = 100
REQUEST_SECONDS: Final = 0.008
"""What one batch of reads adds to a chunk's time: 3.8 ms of processor time were measured on this
machine, and waits hide behind one another."""
MILLION: Final = 1_000_000

Json = Any


class Measured(NamedTuple):
    """Seconds of each step for so many rows on this machine, without reads of tables."""

    rows: int
    whole: float
    split: float
    chunks: float
    gather: float


class Plan(NamedTuple):
    """Dollars by what they are paid for, and how long it takes."""

    rows: int
    lambda_seconds: float
    lambda_dollars: float
    reads: float
    read_dollars: float
    requests: float
    request_dollars: float
    transitions: float
    transition_dollars: float
    hours: float

    @property
    def total(self) -> float:
        return (
            self.lambda_dollars + self.read_dollars + self.request_dollars + self.transition_dollars
        )

    def words(self) -> str:
        return (
            f"{self.rows:,} rows in {ceil(self.rows / ROWS_IN_CHUNK):,} chunks, {AT_ONCE} at once:"
            f" about {self.hours:.1f} hours; Lambda {self.lambda_seconds:,.0f} s for"
            f" ${self.lambda_dollars:.2f}; DynamoDB {self.reads / MILLION:.0f} million read units"
            f" for ${self.read_dollars:.2f}; S3 {self.requests:,.0f} requests for"
            f" ${self.request_dollars:.2f}; Step Functions {self.transitions:,.0f} transitions for"
            f" ${self.transition_dollars:.2f}; ${self.total:.2f} in all,"
            f" ${self.total / self.rows * MILLION:.3f} a million rows. Functions are taken to be"
            f" {SLOWER:g} times as slow as this machine."
        )


@cache
def prices() -> dict[str, Json]:
    table: dict[str, Json] = json.loads(TABLE.read_text("utf-8"))
    return table


def cost(told: Measured, rows: int) -> Plan:
    """What so many rows cost, by what was measured for fewer."""
    table = prices()
    times = rows / told.rows * SLOWER
    chunks = ceil(rows / ROWS_IN_CHUNK)
    keys = rows * KEYS_A_ROW
    looking_up = keys / READ_TOGETHER * REQUEST_SECONDS
    split, gather = told.split * times, told.gather * times
    checking = told.chunks * times + looking_up
    rounds = max(1, ceil(split / SPLIT_SECONDS_A_ROUND))
    # Of a list this long the gatherer copies within S3: it reads no rows.
    gather = min(gather, chunks * 0.05)
    seconds = split + checking + gather
    gigabyte_seconds = split * SPLIT_GB + checking * CHUNK_GB + gather * GATHER_GB
    disk = (split + gather) * (DISK_GB - 0.5)
    invocations = rounds + chunks + 1
    lambda_dollars = (
        gigabyte_seconds * table["lambda"]["gigabyte_second"]
        + disk * table["lambda"]["disk_gigabyte_second"]
        + invocations * table["lambda"]["million_requests"] / MILLION
    )
    reads = keys * 0.5  # eventually consistent, of nothing or of a small item
    puts = chunks * (rounds + 4 + 2) + rounds + 12
    gets = chunks * (rounds + 2 + 2) + rounds * 4
    request_dollars = (
        puts * table["s3"]["thousand_puts"] + gets * table["s3"]["thousand_gets"]
    ) / 1000
    transitions = rounds * 2 + chunks * 2 + 3
    return Plan(
        rows=rows,
        lambda_seconds=seconds,
        lambda_dollars=lambda_dollars,
        reads=reads,
        read_dollars=reads * table["dynamodb"]["million_read_request_units"] / MILLION,
        requests=puts + gets,
        request_dollars=request_dollars,
        transitions=transitions,
        transition_dollars=transitions * table["step_functions"]["thousand_transitions"] / 1000,
        hours=(split + checking / AT_ONCE + gather) / 3600,
    )
