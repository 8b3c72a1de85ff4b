"""Which keys the model knows at a place, for 'did you mean'."""

from collections.abc import Sequence
from functools import cache
from typing import Any


def known_keys(loc: Sequence[int | str]) -> list[str]:
    """The keys that may stand below the given place."""
    node = _schema()
    for part in loc:
        node = _below(node, part)
    return sorted(_resolved(node).get("properties", {}))


@cache
def _schema() -> dict[str, Any]:
    from stacks.config.model import Config

    return Config.model_json_schema()


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in node:
        node = next((option for option in node["anyOf"] if "$ref" in option), node)
    if "$ref" in node:
        return dict(_schema()["$defs"][node["$ref"].rsplit("/", 1)[-1]])
    return node


def _below(node: dict[str, Any], part: int | str) -> dict[str, Any]:
    here = _resolved(node)
    if isinstance(part, int):
        return dict(here.get("items") or {})
    named = here.get("properties", {}).get(part)
    if named is not None:
        return dict(named)
    patterns: dict[str, Any] = here.get("patternProperties", {})
    return dict(next(iter(patterns.values()), here.get("additionalProperties") or {}))
