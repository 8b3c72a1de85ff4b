"""How long a person waits for a command."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from local.benchmarks import Comparison, at_most, benchmark
from local.errors import LocalError
from local.toolchain import ROOT, Say

WARM_DIAL_S = 15.0
RUNS = 3


@benchmark("path/warm_dial")
def warm_dial(say: Say) -> Comparison:
    """Seconds of a `dial` command, all of it, once the app has been synthesised."""
    with tempfile.TemporaryDirectory() as folder:
        pool = Path(folder) / "pool.csv"
        pool.write_text("number\n+12065550123\n+12125550123\n")
        command = [
            *(sys.executable, "-m", "local", "dial", "--json"),
            *("--pool", str(pool), "--to", "+12065550187"),
        ]
        seconds = []
        for number in range(RUNS + 1):  # the first may have to synthesise
            say(f"run {number} of {RUNS}")
            started = time.perf_counter()
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            seconds.append(time.perf_counter() - started)
            if done.returncode != 0:
                raise LocalError(done.stderr)
    return at_most(sorted(seconds[1:])[RUNS // 2], "s", WARM_DIAL_S)
