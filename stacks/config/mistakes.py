"""Mistakes in the configuration, in words: the key, the value, and what to write instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stacks.config.known_keys import known_keys
from stacks.config.shapes import shape_of

_MISSING = object()


@dataclass(frozen=True)
class Mistake:
    """`key` is dotted, `value` what stands there (None for nothing), `line` counts from 1."""

    key: str
    value: Any
    fix: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        key = self.key or "the file"
        value = "" if self.value is None else f" = {shown(self.value)}"
        return f"{place}{key}{value}\n      {self.fix}"


class ConfigError(ValueError):
    """The configuration cannot be used. The text lists every mistake."""

    def __init__(self, name: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line or 0))
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        lines = "\n".join(f"  - {mistake}" for mistake in self.mistakes)
        super().__init__(f"{name}: {count}\n{lines}")


def mistakes_of(error: ValidationError) -> list[Mistake]:
    """Every error of the model in words."""
    return [_mistake(details) for details in error.errors(include_url=False)]


def shown(value: Any) -> str:
    """A value short enough for one line."""
    text = repr(value) if isinstance(value, str) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= 80 else text[:77] + "..."


def did_you_mean(word: Any, known: Sequence[str]) -> str:
    """ " - did you mean x?", or nothing when nothing is near."""
    near = get_close_matches(str(word).lower(), known, n=1, cutoff=0.55)
    return f" - did you mean {near[0]}?" if near else ""


def _dotted(loc: Sequence[int | str]) -> str:
    dotted = ""
    for part in loc:
        if part == "[key]":
            continue
        dotted += f"[{part}]" if isinstance(part, int) else f".{part}" if dotted else part
    return dotted


def _mistake(details: ErrorDetails) -> Mistake:
    kind, loc, context = details["type"], details["loc"], details.get("ctx", {})
    value = None if kind in {"missing"} else details["input"]
    if isinstance(value, Mapping):
        value = _flow_style(value) if kind == "fix" else None
    return Mistake(_dotted(loc), value, _fix(kind, loc, value, context, details["msg"]))


def _flow_style(value: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {shown(part)}" for key, part in value.items()) + "}"


def _fix(
    kind: str, loc: Sequence[int | str], value: Any, context: Mapping[str, Any], message: str
) -> str:
    if kind == "fix":
        return str(context["fix"])
    if kind == "missing":
        return f"is missing; {shape_of(loc)}"
    if kind == "extra_forbidden":
        known = known_keys(loc[:-1])
        return f"no such key{did_you_mean(loc[-1], known)} Known here: {', '.join(known)}"
    if kind in {"literal_error", "enum"}:
        return _one_of(value, str(context["expected"]))
    if kind in {"greater_than_equal", "less_than_equal"}:
        limit = context.get("ge", context.get("le"))
        return f"write {'at least' if 'ge' in context else 'at most'} {limit}"
    if kind in _KINDS:
        return _KINDS[kind] + ("" if kind.endswith("model_type") else f"; {shape_of(loc)}")
    if kind == "string_pattern_mismatch" or kind.startswith(("too_", "string_")):
        return shape_of(loc)
    return message


_KINDS = {
    "string_type": 'write text, in quotes where it could be taken for a number ("...")',
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "bool_type": "write true or false",
    "dict_type": "write keys below it",
    "model_type": "write its keys below it, indented",
    "tuple_type": "write a list",
    "list_type": "write a list",
}


def _one_of(value: Any, expected: str) -> str:
    options = [option.strip("'") for option in expected.replace(" or ", ", ").split(", ")]
    if all(option.isdigit() for option in options) and isinstance(value, int):
        nearest = min(options, key=lambda option: abs(int(option) - value))
        return f"write one of {', '.join(options)} - the nearest is {nearest}"
    return f"write one of {', '.join(options)}{did_you_mean(value, options)}"
