"""A hand-made assembly: a queue and a table's stream, each feeding one function."""

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.assembly import Assembly, StackTemplate

TABLE: dict[str, Any] = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    },
}


def function(handler: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Handler": f"tests.local.fake_handlers.{handler}",
            "Code": {"S3Key": "code.zip"},
            "Environment": {"Variables": {"GREETING": {"Fn::Sub": "hello ${AWS::Region}"}}},
        },
    }


def assembly(code: Path, resources: Mapping[str, Any]) -> Assembly:
    return Assembly((StackTemplate("Small", {"Resources": resources}),), {"code.zip": code})


def queue_app(code: Path, handler: str, **mapping: Any) -> Assembly:
    return assembly(
        code,
        {
            "Function": function(handler),
            "Failures": {"Type": "AWS::SQS::Queue"},
            "Waiting": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "VisibilityTimeout": 60,
                    "RedrivePolicy": {
                        "deadLetterTargetArn": {"Fn::GetAtt": ["Failures", "Arn"]},
                        "maxReceiveCount": 3,
                    },
                },
            },
            "Feed": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": {"Fn::GetAtt": ["Waiting", "Arn"]},
                    "FunctionName": {"Ref": "Function"},
                    "BatchSize": 5,
                    **mapping,
                },
            },
        },
    )


def stream_app(code: Path, **mapping: Any) -> Assembly:
    return assembly(
        code,
        {
            "Function": function("remember"),
            "Failures": {"Type": "AWS::SQS::Queue"},
            "Table": {
                **TABLE,
                "Properties": {**TABLE["Properties"], "TableName": f"small-{uuid.uuid4()}"},
            },
            "Feed": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
                    "FunctionName": {"Ref": "Function"},
                    "StartingPosition": "TRIM_HORIZON",
                    "DestinationConfig": {
                        "OnFailure": {"Destination": {"Fn::GetAtt": ["Failures", "Arn"]}}
                    },
                    **mapping,
                },
            },
        },
    )
