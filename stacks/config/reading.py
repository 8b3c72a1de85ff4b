"""From a YAML file to a `Config`, or to every mistake in it at once."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stacks.config.agreement import disagreements
from stacks.config.mistakes import ConfigError, Mistake, mistakes_of
from stacks.config.model import Config
from stacks.config.queue_lists import expanded, files_of
from stacks.config.yaml_file import Document, NotYamlError, read_yaml


def load(path: Path) -> Config:
    """Read and validate the file.

    Raises `ConfigError`, whose text lists every mistake: line, key, value and fix.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise ConfigError(
            str(path), [Mistake("", None, "no such file; choose one with -c config=FILE")]
        ) from None
    except (UnicodeDecodeError, PermissionError) as error:
        raise ConfigError(
            str(path), [Mistake("", None, f"cannot be read; save it as UTF-8 text ({error})")]
        ) from None
    return parse(text, str(path), path.parent)


def parse(text: str, name: str = "config", folder: Path = Path()) -> Config:
    """`load` for text that is at hand; `name` is what messages call it, and files that it names
    are looked for from `folder` on."""
    try:
        document = read_yaml(text)
    except NotYamlError as error:
        raise ConfigError(name, [Mistake("", None, f"not YAML: {error}", error.line)]) from None
    made = expanded(document.data, folder)
    mistakes = [*document.duplicates, *made.told(_mistakes(made.data))]
    if mistakes:
        raise ConfigError(name, [_placed(mistake, document) for mistake in mistakes])
    return Config.model_validate_json(json.dumps(made.data)).with_lists(made.lists)


def listed_files(path: Path) -> list[Path]:
    """The files that a config names its queues in; none for a config that cannot be read."""
    try:
        document = read_yaml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, NotYamlError):
        return []
    return files_of(document.data, path.parent)


def _mistakes(data: Any) -> list[Mistake]:
    if not isinstance(data, Mapping):
        return [Mistake("", data, "write keys and values, as config/example.yaml does")]
    found: list[Mistake] = []
    try:
        Config.model_validate_json(json.dumps(data))
    except ValidationError as error:
        found = mistakes_of(error)
    return found + disagreements(data)


def _placed(mistake: Mistake, document: Document) -> Mistake:
    if mistake.line is not None:
        return mistake
    return Mistake(
        mistake.key, mistake.value, mistake.fix, document.line_of(mistake.key.partition(": ")[0])
    )
