"""What reports are read with: by the weekly function, and by commands with clients of their own."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from lambdas.domain.lifecycle import Mode
from lambdas.domain.registry import URGENT, Trouble, gaps
from lambdas.domain.report_steps import Around, QueueFacts
from lambdas.domain.settings import Settings
from lambdas.store import plain_answers
from lambdas.store.mailed import DynamoMailed
from lambdas.store.modes import read_modes
from lambdas.store.outcomes import DynamoOutcomes
from lambdas.store.papers import DynamoPapers
from lambdas.store.standings import DynamoStandings
from lambdas.usecases.make_report import READERS, Stock
from lambdas.wiring import once, settings
from lambdas.wiring.registry import terms_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ONE_TRY = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1})
"""A mail is sent once: whether a request without an answer was heeded, nobody knows."""


@dataclass(frozen=True)
class Sources:
    """A deployment's tables. `counters` reads the Usage table without looking at each value."""

    client: "DynamoDBClient"
    counters: "DynamoDBClient"
    number_pool: str
    usage: str
    settings: Settings

    def stock(self, pools: Sequence[str], now: datetime) -> Stock:
        """The counters and numbers of these pools; of all of them, queues' own numbers too."""
        standings = self._standings()
        return Stock(
            pools=pools,
            members=lambda pool: standings.members(pool),
            standings=lambda pool: standings.standings(pool, now),
            outcomes=DynamoOutcomes(self.counters, self.usage),
            own=set(pools) == set(self.settings.pools),
        )

    def around(self, pools: Sequence[str], now: datetime) -> Around:
        """What steps depend on besides counters."""
        told = read_modes(self.client, self.number_pool)
        standings = self._standings()
        papers = DynamoPapers(self.client, self.number_pool).all()
        found = [
            gap.trouble
            for name in pools
            for gap in gaps(
                standings.members(name).values(),
                papers,
                terms_of(self.settings.pools[name]),
                now.date(),
            )
        ]
        modes = {standings.judges_mode(pool) for pool in pools} - {""}
        return Around(
            queues={
                key: QueueFacts(queue.pool, told.get(key) or queue.mode.written())
                for key, queue in self.settings.queues.items()
                if queue.pool in pools
            },
            per_hour={name: self.settings.pools[name].limits.per_hour for name in pools},
            judge=Mode(sorted(modes)[0]) if modes else None,
            urgent=sum(trouble in URGENT for trouble in found),
            soon=sum(trouble is Trouble.DUE_SOON for trouble in found),
        )

    def _standings(self) -> DynamoStandings:
        weeks = {name: len(one.limits.warm_up) for name, one in self.settings.pools.items()}
        return DynamoStandings(self.client, self.number_pool, weeks)


@once
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=Config(max_pool_connections=READERS))


@once
def sources() -> Sources:
    """Those of the function."""
    tables = os.environ["NUMBER_POOL_TABLE"], os.environ["USAGE_TABLE"]
    return Sources(dynamodb(), plain_answers.client(READERS), *tables, settings())


@once
def mailed() -> DynamoMailed:
    return DynamoMailed(dynamodb(), os.environ["USAGE_TABLE"])


@once
def ses() -> Any:
    return boto3.client("sesv2", config=_ONE_TRY)


def post() -> Mapping[str, str | list[str]]:
    """Who sends the report, and to whom: sender, to, deployment."""
    told: Mapping[str, str | list[str]] = json.loads(os.environ["REPORT"])
    return told
