"""The inventory on demand: the same use case as in AWS, in a deployment or in a local cloud."""

import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.config import Config as ClientConfig

from lambdas.connect.numbers import ConnectNumbers
from lambdas.connect.pace import Pace
from lambdas.domain.inventory import Holding, Listing, Pooled, Reconciled, not_held, reconcile
from lambdas.domain.rows import Member
from lambdas.domain.settings import Settings
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.import_numbers.entries import entries
from lambdas.store.imports import DynamoImports
from lambdas.store.inventory import DynamoInventory
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.reconcile_inventory import (
    EVERYWHERE,
    Inventory,
    NotFinished,
    RunLost,
    Stock,
    Unbelievable,
    reconcile_inventory,
)
from local.errors import LocalError

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient

_ONE_TRY = ClientConfig(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 1})


@dataclass(frozen=True)
class Place:
    """Where to look: the clients, the table, and what the deployed function is told."""

    session: "boto3.Session"
    dynamodb: "DynamoDBClient"
    table: str
    pools: Sequence[str]
    targets: Sequence[str]
    queue_numbers: Mapping[str, str]
    now: Callable[[], datetime]

    def members(self, pool: str) -> list[Member]:
        """A pool as committed."""
        kept = DynamoImports(self.dynamodb, self.table).members(pool)
        return [one.member for one in kept.values()]

    def look(self) -> Inventory:
        """One run, with all that follows from it. Raises LocalError for one that may not be."""
        told: list[Inventory] = []
        stock = Stock(
            self.pools,
            self.members,
            lambda run: DynamoWithholding(self.dynamodb, self.table, run),
            self.queue_numbers,
        )
        try:
            again = reconcile_inventory(
                self.targets,
                stock,
                self._numbers(),
                DynamoInventory(self.dynamodb, self.table),
                by=f"command-{uuid.uuid4()}",
                now=self.now,
                left=lambda: float("inf"),
                tell=told.append,
            )
        except (Unbelievable, NotFinished) as problem:
            raise LocalError(str(problem)) from problem
        except RunLost as problem:
            raise LocalError("Another run began meanwhile, so this one changed no more.") from (
                problem
            )
        if again is None:
            raise LocalError(
                "Another run is at work. It was told to go round again, so it will find what you"
                " look for; ask again in two minutes."
            )
        return told[-1]

    def compare(self) -> Reconciled:
        """What a run would find, without keeping or changing anything."""
        numbers = self._numbers()
        listed = [one for target in (*self.targets, EVERYWHERE) for one in _all(numbers, target)]
        withholding = DynamoWithholding(self.dynamodb, self.table)
        pools = []
        for pool in self.pools:
            withheld = withholding.withheld(pool)
            marked = frozenset(one for one, reasons in withheld.items() if not_held(reasons))
            pools.append(Pooled(pool, self.members(pool), marked))
        last = DynamoInventory(self.dynamodb, self.table).last()
        return reconcile(Listing.of(listed, self.targets, last), pools, self.queue_numbers)

    def _numbers(self) -> ConnectNumbers:
        client = self.session.client("connect", config=_ONE_TRY)
        return ConnectNumbers(client, Pace(monotonic=time.monotonic))


def place_of(
    session: "boto3.Session",
    dynamodb: "DynamoDBClient",
    table: str,
    settings: Settings,
    told: Mapping[str, str],
    now: Callable[[], datetime],
) -> Place:
    """`told` is the environment of the inventory's function."""
    return Place(
        session,
        dynamodb,
        table,
        sorted(settings.pools),
        tuple(json.loads(told["TARGET_ARNS"])),
        settings.own_numbers(json.loads(told["QUEUE_NUMBERS"])),
        now,
    )


def numbers_in(path: Path) -> list[str]:
    """The numbers of a file, in international form. Raises LocalError where one is none."""
    from lambdas.domain.phone import NotAPhoneNumber
    from lambdas.domain.written import understand

    try:
        rows = list(entries(open_table(path, path.name, limits=Limits())))
    except UnreadableFile as problem:
        raise LocalError(f"{path.name}: {problem.message}") from problem
    except OSError as problem:
        raise LocalError(f"{path} cannot be opened: {problem.strerror}.") from problem
    found = []
    for row in rows:
        try:
            found.append(understand(row.number, row.country or None)[0].e164)
        except NotAPhoneNumber as problem:
            raise LocalError(
                f"{path.name}, row {row.row}: {row.number!r} is no number in international form."
            ) from problem
    return list(map(str, found))


def _all(numbers: ConnectNumbers, target: str) -> list[Holding]:
    found: list[Holding] = []
    token = ""
    while True:
        page: Any = numbers.page(target, token)
        found += page.numbers
        token = page.token
        if not token:
            return found
