"""mode, rest and activate against an account, which is moto's here."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from lambdas.domain.phone import E164
from lambdas.domain.withholding import Withheld
from lambdas.store import keys
from lambdas.store.modes import read_modes
from lambdas.store.rests import DynamoRests
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.withhold import Withholding
from local.__main__ import main
from local.commands.common import DEFAULT_CONFIG
from local.machine import ACCOUNT, environment
from tests.local.account import CREDENTIALS, TABLE, example_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STACK = "LocalPresence-example-NumberPool"
NUMBER = "+12065550123"
TEMPLATE = {
    "Resources": {
        "NumberPoolTable0A1B2C3D": TABLE,
        "Alarms0A1B2C3D": {"Type": "AWS::SNS::Topic", "Properties": {}},
    }
}
Run = Any


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The example, as deployed into moto's account."""
    return example_in(tmp_path)


@pytest.fixture
def aws() -> Iterator[None]:
    with environment(CREDENTIALS), mock_aws():
        yield


@pytest.fixture
def deployed(aws: None) -> tuple["DynamoDBClient", str]:
    import boto3

    session = boto3.Session(region_name="us-east-1")
    cloudformation = session.client("cloudformation")
    cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(TEMPLATE))
    resources = cloudformation.list_stack_resources(StackName=STACK)["StackResourceSummaries"]
    table = next(
        one["PhysicalResourceId"]
        for one in resources
        if one["ResourceType"] == "AWS::DynamoDB::Table"
    )
    client = session.client("dynamodb")
    item = {"pool": {"S": "sales"}, "status": {"S": "ACTIVE"}, "sequence": {"N": "1"}}
    client.put_item(TableName=table, Item={**keys.number_status(NUMBER), **item})
    return client, table


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], config: Path) -> Run:
    def command(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--aws", "--config", str(config)])
        out, err = capsys.readouterr()
        return code, out, err

    return command


def test_without_arguments_the_mode_of_each_queue_is_shown(
    run: Run, deployed: tuple["DynamoDBClient", str]
) -> None:
    code, out, _ = run("mode", "--json")

    assert code == 0
    assert json.loads(out)["modes"] == {"outbound-service": "observe", "outbound-sales": "observe"}


@pytest.mark.parametrize("mode", [["off"], ["observe"], ["percent", "25"], ["on"]])
def test_a_mode_is_set_in_the_deployed_table(
    run: Run, deployed: tuple["DynamoDBClient", str], mode: list[str]
) -> None:
    code, out, _ = run("mode", "outbound-sales", *mode)

    assert code == 0
    assert f"outbound-sales: {' '.join(mode)} (was observe); in force" in out
    assert read_modes(*deployed) == {"outbound-sales": " ".join(mode)}
    assert f"outbound-sales    {' '.join(mode)}" in run("mode")[1]


def test_a_mode_is_set_for_all_queues_of_a_list(
    run: Run, deployed: tuple["DynamoDBClient", str], config: Path
) -> None:
    """More of them than one expression of DynamoDB takes."""
    rows = "".join(f"agent-{n},Agent {n},Example\n" for n in range(150))
    (config.parent / "agents.csv").write_text(f"key,name,caller_id_name\n{rows}", "utf-8")
    template = (
        "{pool: sales, purpose: service, default_number: {arn: "
        f"arn:aws:connect:us-east-1:{ACCOUNT}:phone-number/{'a' * 8}-1111-2222-3333-{'4' * 12}}}}}"
    )
    lists = f"queue_lists: [{{file: agents.csv, stacks: 6, template: {template}}}]\n"
    config.write_text(config.read_text("utf-8") + lists, "utf-8")
    run("mode", "agent-7", "off")
    folded = run("mode")[1].splitlines()
    assert [line.split("  ", 1)[0] for line in folded] == [
        "outbound-service", "outbound-sales", "agents (150 queues)",
    ]  # fmt: skip
    assert folded[-1].endswith("  observe; off: agent-7")

    code, out, _ = run("mode", "agents", "percent", "25")

    assert code == 0
    assert "agents (150 queues): percent 25 (was observe 149, off 1); in force" in out
    modes = read_modes(*deployed)
    assert len(modes) == 150
    assert set(modes.values()) == {"percent 25"}
    shown = json.loads(run("mode", "agents", "--json")[1])["modes"]
    assert shown == modes
    assert "Its queues: outbound-service, outbound-sales, agents." in run("mode", "agent", "on")[2]


def test_a_number_rests_and_is_activated_by_whoever_has_signed_in(
    run: Run, deployed: tuple["DynamoDBClient", str]
) -> None:
    code, out, _ = run("rest", NUMBER, "--days", "30", "--reason", "flagged as spam", "--json")
    rested = json.loads(out)
    assert code == 0
    assert (rested["status"], rested["pool"], rested["changed"]) == ("RESTING", "sales", True)
    code, out, _ = run("activate", NUMBER, "--reason", "label lifted", "--by", "grace")
    assert (code, out) == (0, f"{NUMBER} of the pool sales is active.\n")
    changes = DynamoRests(*deployed).changes(E164(NUMBER))
    assert [(one["status"], one["reason"]) for one in changes] == [
        ("RESTING", "flagged as spam"),
        ("ACTIVE", "label lifted"),
    ]
    assert changes[0]["by"].startswith("arn:aws:")
    assert changes[1]["by"] == "grace"


def test_activate_says_that_a_number_is_withheld_and_leaves_that_as_it_is(
    run: Run, deployed: tuple["DynamoDBClient", str]
) -> None:
    withholding = DynamoWithholding(*deployed)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    reason = Withheld.NOT_HELD
    withholding.change(Withholding(E164(NUMBER), "sales", reason, True, "inventory", now))
    run("rest", NUMBER, "--days", "30", "--reason", "flagged as spam")

    code, out, _ = run("activate", NUMBER, "--reason", "label lifted")

    assert code == 0
    assert f"{NUMBER} of the pool sales is active.\n" in out
    assert "it is withheld (not_held). The Amazon Connect instance does not hold it" in out
    again = json.loads(run("activate", NUMBER, "--reason", "again", "--json")[1])
    assert list(again["withheld"]) == ["not_held"]
    assert withholding.withheld("sales") == {NUMBER: {reason}}


def test_a_day_is_its_first_moment_and_an_activation_again_changes_nothing(
    run: Run, deployed: tuple["DynamoDBClient", str]
) -> None:
    _, out, _ = run("rest", NUMBER, "--until", "2099-01-15", "--reason", "flagged", "--json")
    assert json.loads(out)["until"] == "2099-01-15T00:00:00+00:00"
    _, out, _ = run("rest", "+1 (206) 555-0123", "--until", "2099-01-15", "--reason", "flagged")
    assert out == f"{NUMBER} of the pool sales rests until 2099-01-15 00:00 UTC already: flagged.\n"
    run("activate", NUMBER, "--reason", "fine")
    assert run("activate", NUMBER, "--reason", "fine")[1].endswith("is active already.\n")


@pytest.mark.parametrize(
    ("arguments", "words", "reason"),
    [
        (["mode", "outbound", "off"], "Its queues: outbound-service, outbound-sales", "no queue"),
        (["mode", "outbound-sales", "of"], "'of' is no mode: write off", "no mode"),
        (["mode", "outbound-sales", "percent", "101"], "0 to 100", "no share"),
        (["mode", "outbound-sales", "percent"], "percent 25", "no share"),
        (["mode", "--state", "here"], "give one of the two", "two places"),
        (["rest", "+12065550177", "--days", "1", "--reason", "x"], "is in no pool", "unknown"),
        (["rest", "2065550123", "--days", "1", "--reason", "x"], "international form", "national"),
        (["rest", NUMBER, "--until", "2020-01-01", "--reason", "x"], "in the future", "past"),
        (["rest", NUMBER, "--days", "1", "--reason", " "], "Say why", "no reason"),
    ],
)
def test_a_mistake_is_told_in_words(
    run: Run,
    deployed: tuple["DynamoDBClient", str],
    arguments: list[str],
    words: str,
    reason: str,
) -> None:
    code, out, err = run(*arguments)

    assert code == 1, reason
    assert words in err, reason
    assert out == ""
    assert "Traceback" not in err


def test_a_stack_that_is_not_there_is_named(run: Run, aws: None) -> None:
    code, _, err = run("mode")

    assert code == 1
    assert f"There is no stack {STACK} in us-east-1. Deploy the config first" in err


def test_credentials_of_another_account_change_nothing(
    capsys: pytest.CaptureFixture[str], deployed: tuple["DynamoDBClient", str]
) -> None:
    code = main(["mode", "outbound-sales", "off", "--aws", "--config", str(DEFAULT_CONFIG)])

    assert code == 1
    assert f"of the account {ACCOUNT}, and the config deploys into 111122223333" in (
        capsys.readouterr().err
    )
    assert read_modes(*deployed) == {}


def test_without_credentials_it_says_how_to_sign_in(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    code, out, _ = run("mode", "--json")

    assert code == 1
    assert "There are no AWS credentials here. Sign in first" in json.loads(out)["error"]


def test_a_profile_that_does_not_exist_is_told(run: Run, aws: None) -> None:
    code, _, err = run("mode", "--profile", "nobody")

    assert code == 1
    assert "nobody" in err


def test_a_table_that_was_taken_over_is_used_by_its_name(
    config: Path, deployed: tuple["DynamoDBClient", str], run: Run
) -> None:
    import boto3

    stream = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/Old/stream/2026-01-01T00:00:00.000"
    config.write_text(
        config.read_text("utf-8")
        + f"\ntables:\n  number_pool:\n    name: Old\n    stream_arn: {stream}\n"
    )
    client = boto3.Session(region_name="us-east-1").client("dynamodb")
    properties: Any = TEMPLATE["Resources"]["NumberPoolTable0A1B2C3D"]["Properties"]
    client.create_table(TableName="Old", **properties)
    assert run("mode", "outbound-sales", "on")[0] == 0
    assert read_modes(client, "Old") == {"outbound-sales": "on"}
    assert read_modes(*deployed) == {}


def test_a_place_to_change_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rest", NUMBER, "--days", "1", "--reason", "x"]) == 1
    assert "--state DIR of a local cloud, or --aws" in capsys.readouterr().err
