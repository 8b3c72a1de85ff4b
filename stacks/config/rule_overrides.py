"""Caller-ID rules in the configuration: which of them an engineer overrides, and why."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from stacks.config.base import Part

RULES_FILE = Path(__file__).parents[2] / "lambdas" / "domain" / "data" / "caller_id_rules.json"


@cache
def rules_document() -> Mapping[str, Any]:
    """The rules as they stand in their file."""
    document: Mapping[str, Any] = json.loads(RULES_FILE.read_text(encoding="utf-8"))
    return document


@cache
def rules_by_id() -> Mapping[str, Mapping[str, Any]]:
    return {entry["id"]: entry for entry in rules_document()["rules"]}


class RuleOverride(Part):
    """Another effect for one caller-ID rule."""

    effect: Literal["allowed", "discouraged", "forbidden"]
    """`allowed` takes a restriction away, or lets a permission count that was not verified;
    `forbidden` takes a permission away."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=500)]
    """Why, for whoever reads this later: who decided, on what ground, and when."""


class CallerIdRules(Part):
    """Changes to the rules on which number may be shown to whom (docs/caller-id-rules.md)."""

    overrides: Annotated[
        dict[str, RuleOverride],
        Field(json_schema_extra={"propertyNames": {"enum": sorted(rules_by_id())}}),
    ] = Field(default_factory=dict)
    """By the rule's id. Every synth tells them."""
