"""What the parts of the fake share."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from local.connect_instance.model import Refused

Json = Any
Parameters = Mapping[str, Json]
Answer = Callable[[Parameters], dict[str, Json]]

T = TypeVar("T")


def found(things: Mapping[str, T], wanted: str, kind: str) -> T:
    """One of the things by its id. Raises Refused for one that is not there."""
    if wanted not in things:
        raise Refused("ResourceNotFoundException", f"there is no {kind} {wanted}")
    return things[wanted]
