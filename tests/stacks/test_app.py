"""The app as the command line starts it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.stacks.synthesis import EXAMPLE, ROOT


def _run(config: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(folder),
        "CDK_CONTEXT_JSON": json.dumps({"config": str(config)}),
    }
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_mistakes_end_the_app_with_words_and_without_a_stack_trace(tmp_path: Path) -> None:
    config = tmp_path / "mine.yaml"
    text = EXAMPLE.read_text(encoding="utf-8")
    config.write_text(text.replace("pool: sales", "pool: slaes"), encoding="utf-8")

    done = _run(config, tmp_path / "out")

    assert done.returncode == 1
    assert done.stderr.startswith(f"{config}: 1 mistake\n")
    assert "did you mean sales?" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "out").glob("*.template.json"))


def test_the_configuration_named_on_the_command_line_is_synthesised(tmp_path: Path) -> None:
    config = tmp_path / "mine.yaml"
    text = EXAMPLE.read_text(encoding="utf-8")
    config.write_text(text.replace("environment: example", "environment: mine"), encoding="utf-8")

    done = _run(config, tmp_path / "out")

    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").glob("*.template.json")) == [
        "LocalPresence-mine-Calling.template.json",
        "LocalPresence-mine-Inventory.template.json",
        "LocalPresence-mine-NumberPool.template.json",
        "LocalPresence-mine-OptingOut.template.json",
        "LocalPresence-mine-Outcomes.template.json",
    ]


def test_the_command_line_of_the_cdk_stays_on_the_major_that_reads_our_assembly() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = (ROOT / "package-lock.json").read_text()

    assert package["devDependencies"]["aws-cdk"].startswith("2.")
    assert json.loads(lock)["packages"]["node_modules/aws-cdk"]["version"].startswith("2.")
    assert "resolved" not in lock
    assert "https://" not in lock
