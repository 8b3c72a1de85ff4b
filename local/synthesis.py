"""The cloud assembly of the app, made in this process and kept until its sources change.

A kept assembly needs neither Node nor the CDK, so a warm start takes no time for it.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from local import assembly, toolchain
from local.assembly import Assembly
from local.errors import LocalError

if TYPE_CHECKING:
    from stacks.config import Config

KEPT = 8
SOURCES = ("stacks", "lambdas", "flows", "queries", "tools")
SINGLE_FILES = ("app.py", "cdk.json", "requirements.txt", "requirements-dev.txt")


def assembly_of(config: Path, say: toolchain.Say = toolchain.silent) -> Assembly:
    """The assembly that deploying `config` would use.

    Raises LocalError when there is no such file or it has mistakes; the message lists them all.
    """
    if config.is_dir():
        raise LocalError(f"{config} is a folder; choose a config file in it.")
    if not config.is_file():
        raise LocalError(f"There is no config file {config}.")
    folder = toolchain.BUILD / "cloud" / _key(config)
    if not (folder / "manifest.json").exists():
        with toolchain.only_one(toolchain.BUILD / "cloud.lock"):
            if not (folder / "manifest.json").exists():
                settings = _settings(config)
                say(f"Synthesising the app from {config} (the first time takes a minute)")
                _synthesise(settings, folder)
                _forget_old(folder.parent)
    folder.touch()
    return assembly.read(folder)


def _settings(config: Path) -> "Config":
    from stacks.config import ConfigError, load

    try:
        return load(config)
    except ConfigError as error:
        raise LocalError(str(error)) from error


def _synthesise(settings: "Config", folder: Path) -> None:
    # jsii starts the first `node` on PATH as soon as it is imported.
    os.environ["PATH"] = toolchain.environment()["PATH"]
    os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")
    import aws_cdk as cdk

    from stacks.application import build

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as temporary:
        output = Path(temporary) / "out"
        app = cdk.App(outdir=str(output))
        build(settings, app)
        app.synth()
        shutil.rmtree(folder, ignore_errors=True)
        output.rename(folder)


def _key(config: Path) -> str:
    digest = hashlib.sha256()
    for path in [config, *_sources()]:
        # The config's own path says nothing about what it deploys.
        name = "config" if path == config else str(path.relative_to(toolchain.ROOT))
        digest.update(f"{name}\0{toolchain.file_hash(path)}\n".encode())
    for number, path in enumerate(_listed(config)):
        digest.update(f"queue list {number}\0{toolchain.file_hash(path)}\n".encode())
    return digest.hexdigest()[:20]


def _listed(config: Path) -> list[Path]:
    from stacks.config.reading import listed_files

    return [path for path in listed_files(config) if path.is_file()]


def _sources() -> Iterator[Path]:
    for name in SINGLE_FILES:
        if (toolchain.ROOT / name).exists():
            yield toolchain.ROOT / name
    for folder in SOURCES:
        for path in sorted((toolchain.ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _forget_old(folder: Path) -> None:
    """Keep the latest few assemblies; each holds the functions' packages."""
    kept = sorted(
        (path for path in folder.iterdir() if not path.name.startswith(".")),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for path in kept[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
