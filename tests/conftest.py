"""What tests of every kind share: DynamoDB Local, one engine for each worker, and fresh tables."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import reset_tzpath

import pytest
from hypothesis import settings

from local.dynamodb_local import DynamoDBLocal, create_table
from tests import masking
from tests.masking import Watched

pytest_plugins = ["tests.distribution"]

# Time zones as they are deployed, and not as this machine happens to know them.
reset_tzpath([])

# A busy machine is slow at times; how fast things are is for the benchmarks to say.
settings.register_profile("any_machine", deadline=None)
settings.load_profile("any_machine")


_watched = pytest.StashKey[Watched]()
_watching = pytest.StashKey[AbstractContextManager[Watched]]()
_leaks: list[str] = []


def pytest_sessionstart(session: pytest.Session) -> None:
    """Watch for customers' numbers from the first test to the last."""
    watching = masking.watching(Watched())
    session.stash[_watched] = watching.__enter__()
    session.stash[_watching] = watching


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A number that could be read somewhere fails the run, whichever worker saw it."""
    session.stash[_watching].__exit__(None, None, None)
    mine = session.stash[_watched].leaks()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["leaks"] = mine
        return
    _leaks.extend(mine)
    if _leaks:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker found."""
    _leaks.extend(getattr(node, "workeroutput", {}).get("leaks", []))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say where the numbers stood."""
    if _leaks:
        terminalreporter.section("customers' numbers that could be read", red=True)
    for leak in sorted(set(_leaks)):
        terminalreporter.line(leak)


if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "us-east-1"


@dataclass(frozen=True)
class TableNames:
    """The physical names of a fresh set of tables."""

    number_pool: str
    usage: str
    customers: str


MakeTables = Callable[[], TableNames]


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """The address of an engine that keeps its tables in memory."""
    with DynamoDBLocal() as address:
        yield address


@pytest.fixture(scope="session")
def dynamodb(dynamodb_local: str) -> "DynamoDBClient":
    """A client of the engine that needs no settings of the user's."""
    import boto3

    session = boto3.Session("local", "local", region_name=REGION)
    return session.client("dynamodb", endpoint_url=dynamodb_local)


@pytest.fixture
def make_tables(dynamodb: "DynamoDBClient") -> MakeTables:
    """Makes NumberPool (with its stream), Usage and Customers under names never used before."""

    def make() -> TableNames:
        names = TableNames(*(f"{kind}-{uuid.uuid4()}" for kind in ("pool", "usage", "customers")))
        create_table(dynamodb, names.number_pool, stream=True)
        create_table(dynamodb, names.usage)
        create_table(dynamodb, names.customers)
        return names

    return make
