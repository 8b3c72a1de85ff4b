"""A pool's own calling hours, and the rules of law that do not count for it, with the reason."""

import json
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from stacks.config.base import Part, wrong

RULES_FILE = Path(__file__).parents[2] / "lambdas" / "domain" / "data" / "calling_hours.json"

_SHORTEST, _LONGEST = 20, 500
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"


@cache
def hour_rules_by_id() -> Mapping[str, Mapping[str, Any]]:
    """The rules on calling hours and attempts, as they stand in their file."""
    document: Mapping[str, Any] = json.loads(RULES_FILE.read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in document["rules"]}


def _ascending(windows: tuple[str, ...]) -> tuple[str, ...]:
    edges = [edge for window in windows for edge in window.split("-")]
    for earlier, later in pairwise(edges):
        if later <= earlier:
            raise wrong(
                f"{later} does not come after {earlier}; write the windows of a day in their "
                "order, from the earliest on; a day ends at 24:00"
            )
    return windows


Windows = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=rf"^{_TIME}-({_TIME}|24:00)$")], ...],
    AfterValidator(_ascending),
]


def _telling(reason: str) -> str:
    if not _SHORTEST <= len(reason.strip()) <= _LONGEST:
        raise wrong(
            "write who decided that the rule does not count for this pool, on what ground and "
            f"when, in {_SHORTEST} to {_LONGEST} characters"
        )
    return reason.strip()


Reason = Annotated[
    str,
    AfterValidator(_telling),
    Field(json_schema_extra={"minLength": _SHORTEST, "maxLength": _LONGEST}),
]


class PoolHours(Part):
    """When customers are called, in their local time and in every place where they may be. These
    hours make the law's narrower (docs/calling-hours.md) and never wider; a kind of day that is
    left out keeps to the law alone. 10:00 to 17:00 is when most people are glad to be called."""

    weekdays: Windows | None = None
    """Monday to Friday, such as ["10:00-13:00", "14:00-17:00"]; [] for no calls."""

    saturday: Windows | None = None
    sunday: Windows | None = None

    holidays: bool = True
    """Whether customers are called on the public holidays of their state, where law allows it."""

    automatic: bool = False
    """Whether a machine dials or speaks; some states allow it fewer hours and attempts."""

    lifted: Annotated[
        dict[str, Reason],
        Field(json_schema_extra={"propertyNames": {"enum": sorted(hour_rules_by_id())}}),
    ] = Field(default_factory=dict)
    """Rules that do not count for this pool, by id: who decided so, on what ground, and when. Each
    dial that they would have barred logs the reason, and every synth tells it."""


def lifted_notes(pools: Mapping[str, PoolHours]) -> Mapping[str, str]:
    """The rules that pools lifted, and the reasons: dotted key → words."""
    return {
        f"pools.{key}.hours.lifted.{name}": (
            f"The calling-hours rule {name} ({hour_rules_by_id()[name]['words']}) does not count "
            f"for this pool. Reason: {reason}"
        )
        for key, hours in pools.items()
        for name, reason in hours.lifted.items()
    }
