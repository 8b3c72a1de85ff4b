"""Local hours by region, as outcomes are judged and told by."""

import json
from pathlib import Path
from zoneinfo import reset_tzpath

from lambdas.domain.local_hours import LocalHours
from lambdas.wiring import once, task_root


@once
def local_hours() -> LocalHours:
    use_pinned_zones()
    return local_hours_of_file()


def use_pinned_zones() -> None:
    """Take the time zones of the function's bundle, and not whatever the runtime has."""
    zones = task_root() / "tzdata" / "zoneinfo"
    if zones.is_dir():
        reset_tzpath([str(zones)])


def local_hours_of_file() -> LocalHours:
    """With whatever time zones this machine has."""
    data = Path(__file__).parents[1] / "domain" / "data" / "main_zones.json"
    return LocalHours(json.loads(data.read_text("utf-8"))["zones"])
