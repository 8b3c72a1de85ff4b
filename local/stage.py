"""A deployment's tables, a published pool and the picker's environment on DynamoDB Local.

Without template and queues: what evidence and tests need to ask the real picker from many processes
at once, and to look at what it left behind.
"""

import io
import json
import os
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import botocore.session
from botocore.config import Config

from lambdas import wiring
from lambdas.domain.intake import Entry, Intake, Outcome
from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.places import Places
from lambdas.domain.rules import Rules
from lambdas.store import keys
from lambdas.store.claims import Tables
from lambdas.store.imports import DynamoImports
from lambdas.store.publishing import DynamoPublishing
from lambdas.store.secret import CustomerKey
from lambdas.usecases.import_numbers import Upload, import_numbers
from lambdas.usecases.publish_directory import publish_directory
from local.dynamodb_local import create_table, warm_up
from local.errors import LocalError
from local.toolchain import BUILD, ROOT
from tools.holidays.build import build as build_holidays
from tools.places.build import build as build_places

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Json = Any
POOL = "stage"
QUEUE = "stage"
SECRET = b"one key for all processes"
BEGINS = datetime(2026, 11, 20, tzinfo=UTC)
AREAS = ("206", "212", "303", "404", "415", "512", "602", "617", "702", "813")
FICTIONAL = 100
"""Line numbers 555-0100 to 555-0199 of each area code belong to nobody."""
_REGION = "us-east-1"


@dataclass(frozen=True)
class Left:
    """What stands in the tables: calls by number, day and bucket, and ledgers by customer's key."""

    usage: Counter[tuple[str, str, str]]
    ledgers: dict[str, Ledger]


@dataclass(frozen=True)
class Stage:
    """One set of tables at an engine's address, and the folder that stands for Lambda's."""

    address: str
    tables: Tables
    task_root: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the picker's function would find in its environment."""
        return {
            "LAMBDA_TASK_ROOT": str(self.task_root),
            "NUMBER_POOL_TABLE": self.tables.number_pool,
            "USAGE_TABLE": self.tables.usage,
            "CUSTOMERS_TABLE": self.tables.customers,
            "CUSTOMER_KEY_SECRET_ARN": "secret",
            "AWS_ENDPOINT_URL_DYNAMODB": self.address,
            "AWS_REGION": _REGION,
            "AWS_DEFAULT_REGION": _REGION,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }

    def client(self) -> "DynamoDBClient":
        """A client that waits as long as it takes."""
        session = botocore.session.get_session()
        client: Any = session.create_client(
            "dynamodb",
            region_name=_REGION,
            endpoint_url=self.address,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - DynamoDB Local takes any
            config=Config(retries={"total_max_attempts": 3, "mode": "standard"}),
        )
        return cast("DynamoDBClient", client)

    def left(self) -> Left:
        """Read usage and customers whole."""
        client = self.client()
        usage: Counter[tuple[str, str, str]] = Counter()
        for item in all_items(client, self.tables.usage):
            number = item["pk"]["S"].removeprefix(keys.NUMBER_PREFIX)
            day = item["sk"]["S"].removeprefix("DAY#")
            for name, value in item.items():
                if name == "day" or (name[0] in "hm" and name[1:].isdigit()):
                    usage[number, day, name] = int(value["N"])
        ledgers = {
            item["pk"]["S"].removeprefix("CUSTOMER#"): Ledger(
                int(item["version"]["N"]),
                tuple(_claim(line["S"]) for line in item["claims"]["L"]),
                item.get("answered", {"S": ""})["S"],
            )
            for item in all_items(client, self.tables.customers)
        }
        return Left(usage, ledgers)


def staged(
    address: str, folder: Path, settings: Mapping[str, Json], numbers: Sequence[str]
) -> Stage:
    """Tables, a task root with these settings, and the numbers imported and published.

    Raises LocalError when a number is not taken.
    """
    task_root = task_root_in(folder, settings)
    mark = uuid.uuid4().hex[:8]
    stage = Stage(address, Tables(f"pool-{mark}", f"usage-{mark}", f"customers-{mark}"), task_root)
    client = stage.client()
    _create(client, stage.tables)
    warm_up(client)
    places = Places.load((task_root / "places.bin").read_bytes())
    rules_file = ROOT / "lambdas" / "domain" / "data" / "caller_id_rules.json"
    rules = Rules.from_json(json.loads(rules_file.read_text("utf-8")))
    intake = Intake(places, rules, {}, None, BEGINS.date())
    entries = [Entry(row, number) for row, number in enumerate(numbers, start=2)]
    upload = Upload("stage", POOL, False, "numbers.csv")
    table = stage.tables.number_pool
    taken = import_numbers(upload, entries, intake, DynamoImports(client, table), BEGINS)
    refused = [row.message for row in taken.results if row.outcome is not Outcome.ADDED]
    if refused:
        raise LocalError(f"The stage's pool was not taken: {refused[0]}")
    publish_directory(POOL, DynamoPublishing(client, table), BEGINS)
    return stage


def task_root_in(folder: Path, settings: Mapping[str, Json]) -> Path:
    """The folder that the picker finds its files in."""
    task_root = folder / "task"
    task_root.mkdir(parents=True)
    (task_root / "settings.json").write_text(json.dumps(settings), "utf-8")
    build_places(BUILD / "places.bin")
    shutil.copy(BUILD / "places.bin", task_root / "places.bin")
    build_holidays(BUILD / "holidays.txt", BEGINS.year)
    shutil.copy(BUILD / "holidays.txt", task_root / "holidays.txt")
    return task_root


def settings_of(
    caps: Sequence[int],
    days: int = 30,
    attempts: int = 10,
    on_failure: str = "default",
    rung: Sequence[int] | None = None,
    tiers: Sequence[str] = ("answered_before", "city", "area_code", "state", "country"),
) -> dict[str, Json]:
    """A settings document with one queue and one pool.

    `caps` are calls a minute, an hour and a day; `rung` is how often a customer may be rung within
    how many hours; `on_failure` is what is done when numbers or the store fail.
    """
    queue: dict[str, Json] = {
        "name": "Stage",
        "pool": POOL,
        "purpose": "service",
        "on_exhausted": on_failure,
        "on_error": on_failure,
        "mode": "on",
    }
    if rung:
        queue["attempts"] = dict(zip(("most", "hours"), rung, strict=True))
    limits = dict(zip(("per_minute", "per_hour", "per_day"), caps, strict=True))
    pool = {
        "tiers": list(tiers),
        "limits": {**limits, "warm_up": []},
        "avoid_repeat": {"days": days, "attempts": attempts},
        "radius_km": 80,
    }
    return {
        "version": 1,
        "queues": {QUEUE: queue},
        "pools": {POOL: pool},
        "ledger_days": 90,
        "origin": "US",
        "rule_overrides": {},
    }


def numbers_of(count: int) -> list[str]:
    """So many numbers of fiction, spread evenly over the area codes."""
    each, more = divmod(count, len(AREAS))
    return [
        f"+1{area}555{FICTIONAL + line:04d}"
        for place, area in enumerate(AREAS)
        for line in range(each + (place < more))
    ]


def share_one_key() -> None:
    """Let this process hash customers with one key: there is no Secrets Manager on the stage."""

    def secret(self: CustomerKey) -> bytes:  # noqa: ARG001
        return SECRET

    CustomerKey.__call__ = secret  # type: ignore[method-assign]


@contextmanager
def containers(variables: Mapping[str, str]) -> Iterator[None]:
    """This process as containers of the picker, one after the other."""
    before, real = dict(os.environ), CustomerKey.__call__
    os.environ.update(variables)
    wiring.reset()
    share_one_key()
    try:
        with redirect_stdout(io.StringIO()):  # a container's log goes elsewhere
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        CustomerKey.__call__ = real  # type: ignore[method-assign]
        wiring.use_clock(None)
        wiring.reset()


def _claim(line: str) -> Claim:
    claim = Claim.read(line)
    if claim is None:
        raise LocalError(f"A ledger holds a line that is no claim: {line!r}")
    return claim


def all_items(client: "DynamoDBClient", table: str) -> Iterator[dict[str, Any]]:
    """A table's items."""
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def _create(client: "DynamoDBClient", tables: Tables) -> None:
    for name in (tables.number_pool, tables.usage, tables.customers):
        create_table(client, name)
