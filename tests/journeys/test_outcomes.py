"""From a pick over the contact's record to counters, the ledger, the next pick, and a query."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lambdas.domain.outcomes import Outcome, Tally, hour_of, tally
from lambdas.domain.phone import E164
from lambdas.store.outcomes import DynamoOutcomes
from local import lake
from local import opt_out_journeys as journeys
from local.cloud import LocalCloud
from local.contact_records import contact_record
from local.dialling import Dial
from local.grants import recorded_calls, refused, uses
from local.lake import Lake
from local.opt_out_journeys import LAWFUL, call
from local.opting_out import deliver
from tests.journeys.conftest import upload

_, SALES = journeys.QUEUES
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
_fresh = iter(journeys.customers())


@pytest.fixture(scope="module", autouse=True)
def pool(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    cloud.clock.set(LAWFUL)
    upload(cloud, tmp_path_factory.mktemp("pool") / "service.csv", journeys.POOL, "service")
    yield
    cloud.clock.reset()


@pytest.fixture
def person(cloud: LocalCloud) -> str:
    cloud.clock.set(LAWFUL)
    return next(_fresh)


def record_of(cloud: LocalCloud, done: Dial, **told: Any) -> dict[str, Any]:
    """The record that Connect writes of a dialled contact, with what the flow left on it."""
    attributes = {**done.outcome.attributes, "list_source": "fair 2026"}
    return contact_record(
        done.contact_id,
        customer=done.call.to,
        began=done.at,
        system=done.queue.default_number,
        attributes=attributes,
        queue=done.queue.name,
        **told,
    )


def answered(cloud: LocalCloud, done: Dial) -> dict[str, Any]:
    taken = done.at + 12 * SECOND
    return record_of(cloud, done, answered=taken, ended=taken + 90 * SECOND)


def counted(cloud: LocalCloud, number: str) -> Tally:
    """What stands of a number's hour."""
    client = cloud.session.client("dynamodb")
    store = DynamoOutcomes(client, cloud.name_of("USAGE_TABLE"))
    since = hour_of(LAWFUL)
    hours = store.hours(E164(number), since, since + 2 * HOUR)
    return tally((cell, calls) for hour in hours for cell, calls in hour.cells.items())


def asked(cloud: LocalCloud, folder: Path) -> Lake:
    return lake.of_bucket(cloud.session, lake_bucket(cloud), "calls/", folder)


def lake_bucket(cloud: LocalCloud) -> str:
    return next(name for key, name in cloud.made.buckets.items() if key.startswith("LakeBucket"))


def test_an_answered_call_is_counted_remembered_and_found(
    cloud: LocalCloud, person: str, tmp_path: Path
) -> None:
    first = call(cloud, person)
    assert first.action == "dial"
    before = counted(cloud, first.shown)
    ringing = record_of(cloud, first, reason="TELECOM_UNANSWERED")
    deliver(cloud, ringing)
    missed = counted(cloud, first.shown)
    assert (missed.made, missed.answered) == (before.made + 1, before.answered)

    # A later version tells of the answer; it comes twice, and the first one once more.
    later = answered(cloud, first)
    deliver(cloud, later, ringing, later)
    assert counted(cloud, first.shown) == missed._replace(answered=missed.answered + 1)
    assert cloud.failures() == []

    cloud.clock.advance(timedelta(hours=25))
    again = call(cloud, person)
    assert (again.tier, again.shown) == ("answered_before", first.shown)

    table = lake.by(asked(cloud, tmp_path).answer(
        "answer_rate_by_number", cloud.clock.now().date(), days=10_000), "number",
    )  # fmt: skip
    row = table[first.shown]
    stand = counted(cloud, first.shown)
    assert (row["calls"], row["answered"], row["pool"]) == (stand.made, stand.answered, "service")


def test_who_rings_back_without_having_been_rung_is_a_sign_of_spoofing(
    cloud: LocalCloud, person: str, tmp_path: Path
) -> None:
    stranger = next(_fresh)
    done = call(cloud, person)
    deliver(cloud, record_of(cloud, done, reason="TELECOM_UNANSWERED"))
    cloud.clock.advance(10 * 60 * SECOND)
    begin = cloud.clock.now()
    back: dict[str, Any] = {
        "initiation": "INBOUND",
        "system": done.shown,
        "began": begin,
        "answered": begin,
    }
    deliver(
        cloud,
        contact_record("rings-back", customer=person, **back),
        contact_record("was-never-rung", customer=stranger, **back),
    )

    stand = counted(cloud, done.shown)
    assert (stand.returned, stand.unprompted) == (1, 1)
    found = asked(cloud, tmp_path).answer("calls_never_made", begin.date(), days=10_000)
    [row] = [row for row in found if row["number"] == done.shown]
    assert (row["never_made"], row["returned"]) == (stand.unprompted, stand.returned)


def test_a_call_that_the_picker_stopped_counts_in_no_rate(
    cloud: LocalCloud, person: str, tmp_path: Path
) -> None:
    cloud.clock.set(LAWFUL + 13 * HOUR)  # midnight in Seattle
    stopped = call(cloud, person, SALES)
    assert stopped.action == "block"
    deliver(cloud, record_of(cloud, stopped, reason="CONTACT_FLOW_DISCONNECT"))

    found = asked(cloud, tmp_path).answer("calls_not_made", cloud.clock.now().date(), days=10_000)
    reasons = {row["reason"] for row in found if row["outcome"] == Outcome.STOPPED}
    assert stopped.reason in reasons


def test_every_right_that_counting_uses_is_granted(cloud: LocalCloud, person: str) -> None:
    done = call(cloud, person)
    cloud.forget_container()
    with recorded_calls() as calls:
        deliver(cloud, answered(cloud, done), contact_record(
            "never-seen", customer=person, began=done.at, reason="TELECOM_BUSY",
        ))  # fmt: skip
    needed = uses(cloud, calls)

    ours = {use.action for use in needed if "RecordOutcomes" in use.function}
    assert {"firehose:PutRecordBatch", "dynamodb:PutItem", "dynamodb:UpdateItem"} <= ours
    assert refused(cloud, needed) == []


def test_the_files_of_a_firehose_are_read_by_both_functions(cloud: LocalCloud, person: str) -> None:
    """The same handlers, with the event of a bucket's file in place of a stream's."""
    done = call(cloud, person)
    stand = counted(cloud, done.shown)
    told = answered(cloud, done)
    told["Attributes"]["disposition"] = "do not call"
    body = gzip.compress(json.dumps(told).encode() + b'{"ContactId": ' + json.dumps(told).encode())
    bucket = "records-of-firehose"
    s3 = cloud.session.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="ctr/2026/11/22/a.gz", Body=body)
    detail = {"bucket": {"name": bucket}, "object": {"key": "ctr/2026/11/22/a.gz", "size": 9}}
    event = {"Records": [{"messageId": "m-1", "body": json.dumps({"detail": detail})}]}

    for package in ("record_outcomes", "contact_records"):
        answer = cloud.call(cloud.function_of(package).arn, event)
        assert answer == {"batchItemFailures": []}
    assert counted(cloud, done.shown).answered == stand.answered + 1
    unread = cloud.function_of("record_outcomes").log[-1].records("outcome_record_unread")
    assert [one["why"] for one in unread] == ["not JSON"]
    cloud.clock.advance(timedelta(hours=25))
    assert call(cloud, person).reason == "suppressed_do_not_call"
