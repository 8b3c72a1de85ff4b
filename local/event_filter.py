"""The filter patterns of event source mappings; an unknown operator is an error, never a pass."""

from collections.abc import Mapping, Sequence
from typing import Any

from local.errors import LocalError

Json = Any
_ABSENT = object()


def matches(patterns: Sequence[Mapping[str, Json]], record: Mapping[str, Json]) -> bool:
    """Whether any pattern matches, as Lambda decides it; no patterns let everything pass."""
    return not patterns or any(_object(pattern, record) for pattern in patterns)


def _object(pattern: Mapping[str, Json], value: Json) -> bool:
    for key, wanted in pattern.items():
        if key.startswith("$"):
            raise LocalError(f"Filter pattern: {key} is not understood here.")
        found = value.get(key, _ABSENT) if isinstance(value, Mapping) else _ABSENT
        if isinstance(wanted, Mapping):
            if not _object(wanted, found):
                return False
        elif isinstance(wanted, list):
            if not any(_one(choice, found) for choice in wanted):
                return False
        else:
            raise LocalError(f"Filter pattern: {key} needs a list of choices, not {wanted!r}.")
    return True


def _one(choice: Json, found: Json) -> bool:
    if not isinstance(choice, Mapping):
        return bool(found is not _ABSENT and choice == found)
    if len(choice) != 1:
        raise LocalError(f"Filter pattern: {choice!r} has more than one operator.")
    ((operator, argument),) = choice.items()
    if operator == "exists":
        return (found is not _ABSENT) is bool(argument)
    if found is _ABSENT:
        return False
    return _compare(operator, argument, found)


def _compare(operator: str, argument: Json, found: Json) -> bool:
    if operator == "prefix":
        return isinstance(found, str) and found.startswith(argument)
    if operator == "suffix":
        return isinstance(found, str) and found.endswith(argument)
    if operator == "equals-ignore-case":
        return isinstance(found, str) and found.casefold() == argument.casefold()
    if operator == "anything-but":
        choices = argument if isinstance(argument, list) else [argument]
        return not any(_one(choice, found) for choice in choices)
    raise LocalError(f"Filter pattern: the operator {operator!r} is not understood here.")
