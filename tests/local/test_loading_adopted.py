"""Queues that a template takes over are there in the local cloud, with the flow they get."""

import json
from pathlib import Path

import boto3

from local.assembly import Assembly, StackTemplate
from local.loading import ADOPTED, UNKNOWN_NUMBER, Loader
from local.resources import Factory
from stacks.constructs.adopted_queues import TYPE

INSTANCE = "arn:aws:connect:us-east-1:123456789012:instance/11111111-2222-3333-4444-555555555555"
QUEUE = "99999999-1111-2222-3333-444444444444"


def test_an_adopted_queue_is_loaded_with_its_flow_and_a_number() -> None:
    flow = {"Version": "2019-10-30", "Actions": []}
    resources = {
        "Flow": {
            "Type": "AWS::Connect::ContactFlow",
            "Properties": {"Name": "F", "Content": json.dumps(flow), "InstanceArn": INSTANCE},
        },
        "Number": {"Type": "AWS::Connect::PhoneNumber", "Properties": {}},
        "Adopted": {
            "Type": ADOPTED,
            "Properties": {
                "InstanceArn": INSTANCE,
                "Queues": [
                    _queue("service", ""),
                    _queue("sales", {"Fn::GetAtt": ["Number", "PhoneNumberArn"]}),
                ],
            },
        },
    }
    assembly = Assembly((StackTemplate("Small", {"Resources": resources}),), {})
    session = boto3.Session("local", "local", region_name="us-east-1")
    factory = Factory(session, "123456789012", {}, lambda _name, _properties: Path())

    loaded = Loader(assembly, factory).load()

    service, sales = loaded.queues["service"], loaded.queues["sales"]
    assert service.arn == f"{INSTANCE}/queue/{QUEUE}"
    assert loaded.flows[service.flow_arn] == ("F", flow)
    assert service.default_number == UNKNOWN_NUMBER
    assert sales.default_number.startswith("+1206555")


def test_the_local_cloud_knows_the_type_by_its_name() -> None:
    assert ADOPTED == TYPE


def _queue(key: str, number: object) -> dict[str, object]:
    return {
        "Key": key, "Name": key, "Queue": QUEUE, "Number": number,
        "Flow": {"Fn::GetAtt": ["Flow", "ContactFlowArn"]},
    }  # fmt: skip
