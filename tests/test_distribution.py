"""Workers are handed whole files, those that take longest first."""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.distribution import FIRST, turn_of, unit_of

ROOT = Path(__file__).resolve().parents[1]


def test_the_tests_of_the_templates_are_one_unit_and_other_files_one_each() -> None:
    assert unit_of("tests/stacks/test_app.py::test_a") == unit_of("tests/stacks/test_cost.py::b[1]")
    assert unit_of("tests/unit/test_a.py::one[x::y]") == unit_of("tests/unit/test_a.py::two")
    assert unit_of("tests/unit/test_a.py::one") != unit_of("tests/unit/test_b.py::one")


@pytest.mark.parametrize("beginning", FIRST)
def test_what_begins_first_is_there(beginning: str) -> None:
    assert list(ROOT.glob(f"{beginning}*"))
    assert turn_of(f"{beginning}x.py::test_it") < turn_of("tests/unit/test_phone.py::test_it")


def test_no_file_is_split_over_two_workers(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / f"test_{name}.py").write_text(
            "import time, pytest\n"
            "@pytest.mark.parametrize('turn', range(6))\n"
            "def test_it(turn, worker_id):\n"
            "    time.sleep(0.01)\n"
            f"    open({str(tmp_path / 'seen')!r}, 'a').write(f'{{__name__}} {{worker_id}}\\n')\n"
        )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "--rootdir", str(tmp_path),
         "-p", "tests.distribution", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout

    workers = defaultdict(set)
    for line in (tmp_path / "seen").read_text().splitlines():
        module, worker = line.split()
        workers[module].add(worker)
    assert {len(each) for each in workers.values()} == {1}
    assert set.union(*workers.values()) == {"gw0", "gw1"}
