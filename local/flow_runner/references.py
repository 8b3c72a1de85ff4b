"""References into the contact's data: ``$.External.action``, ``$.Queue.Name`` and their like."""

import re
from collections.abc import Mapping
from typing import Any

from local.flow_runner.catalogue import catalogue

_STEP = r"(?:\.[A-Za-z0-9_-]+|\['[^']+'\])"
_REFERENCE = re.compile(rf"\$\.([A-Za-z]+)({_STEP}*)")
_STEPS = re.compile(r"\.([A-Za-z0-9_-]+)|\['([^']+)'\]")

E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def is_reference(text: object) -> bool:
    """Whether the text is exactly one reference, with nothing around it."""
    return isinstance(text, str) and _REFERENCE.fullmatch(text) is not None


def is_known(reference: str) -> bool:
    """Whether the reference begins in a namespace that Connect has."""
    match = _REFERENCE.fullmatch(reference)
    return match is not None and match.group(1) in catalogue().namespaces


def resolve(data: Mapping[str, Any], reference: str) -> str | None:
    """The text at a reference; None where there is none, where it is null or not a text.

    Numbers and booleans of a JSON response read as their JSON text; lists and objects cannot be
    addressed. Raises KeyError for an unknown namespace.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None or match.group(1) not in catalogue().namespaces:
        raise KeyError(reference)
    node: Any = data.get(match.group(1))
    for plain, quoted in _STEPS.findall(match.group(2)):
        node = node.get(plain or quoted) if isinstance(node, Mapping) else None
    if isinstance(node, bool):
        return "true" if node else "false"
    if isinstance(node, int | float):
        return str(node)
    return node if isinstance(node, str) else None
