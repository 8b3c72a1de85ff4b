"""What a picker goes by while the directory of its pool cannot be read."""

from typing import TYPE_CHECKING, Any, cast

import pytest

from lambdas.store import keys
from lambdas.store.directories import LOOK_AGAIN_SECONDS, PublishedDirectories
from lambdas.usecases.picking import StoreUnavailable
from tests.unit.builders import queue

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "NumberPool"
NOTHING = {"M": {"version": {"S": "one"}, "segments": {"L": []}}}
BROKEN = {"M": {"version": {"S": "two"}, "segments": {"L": [{"S": "gone"}]}}}


class Pool:
    """A table that holds a pool's pointer and the modes, and no segment."""

    def __init__(self, pointer: Any, mode: str) -> None:
        self.pointer = pointer
        self.modes: Any = _modes(mode)
        self.now = 0.0
        client = cast("DynamoDBClient", self)
        self.directories = PublishedDirectories(client, TABLE, lambda: self.now)

    def batch_get_item(self, RequestItems: Any) -> dict[str, Any]:  # noqa: N803
        wanted = RequestItems[TABLE]["Keys"]
        items = [
            {**keys.head("sales"), "directory": self.pointer},
            {**keys.modes(), "queues": self.modes},
        ]
        return {"Responses": {TABLE: [item for item in items if _key(item) in wanted]}}


def _modes(mode: str) -> dict[str, Any]:
    return {"M": {"outbound": {"S": mode}}}


def _key(item: dict[str, Any]) -> dict[str, Any]:
    return {"pk": item["pk"], "sk": item["sk"]}


def test_a_queue_is_switched_off_also_where_its_directory_cannot_be_read() -> None:
    pool = Pool(BROKEN, "off")
    assert pool.directories.mode(queue(mode="on")).written() == "off"
    with pytest.raises(StoreUnavailable):
        pool.directories.current("sales")


def test_a_queue_is_switched_off_while_an_older_directory_is_in_use() -> None:
    pool = Pool(NOTHING, "on")
    older = pool.directories.current("sales")
    pool.pointer, pool.modes, pool.now = BROKEN, _modes("off"), LOOK_AGAIN_SECONDS
    assert pool.directories.mode(queue(mode="on")).written() == "off"
    assert pool.directories.current("sales") is older


@pytest.mark.parametrize(
    "later",
    [{"L": []}, {"M": {"outbound": {"M": {}}}}, _modes("shadow 7"), _modes("percent"), {"M": {}}],
)
def test_a_mode_that_this_version_cannot_read_leaves_the_queue_to_its_configuration(
    later: Any,
) -> None:
    pool = Pool(NOTHING, "on")
    pool.modes = later
    assert pool.directories.mode(queue(mode="observe")).written() == "observe"
