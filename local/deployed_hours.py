"""Calling hours as the functions are deployed with: the rules, and the holidays of this year on."""

import json
from datetime import UTC, datetime
from functools import cache

from lambdas.domain.holidays import Holidays
from lambdas.domain.hours import CallingHours
from local.toolchain import BUILD, ROOT
from tools.holidays.build import build

RULES = ROOT / "lambdas" / "domain" / "data" / "calling_hours.json"


@cache
def deployed_hours() -> CallingHours:
    """The rules with their calendar, as a container of the picker has them."""
    file = BUILD / "holidays.txt"
    build(file, datetime.now(UTC).year)
    calendar = Holidays(lambda: file.read_text("utf-8"))
    return CallingHours.from_json(json.loads(RULES.read_text("utf-8")), calendar)
