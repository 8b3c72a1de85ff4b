"""A deployment in moto's account, with pools, and an instance that holds numbers."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from lambdas.connect.pace import Pace
from lambdas.domain.intake import Entry
from lambdas.store.imports import DynamoImports
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.import_numbers import Upload, import_numbers
from local import looking
from local.connect_instance import Buckets, ConnectInstance, VirtualTime, serving
from local.machine import ACCOUNT, environment
from tests.local.account import CREDENTIALS, TABLE, example_text
from tests.unit.builders import intake

INSTANCE = f"arn:aws:connect:us-east-1:{ACCOUNT}:instance/11111111-2222-3333-4444-555555555555"
ELSEWHERE = INSTANCE.replace("11111111", "99999999")
GROUP = f"arn:aws:connect:us-east-1:{ACCOUNT}:traffic-distribution-group/abc"
OWN, CLAIMED = "+12065550199", "+12065550198"
"""The queues' own: one that the config names, and one that was claimed with the deployment."""

_OWN_IN_THE_EXAMPLE = (
    f"arn:aws:connect:us-east-1:{ACCOUNT}:phone-number/aaaaaaaa-1111-2222-3333-444444444444"
)


@dataclass
class Scene:
    """The account. `config` is a copy of the example, whose pools a test may change."""

    config: Path
    instance: ConnectInstance
    table: str

    @property
    def dynamodb(self) -> Any:
        return boto3.client("dynamodb", region_name="us-east-1")

    def bring(self, pool: str, entries: Sequence[Entry]) -> None:
        """Numbers come into a pool as by an upload."""
        store = DynamoImports(self.dynamodb, self.table)
        upload = Upload(f"first-{pool}", pool, False, "numbers.csv")
        import_numbers(upload, entries, intake(), store, datetime.now(UTC))

    def withheld(self, pool: str) -> dict[str, set[str]]:
        found = DynamoWithholding(self.dynamodb, self.table).withheld(pool)
        return {str(number): {one.value for one in why} for number, why in found.items()}

    def release(self, number: str) -> None:
        held = self.instance.numbers.held
        del held[next(key for key, one in held.items() if one.e164 == number)]

    def say(self, pool: str, words: str) -> None:
        """Add a line to a pool of the config."""
        text = self.config.read_text("utf-8")
        assert text.count(f"\n  {pool}:\n") == 1
        self.config.write_text(
            text.replace(f"\n  {pool}:\n", f"\n  {pool}:\n    {words}\n"), "utf-8"
        )


@contextmanager
def deployed(tmp_path: Path) -> Iterator[Scene]:
    """Time that is waited for Connect passes at once."""
    time = VirtualTime()
    instance = ConnectInstance(arn=INSTANCE, groups=[GROUP], buckets=Buckets(time.monotonic))
    own, claimed = (
        instance.numbers.arn_of(instance.numbers.held[instance.numbers.add(number)])
        for number in (OWN, CLAIMED)
    )
    config = tmp_path / "mine.yaml"
    config.write_text(example_text().replace(_OWN_IN_THE_EXAMPLE, own), "utf-8")
    settings = {**CREDENTIALS, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    with serving(instance) as address:
        settings["AWS_ENDPOINT_URL_CONNECT"] = address
        with environment(settings), mock_aws(), _paced(time):
            yield Scene(config, instance, _stacks(claimed))


def _paced(time: VirtualTime) -> Any:
    """Waiting for Connect's rate takes no time."""
    made = partial(Pace, sleep=time.sleep)
    return patch.object(looking, "Pace", lambda monotonic: made(monotonic=time.monotonic))


def _stacks(claimed: str) -> str:
    """Both stacks as far as the commands look; the table's name."""
    cloudformation = boto3.client("cloudformation", region_name="us-east-1")
    trust = {"Version": "2012-10-17", "Statement": []}
    function = {
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": "def handler(event, context): return {}"},
        "Environment": {
            "Variables": {
                "NUMBER_POOL_TABLE": {"Fn::ImportValue": "table"},
                "TARGET_ARNS": json.dumps([INSTANCE, GROUP]),
                "QUEUE_NUMBERS": json.dumps({"outbound-sales": claimed}),
            }
        },
    }
    templates: dict[str, Any] = {
        "NumberPool": {
            "Resources": {"NumberPoolTable0A1B2C3D": TABLE},
            "Outputs": {
                "Table": {"Value": {"Ref": "NumberPoolTable0A1B2C3D"}, "Export": {"Name": "table"}}
            },
        },
        "Inventory": {
            "Resources": {
                "Role": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {"AssumeRolePolicyDocument": trust},
                },
                "InventoryFunction0A1B2C3D": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": function,
                },
            }
        },
    }
    for part, template in templates.items():
        name = f"LocalPresence-example-{part}"
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    outputs = cloudformation.describe_stacks(StackName="LocalPresence-example-NumberPool")
    return str(outputs["Stacks"][0]["Outputs"][0]["OutputValue"])
