"""Adapters on DynamoDB Local, which runs AWS's own engine: transactions are what they are there."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lambdas.domain.intake import Entry
from lambdas.domain.phone import E164
from lambdas.store.claims import DynamoClaims, Tables
from lambdas.store.directories import PublishedDirectories
from lambdas.store.imports import DynamoImports
from lambdas.store.publishing import DynamoPublishing
from lambdas.store.rests import DynamoRests
from lambdas.usecases.import_numbers import ImportResult, Upload, import_numbers
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.publish_directory import publish_directory
from lambdas.usecases.rest_number import Done, activate, rest
from tests.conftest import MakeTables
from tests.unit.builders import NOON, NanpStates, intake, pool, rules

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class House:
    """One deployment's tables with the real stores on them."""

    def __init__(self, client: "DynamoDBClient", tables: Tables) -> None:
        self.client = client
        self.tables = tables
        self.imports = DynamoImports(client, tables.number_pool)
        self.publishing = DynamoPublishing(client, tables.number_pool)
        self.claims = DynamoClaims(client, tables, lambda: b"key", timedelta(days=90))
        self.rests = DynamoRests(client, tables.number_pool)
        self.directories = PublishedDirectories(client, tables.number_pool, lambda: 0.0)

    def bring(
        self,
        numbers: Iterable[str],
        import_id: str = "one",
        pool: str = "sales",
        replaces: bool = False,
        city: str = "",
        now: datetime = NOON,
    ) -> ImportResult:
        """Import numbers as a file would."""
        entries = [Entry(row, number, city=city) for row, number in enumerate(numbers, start=2)]
        upload = Upload(import_id, pool, replaces, "numbers.csv")
        return import_numbers(upload, entries, intake(), self.imports, now)

    def publish(self, pool: str = "sales", now: datetime = NOON) -> int | None:
        return publish_directory(pool, self.publishing, now)

    def rest(self, number: str, until: datetime, reason: str = "flagged as spam") -> Done:
        return rest(E164(number), until, reason, "ada", now=NOON, store=self.rests)

    def activate(self, number: str, now: datetime = NOON) -> Done:
        return activate(E164(number), "clean again", "ada", now=now, store=self.rests)

    def shown(self, pool: str = "sales") -> set[str]:
        """What a picker that has just started would choose from."""
        directory = PublishedDirectories(self.client, self.tables.number_pool, lambda: 0.0).current(
            pool
        )
        if directory is None:
            return set()
        return {directory.number(position) for position in range(len(directory))}

    def picker(self, per_hour: int = 12, per_day: int = 60) -> Picker:
        return Picker(
            claims=self.claims,
            directories=self.directories,
            places=NanpStates(),
            rules=rules(),
            pools=lambda _name: pool(per_hour, per_day),
            modes=lambda queue: queue.mode,
        )


MakeHouse = Callable[[], House]


@pytest.fixture
def house(dynamodb: "DynamoDBClient", make_tables: MakeTables) -> House:
    names = make_tables()
    return House(dynamodb, Tables(names.number_pool, names.usage, names.customers))
