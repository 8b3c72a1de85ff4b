"""Writes holidays.txt from the package `holidays`: public holidays of countries and their states.

`lambdas/domain/holidays.py` tells its form.
"""

import os
import warnings
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import holidays

from lambdas.domain.holidays import NOT_KNOWN

YEARS_AHEAD = 10
_COUNTRIES_OF_THEIR_OWN: Mapping[str, tuple[str, ...]] = {
    "US": ("AS", "GU", "MP", "PR", "UM", "VI"),
    "FR": ("971", "972", "973", "974", "976", "BL", "MF", "NC", "PF", "PM", "TF", "WF"),
}
"""Subdivisions that telephony knows as regions, which have lines of their own."""
_ALPHA_2 = 2


def build(out: Path, year: int) -> None:
    """Write the file for the year before `year` to ten years ahead, unless it is there already.

    The same package and year give the same bytes.
    """
    years = range(year - 1, year + YEARS_AHEAD + 1)
    head = f"{years[0]}\t{years[-1]}\t{_fingerprint()}\n"
    if out.is_file() and out.read_text("utf-8").startswith(head):
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f"{out.name}.{os.getpid()}")
    unfinished.write_text(head + "".join(f"{line}\n" for line in lines(years)), "utf-8")
    unfinished.replace(out)


def _fingerprint() -> str:
    digest = sha256(version("holidays").encode())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:16]


def lines(years: range) -> Iterator[str]:
    """A line for each country, and behind it one for each of its subdivisions."""
    supported: Mapping[str, list[str]] = holidays.list_supported_countries()
    for region in sorted(name for name in supported if len(name) == _ALPHA_2):
        national = {year: _days(region, None, year) for year in years}
        yield "\t".join((region, *(_column(national[year]) for year in years)))
        for state in _own_states(region, supported[region]):
            changes = []
            for year in years:
                own, all_over = _days(region, state, year) or set(), national[year] or set()
                left_out = [f"-{day}" for day in sorted(all_over - own)]
                changes.append(",".join([*sorted(own - all_over), *left_out]))
            yield "\t".join((f"{region}-{state}", *changes))


def _own_states(region: str, states: list[str]) -> list[str]:
    others = _COUNTRIES_OF_THEIR_OWN.get(region, ())
    return sorted(state for state in states if state not in others)


def _days(region: str, state: str | None, year: int) -> set[str] | None:
    """The holidays of a year as MMDD; None where the package does not know that year."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = holidays.country_holidays(region, subdiv=state, years=year)
    if year > found.end_year or year < found.start_year:
        return None
    estimated = [each for each in said if "only from" in str(each.message)]
    if estimated:
        return None
    return {f"{day:%m%d}" for day in found if isinstance(day, date) and day.year == year}


def _column(days: set[str] | None) -> str:
    return NOT_KNOWN if days is None else ",".join(sorted(days))
