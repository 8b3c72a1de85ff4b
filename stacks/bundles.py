"""The code folder of a function: our packages, its pinned third-party ones, and its data files.

Made without Docker, in build/bundles, once per content: the folder's name is the hash of all that
goes in.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tools.carriers.build import build as build_carriers
from tools.countries.build import build as build_countries
from tools.holidays.build import build as build_holidays
from tools.places.build import build as build_places

ROOT = Path(__file__).resolve().parents[1]
BUNDLES = ROOT / "build" / "bundles"
PLACES = ROOT / "build" / "places.bin"
COUNTRIES = ROOT / "build" / "countries.json"
HOLIDAYS = ROOT / "build" / "holidays.txt"
CARRIERS = ROOT / "build" / "carriers.txt"

PYTHON = "3.14"
_PLATFORM = (
    "--platform", "manylinux2014_aarch64", "--platform", "manylinux_2_28_aarch64",
    "--implementation", "cp", "--python-version", PYTHON, "--only-binary=:all:",
)  # fmt: skip
KEPT, KEPT_SECONDS = 20, 3600.0
"""A function's code in its newest versions stays, and what was used within the hour."""
_UNUSED = ("phonenumbers/geodata", "phonenumbers/carrierdata", "bin")
_UNUSED_FILES = ("*.pyi", "*.dist-info/RECORD")


class BundleError(RuntimeError):
    """A package could not be brought; the text ends with what pip said."""


@dataclass(frozen=True)
class Bundle:
    """A folder that is ready to be a function's code, and the hash of its content."""

    folder: Path
    content_hash: str


def bundle(
    package: str,
    settings: Mapping[str, Any] | None,
    places: bool,
    countries: bool = False,
    holidays: bool = False,
    carriers: bool = False,
) -> Bundle:
    """The code folder of the function in `lambdas/<package>`.

    `settings` becomes settings.json; `places` asks for places.bin, `countries` for
    countries.json, `holidays` for holidays.txt, `carriers` for carriers.txt. Raises `BundleError`.
    """
    requirements = _pins(ROOT / "lambdas" / package / "requirements.txt")
    files = dict(_sources(package))
    if settings is not None:
        files["settings.json"] = json.dumps(settings, sort_keys=True, indent=1).encode()
    if places:
        files["places.bin"] = _places()
    if countries:
        files["countries.json"] = _countries()
    if holidays:
        files["holidays.txt"] = _holidays()
    if carriers:
        files["carriers.txt"] = _carriers()
    content_hash = _hash(requirements, files)
    folder = BUNDLES / f"{package}-{content_hash[:16]}"
    if not folder.exists():
        _make(folder, requirements, files)
        forget_old(package, time.time())
    folder.touch()
    return Bundle(folder, content_hash)


def forget_old(package: str, now: float) -> None:
    """Delete versions of a function's code that nobody has asked for lately: each is some MB."""
    kept = sorted(((_last_used(path), path) for path in BUNDLES.glob(f"{package}-*")), reverse=True)
    for last_used, path in kept[KEPT:]:
        if last_used < now - KEPT_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _last_used(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:  # another process deleted it first
        return 0.0


def _pins(path: Path) -> tuple[str, ...]:
    lines = (line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return tuple(line for line in lines if line)


def _sources(package: str) -> Iterator[tuple[str, bytes]]:
    """Our code without the other functions' folders, so that their changes deploy nothing here."""
    functions = {path.parent.name for path in ROOT.glob("lambdas/*/handler.py")} - {package}
    for path in sorted((ROOT / "lambdas").rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_dir() or "__pycache__" in parts or path.name == "requirements.txt":
            continue
        if parts[1] not in functions:
            yield "/".join(parts), path.read_bytes()


@cache
def _places() -> bytes:
    build_places(PLACES)
    return PLACES.read_bytes()


@cache
def _countries() -> bytes:
    build_countries(COUNTRIES)
    return COUNTRIES.read_bytes()


@cache
def _holidays() -> bytes:
    build_holidays(HOLIDAYS, datetime.now(UTC).year)
    return HOLIDAYS.read_bytes()


@cache
def _carriers() -> bytes:
    build_carriers(CARRIERS)
    return CARRIERS.read_bytes()


def _hash(requirements: tuple[str, ...], files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(repr((requirements, _PLATFORM, _UNUSED, _UNUSED_FILES)).encode())
    for name, content in sorted(files.items()):
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _make(folder: Path, requirements: tuple[str, ...], files: Mapping[str, bytes]) -> None:
    BUNDLES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUNDLES, prefix=".making-") as temporary:
        draft = Path(temporary) / "code"
        if requirements:
            shutil.copytree(_packages(requirements), draft)
        for name, content in files.items():
            target = draft / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        _put(draft, folder)


def _packages(requirements: tuple[str, ...]) -> Path:
    """The pinned packages for Lambda, brought once and kept."""
    digest = hashlib.sha256(repr((requirements, _PLATFORM, _UNUSED, _UNUSED_FILES)).encode())
    folder = BUNDLES / f"packages-{digest.hexdigest()[:16]}"
    if folder.exists():
        return folder
    with tempfile.TemporaryDirectory(dir=BUNDLES, prefix=".making-") as temporary:
        draft = Path(temporary) / "packages"
        _install(requirements, draft)
        for name in _UNUSED:
            shutil.rmtree(draft / name, ignore_errors=True)
        for pattern in _UNUSED_FILES:
            for path in draft.rglob(pattern):
                path.unlink()
        _put(draft, folder)
    return folder


def _install(requirements: tuple[str, ...], target: Path) -> None:
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--no-compile", "--no-deps", "--target", str(target), *_PLATFORM, *requirements,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BundleError(f"{' '.join(requirements)} could not be installed:\n{done.stderr}")


def _put(draft: Path, folder: Path) -> None:
    """Rename into place; another process may have been faster, with the same content."""
    try:
        draft.rename(folder)
    except OSError:
        if not folder.exists():
            raise
