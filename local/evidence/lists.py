"""A contact list of a million rows: checked in bounded memory, faster than the bar."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from local.benchmarks.lists import LEAST
from local.evidence import Finding, evidence
from local.large_list import HEADER
from local.toolchain import ROOT, Say

ROWS = 1_000_000
MEGABYTES = {"csv": 300, "xlsx": 450}
_WRITE = """
import sys
from pathlib import Path
from local.benchmarks.lists import CONFIG, SEED
from local.coverage import ground as grounds
from local.large_list import write_large_list
write_large_list(Path(sys.argv[1]), int(sys.argv[2]), SEED, grounds.ground_of(CONFIG, None).places)
"""
_RUN = """
import json, sys
from pathlib import Path
from local.benchmarks.lists import bare, checked
from local.benchmarks.lists import CONFIG
from local.coverage import ground as grounds
path, what = Path(sys.argv[1]), sys.argv[2]
rate = checked(path) if what == "checked" else bare(path, grounds.ground_of(CONFIG, None).countries)
status = Path("/proc/self/status").read_text()
peak = int(status.split("VmHWM:")[1].split()[0]) / 1000
print(json.dumps({"rate": rate, "peak": peak}))
"""


@evidence("lists/million_csv", "lists/million_xlsx")
def million(say: Say) -> list[Finding]:
    """Each run is a process of its own, so that its peak is its own."""
    return [_of(ending, say) for ending in MEGABYTES]


def _of(ending: str, say: Say) -> Finding:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"list.{ending}"
        say(f"writing {ROWS:,} rows of {ending}")
        _in_a_process_of_its_own(_WRITE, path, str(ROWS))
        say("reading with parse and is_valid only")
        other = _run(path, "bare")
        say("the check")
        ours = _run(path, "checked")
        summary: Any = json.loads((path.with_name("results") / "summary.json").read_text("utf-8"))
    most = MEGABYTES[ending]
    ratio = ours["rate"] / other["rate"]
    every_row = summary["rows"] == ROWS == summary["clean"] + summary["rejected"]
    return Finding(
        round(ours["peak"]),
        f"<= {most} MB at the peak, ratio >= {LEAST:g}, a result for every row",
        ours["peak"] <= most and ratio >= LEAST and every_row,
        f"{ROWS:,} rows of {len(HEADER)} columns: {ours['rate']:,.0f} rows a second of processor"
        f" time with all results written, {ratio:.2f} times the same reader with parse and is_valid"
        f" only ({other['rate']:,.0f}, {other['peak']:.0f} MB); {summary['clean']:,} clean and"
        f" {summary['rejected']:,} rejected; peak {ours['peak']:.0f} MB resident.",
    )


def _run(path: Path, what: str) -> dict[str, float]:
    told: dict[str, float] = json.loads(_in_a_process_of_its_own(_RUN, path, what).splitlines()[-1])
    return told


def _in_a_process_of_its_own(code: str, path: Path, argument: str) -> str:
    """What it prints. Its peak is what it took itself: the kernel's counter begins anew."""
    command = [sys.executable, "-c", code, str(path), argument]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
