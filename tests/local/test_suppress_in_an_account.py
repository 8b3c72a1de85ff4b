"""suppress and forget against an account, which is moto's here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from local import aws
from local.__main__ import main
from local.machine import environment
from tests.local.account import CREDENTIALS, TABLE, example_in

STACK = "LocalPresence-example-NumberPool"
PERSON = "+12065550142"
TEMPLATE = {
    "Resources": {
        "NumberPoolTable0A1B2C3D": TABLE,
        "CustomersTable0A1B2C3D": TABLE,
        "Key0A1B2C3D": {
            "Type": "AWS::KMS::Key",
            "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": []}},
        },
        "UploadsBucket0A1B2C3D": {"Type": "AWS::S3::Bucket", "Properties": {}},
    }
}
Run = Any


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """A command in an account where the example is deployed; its code and what it told."""
    config = example_in(tmp_path)

    def command(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = main([*arguments, "--aws", "--json", "--config", str(config)])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return code, told

    with environment(CREDENTIALS), mock_aws():
        import boto3

        session = boto3.Session(region_name="us-east-1")
        session.client("cloudformation").create_stack(
            StackName=STACK, TemplateBody=json.dumps(TEMPLATE)
        )
        secret = session.client("secretsmanager").create_secret(
            Name="customer-key", SecretString="a key"
        )["ARN"]
        found = aws.resource

        def resource(session: Any, config: Any, kind: str, beginning: str) -> str:
            """moto's CloudFormation knows no secrets."""
            return secret if kind == aws.SECRET else found(session, config, kind, beginning)

        monkeypatch.setattr(aws, "resource", resource)
        s3 = session.client("s3")
        bucket = s3.list_buckets()["Buckets"][0]["Name"]
        s3.put_object(Bucket=bucket, Key="lists/outbound-sales/a.csv", Body=b"number")
        s3.put_object(Bucket=bucket, Key="numbers/sales/ours.csv", Body=b"number")
        yield command


def test_a_customer_is_suppressed_shown_and_lifted(run: Run) -> None:
    code, told = run("suppress", PERSON, "--reason", "stop", "--new-number", "206-555-0143")
    assert (code, told["changed"], told["reason"]) == (0, True, "opt_out")

    _, shown = run("suppress", PERSON, "--show")
    assert [one["reason"] for one in shown["standing"]] == ["opt_out"]
    assert shown["new_number"] == "+12065550143"
    assert shown["audit"][0]["by"].startswith("arn:aws:")

    assert run("suppress", PERSON, "--lift", "--why", "signed", "--by", "ada")[1]["lifted"] == 1
    assert run("suppress", PERSON, "--show")[1]["standing"] == []


def test_a_customer_is_forgotten_and_files_that_may_name_them_are_listed(run: Run) -> None:
    run("suppress", PERSON, "--new-number", "206-555-0143")

    code, told = run("forget", PERSON, "--why", "wrote a letter")

    assert code == 0
    stores = {one["store"]: one for one in told["stores"]}
    assert stores["Customers table: correction"]["fate"] == "erased"
    assert stores["Customers table: suppressions"]["fate"] == "kept on purpose"
    assert stores["Uploads bucket: lists/"]["names"] == ["lists/outbound-sales/a.csv"]
    assert "Uploads bucket: numbers/" not in stores
    _, shown = run("suppress", PERSON, "--show")
    assert (shown["new_number"], shown["audit"][-1]["why"]) == ("", "wrote a letter")
