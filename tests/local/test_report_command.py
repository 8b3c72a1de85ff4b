"""`report` against an account, which is moto's here, and what it says of options."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from lambdas.domain.report import Period
from lambdas.wiring.clocks import local_hours_of_file
from local import outcome_sample
from local.__main__ import main
from local.machine import environment
from local.outcome_sample import Calling, hours_of
from tests.local.account import CREDENTIALS, TABLE, example_in

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
OWN = "+12065550199"
TEMPLATE = {"Resources": {"NumberPoolTable0A1B2C3D": TABLE, "UsageTable0A1B2C3D": TABLE}}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return example_in(tmp_path)


@pytest.fixture
def account() -> Iterator[None]:
    """A deployment with a queue's own number that called for five weeks."""
    with environment(CREDENTIALS), mock_aws():
        import boto3

        session = boto3.Session(region_name="us-east-1")
        cloudformation = session.client("cloudformation")
        stack = "LocalPresence-example-NumberPool"
        cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(TEMPLATE))
        found = cloudformation.list_stack_resources(StackName=stack)["StackResourceSummaries"]
        [usage] = [
            one["PhysicalResourceId"] for one in found if "Usage" in one["LogicalResourceId"]
        ]
        client = session.client("dynamodb")
        period = Period.ending(NOW)
        calling = Calling(per_hour=2, tiers={"default": (1.0, 1.0)})
        hours = hours_of(OWN, period.before, period.until, calling, local_hours_of_file())
        outcome_sample.write(client, usage, hours)
        outcome_sample.write_own(client, usage, [OWN], [NOW - timedelta(days=2)])
        yield


def test_a_deployment_is_told_of_as_text_page_table_and_json(
    account: None, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, table = tmp_path / "report.html", tmp_path / "numbers.csv"
    where = ["--aws", "--config", str(config), "--at", NOW.isoformat()]

    assert main(["report", *where, "--html", str(page), "--csv", str(table)]) == 0
    told = capsys.readouterr().out
    assert "were answered" in told
    assert OWN in told
    assert "python -m local mode outbound-service percent 25" in told
    assert OWN in page.read_text("utf-8")
    assert table.read_text("utf-8").startswith("number,pool,")

    assert main(["report", *where, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["own_numbers"][0]["number"] == OWN
    assert found["total"]["made"] == found["own_numbers"][0]["made"]

    assert main(["report", *where, "--json", "--pool", "sales"]) == 0
    assert json.loads(capsys.readouterr().out)["own_numbers"] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--sample 200"),
        (["--aws", "--sample", "5"], "leave out --aws"),
        (["--state", "x", "--sample", "5"], "leave out --state"),
        (["--profile", "x"], "add --aws"),
        (["--days", "500", "--aws"], "up to 92"),
    ],
)
def test_options_that_do_not_fit_are_told(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *arguments]) == 1
    assert told in capsys.readouterr().err


def test_an_unknown_pool_is_told(
    account: None, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--aws", "--config", str(config), "--pool", "other"]) == 1
    assert "no pool 'other'" in capsys.readouterr().err
