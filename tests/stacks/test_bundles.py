"""What lies in each function's folder."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from stacks import bundles
from stacks.bundles import BundleError, bundle
from tests.stacks.synthesis import ROOT, Synthesised, example

FUNCTIONS = {
    "PickCallerId": "pick_caller_id",
    "PublishDirectory": "publish_directory",
    "ImportNumbers": "import_numbers",
    "StopContact": "stop_contact",
}
WITH_PLACES = ("PickCallerId", "PublishDirectory", "ImportNumbers")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_handler_that_the_template_names_is_in_the_folder(
    shipped: Synthesised, function: str
) -> None:
    handler = shipped.one("AWS::Lambda::Function", function)["Properties"]["Handler"]
    module = handler.rpartition(".")[0].replace(".", "/") + ".py"

    assert (shipped.artifact(function) / module).is_file()


@pytest.mark.parametrize("function", WITH_PLACES)
def test_numbers_are_parsed_without_the_48_megabytes_of_geodata(
    shipped: Synthesised, function: str
) -> None:
    packages = shipped.artifact(function) / "phonenumbers"

    assert (packages / "phonenumberutil.py").is_file()
    assert (packages / "shortdata").is_dir()
    assert (packages / "tzdata").is_dir()
    assert not (packages / "geodata").exists()
    assert not (packages / "carrierdata").exists()


def test_the_importer_knows_what_people_call_countries(shipped: Synthesised) -> None:
    names = json.loads((shipped.artifact("ImportNumbers") / "countries.json").read_text("utf-8"))

    assert names


@pytest.mark.parametrize("function", WITH_PLACES)
def test_settings_and_places_lie_beside_the_code(shipped: Synthesised, function: str) -> None:
    folder = shipped.artifact(function)

    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    assert settings == json.loads(json.dumps(example().settings()))
    assert (folder / "places.bin").stat().st_size > 100_000


def test_the_picker_has_its_own_time_zones_and_holidays(shipped: Synthesised) -> None:
    folder = shipped.artifact("PickCallerId")
    asked = (
        "import sys, zoneinfo; from datetime import date, datetime\n"
        f"zoneinfo.reset_tzpath([{str(folder / 'tzdata' / 'zoneinfo')!r}])\n"
        "zone = zoneinfo.ZoneInfo('America/Chicago')\n"
        "print(datetime(2026, 7, 1, tzinfo=zone).utcoffset(), zone.key)\n"
        "from lambdas.domain.holidays import Holidays\n"
        f"days = Holidays(lambda: open({str(folder / 'holidays.txt')!r}).read())\n"
        "print(days.is_holiday('US', 'RI', date(date.today().year, 12, 25)))\n"
        "print(days.knows('US', date(date.today().year + 10, 12, 31)), 'holidays' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=folder, capture_output=True, text=True, check=True
    )

    assert done.stdout.split("\n")[:3] == ["-1 day, 19:00:00 America/Chicago", "True", "True False"]


def test_the_picker_does_not_import_the_package_of_holidays(shipped: Synthesised) -> None:
    folder = shipped.artifact("PickCallerId")

    assert "holidays" not in {path.name for path in folder.iterdir()}
    assert "holidays" not in _imports(folder, "lambdas.pick_caller_id.handler")


def test_the_importer_reads_excel_on_lambdas_processor_and_python(shipped: Synthesised) -> None:
    folder = shipped.artifact("ImportNumbers")

    compiled = [path.name for path in (folder / "python_calamine").glob("*.so")]
    assert compiled
    assert all("aarch64" in name for name in compiled)
    assert (folder / "xlsxwriter" / "workbook.py").is_file()


def test_the_stopper_needs_nothing_but_our_code(shipped: Synthesised) -> None:
    assert [path.name for path in shipped.artifact("StopContact").iterdir()] == ["lambdas"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_folder_holds_what_is_not_run(shipped: Synthesised, function: str) -> None:
    folder = shipped.artifact(function)
    others = {package for name, package in FUNCTIONS.items() if name != function}

    assert not others & {path.name for path in (folder / "lambdas").iterdir()}
    for pattern in ("__pycache__", "*.pyc", "*.pyi", "tests", "requirements.txt"):
        assert not list((folder / "lambdas").rglob(pattern)), pattern


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_folder_is_far_below_lambdas_250_megabytes(shipped: Synthesised, function: str) -> None:
    size = sum(p.stat().st_size for p in shipped.artifact(function).rglob("*") if p.is_file())

    assert size < 20_000_000


IN_THE_RUNTIME = {"boto3", "botocore", "snapshot_restore_py"}


@pytest.mark.parametrize("package", FUNCTIONS.values())
def test_functions_are_deployed_with_the_versions_that_are_tested(package: str) -> None:
    text = (ROOT / "lambdas" / package / "requirements.txt").read_text("utf-8")
    locked = _pins((ROOT / "requirements-dev.txt").read_text("utf-8"))

    for name, version in _pins(text).items():
        assert locked[name] == version, f"{package}: {name}"


@pytest.mark.parametrize("package", FUNCTIONS.values())
def test_every_package_that_a_function_imports_is_brought(
    shipped: Synthesised, package: str
) -> None:
    function = next(name for name, folder in FUNCTIONS.items() if folder == package)
    folder = shipped.artifact(function)
    brought = {path.name for path in folder.iterdir()} | IN_THE_RUNTIME
    imported = _imports(folder, f"lambdas.{package}.handler")

    assert not imported - brought - sys.stdlib_module_names


def test_the_same_content_is_made_once_and_another_setting_makes_another_folder() -> None:
    settings = example().settings()

    first = bundle("stop_contact", settings, places=False)
    again = bundle("stop_contact", settings, places=False)
    other = bundle("stop_contact", {**settings, "version": 2}, places=False)

    assert first == again
    assert first.content_hash != other.content_hash
    assert first.folder != other.folder


def test_a_package_that_cannot_be_brought_is_said_with_its_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "ROOT", tmp_path)
    monkeypatch.setattr(bundles, "BUNDLES", tmp_path / "bundles")
    (tmp_path / "lambdas" / "some").mkdir(parents=True)
    (tmp_path / "lambdas" / "some" / "requirements.txt").write_text("no such name==1\n")

    with pytest.raises(BundleError, match=r"no such name==1 could not be installed:\n.*"):
        bundle("some", None, places=False)
    assert not [path for path in (tmp_path / "bundles").iterdir() if path.name[0] != "."]


def _pins(text: str) -> Mapping[str, str]:
    found = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", text, re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


def _imports(folder: Path, module: str) -> set[str]:
    """Top-level names that a module of the folder imports, directly or through our packages."""
    found: set[str] = set()
    waiting, seen = [module], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for candidate in (f"{name.replace('.', '/')}.py", f"{name.replace('.', '/')}/__init__.py"):
            path = folder / candidate
            if path.is_file():
                for imported in _imported_at_run_time(path, folder):
                    found.add(imported.split(".")[0])
                    if imported.startswith("lambdas."):
                        waiting += [imported, imported.rpartition(".")[0]]
    return found


def _imported_at_run_time(path: Path, folder: Path) -> set[str]:
    names: set[str] = set()
    tree = ast.parse(path.read_text("utf-8"))
    package = path.parent.relative_to(folder).parts
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            beginning = package[: len(package) + 1 - node.level] if node.level else ()
            module = ".".join([*beginning, *([node.module] if node.module else [])])
            names.add(module)
            names.update(f"{module}.{alias.name}" for alias in node.names)
    return names


def test_places_come_from_the_builder_of_this_checkout() -> None:
    spec = importlib.util.find_spec("tools.places.build")

    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)


def test_versions_that_nobody_asked_for_lately_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "BUNDLES", tmp_path)
    now = 1_000_000.0
    for age in range(bundles.KEPT + 3):
        folder = tmp_path / f"registry-{age:02d}"
        folder.mkdir()
        (folder / "code.py").touch()
        used = now - age * bundles.KEPT_SECONDS / 2
        os.utime(folder, (used, used))
    other = tmp_path / "registrar-00"
    other.mkdir()
    os.utime(other, (0, 0))

    bundles.forget_old("registry", now)

    names = sorted(path.name for path in tmp_path.glob("registry-*"))
    assert names == [f"registry-{age:02d}" for age in range(bundles.KEPT)]
    assert other.exists()

    bundles.forget_old("registry", now - 30 * bundles.KEPT_SECONDS)
    assert len(list(tmp_path.glob("registry-*"))) == bundles.KEPT
