"""Each function starts with what its bundle and Lambda's own runtime bring, and nothing else."""

import subprocess
import sys

import pytest

from stacks.bundles import _pins
from tests.stacks.synthesis import ROOT

HANDLERS = sorted(path.parent.name for path in ROOT.glob("lambdas/*/handler.py"))
RUNTIME = {
    "boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six",
    "snapshot_restore_py",
}  # fmt: skip
MODULES = {
    "python-calamine": "python_calamine",
    "XlsxWriter": "xlsxwriter",
    "Jinja2": "jinja2",
    "MarkupSafe": "markupsafe",
}
PROGRAM = """
import sys
allowed = set(sys.argv[2].split(","))
class Only:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        known = top in allowed or top in sys.stdlib_module_names or top.startswith("_")
        if not known:
            raise ImportError(f"{top} is not in the function's bundle")
sys.meta_path.insert(0, Only())
import importlib
importlib.import_module(f"lambdas.{sys.argv[1]}.handler")
"""


@pytest.mark.parametrize("package", HANDLERS)
def test_a_handler_imports_with_what_is_in_its_bundle(package: str) -> None:
    pins = _pins(ROOT / "lambdas" / package / "requirements.txt")
    names = [pin.partition("==")[0] for pin in pins]
    allowed = ",".join({"lambdas", *RUNTIME, *(MODULES.get(name, name) for name in names)})

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, package, allowed],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr.splitlines()[-1]
