"""A data stream feeds its function, and what fails for good is told by its position alone."""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from local.assembly import Assembly
from local.cloud import LocalCloud, running
from local.errors import LocalError
from local.functions import FunctionFailed
from local.kinesis_source import KinesisSource
from local.opting_out import call_back, deliver, request, send_text
from local.state import State
from tests.local import small_app

OWN = {"Fn::GetAtt": ["Stream", "Arn"]}


def app(code: Path, source: Any = OWN, **mapping: Any) -> Assembly:
    return small_app.assembly(
        code,
        {
            "Function": small_app.function("remember"),
            "Failures": {"Type": "AWS::SQS::Queue"},
            "Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {}},
            "Feed": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": source,
                    "FunctionName": {"Ref": "Function"},
                    "StartingPosition": "TRIM_HORIZON",
                    "BisectBatchOnFunctionError": True,
                    "MaximumRetryAttempts": 1,
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    "DestinationConfig": {
                        "OnFailure": {"Destination": {"Fn::GetAtt": ["Failures", "Arn"]}}
                    },
                    **mapping,
                },
            },
        },
    )


@pytest.fixture
def stack(dynamodb_local: str) -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def start(stack: ExitStack, address: str, assembly: Assembly) -> LocalCloud:
    return stack.enter_context(running(assembly, State(is_new=False), address))


def texts(event: dict[str, Any]) -> list[str]:
    return [base64.b64decode(one["kinesis"]["data"]).decode() for one in event["Records"]]


def test_records_arrive_in_order_and_once(
    stack: ExitStack, dynamodb_local: str, tmp_path: Path
) -> None:
    cloud = start(stack, dynamodb_local, app(tmp_path, BatchSize=2))
    seen: list[list[str]] = []

    def listen(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        seen.append(texts(event))
        assert event["Records"][0]["eventSource"] == "aws:kinesis"
        return {"batchItemFailures": []}

    cloud.made.functions["Function"].replaced_by = listen
    deliver(cloud, b"one", b"two", b"three")
    cloud.settle()
    deliver(cloud, b"four")
    assert seen == [["one", "two"], ["three"], ["four"]]


def test_what_fails_for_good_is_kept_by_its_position(
    stack: ExitStack, dynamodb_local: str, tmp_path: Path
) -> None:
    cloud = start(stack, dynamodb_local, app(tmp_path))
    done: list[str] = []

    def picky(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        failed = []
        for one, text in zip(event["Records"], texts(event), strict=True):
            if text == "poison":
                failed.append({"itemIdentifier": one["kinesis"]["sequenceNumber"]})
            else:
                done.append(text)
        return {"batchItemFailures": failed}

    cloud.made.functions["Function"].replaced_by = picky
    source = deliver(cloud, b"fine", b"poison", b"fine too")
    assert source.abandoned == 1
    assert {"fine", "fine too"} <= set(done)
    sqs = cloud.session.client("sqs")
    [message] = sqs.receive_message(QueueUrl=cloud.made.queues["Failures"])["Messages"]
    told = json.loads(message["Body"])["KinesisBatchInfo"]
    assert told["startSequenceNumber"] == told["endSequenceNumber"]
    assert told["batchSize"] == 1
    assert "poison" not in message["Body"]


def test_a_function_that_raises_is_asked_again_in_halves(
    stack: ExitStack, dynamodb_local: str, tmp_path: Path
) -> None:
    cloud = start(stack, dynamodb_local, app(tmp_path))

    def raises(_event: Any, _context: Any) -> Any:
        raise ValueError("told to fail")

    cloud.made.functions["Function"].replaced_by = raises
    source = deliver(cloud, b"one", b"two")
    assert source.abandoned == 2
    assert {type(failure) for failure in cloud.failures()} == {FunctionFailed}


def test_a_stream_of_the_accounts_own_is_made_here(
    stack: ExitStack, dynamodb_local: str, tmp_path: Path
) -> None:
    theirs = "arn:aws:kinesis:us-east-1:111122223333:stream/theirs"
    cloud = start(stack, dynamodb_local, app(tmp_path, theirs))
    [source] = cloud.sources
    assert isinstance(source, KinesisSource)
    assert source.name == "theirs"
    assert "theirs" in cloud.session.client("kinesis").list_streams()["StreamNames"]  # type: ignore[attr-defined,unused-ignore]


def test_what_the_app_lacks_is_said(stack: ExitStack, dynamodb_local: str, tmp_path: Path) -> None:
    cloud = start(stack, dynamodb_local, small_app.queue_app(tmp_path, "remember"))
    with pytest.raises(LocalError, match="return_calls"):
        call_back(cloud, None)
    with pytest.raises(LocalError, match="text_replies"):
        send_text(cloud, "+12065550123", "STOP")
    with pytest.raises(LocalError, match="contact_records"):
        deliver(cloud, b"{}")
    assert request(cloud, "POST /suppressions", {}).status == 404
