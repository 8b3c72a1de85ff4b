from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from lambdas.domain.intake import Outcome
from lambdas.domain.settings import RunMode
from lambdas.store import keys
from lambdas.store.imports import LEASE
from lambdas.store.modes import set_mode
from lambdas.usecases.import_numbers import Changes, ImportResult, LeaseLost, PoolBusy, Upload
from tests.adapters.conftest import House
from tests.unit.builders import NOON, nanp, queue

OLD = nanp("206", 30)
NEW = nanp("212", 60)


def outcomes(result: ImportResult) -> set[Outcome]:
    return {row.outcome for row in result.results}


def status(house: House, number: str) -> str:
    item = house.client.get_item(
        TableName=house.tables.number_pool, Key=keys.number_status(number), ConsistentRead=True
    )["Item"]
    return str(item["status"]["S"])


@contextmanager
def failing_after(house: House, writes: int) -> Iterator[None]:
    """Let the connection break at the write that follows `writes` good ones, and at all later."""
    left = [writes]

    def maybe_fail(params: Any, **_: Any) -> None:
        if left[0] <= 0:
            raise ConnectionClosedError(endpoint_url="dynamodb")
        left[0] -= 1

    operations = ("PutItem", "UpdateItem", "BatchWriteItem", "TransactWriteItems", "DeleteItem")
    events = [f"before-call.dynamodb.{name}" for name in operations]
    for event in events:
        house.client.meta.events.register(event, maybe_fail)
    try:
        yield
    finally:
        for event in events:
            house.client.meta.events.unregister(event, maybe_fail)


def test_an_import_is_seen_whole_once_it_is_published(house: House) -> None:
    result = house.bring(OLD)
    assert outcomes(result) == {Outcome.ADDED}
    assert house.shown() == set()
    assert house.publish() == 30
    assert house.shown() == set(OLD)


def test_the_same_file_again_changes_nothing(house: House) -> None:
    house.bring(OLD)
    house.publish()
    before = house.client.scan(TableName=house.tables.number_pool)["Items"]
    again = house.bring(OLD, import_id="two")
    house.publish()
    after = house.client.scan(TableName=house.tables.number_pool)["Items"]
    assert outcomes(again) == {Outcome.UNCHANGED}

    def but_head(items: list[Any]) -> list[Any]:
        return sorted((item for item in items if item["sk"]["S"] != "HEAD"), key=str)

    assert but_head(before) == but_head(after)


def test_one_upload_delivered_again_tells_what_it_did(house: House) -> None:
    first = house.bring(OLD)
    again = house.bring(OLD)
    assert outcomes(first) == outcomes(again) == {Outcome.ADDED}


def test_a_crash_at_any_write_leaves_the_old_pool_or_the_new_one_and_resumes(
    house: House,
) -> None:
    house.bring(OLD)
    house.publish()
    seen = set()
    for writes in (0, 1, 2, 7, 30, 60, 61, 62, 64, 90, 120, 121, 122, 123, 124, 125, 126, 127, 200):
        with failing_after(house, writes):
            try:
                house.bring(NEW, import_id="replacing", replaces=True)
            except ConnectionClosedError:
                seen.add("crashed")
            else:
                seen.add("done")
        house.publish()
        assert house.shown() in (set(OLD), set(NEW))
    assert seen == {"crashed", "done"}
    resumed = house.bring(NEW, import_id="replacing", replaces=True)
    house.publish()
    assert house.shown() == set(NEW)
    assert outcomes(resumed) == {Outcome.ADDED}
    for number in OLD:
        assert status(house, number) == "REMOVED"


def test_a_crash_while_publishing_leaves_the_old_directory_or_the_new_one(house: House) -> None:
    house.bring(OLD)
    house.publish()
    house.bring(NEW, import_id="two")
    for writes in range(6):
        with failing_after(house, writes):
            try:
                house.publish()
            except ConnectionClosedError:
                assert house.shown() == set(OLD)
                continue
        assert house.shown() == set(OLD) | set(NEW)
    assert house.shown() == set(OLD) | set(NEW)


def test_a_second_upload_waits_for_the_first(house: House) -> None:
    upload = Upload("first", "sales", False, "a.csv")
    house.imports.begin(upload, NOON)
    with pytest.raises(PoolBusy):
        house.bring(NEW, import_id="second")
    assert house.imports.members("sales") == {}


def test_two_uploads_at_once_do_not_mix(house: House) -> None:
    def bring(file: tuple[str, list[str]]) -> str:
        name, numbers = file
        while True:
            try:
                house.bring(numbers, import_id=name, replaces=True)
            except PoolBusy:
                continue
            return name

    for round_ in range(4):
        files = [(f"old-{round_}", OLD), (f"new-{round_}", NEW)]
        with ThreadPoolExecutor(2) as both:
            list(both.map(bring, files))
        house.publish()
        assert house.shown() in (set(OLD), set(NEW))


def test_an_import_given_up_for_dead_shows_nothing_even_if_it_writes_on(house: House) -> None:
    dead = house.imports.begin(Upload("dead", "sales", False, "a.csv"), NOON)
    later = NOON + LEASE + timedelta(seconds=1)
    alive = house.imports.begin(Upload("alive", "sales", False, "b.csv"), later)
    zombie_members = [kept.member for kept in _members(house, OLD)]
    house.imports.stage(dead, Changes(added=zombie_members))
    with pytest.raises(LeaseLost):
        house.imports.commit(dead, Upload("dead", "sales", False, "a.csv"), later)
    house.imports.commit(alive, Upload("alive", "sales", False, "b.csv"), later)
    assert house.imports.members("sales") == {}


def _members(house: House, numbers: list[str]) -> list[Any]:
    house.bring(numbers, import_id="elsewhere", pool="elsewhere")
    return list(house.imports.members("elsewhere").values())


def test_a_number_is_in_one_pool_only_even_when_two_files_ask_at_once(house: House) -> None:
    with ThreadPoolExecutor(2) as both:
        results = list(
            both.map(lambda pool: house.bring(OLD, import_id=pool, pool=pool), ("sales", "service"))
        )
    taken = [set(house.imports.members(pool)) for pool in ("sales", "service")]
    assert taken[0] | taken[1] == set(OLD)
    assert not taken[0] & taken[1]
    assert sum(result.accepted for result in results) == len(OLD)
    refused = [row for result in results for row in result.results if row.e164 not in taken[0]]
    assert all("pool" in row.message for row in refused if row.outcome is Outcome.REJECTED)


def test_numbers_that_a_dead_import_had_taken_are_free_for_another_pool(house: House) -> None:
    lease = house.imports.begin(Upload("dead", "sales", False, "a.csv"), NOON - LEASE * 2)
    members = house.imports.take(lease, OLD, NOON)  # type: ignore[arg-type]
    assert members == {}
    result = house.bring(OLD, import_id="other", pool="service")
    assert outcomes(result) == {Outcome.ADDED}


def test_a_removed_number_can_go_to_another_pool_and_come_back(house: House) -> None:
    moving, staying = OLD[0], OLD[1]
    house.bring([moving, staying])
    house.publish()
    house.bring([staying], import_id="two", replaces=True)
    house.bring([moving], import_id="three", pool="service")
    house.publish()
    house.publish("service")
    assert house.shown() == {staying}
    assert house.shown("service") == {moving}
    assert status(house, moving) == "ACTIVE"
    back = house.bring([moving], import_id="four")
    assert "'service'" in back.results[0].message


def test_removed_and_brought_back_numbers_end_as_the_last_file_says(house: House) -> None:
    for round_ in range(6):
        file = OLD[:10] if round_ % 2 else OLD[5:15]
        house.bring(file, import_id=str(round_), replaces=True)
        house.publish()
        assert house.shown() == set(file)
        assert {status(house, number) for number in file} == {"ACTIVE"}
    rows = house.client.query(
        TableName=house.tables.number_pool,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :m)",
        ExpressionAttributeValues={":pk": {"S": "POOL#sales"}, ":m": {"S": "MEMBER#"}},
    )["Items"]
    assert len(rows) <= 40  # what counts no longer is tidied away


def test_a_change_of_one_number_writes_one_segment(house: House) -> None:
    house.bring([*OLD, *NEW])
    house.publish()
    puts: list[str] = []

    def note(params: Any, **_: Any) -> None:
        puts.append(str(params["body"]))

    house.bring(["+12535550100"], import_id="two")
    house.client.meta.events.register("before-call.dynamodb.PutItem", note)
    house.publish()
    house.client.meta.events.unregister("before-call.dynamodb.PutItem", note)
    assert len(puts) == 1


def test_publishing_again_without_a_change_writes_nothing(house: House) -> None:
    house.bring(OLD)
    house.publish()
    with failing_after(house, 0):
        assert house.publish() == 30


def test_an_inbound_number_is_in_the_pool_and_never_in_the_directory(house: House) -> None:
    from lambdas.domain.intake import Entry
    from lambdas.usecases.import_numbers import import_numbers
    from tests.unit.builders import intake

    entries = [Entry(2, OLD[0], direction="inbound"), Entry(3, OLD[1])]
    upload = Upload("one", "sales", False, "numbers.csv")
    import_numbers(upload, entries, intake(), house.imports, NOON)
    assert house.publish() == 1
    assert house.shown() == {OLD[1]}


def test_an_upload_delivered_again_leaves_later_uploads_alone(house: House) -> None:
    house.bring(OLD, import_id="first")
    house.bring(NEW, import_id="second", replaces=True)
    again = house.bring(OLD, import_id="first")
    assert set(house.imports.members("sales")) == set(NEW)
    assert "later upload" in again.results[0].message
    told_again = house.bring(NEW, import_id="second", replaces=True)
    assert set(told_again.removed) == set(OLD)
    house.publish()
    assert house.shown() == set(NEW)


def test_a_conflict_with_the_publisher_at_the_commit_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, conflicts = house.client.transact_write_items, [2]

    def conflicting(**asked: Any) -> Any:
        if conflicts[0]:
            conflicts[0] -= 1
            reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}]
            answer: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": "injected"},
                "CancellationReasons": reasons,
            }
            raise ClientError(answer, "TransactWriteItems")
        return real(**asked)

    monkeypatch.setattr(house.client, "transact_write_items", conflicting)
    house.bring(OLD)
    assert set(house.imports.members("sales")) == set(OLD)


def test_a_mode_of_a_later_version_leaves_the_other_queues_alone(house: House) -> None:
    house.bring(OLD)
    house.publish()
    set_mode(house.client, house.tables.number_pool, "outbound", "percent 20")
    house.client.update_item(
        TableName=house.tables.number_pool,
        Key=keys.modes(),
        UpdateExpression="SET queues.#key = :mode",
        ExpressionAttributeNames={"#key": "other"},
        ExpressionAttributeValues={":mode": {"S": "by weather"}},
    )
    assert house.directories.mode(queue()) == RunMode.read("percent 20")
    assert house.directories.mode(replace(queue(), key="other")) == RunMode.read("on")
