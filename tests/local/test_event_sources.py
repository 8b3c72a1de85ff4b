"""Queues and streams feed functions as the template's mappings say."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from local.assembly import Assembly
from local.cloud import LocalCloud, running
from local.errors import LocalError
from local.state import State
from tests.local import fake_handlers, small_app

Run = Callable[[Assembly], LocalCloud]


@pytest.fixture
def run(dynamodb_local: str) -> Iterator[Run]:
    """Starts a small app."""
    fake_handlers.forget()
    with ExitStack() as stack:

        def start(assembly: Assembly) -> LocalCloud:
            return stack.enter_context(running(assembly, State(is_new=False), dynamodb_local))

        yield start


def send(cloud: LocalCloud, *bodies: str) -> None:
    client = cloud.session.client("sqs")
    for body in bodies:
        client.send_message(QueueUrl=cloud.made.queues["Waiting"], MessageBody=body)


def waiting(cloud: LocalCloud, queue: str) -> list[str]:
    client = cloud.session.client("sqs")
    messages = client.receive_message(QueueUrl=cloud.made.queues[queue], MaxNumberOfMessages=10)
    return [message["Body"] for message in messages.get("Messages", [])]


def put(cloud: LocalCloud, *keys: str, sk: str = "HEAD", **attributes: Any) -> None:
    client = cloud.session.client("dynamodb")
    for key in keys:
        client.put_item(
            TableName=cloud.made.tables["Table"],
            Item={"pk": {"S": key}, "sk": {"S": sk}, **attributes},
        )


def keys_seen() -> list[str]:
    return [
        record["dynamodb"]["Keys"]["pk"]["S"]
        for event in fake_handlers.seen
        for record in event["Records"]
    ]


def test_a_message_reaches_its_function_and_leaves_the_queue(run: Run, tmp_path: Path) -> None:
    cloud = run(small_app.queue_app(tmp_path, "remember"))
    send(cloud, "one")
    cloud.settle()
    (event,) = fake_handlers.seen
    assert event["Records"][0]["body"] == "one"
    assert event["Records"][0]["eventSource"] == "aws:sqs"
    done = cloud.made.functions["Function"].log[0]
    assert done.payload == {"where": str(tmp_path), "greeting": "hello us-east-1"}
    assert done.log == ("worked",)
    assert waiting(cloud, "Waiting") == waiting(cloud, "Failures") == []


def test_a_message_that_always_fails_ends_in_the_dead_letter_queue(
    run: Run, tmp_path: Path
) -> None:
    cloud = run(small_app.queue_app(tmp_path, "remember"))
    fake_handlers.fail_on.add("bad")
    send(cloud, "bad")
    cloud.settle()
    assert len(fake_handlers.seen) == 3, "maxReceiveCount"
    assert waiting(cloud, "Failures") == ["bad"]
    assert [failure.kind for failure in cloud.failures()] == ["ValueError"] * 3


def test_only_reported_messages_of_a_batch_come_back(run: Run, tmp_path: Path) -> None:
    app = small_app.queue_app(
        tmp_path, "report_failures", FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    cloud = run(app)
    fake_handlers.fail_on.add("bad")
    send(cloud, "good", "bad")
    cloud.settle()
    bodies = [record["body"] for event in fake_handlers.seen for record in event["Records"]]
    assert sorted(bodies) == ["bad", "bad", "bad", "good"]
    assert waiting(cloud, "Failures") == ["bad"]


def test_a_mapping_member_that_would_change_delivery_is_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="TumblingWindowInSeconds"):
        run(small_app.queue_app(tmp_path, "remember", TumblingWindowInSeconds=5))


def test_a_stream_hands_over_what_its_filter_lets_pass(run: Run, tmp_path: Path) -> None:
    pattern = {"dynamodb": {"Keys": {"sk": {"S": ["HEAD", {"prefix": "HELD#"}]}}}}
    cloud = run(
        small_app.stream_app(
            tmp_path, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]}
        )
    )
    put(cloud, "a", data={"B": b"\x00\x01"})
    put(cloud, "b", sk="MEMBER#1")
    put(cloud, "c", sk="HELD#1")
    cloud.settle()
    assert keys_seen() == ["a", "c"]
    image = fake_handlers.seen[0]["Records"][0]["dynamodb"]["NewImage"]
    assert image["data"] == {"B": "AAE="}, "binary in base64, as Lambda writes it"
    cloud.settle()
    assert keys_seen() == ["a", "c"], "handed over once"


def test_a_failing_record_is_isolated_and_told_to_the_failure_queue(
    run: Run, tmp_path: Path
) -> None:
    cloud = run(
        small_app.stream_app(
            tmp_path, BatchSize=10, BisectBatchOnFunctionError=True, MaximumRetryAttempts=2
        )
    )
    fake_handlers.fail_on.add("bad")
    put(cloud, "a", "bad", "b", "c")
    cloud.settle()
    alone = [event for event in fake_handlers.seen if len(event["Records"]) == 1]
    assert [e["Records"][0]["dynamodb"]["Keys"]["pk"]["S"] for e in alone].count("bad") == 3
    (told,) = waiting(cloud, "Failures")
    assert json.loads(told)["DDBStreamBatchInfo"]["batchSize"] == 1
    assert {"a", "b", "c"} <= set(keys_seen())
