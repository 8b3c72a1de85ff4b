"""What the local cloud keeps between commands: the tables' folder and one small JSON file."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.errors import LocalError

VERSION = 1
FILE = "local-cloud.json"


@dataclass
class State:
    """`folder` is None for a cloud that forgets everything when it stops."""

    folder: Path | None = None
    is_new: bool = True
    secrets: dict[str, str] = field(default_factory=dict)
    positions: dict[str, dict[str, str]] = field(default_factory=dict)
    dials: int = 0

    @property
    def tables(self) -> Path | None:
        """Where DynamoDB Local keeps its tables."""
        return self.folder / "dynamodb" if self.folder else None

    def save(self) -> None:
        """Write the JSON file, whole or not at all."""
        if self.folder is None:
            return
        document = {
            "version": VERSION,
            "secrets": self.secrets,
            "positions": self.positions,
            "dials": self.dials,
        }
        beside = self.folder / f"{FILE}.new"
        beside.write_text(json.dumps(document, indent=1))
        beside.chmod(0o600)  # it holds the key of the customers' hashes
        beside.replace(self.folder / FILE)


@contextmanager
def opened(folder: Path | None) -> Iterator[State]:
    """The state kept in a folder (made when missing), for one command at a time.

    Raises LocalError when another command uses it, or when it is not a state of this version.
    """
    if folder is None:
        yield State()
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LocalError(f"{folder} cannot hold the state: {error.strerror}.") from error
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalError(f"Another command is using the state in {folder}.") from None
        yield _read(folder)


def _read(folder: Path) -> State:
    path = folder / FILE
    if not path.exists():
        return State(folder)
    try:
        document: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise LocalError(f"{path} is damaged ({error}); choose another state folder.") from error
    if document.get("version") != VERSION:
        raise LocalError(f"{path} is of another version; choose another state folder.")
    return State(folder, False, document["secrets"], document["positions"], int(document["dials"]))
