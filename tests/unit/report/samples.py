"""Reports of made-up calls."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from lambdas.domain.lifecycle import State
from lambdas.domain.outcomes import Cell, NumberHour, Outcome
from lambdas.domain.report import OWN, Period, Report, Standing
from lambdas.domain.report_sums import Sums
from lambdas.wiring.clocks import local_hours_of_file
from local.outcome_sample import Calling, hours_of

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
PERIOD = Period.ending(NOW)
NUMBERS = [f"+12065550{100 + n}" for n in range(12)]
OWN_NUMBER = "+12125550199"
HOSTILE = "<script>alert('x')</script>&\"=1+1"


def hour(number: str, days_ago: int, at: int, **calls: int) -> NumberHour:
    """Calls to US-WA with a number of the customer's town, by outcome."""
    moment = PERIOD.until - timedelta(days=days_ago) + timedelta(hours=at)
    cells = {Cell("", "city", "US-WA", Outcome(name)): count for name, count in calls.items()}
    return NumberHour(number, moment, cells)


def sums(hours: Mapping[tuple[str, str], Iterable[NumberHour]]) -> Sums:
    """Of pools' numbers."""
    found = Sums(PERIOD, local_hours_of_file())
    for (pool, number), of in hours.items():
        found.add(pool, number, of)
    return found


def standing(number: str, state: State = State.ACTIVE, **more: object) -> Standing:
    return Standing(number, "service", state, limit=10.3, **more)  # type: ignore[arg-type]


def sample(words: str = "", **calling: object) -> Report:
    """A report of five weeks of twelve numbers and one of a queue's own. One number rests, with
    these words for the reason."""
    how = Calling(per_hour=3, **calling)  # type: ignore[arg-type]
    found = Sums(PERIOD, local_hours_of_file())
    for place, number in enumerate(NUMBERS):
        pool = "service" if place % 3 else "sales"
        of = hours_of(number, PERIOD.before, PERIOD.until, how, local_hours_of_file())
        found.add(pool, number, of if place else [])
    own = Calling(per_hour=4, tiers={"default": (1.0, 0.6)})
    found.add(
        OWN,
        OWN_NUMBER,
        hours_of(OWN_NUMBER, PERIOD.before, PERIOD.until, own, local_hours_of_file()),
    )
    return found.report(
        [
            standing(NUMBERS[1], State.RESTING, level=11.0, until=NOW + timedelta(days=9),
                     words=words),
            standing(NUMBERS[2], level=10.9, would_rest=True, until=NOW + timedelta(days=14)),
            standing(NUMBERS[4], level=10.5, waits=True),
            standing(NUMBERS[5], State.RETIRED),
            *(standing(number, level=1.0) for number in NUMBERS[6:]),
        ]
    )  # fmt: skip
