"""The fake instance: as strict as Connect's own model and documentation, and as slow."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.adoption_stage import PROMPT, whisper
from local.connect_instance import Buckets, ConnectInstance, Number, VirtualTime, serving

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

UNCHECKED = Config(parameter_validation=False, retries={"total_max_attempts": 1})


@pytest.fixture
def instance() -> ConnectInstance:
    return ConnectInstance(buckets=Buckets(VirtualTime().monotonic))


@pytest.fixture
def client(instance: ConnectInstance) -> "Iterator[ConnectClient]":
    """A client that checks nothing itself."""
    session = boto3.Session("local", "local", region_name="us-east-1")
    with serving(instance) as address:
        yield session.client("connect", endpoint_url=address, config=UNCHECKED)


def _code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return caught.value.response["Error"]["Code"]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"OutboundCallerConfig": {"OutboundCallerIdName": ""}}, "shorter than the model allows"),
        ({"OutboundCallerConfig": {"OutboundCallerIdName": "x" * 256}}, "longer than it allows"),
        ({"OutboundCallerConfig": {"OutboundCallerIdName": 7}}, "a number for a text"),
        ({"OutboundCallerConfig": {"OutboundCallerIdName": "A@B"}}, "SIP reserves the sign"),
        ({}, "a member that is required"),
    ],
)
def test_a_request_that_the_model_does_not_allow_is_refused(
    client: "ConnectClient", instance: ConnectInstance, parameters: Any, reason: str
) -> None:
    queue = instance.add_queue("Calls")

    with pytest.raises(ClientError) as caught:
        client.update_queue_outbound_caller_config(
            InstanceId=instance.id, QueueId=queue, **parameters
        )

    assert _code(caught) == "InvalidParameterException", reason
    assert instance.queues[queue].caller == {}


def test_what_an_update_leaves_out_is_cleared(
    client: "ConnectClient", instance: ConnectInstance
) -> None:
    number = instance.numbers.add("+12065550100")
    queue = instance.add_queue("Calls", OutboundCallerIdNumberId=number)

    client.update_queue_outbound_caller_config(
        InstanceId=instance.id, QueueId=queue,
        OutboundCallerConfig={"OutboundCallerIdName": "Example"},
    )  # fmt: skip

    told = client.describe_queue(InstanceId=instance.id, QueueId=queue)["Queue"]
    assert told["OutboundCallerConfig"] == {"OutboundCallerIdName": "Example"}


def test_five_requests_at_once_then_two_a_second(
    client: "ConnectClient", instance: ConnectInstance
) -> None:
    time = VirtualTime()
    instance.buckets = Buckets(time.monotonic)
    for _ in range(5):
        client.list_queues(InstanceId=instance.id)
    with pytest.raises(ClientError) as caught:
        client.list_queues(InstanceId=instance.id)
    time.sleep(1)
    for _ in range(2):
        client.list_queues(InstanceId=instance.id)
    with pytest.raises(ClientError):
        client.list_queues(InstanceId=instance.id)

    assert _code(caught) == "ThrottlingException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert instance.buckets.refused == 2


def test_lists_come_in_pages(client: "ConnectClient", instance: ConnectInstance) -> None:
    instance.page_size = 2
    made = {instance.add_queue(f"Queue {n}") for n in range(5)}
    pages = list(client.get_paginator("list_queues").paginate(InstanceId=instance.id))

    assert [len(page["QueueSummaryList"]) for page in pages] == [2, 2, 1]
    assert {one["Id"] for page in pages for one in page["QueueSummaryList"]} == made


def test_a_flow_that_connect_would_refuse_is_refused_with_its_problems(
    client: "ConnectClient", instance: ConnectInstance
) -> None:
    content = whisper({"Type": "DisconnectParticipant", "Parameters": {}})

    with pytest.raises(ClientError) as caught:
        client.create_contact_flow(
            InstanceId=instance.id, Name="Bad", Type="OUTBOUND_WHISPER", Content=content
        )

    assert _code(caught) == "InvalidContactFlowException"
    assert any("forbidden" in one["message"] for one in caught.value.response["problems"])  # type: ignore[typeddict-item]
    assert not instance.flows


def test_a_flow_can_be_made_told_changed_and_deleted(
    client: "ConnectClient", instance: ConnectInstance
) -> None:
    made = client.create_contact_flow(
        InstanceId=instance.id, Name="Good", Type="OUTBOUND_WHISPER", Content=whisper()
    )["ContactFlowId"]
    client.update_contact_flow_content(
        InstanceId=instance.id, ContactFlowId=made, Content=whisper(PROMPT)
    )
    told = client.describe_contact_flow(InstanceId=instance.id, ContactFlowId=made)
    client.delete_contact_flow(InstanceId=instance.id, ContactFlowId=made)

    assert told["ContactFlow"]["Content"] == whisper(PROMPT)
    with pytest.raises(ClientError) as caught:
        client.describe_contact_flow(InstanceId=instance.id, ContactFlowId=made)
    assert _code(caught) == "ResourceNotFoundException"


def test_a_number_of_another_instance_cannot_be_shown(
    client: "ConnectClient", instance: ConnectInstance
) -> None:
    foreign = instance.numbers.add("+12065550100", instance.arn.replace("1111", "9999"))
    queue = instance.add_queue("Calls")

    with pytest.raises(ClientError) as caught:
        client.update_queue_outbound_caller_config(
            InstanceId=instance.id, QueueId=queue,
            OutboundCallerConfig={"OutboundCallerIdNumberId": foreign},
        )  # fmt: skip

    assert _code(caught) == "ResourceNotFoundException"


def test_numbers_can_be_claimed_up_to_the_quota(
    client: "ConnectClient", instance: ConnectInstance
) -> None:
    instance.numbers.quota = 2
    instance.numbers.available = [Number(f"+1206555{n:04d}", "") for n in range(100, 103)]
    numbers = [number.e164 for number in instance.numbers.available]

    for number in numbers[:2]:
        client.claim_phone_number(TargetArn=instance.arn, PhoneNumber=number)
    with pytest.raises(ClientError, match="quota is 2"):
        client.claim_phone_number(TargetArn=instance.arn, PhoneNumber=numbers[2])

    listed = client.list_phone_numbers_v2(TargetArn=instance.arn)["ListPhoneNumbersSummaryList"]
    assert [one["PhoneNumber"] for one in listed] == numbers[:2]


def test_an_instance_writes_its_contact_records_to_one_stream(
    client: "ConnectClient", instance: ConnectInstance
) -> None:
    def associate() -> None:
        client.associate_instance_storage_config(
            InstanceId=instance.id, ResourceType="CONTACT_TRACE_RECORDS",
            StorageConfig={
                "StorageType": "KINESIS_STREAM",
                "KinesisStreamConfig": {
                    "StreamArn": "arn:aws:kinesis:us-east-1:111122223333:stream/records"
                },
            },
        )  # fmt: skip

    associate()
    with pytest.raises(ClientError) as caught:
        associate()

    assert _code(caught) == "ResourceConflictException"
