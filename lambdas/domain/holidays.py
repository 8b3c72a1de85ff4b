"""Public holidays, by country and state, out of a file that the build writes.

`holidays.txt` has a line of its first and last year and how it was made, and one for each country
("AU") and subdivision ("AU-ACT") with a column a year; tabs are between columns. A country's column
has its holidays as MMDD, commas between them, or "?" where nobody knows that year yet; a
subdivision's has what it adds, and behind a minus what it leaves out.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import NamedTuple, Protocol

NOT_KNOWN = "?"
NONE_KNOWN = "1\t1\t\n"
"""The text of a file that knows of no day whether it is a holiday."""


class Calendar(Protocol):
    """Whatever knows public holidays."""

    def is_holiday(self, region: str, state: str, day: date) -> bool:
        """Whether a day is a holiday in a state (ISO 3166-2 without its country), or for "" in
        any of the region's. A day that nobody knows counts as one."""
        ...

    def is_national(self, region: str, day: date) -> bool:
        """Whether a day is a holiday in the whole region (ISO 3166 alpha-2)."""
        ...

    def knows(self, region: str, day: date) -> bool:
        """Whether it is known if the day is a holiday."""
        ...


class _Region(NamedTuple):
    """Days of one region, by year; `states` are its subdivisions' with all that hold there."""

    known: frozenset[int]
    national: frozenset[date]
    states: dict[str, frozenset[date]]
    anywhere: frozenset[date]


class Holidays:
    """The file's holidays. A region is read when it is first asked for."""

    def __init__(self, read: Callable[[], str]) -> None:
        """`read` gives the file's text; it is called once, at the first question."""
        self._read = read
        self._regions: dict[str, _Region] = {}

    def is_holiday(self, region: str, state: str, day: date) -> bool:
        found = self._region(region)
        if day.year not in found.known:
            return True
        return day in found.states.get(state, found.anywhere)

    def is_national(self, region: str, day: date) -> bool:
        found = self._region(region)
        return day.year not in found.known or day in found.national

    def knows(self, region: str, day: date) -> bool:
        return day.year in self._region(region).known

    @cached_property
    def _text(self) -> str:
        return self._read()

    def _region(self, region: str) -> _Region:
        found = self._regions.get(region)
        if found is None:
            found = self._regions[region] = self._parsed(region)
        return found

    def _parsed(self, region: str) -> _Region:
        first = int(self._text.split("\t", 1)[0])
        own = self._lines(f"\n{region}\t")
        if not own:
            return _Region(frozenset(), frozenset(), {}, frozenset())
        columns = own[0].split("\t")[1:]
        known = [first + index for index, days in enumerate(columns) if days != NOT_KNOWN]
        national = {year: _days(year, columns[year - first])[0] for year in known}
        states = {}
        for line in self._lines(f"\n{region}-"):
            name, *changes = line.split("\t")
            days: set[date] = set()
            for year in known:
                added, left_out = _days(year, changes[year - first])
                days |= (national[year] - left_out) | added
            states[name.partition("-")[2]] = frozenset(days)
        everywhere = frozenset[date]().union(*national.values())
        return _Region(frozenset(known), everywhere, states, everywhere.union(*states.values()))

    def _lines(self, beginning: str) -> list[str]:
        """The lines that begin so, which stand together."""
        start = self._text.find(beginning)
        lines = []
        while start >= 0 and self._text.startswith(beginning, start):
            end = self._text.find("\n", start + 1)
            lines.append(self._text[start + 1 : end if end >= 0 else None])
            start = end
        return lines


def _days(year: int, column: str) -> tuple[frozenset[date], frozenset[date]]:
    """The days that a column adds and those that it leaves out."""
    texts = column.split(",") if column else []

    def days(wanted: str) -> frozenset[date]:
        return frozenset(
            date(year, int(text[-4:-2]), int(text[-2:])) for text in texts if text[:-4] == wanted
        )

    return days(""), days("-")
