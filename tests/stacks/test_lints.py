"""The templates pass cdk-nag and cfn-lint, and what is accepted is accepted for a reason."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from stacks.application import check
from stacks.constructs.acknowledge import acknowledge
from tests.stacks.synthesis import Synthesised
from tests.stacks.variants import VARIANTS


def _lint(app: Synthesised) -> subprocess.CompletedProcess[str]:
    templates = sorted(str(path) for path in app.folder.glob("*.template.json"))
    program = Path(sys.executable).parent / "cfn-lint"
    # W3005: the CDK itself writes DependsOn beside references.
    command = [str(program), "-i", "W3005", "-t", *templates]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_cfn_lint_finds_nothing_in_the_shipped_example(shipped: Synthesised) -> None:
    done = _lint(shipped)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", VARIANTS)
def test_cfn_lint_and_nag_find_nothing_in_any_variant(
    synthesised: Callable[[str], Synthesised], name: str
) -> None:
    done = _lint(synthesised(name))

    assert done.returncode == 0, done.stdout


def test_a_finding_without_acknowledgement_fails_the_synthesis(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path))
    s3.Bucket(cdk.Stack(app, "Bad"), "Open")
    check(app)

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_an_acknowledgement_without_a_reason_is_refused(reason: str) -> None:
    stack = cdk.Stack(cdk.App(), "Any")

    with pytest.raises(ValueError, match="without a reason"):
        acknowledge(stack, "AwsSolutions-S1", reason)


def test_every_acknowledged_finding_is_known_and_has_its_reason(shipped: Synthesised) -> None:
    """Each new one is a decision; it is made here as well as in the code."""
    found = sorted(_acknowledged(shipped))

    assert [(place, finding.split("[")[0]) for place, finding, _ in found] == [
        ("Calling/PickCallerId/Live/Canary", "AwsSolutions-IAM4"),
        ("Calling/StopContact/Role", "AwsSolutions-IAM5"),
        ("Inventory/Failures", "AwsSolutions-SQS3"),
        ("Inventory/Inventory/Role", "AwsSolutions-IAM5"),
        *[("NumberPool/ContactLists/CheckChunk/Role", "AwsSolutions-IAM5")] * 2,
        *[("NumberPool/ContactLists/CheckContacts/Role", "AwsSolutions-IAM5")] * 3,
        *[("NumberPool/ContactLists/GatherContacts/Role", "AwsSolutions-IAM5")] * 3,
        *[("NumberPool/ContactLists/Map/Grants", "AwsSolutions-IAM5")] * 2,
        ("NumberPool/ContactLists/Map/RunMap", "AwsSolutions-IAM5"),
        ("NumberPool/ContactLists/RecheckContacts/Role", "AwsSolutions-IAM5"),
        *[("NumberPool/ContactLists/SplitContacts/Role", "AwsSolutions-IAM5")] * 3,
        ("NumberPool/CustomerKey", "AwsSolutions-SMG4"),
        ("NumberPool/DirectoryFeed/Failures", "AwsSolutions-SQS3"),
        ("NumberPool/ImportNumbers/Role", "AwsSolutions-IAM5"),
        ("NumberPool/ImportNumbers/Role", "AwsSolutions-IAM5"),
        *[("NumberPool/ImportSuppressions/Role", "AwsSolutions-IAM5")] * 4,
        ("NumberPool/PublishDirectory/Role", "AwsSolutions-IAM5"),
        *[("NumberPool/Registry/Role", "AwsSolutions-IAM5")] * 2,
        ("OptingOut/RecordStream/Failures", "AwsSolutions-SQS3"),
        ("OptingOut/RecordStream/Stream", "AwsSolutions-KDS3"),
        *[("Outcomes/HeedLabels/Role", "AwsSolutions-IAM5")] * 2,
        ("Outcomes/JudgeNumbers/Failures", "AwsSolutions-SQS3"),
        *[("Outcomes/Lake/Role", "AwsSolutions-IAM5")] * 2,
        ("Outcomes/OutcomeRecords/Failures", "AwsSolutions-SQS3"),
        ("Outcomes/Report/Failures", "AwsSolutions-SQS3"),
    ]
    assert all(len(reason.split()) >= 5 for _, _, reason in found)


def _acknowledged(app: Synthesised) -> Iterator[tuple[str, str, str]]:
    """(construct, finding, reason) as they stand in the cloud assembly."""
    for path in app.folder.glob("*.metadata.json"):
        for construct, entries in json.loads(path.read_text()).items():
            for entry in entries:
                if entry["type"] == "aws:cdk:acknowledged-rules":
                    for finding, reason in entry["data"].items():
                        place = construct.removeprefix("/LocalPresence-example-")
                        yield place, finding.removeprefix("Annotation::"), reason
