"""What a report's figures and codes are called, for people who run a contact centre."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from lambdas.domain.intervals import Interval
from lambdas.domain.lifecycle import State
from lambdas.domain.outcomes import Tally
from lambdas.domain.report import LEAST_CALLS, OWN, Line, Period, Report, Standing, Verdict
from lambdas.domain.settings import Tier

NARROW: Final = "\u202f"
DASH: Final = "–"

_TIERS: Final[Mapping[str, str]] = {
    Tier.ANSWERED_BEFORE: "The number that they answered before",
    Tier.CITY: "A number of their own town",
    Tier.NEAREST: "A number from nearby",
    Tier.AREA_CODE: "A number with their area code",
    Tier.STATE: "A number of their state or region",
    Tier.COUNTRY: "Another number of their country",
    Tier.MOBILE: "A mobile number of their country",
    Tier.NATIONAL: "A national number of their country",
    Tier.GOLDEN_TOLL_FREE: "A well-known toll-free number",
    Tier.TOLL_FREE: "A toll-free number",
    Tier.DEFAULT: "The queue's own number",
    "": "Not chosen by the picker",
}
STATES: Final[Mapping[State, str]] = {
    State.NEW: "new, no call yet",
    State.WARMING: "warming up",
    State.ACTIVE: "in use",
    State.RESTING: "resting",
    State.RETIRED: "retired",
}
CHANCE: Final = "no more than chance"
FEW: Final = f"fewer than {LEAST_CALLS} calls"
_VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.MORE: "answered more",
    Verdict.LESS: "answered less",
    Verdict.CHANCE: CHANCE,
    Verdict.FEW: FEW,
}


def whole(number: int) -> str:
    """A count with thousands apart: 12 345."""
    return f"{number:,}".replace(",", NARROW)


def percent(share: float | None) -> str:
    """A share: 8.3 %, small ones with two digits; a dash where there is none."""
    if share is None:
        return DASH
    digits = 0 if share in (0, 1) else 2 if share < 0.01 else 1
    return f"{100 * share:.{digits}f}{NARROW}%"


def between(interval: Interval) -> str:
    """An interval: 7.9–8.6 %."""
    return f"{100 * interval.low:.1f}{DASH}{100 * interval.high:.1f}{NARROW}%"


def counted(number: int, one: str, more: str = "") -> str:
    """So many things: "1 call", "12 345 calls"."""
    return f"{whole(number)} {one if number == 1 else more or one + 's'}"


def tier(code: str) -> str:
    return _TIERS.get(code) or code.replace("_", " ")


def region(code: str) -> str:
    return code or "not known"


def pool(name: str) -> str:
    return "Queues' own numbers" if name == OWN else name


def hour(name: str) -> str:
    return f"{int(name):02d}:00"


def verdict(line: Line) -> str:
    """How a line fares against what the same calls get elsewhere."""
    return _VERDICTS[line.verdict]


def change(line: Line) -> str:
    """How a line fares against the weeks before."""
    if line.change in (Verdict.CHANCE, Verdict.FEW):
        return _VERDICTS[line.change]
    return "risen" if line.change is Verdict.MORE else "fallen"


def headline(report: Report) -> str:
    """The one sentence that a busy person reads."""
    total = report.total
    if report.is_empty:
        return "No call was counted yet"
    if not total.now.made:
        return "No call was counted in these days"
    said = f"{percent(total.now.rate)} of {counted(total.now.made, 'call')} were answered"
    before = percent(total.before.rate)
    if total.change is Verdict.FEW:
        return said
    if total.change is Verdict.CHANCE:
        return f"{said}, much as before ({before})"
    return f"{said}: {'up' if total.change is Verdict.MORE else 'down'} from {before}"


def days(period: Period) -> str:
    """The days of a report: "15 to 21 November 2026"."""
    first, last = period.since, period.until - timedelta(days=1)
    if first.date() == last.date():
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def day(moment: date | datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def short_day(moment: date | datetime) -> str:
    return f"{moment.day} {moment:%b}"


def what_became(one: Standing) -> str:
    """The state of a number in words, with its date."""
    until = f" until {short_day(one.until)}" if one.until else ""
    if one.state is State.RESTING:
        return f"rests{until}"
    if one.state is State.RETIRED:
        return "retired"
    if one.waits:
        return "waits to rest"
    if one.would_rest:
        return f"would rest{until}"
    return STATES[one.state]


def share(part: int, of: int) -> str:
    return percent(part / of) if of else DASH


def invalid_share(tally: Tally) -> str:
    return share(tally.invalid, tally.made + tally.invalid)
