"""A template that cannot run here is told, never half run."""

from pathlib import Path
from typing import Any

import pytest

from local.cloud import running
from local.errors import LocalError
from local.state import State
from tests.local import small_app

ROLE = {"Type": "AWS::IAM::Role", "Properties": {}}


def with_table(name: str) -> dict[str, Any]:
    function = small_app.function("remember")
    function["Properties"]["Environment"]["Variables"]["USAGE_TABLE"] = name
    return function


@pytest.mark.parametrize(
    ("resources", "told"),
    [
        ({"Cluster": {"Type": "AWS::ECS::Cluster"}}, "of type AWS::ECS::Cluster"),
        ({"Function": with_table("OldUsage")}, "exists only in the account"),
        (
            {"Queue": {"Type": "AWS::Connect::Queue", "Properties": {"Name": "Calls"}}},
            "no Metadata",
        ),
        (
            {
                "One": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Two"}}},
                "Two": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "One"}}},
            },
            "One → Two → One",
        ),
        (
            {"Function": {**small_app.function("remember"), "Properties": {"Handler": "x.y"}}},
            "is no asset of this app",
        ),
    ],
)
def test_what_cannot_run_here_is_told(
    resources: dict[str, Any], told: str, dynamodb_local: str, tmp_path: Path
) -> None:
    app = small_app.assembly(tmp_path, {"Role": ROLE, **resources})
    with (
        pytest.raises(LocalError, match=told),
        running(app, State(is_new=False), dynamodb_local),
    ):
        pass
