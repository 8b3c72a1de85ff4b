"""Lists in pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from local.connect_instance.model import Refused

Json = Any


def page(
    member: str, items: Sequence[Json], asked: Mapping[str, Json], most: int
) -> dict[str, Json]:
    """One page of a list, with a token where there is more."""
    token = asked.get("NextToken", "0")
    if not str(token).isdigit() or int(token) > len(items):
        raise Refused("InvalidParameterException", "NextToken is none of this list")
    begin = int(token)
    end = begin + min(asked.get("MaxResults", most), most)
    answer: dict[str, Json] = {member: list(items[begin:end])}
    if end < len(items):
        answer["NextToken"] = str(end)
    return answer
