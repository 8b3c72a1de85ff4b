"""A picker that Lambda restores from a snapshot: what it takes along, and what it looks up anew."""

import importlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from lambdas.pick_caller_id import handler as picker_handler
from lambdas.store.dynamodb import TimeLimits
from lambdas.store.secret import CustomerKey
from lambdas.wiring import picking
from tests.adapters.conftest import House
from tests.adapters.test_faults import PLACES, SETTINGS, event
from tests.unit.builders import nanp
from tools.places.build import build as build_places

AT_LEISURE = TimeLimits(pick=1.9, connect=0.2, answer=0.9)
Hooks = list[Callable[[], None]]


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that clients of this process sent, in order."""
    from botocore.endpoint import Endpoint

    sent: list[str] = []
    real = Endpoint.make_request

    def note(self: Any, operation_model: Any, request_dict: Any) -> Any:
        sent.append(operation_model.name)
        return real(self, operation_model, request_dict)

    monkeypatch.setattr(Endpoint, "make_request", note)
    return sent


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Hooks:
    """What Lambda's runtime was asked to call after a restore."""
    asked: Hooks = []
    runtime = ModuleType("snapshot_restore_py")

    def register_after_restore(function: Callable[..., None], *args: Any, **named: Any) -> None:
        asked.append(lambda: function(*args, **named))

    runtime.register_after_restore = register_after_restore  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", runtime)
    return asked


@pytest.fixture
def snapshot(
    house: House,
    hooks: Hooks,
    requests: list[str],
    dynamodb_local: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    """The picker's module imported as for a snapshot, with a pool that is published before it."""
    (tmp_path / "settings.json").write_text(json.dumps(SETTINGS), "utf-8")
    build_places(PLACES)
    shutil.copy(PLACES, tmp_path / "places.bin")
    for name, value in {
        "LAMBDA_TASK_ROOT": str(tmp_path),
        "NUMBER_POOL_TABLE": house.tables.number_pool,
        "USAGE_TABLE": house.tables.usage,
        "CUSTOMERS_TABLE": house.tables.customers,
        "CUSTOMER_KEY_SECRET_ARN": "secret",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_local,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(CustomerKey, "__call__", lambda self: b"key")
    picking.use_limits(AT_LEISURE)
    house.bring(nanp("206", 4))
    house.publish()
    requests.clear()
    importlib.reload(picker_handler)
    yield house
    picking.use_limits(TimeLimits())
    monkeypatch.delenv("AWS_LAMBDA_INITIALIZATION_TYPE")
    importlib.reload(picker_handler)


def test_a_snapshot_is_taken_without_a_request_or_a_connection(
    snapshot: House, requests: list[str], hooks: Hooks
) -> None:
    assert requests == []
    assert _connections() == 0
    assert picking.directories()._held == {}
    assert len(hooks) == 1


def test_a_restored_picker_has_loaded_the_directory_of_now_before_its_first_call(
    snapshot: House, requests: list[str], hooks: Hooks
) -> None:
    stays = nanp("206", 4)[3]
    snapshot.bring([stays], import_id="later", replaces=True)
    snapshot.publish()
    requests.clear()

    hooks[0]()
    assert requests == ["BatchGetItem", "BatchGetItem"], "pointer and modes, then the segments"
    assert _connections() == 1
    directory = picking.directories().current("sales")
    assert directory is not None
    assert [directory.number(row) for row in range(len(directory))] == [stays]

    requests.clear()
    answer = picker_handler.handler(event(), None)
    assert answer["caller_id"] == stays
    assert requests == ["Query", "TransactWriteItems"], "two round trips, as for any pick"
    assert _connections() == 1, "made after the restore, used again by the pick"


def test_a_store_out_of_reach_at_the_restore_is_found_out_by_the_first_pick(
    snapshot: House, hooks: Hooks
) -> None:
    def gone(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="dynamodb")

    picking.dynamodb().meta.events.register("before-send.dynamodb", gone)
    hooks[0]()
    assert picker_handler.handler(event(), None)["reason"] == "store_unavailable"


def _connections() -> int:
    """Connections of the picker's DynamoDB client that were ever opened."""
    endpoint: Any = picking.dynamodb()._endpoint  # type: ignore[attr-defined]
    pools = endpoint.http_session._manager.pools
    return sum(pools[key].num_connections for key in pools.keys())  # noqa: SIM118
