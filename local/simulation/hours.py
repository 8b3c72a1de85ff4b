"""When customers may be rung, and how likely they answer."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from local.simulation.people import Zones

RUNG_FROM = time(9)
RUNG_UNTIL = time(20)
"""Local time of the customer, in each zone that the number may be in. US law allows 8 to 21
(47 CFR 64.1200(c)(1)); callers keep a distance from its borders."""
LEAST_ANSWERED = 0.04
MOST_ANSWERED = 0.12
BY_LOCAL_HOUR = {
    **{9: 0.85, 10: 1.0, 11: 1.05, 12: 0.9, 13: 0.9, 14: 0.95},
    **{15: 1.0, 16: 1.1, 17: 1.2, 18: 1.15, 19: 1.0},
}
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Windows:
    """Hours in which customers of one set of zones may be rung: starts and ends in epoch seconds,
    one of each for each local day."""

    starts: Sequence[int]
    ends: Sequence[int]

    def day(self, at: float) -> int:
        """The index of the local day whose window has begun; -1 ahead of the first."""
        return bisect_right(self.starts, at) - 1

    def open(self, at: float) -> bool:
        day = self.day(at)
        return day >= 0 and at < self.ends[day]


def windows(zones: Zones, first: date, days: int) -> Windows:
    """The windows of each of the local days from `first` on."""
    known = [ZoneInfo(zone) for zone in zones]
    starts, ends = [], []
    for day in (first + index * _DAY for index in range(days)):
        starts.append(max(_epoch(day, RUNG_FROM, zone) for zone in known))
        ends.append(min(_epoch(day, RUNG_UNTIL, zone) for zone in known))
    return Windows(starts, ends)


def _epoch(day: date, at: time, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, at, zone).timestamp())


class AnswerRates:
    """How likely a call is answered: by region, always the same, and by local hour."""

    def __init__(self, zones: Sequence[Zones], begin: datetime) -> None:
        """`begin` fixes the zones' distance from UTC for the whole simulation."""
        self._offsets = [
            int((begin.astimezone(ZoneInfo(each[0])).utcoffset() or timedelta()).total_seconds())
            for each in zones
        ]
        self._by_region: dict[tuple[str, str], float] = {}

    def rate(self, region: str, state: str, zone: int, at: float) -> float:
        """From 4 to 12 %; `at` in epoch seconds."""
        base = self._by_region.get((region, state))
        if base is None:
            spread = crc32(f"{region} {state}".encode()) % 1000 / 1000
            base = self._by_region[region, state] = LEAST_ANSWERED + 0.01 + 0.06 * spread
        hour = int(at + self._offsets[zone]) % 86_400 // 3_600
        return min(MOST_ANSWERED, max(LEAST_ANSWERED, base * BY_LOCAL_HOUR.get(hour, 0.8)))


def monday(now: datetime) -> date:
    """The Monday on or after a moment's UTC day: where simulated days begin."""
    today = now.astimezone(UTC).date()
    return today + (-today.weekday() % 7) * _DAY
