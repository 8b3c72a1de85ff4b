"""Law as the functions are deployed with: calling hours with their holidays, and registers."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from zoneinfo import reset_tzpath

from lambdas.domain.holidays import Holidays
from lambdas.domain.hours import CallingHours
from lambdas.domain.screening import Screening
from local.toolchain import BUILD, ROOT
from tools.holidays.build import build

_DATA = ROOT / "lambdas" / "domain" / "data"
RULES = _DATA / "calling_hours.json"


@cache
def deployed_hours() -> CallingHours:
    """The rules with their calendar, as a container of the picker has them."""
    reset_tzpath([])  # zones of the package that functions bring, not of this machine
    file = BUILD / "holidays.txt"
    build(file, datetime.now(UTC).year)
    calendar = Holidays(lambda: file.read_text("utf-8"))
    return CallingHours.from_json(json.loads(RULES.read_text("utf-8")), calendar)


def deployed_screening(declared: Iterable[str]) -> Screening:
    """The national do-not-call registers; `declared` are the ids that the configuration names."""
    known = json.loads((_DATA / "do_not_call_registers.json").read_text("utf-8"))
    return Screening.from_json(known, declared)
