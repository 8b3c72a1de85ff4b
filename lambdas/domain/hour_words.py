"""Why a call must wait, in words for the agent, with the time that the customer's clock shows."""

from datetime import date

from lambdas.domain.holidays import Calendar
from lambdas.domain.hour_rules import POOL_HOURS, HourRule, Location
from lambdas.domain.opening import ALL_DAY, DAY, Window, clock_of, day_of, moment, offset

_KINDS_OF_CALLS = {
    "marketing": "marketing calls",
    "collections": "calls to collect a debt",
    "service": "service calls",
    "requested": "calls that a customer asked for",
}


def closed_words(
    rule: HourRule,
    place: Location,
    zone: str,
    purpose: str,
    minute: int,
    opens: int | None,
    calendar: Calendar,
) -> str:
    """The local time where the rule bars the call, what it allows that day, and when the next
    lawful moment is (`opens`, a minute of UTC; None for none within eight days)."""
    if not zone:
        return "Nobody knows what time it is where this customer is; the rule: " + rule.words
    local = minute + offset(clock_of(zone), minute)
    day = day_of(local)
    clock = f"{_time(local)} on {day:%A}"
    allowed = _allowed(rule, place, day, purpose, calendar)
    if rule.states and not place.states:
        said = (
            f"Nobody knows in which state this customer is, so that the hours of each count; "
            f"it may be {clock} there ({zone}), and by those of {rule.place} {allowed}"
        )
    elif len(place.states) > 1 or len(place.zones) > 1 or place.also:
        where = f" in {rule.place}" if rule.place else " elsewhere"
        said = f"This customer may be{where}, and it may be {clock} there ({zone}); {allowed}"
    elif rule.place:
        said = f"It is {clock} in {rule.place} ({zone}); {allowed}"
    else:
        said = f"It is {clock} where this customer is ({zone}); {allowed}"
    return f"{said}. {_next(zone, opens)}"


def _allowed(rule: HourRule, place: Location, day: date, purpose: str, calendar: Calendar) -> str:
    calls = _KINDS_OF_CALLS.get(purpose, f"{purpose} calls")
    who = f"{calls} of this pool" if rule.id == POOL_HOURS else calls
    windows = rule.windows_on(place, day, calendar)
    holiday = rule.holiday is not None and rule.is_holiday(place, day, calendar)
    if windows and windows != ALL_DAY:
        on = " on public holidays" if holiday else ""
        return f"{who} are allowed there{on} from {_listed(windows)}"
    if holiday:
        known = calendar.knows(place.region, day)
        note = "" if known else f", and which days those of {day.year} are is not known yet"
        return f"{who} are not allowed there on public holidays{note}"
    if not any(rule.week or ()):
        return f"{who} are not allowed there at any time"
    return f"{who} are not allowed there on {day:%A}s"


def _listed(windows: tuple[Window, ...]) -> str:
    return " and from ".join(f"{_time(begin)} to {_time(end)}" for begin, end in windows)


def _next(zone: str, opens: int | None) -> str:
    if opens is None:
        return "There is no lawful time within the next eight days."
    local = opens + offset(clock_of(zone), opens)
    day = day_of(local)
    return f"Next: {day:%a} {day.day} {day:%b} {_time(local)} there ({moment(opens):%H:%M} UTC)."


def _time(minute: int) -> str:
    of_day = minute % DAY if minute != DAY else minute
    return f"{of_day // 60:02d}:{of_day % 60:02d}"
