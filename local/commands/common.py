"""What the commands share: their common options, and how they speak to the terminal."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from lambdas.store.uploads import REPORT_ENDING
from local.errors import LocalError
from local.toolchain import ROOT, Say

WIDE = 120
DEFAULT_CONFIG = ROOT / "config" / "example.yaml"


def add_config(parser: argparse.ArgumentParser) -> None:
    """--config."""
    parser.add_argument(
        "--config",
        type=Path,
        default=DEFAULT_CONFIG,
        metavar="FILE",
        help="the environment to run (default: config/example.yaml)",
    )


def add_state(parser: argparse.ArgumentParser) -> None:
    """--state."""
    parser.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        help="keep the tables in this folder between commands (default: forget them)",
    )


def add_country(parser: argparse.ArgumentParser) -> None:
    """--country."""
    parser.add_argument(
        "--country",
        metavar="XX",
        help="country of the file's national numbers, in two letters such as GB",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def moment(text: str) -> datetime:
    """An ISO 8601 time of the command line; it must say its zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no ISO 8601 time; write it like 2026-03-02T15:04:05Z"
        ) from None
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} says no time zone; end it with Z for UTC, or with an offset like -05:00"
        )
    return found


def positive(text: str) -> int:
    """A count of the command line, 1 or more."""
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no count; write 1 or more")
    return int(text)


def numbers_file(path: Path) -> Path:
    """The path, if the importer would read such a file. Raises LocalError when it would not."""
    if not path.exists():
        raise LocalError(f"There is no file {path}.")
    if not path.is_file():
        raise LocalError(f"{path} is a folder, not a file.")
    if path.name.endswith(REPORT_ENDING):
        raise LocalError(
            f"Files that end in {REPORT_ENDING} are results and are not read; rename it."
        )
    return path


def failed(why: str, *, as_json: bool, code: int = 1) -> int:
    """Tell why there is no result: as JSON on standard output, or on standard error; `code`."""
    if as_json:
        print(json.dumps({"outcome": "failed", "error": why}, ensure_ascii=False))
    else:
        print(why, file=sys.stderr)
    return code


def output() -> Console:
    """Standard output: as wide as the terminal, or wide enough for our tables in a file."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDE)


@contextmanager
def progress(console: Console) -> Iterator[Say]:
    """A line that says what is going on: live on a terminal, one line a step elsewhere."""
    if console.is_terminal:
        with console.status("Starting") as status:
            yield lambda message: status.update(Text(message))
    else:
        yield lambda message: console.print(Text(f"· {message}"), soft_wrap=True)
