"""The engine ends with whoever started it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local import toolchain
from local.dynamodb_local import DynamoDBLocal, DynamoDBLocalError
from local.toolchain import ROOT

START_AND_DIE = """
import os
from local import toolchain
from local.dynamodb_local import DynamoDBLocal
engine = DynamoDBLocal().start()
engine.wait()
print(engine.pid, flush=True)
os.kill(os.getpid(), {signal})
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "java" in Path(f"/proc/{pid}/comm").read_text() if Path("/proc").exists() else True


@pytest.mark.parametrize(("signal", "reason"), [(9, "killed"), (15, "asked to end")])
def test_the_engine_ends_when_its_owner_does(signal: int, reason: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START_AND_DIE.format(signal=signal)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    pid = int(done.stdout)
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(pid), reason


def test_an_engine_that_cannot_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho not enough memory\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.setattr(toolchain, "java", lambda: java)
    with pytest.raises(DynamoDBLocalError, match="not enough memory"), DynamoDBLocal():
        pass


def test_an_engine_that_was_not_started_is_not_waited_for() -> None:
    with pytest.raises(DynamoDBLocalError, match="was not started"):
        DynamoDBLocal().wait()
