"""Every later state holds on to what a released one keeps, and the CDK's own plan says so."""

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from local import toolchain
from tests.stacks.synthesis import EXAMPLE, ROOT, Synthesised
from tests.stacks.upgrades import KEPT, MADE_ANEW, harm, lost_exports, released, releases
from tools.release_templates import keep, trimmed


def _today(app: Synthesised) -> dict[str, Any]:
    return {name.rpartition("-")[2]: trimmed(one) for name, one in app.templates.items()}


def test_the_first_release_is_kept() -> None:
    assert set(released("0.1")) == {"NumberPool", "Calling"}


@pytest.mark.parametrize("version", releases())
def test_nothing_that_holds_data_is_lost_or_replaced_by_an_upgrade(
    shipped: Synthesised, version: str
) -> None:
    today = _today(shipped)

    for stack, template in released(version).items():
        assert harm(template, today.get(stack, {})) == []


@pytest.mark.parametrize("version", releases())
def test_what_the_older_calling_stack_imports_is_still_exported(
    shipped: Synthesised, version: str
) -> None:
    assert lost_exports(released(version), _today(shipped)) == []


def test_every_type_is_known_to_hold_data_or_not(shipped: Synthesised) -> None:
    types = {
        resource["Type"]
        for templates in (shipped.templates, *(released(version) for version in releases()))
        for template in templates.values()
        for resource in template["Resources"].values()
    }

    assert types - KEPT - MADE_ANEW == set()


def test_the_released_templates_hold_something_to_lose() -> None:
    kept = _kept(released("0.1").values())

    assert {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Connect::Queue",
            "AWS::SecretsManager::Secret", "AWS::Connect::PhoneNumber"} <= kept  # fmt: skip


def _kept(templates: Iterable[Any]) -> set[str]:
    return {
        resource["Type"]
        for template in templates
        for resource in template["Resources"].values()
        if resource["Type"] in KEPT
    }


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("AWS::DynamoDB::Table", {"TableName": "Other"}, "replaced: TableName changed"),
        ("AWS::DynamoDB::Table", {"KeySchema": []}, "replaced: KeySchema changed"),
        ("AWS::Connect::PhoneNumber", {"Prefix": "+1212"}, "replaced: Prefix changed"),
        ("AWS::SQS::Queue", {"QueueName": "Other"}, "replaced: QueueName changed"),
        ("AWS::SecretsManager::Secret", {"Name": "Other"}, "replaced: Name changed"),
        ("AWS::SNS::Subscription", {"Endpoint": "b@example.com"}, "replaced: Endpoint changed"),
    ],
)
def test_a_change_that_replaces_is_found(kind: str, change: dict[str, Any], words: str) -> None:
    for old in released("0.1").values():
        new = copy.deepcopy(old)
        for name, resource in new["Resources"].items():
            if resource["Type"] == kind:
                resource["Properties"].update(change)
                assert f"{name} ({kind}) is {words}" in harm(old, new)
                return
    raise AssertionError(f"no {kind}")


def test_a_logical_id_that_changed_and_a_policy_that_weakened_are_found() -> None:
    old = released("0.1")["NumberPool"]
    new = copy.deepcopy(old)
    tables = [n for n, r in new["Resources"].items() if r["Type"] == "AWS::DynamoDB::Table"]
    new["Resources"]["Renamed"] = new["Resources"].pop(tables[0])
    new["Resources"][tables[1]]["DeletionPolicy"] = "Delete"

    assert harm(old, new) == [
        f"{tables[0]} (AWS::DynamoDB::Table) is gone",
        f"{tables[1]} (AWS::DynamoDB::Table) is no longer kept: DeletionPolicy",
    ]


def test_an_export_that_is_gone_is_found() -> None:
    old = released("0.1")
    new = copy.deepcopy(old)
    new["NumberPool"]["Outputs"].clear()

    assert len(lost_exports(old, new)) >= 5


def test_templates_are_kept_without_what_differs_by_build(
    shipped: Synthesised, tmp_path: Path
) -> None:
    written = keep("9.9", shipped.folder, tmp_path)

    assert {path.stem for path in written} == set(_today(shipped))
    for path in written:
        assert '"Metadata":' not in path.read_text()
        assert re.findall(r"(?!0{64})[0-9a-f]{64}", path.read_text()) == []


def test_the_plan_of_an_upgrade_is_made_without_an_account(tmp_path: Path) -> None:
    """`cdk synth` of the example by the CDK's own command line, then `cdk diff` of each stack that
    the release had, with no credentials to find."""
    out = tmp_path / "cdk.out"
    environment = {
        name: value
        for name, value in toolchain.environment().items()
        if not name.startswith("AWS_")
    } | {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull,
         "AWS_SHARED_CREDENTIALS_FILE": os.devnull}  # fmt: skip
    app = f"{sys.executable} app.py"

    _cdk(["synth", "--quiet", "--app", app, "--output", str(out),
          "--context", f"config={EXAMPLE}"], environment)  # fmt: skip
    stacks = json.loads((out / "manifest.json").read_text())["artifacts"]
    assert {name for name, one in stacks.items() if one["type"] == "aws:cloudformation:stack"} == {
        path.name.removesuffix(".template.json") for path in out.glob("*.template.json")
    }

    for stack, template in released("0.1").items():
        old = tmp_path / f"{stack}.json"
        old.write_text(json.dumps(template))
        plan = _cdk(
            ["diff", "--exclusively", "--app", str(out), "--no-color", "--template", str(old),
             f"LocalPresence-example-{stack}"],
            environment,
        )  # fmt: skip
        assert f"Stack LocalPresence-example-{stack}" in plan
        assert "[+] AWS::CloudWatch::Alarm" in plan or "[~] AWS::Lambda::Function" in plan
        for kind in sorted(KEPT):
            lines = [line for line in plan.splitlines() if f" {kind} " in line]
            harmed = [line for line in lines if re.search(r"\[-\]|replace|destroy", line)]
            assert harmed == []


def _cdk(arguments: list[str], environment: dict[str, str]) -> str:
    program = toolchain.cdk()
    done = subprocess.run(
        [str(program), *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr
