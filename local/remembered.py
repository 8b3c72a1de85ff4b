"""What the tables of a local cloud remember: of customers, of numbers, of answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lambdas.domain.cells import Direction
from lambdas.domain.choosing import Candidate
from lambdas.domain.directory import Directory
from lambdas.domain.phone import E164
from lambdas.domain.reasons import WITHHELD
from lambdas.domain.registry import Terms, lacking
from lambdas.domain.screening import Imported
from lambdas.domain.settings import PoolSettings
from lambdas.domain.withholding import Withheld
from lambdas.store.claims import DynamoClaims, Tables
from lambdas.store.customers import Answers
from lambdas.store.directories import PublishedDirectories
from lambdas.store.imports import DynamoImports
from lambdas.store.papers import DynamoPapers
from lambdas.store.secret import CustomerKey
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.picking import Customer, Spend
from local.cloud import LocalCloud

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


LOOKED_AT = 1_000


@dataclass(frozen=True)
class Remembered:
    """The tables of a cloud, read past the picker and without its time limits."""

    client: "DynamoDBClient"
    tables: Tables
    secret: Callable[[], bytes]
    kept: timedelta

    @classmethod
    def of(cls, cloud: LocalCloud) -> "Remembered":
        """Those of a running cloud."""
        tables = Tables(
            *map(cloud.name_of, ("NUMBER_POOL_TABLE", "USAGE_TABLE", "CUSTOMERS_TABLE"))
        )
        secret_arn = cloud.name_of("CUSTOMER_KEY_SECRET_ARN")
        return cls(
            cloud.session.client("dynamodb"),
            tables,
            CustomerKey(lambda: cloud.session.client("secretsmanager"), secret_arn),
            timedelta(days=cloud.settings().ledger_days),
        )

    def customer(self, destination: E164) -> Customer:
        """The ledger, what suppresses calls, and which registers list the number."""
        return self._claims().read(destination)

    def registers(self, pool: str) -> Mapping[str, Imported]:
        """The do-not-call registers of which a file was imported."""
        published = PublishedDirectories(self.client, self.tables.number_pool, lambda: 0.0)
        published.current(pool)
        return published.registers()

    def answered(self, destination: E164, number: E164, now: datetime) -> None:
        """Note that the customer answered a call that showed `number`."""
        Answers(self.client, self.tables.customers, self.secret, self.kept).record(
            destination, number, now
        )

    def directory(self, pool: str, prefixes: frozenset[str]) -> Directory | None:
        """The pool as published; None where nothing was."""
        published = PublishedDirectories(
            self.client, self.tables.number_pool, lambda: 0.0, prefixes
        )
        return published.current(pool)

    def kept_back(
        self, choices: Sequence[Candidate], directory: Directory, pool: PoolSettings, now: datetime
    ) -> Mapping[E164, str]:
        """Numbers of the first thousand choices that a claim would be refused now, and why."""
        spends = [Spend.of(choice, directory, pool, now) for choice in choices[:LOOKED_AT]]
        kept_back = self._claims().kept_back(spends, now)
        return {number: refused.why.value for number, refused in kept_back.items()}

    def withheld(self, pool: PoolSettings, now: datetime) -> Mapping[E164, str]:
        """Numbers of the pool that may not be shown for now, with the first reason of each: also
        those that lack papers, and whom no look at papers has met yet."""
        table = self.tables.number_pool
        found = self._lacking(pool, now)
        found |= DynamoWithholding(self.client, table).withheld(pool.name)
        return {number: f"{WITHHELD}{min(reasons)}" for number, reasons in found.items()}

    def _lacking(self, pool: PoolSettings, now: datetime) -> dict[E164, frozenset[Withheld]]:
        terms, table = Terms.of(pool), self.tables.number_pool
        if not terms.requires:
            return {}
        papers = DynamoPapers(self.client, table).all()
        kept = DynamoImports(self.client, table).members(pool.name).values()
        found = {
            one.member.e164: lacking(
                one.member, papers.get(one.member.e164, ()), terms.requires, now.date()
            )
            for one in kept
            if one.member.direction is not Direction.INBOUND
        }
        return {number: reasons for number, reasons in found.items() if reasons}

    def _claims(self) -> DynamoClaims:
        return DynamoClaims(self.client, self.tables, self.secret, self.kept)
