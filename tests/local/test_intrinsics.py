"""References of a template become what stands for them here, or a clear error."""

from typing import Any

import pytest

from local.errors import LocalError
from local.intrinsics import Physical, Resolver

TEMPLATE = {
    "Parameters": {"Stage": {"Type": "String", "Default": "test"}, "Bare": {"Type": "String"}},
    "Conditions": {
        "IsTest": {"Fn::Equals": [{"Ref": "Stage"}, "test"]},
        "IsOther": {"Fn::Not": [{"Condition": "IsTest"}]},
    },
    "Mappings": {"Sizes": {"small": {"memory": "128"}}},
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
}


def resolver() -> Resolver:
    queue = Physical("https://queue", {"Arn": "arn:queue"})
    exports = {"other-stack:Table": "the-table"}
    return Resolver(
        "Stack", TEMPLATE, {"AWS::Region": "eu-west-2"}, lambda _: queue, exports.__getitem__
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Queue"}, "https://queue"),
        ({"Ref": "Stage"}, "test"),
        ({"Ref": "AWS::Region"}, "eu-west-2"),
        ({"Ref": "AWS::StackName"}, "Stack"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:queue"),
        ({"Fn::GetAtt": "Queue.Arn"}, "arn:queue"),
        ({"Fn::Join": ["/", ["a", {"Ref": "Stage"}]]}, "a/test"),
        ({"Fn::Sub": "${Queue.Arn} ${AWS::Region} ${!literal}"}, "arn:queue eu-west-2 ${literal}"),
        ({"Fn::Sub": ["${x}", {"x": {"Ref": "Stage"}}]}, "test"),
        ({"Fn::Select": [1, {"Fn::Split": [":", {"Fn::GetAtt": ["Queue", "Arn"]}]}]}, "queue"),
        ({"Fn::ImportValue": "other-stack:Table"}, "the-table"),
        ({"Fn::If": ["IsTest", "yes", "no"]}, "yes"),
        ({"Fn::If": ["IsOther", "yes", "no"]}, "no"),
        ({"Fn::FindInMap": ["Sizes", "small", "memory"]}, "128"),
        ({"a": [{"Ref": "Stage"}], "b": {"Ref": "AWS::NoValue"}}, {"a": ["test"]}),
        ({"Condition": {"StringEquals": {"x": "y"}}}, {"Condition": {"StringEquals": {"x": "y"}}}),
    ],
)  # fmt: skip
def test_a_reference_is_resolved(value: Any, expected: Any) -> None:
    assert resolver().resolve(value) == expected


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"Ref": "Nowhere"}, "neither a parameter nor a resource"),
        ({"Ref": "Bare"}, "no default"),
        ({"Fn::GetAtt": ["Queue", "Colour"]}, "no attribute Colour"),
        ({"Fn::Cidr": ["10.0.0.0/8", 1, 1]}, "Fn::Cidr is not understood"),
        ({"Fn::If": ["IsNothing", 1, 2]}, "no condition IsNothing"),
        ({"Fn::FindInMap": ["Sizes", "huge", "memory"]}, "has no huge.memory"),
    ],
)
def test_what_cannot_be_resolved_is_an_error(value: Any, told: str) -> None:
    with pytest.raises(LocalError, match=told):
        resolver().resolve(value)


def test_a_resource_whose_condition_fails_is_left_out() -> None:
    assert resolver().is_wanted({"Condition": "IsTest"})
    assert not resolver().is_wanted({"Condition": "IsOther"})
