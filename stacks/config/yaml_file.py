"""YAML without its surprises: `on` and `NO` are words, `+1206` keeps its plus, and a key that
stands twice is a mistake instead of the last one winning."""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from stacks.config.mistakes import Mistake


class NotYamlError(ValueError):
    """The text is no YAML. `line` counts from 1."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


class _CoreLoader(yaml.SafeLoader):
    """SafeLoader with YAML 1.2's notion of what is a boolean or a number."""


_CoreLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
):
    _CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first)
    )


@dataclass(frozen=True)
class Document:
    """What the file says, where it says it, and what it says twice."""

    data: Any
    lines: dict[str, int] = field(default_factory=dict)
    duplicates: tuple[Mistake, ...] = ()

    def line_of(self, key: str) -> int | None:
        """The line of a dotted key, or of the nearest key above it that is there."""
        while key and key not in self.lines:
            key = re.sub(r"(\.|\[)[^.\[]*$|^[^.\[]*$", "", key)
        return self.lines.get(key)


def read_yaml(text: str) -> Document:
    """Raises `NotYamlError` for text that is none."""
    loader = None
    try:
        loader = _CoreLoader(text)
        node = loader.get_single_node()
        lines: dict[str, int] = {}
        duplicates: list[Mistake] = []
        if node is not None:
            _walk(node, "", lines, duplicates)
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(filter(None, (error.problem, error.context)))
        raise NotYamlError(words, mark.line + 1 if mark else None) from None
    except yaml.reader.ReaderError as error:
        raise NotYamlError(
            f"character {error.character!r} at position {error.position} is not allowed", None
        ) from None
    except RecursionError:
        raise NotYamlError("an alias refers to itself", None) from None
    finally:
        if loader is not None:
            loader.dispose()
    return Document(data, lines, tuple(duplicates))


def _walk(node: yaml.Node, path: str, lines: dict[str, int], duplicates: list[Mistake]) -> None:
    if isinstance(node, yaml.MappingNode):
        _walk_mapping(node, path, lines, duplicates)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[f"{path}[{index}]"] = item.start_mark.line + 1
            _walk(item, f"{path}[{index}]", lines, duplicates)


def _walk_mapping(
    node: yaml.MappingNode, path: str, lines: dict[str, int], duplicates: list[Mistake]
) -> None:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.tag.endswith(":merge"):
            raise NotYamlError("write a simple word as key", line)
        dotted = f"{path}.{key.value}" if path else key.value
        if key.value in seen:
            fix = f"stands twice (first in line {seen[key.value]}); keep one of the two"
            duplicates.append(Mistake(dotted, None, fix, line))
        seen.setdefault(key.value, line)
        lines[dotted] = line
        _walk(value, dotted, lines, duplicates)
