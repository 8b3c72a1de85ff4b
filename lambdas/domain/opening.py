"""Local opening times as spans of UTC: what a window means where clocks are set forth and back.

A moment lies in a window when the local clock then shows a time within it. So a window that holds
an hour which clocks repeat holds it twice, and an hour that they skip is in none. Moments are whole
minutes since 1970 (UTC), windows minutes since local midnight; both end before their second number.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

Window = tuple[int, int]
Span = tuple[int, int]

DAY = 1440
ALL_DAY: tuple[Window, ...] = ((0, DAY),)
_EPOCH = date(1970, 1, 1).toordinal()


@cache
def clock_of(zone: str) -> tzinfo:
    """The clock of an IANA zone; ZoneInfoNotFoundError for one that is none.

    ZoneInfo itself keeps eight, and reads the files of the United States' 29 again and again.
    """
    return ZoneInfo(zone)


def minute_of(now: datetime) -> int:
    """The minute that a moment lies in."""
    return int(now.timestamp() // 60)


def moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def day_of(local_minute: int) -> date:
    """The day of a minute since 1970 on a local clock."""
    return date.fromordinal(_EPOCH + local_minute // DAY)


def offset(zone: tzinfo, minute: int) -> int:
    """By how many minutes a zone's clock is ahead of UTC."""
    ahead = datetime.fromtimestamp(minute * 60, zone).utcoffset()
    return int(ahead.total_seconds() // 60) if ahead else 0


def offsets(zone: tzinfo, first: int, last: int) -> list[tuple[int, int, int]]:
    """Spans (from, to, minutes ahead of UTC) between which a zone's clock is set."""
    spans = []
    start, here = first, offset(zone, first)
    minute = first
    while minute < last:
        ahead = min(minute + DAY, last)
        if offset(zone, ahead) != here:
            before = minute
            while ahead - before > 1:
                middle = (before + ahead) // 2
                before, ahead = (
                    (before, middle) if offset(zone, middle) != here else (middle, ahead)
                )
            spans.append((start, ahead, here))
            start, here = ahead, offset(zone, ahead)
        minute = ahead
    if start < last:
        spans.append((start, last, here))
    return spans


def open_spans(
    windows_on: Callable[[date], Iterable[Window]],
    clock: Iterable[tuple[int, int, int]],
) -> list[Span]:
    """The spans of UTC in which a local clock (see `offsets`) shows a time within the windows of
    its day; ascending, none touches the next."""
    spans: list[Span] = []
    for start, end, ahead in clock:
        for day in range((start + ahead) // DAY, (end - 1 + ahead) // DAY + 1):
            midnight = day * DAY - ahead
            for opens, closes in windows_on(date.fromordinal(_EPOCH + day)):
                begin, stop = max(start, midnight + opens), min(end, midnight + closes)
                if begin >= stop:
                    continue
                if spans and spans[-1][1] == begin:
                    spans[-1] = (spans[-1][0], stop)
                else:
                    spans.append((begin, stop))
    return spans


def both(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """Where both are open. Works for windows as it does for spans."""
    found = []
    first = second = 0
    while first < len(one) and second < len(other):
        begin = max(one[first][0], other[second][0])
        stop = min(one[first][1], other[second][1])
        if begin < stop:
            found.append((begin, stop))
        if one[first][1] < other[second][1]:
            first += 1
        else:
            second += 1
    return found


def within(windows: Iterable[Window], local_minute: int) -> bool:
    """Whether a minute of a local clock lies in the windows of its day."""
    time = local_minute % DAY
    return any(opens <= time < closes for opens, closes in windows)
