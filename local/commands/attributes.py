"""Contact attributes on the command line, and what they tell of a customer."""

import argparse
from collections.abc import Mapping

from lambdas.domain.whereabouts import Knowledge
from local.errors import LocalError

KNOWN = ("postal_code", "city", "state", "latitude", "longitude")
HIGHEST = {"latitude": 90.0, "longitude": 180.0}


def attribute(text: str) -> tuple[str, str]:
    """An option's value such as state=WA."""
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is no attribute; write it like state=WA")
    return name, value


def knowledge_of(attributes: Mapping[str, str]) -> Knowledge:
    """What the flow would tell the picker. Raises LocalError for what tells it nothing."""
    unknown = [name for name in attributes if name not in KNOWN]
    if unknown:
        raise LocalError(
            f"--attribute {unknown[0]} tells the picker nothing; it knows {', '.join(KNOWN)}."
        )
    degrees = [_degrees(name, attributes[name]) for name in HIGHEST if name in attributes]
    if len(degrees) == 1:
        raise LocalError("A position takes both: --attribute latitude=… --attribute longitude=…")
    return Knowledge(
        postal_code=attributes.get("postal_code", "").strip(),
        city=attributes.get("city", "").strip(),
        state=attributes.get("state", "").strip(),
        position=(degrees[0], degrees[1]) if degrees else None,
    )


def _degrees(name: str, text: str) -> float:
    try:
        degrees = float(text)
    except ValueError:
        degrees = HIGHEST[name] + 1
    if not abs(degrees) <= HIGHEST[name]:
        raise LocalError(
            f"--attribute {name}={text} is no {name}; write degrees from -{HIGHEST[name]:g} to"
            f" {HIGHEST[name]:g}, like {name}=47.61."
        )
    return degrees
