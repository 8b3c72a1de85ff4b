"""The hour of the day where a call went, by the region that its counter names.

A state with two zones, or a country with many, counts as being in the middle one: an hour more or
less changes little of how willingly people answer.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class ZoneFinder(Protocol):
    def zones_of_state(self, region: str, state: str) -> tuple[str, ...]: ...


class MainZones:
    """Zones by region ("US-WA", "GB"), looked up once each."""

    def __init__(self, places: ZoneFinder) -> None:
        self._places = places
        self._known: dict[str, ZoneInfo | None] = {}

    def local_hour(self, region: str, moment: datetime) -> int:
        """The hour (0-23) there at a moment; in UTC where nobody knows the region."""
        if region not in self._known:
            self._known[region] = self._zone(region, moment)
        return moment.astimezone(self._known[region] or UTC).hour

    def _zone(self, region: str, moment: datetime) -> ZoneInfo | None:
        country, _, state = region.partition("-")
        found: Mapping[str, ZoneInfo] = {
            name: zone
            for name in self._places.zones_of_state(country, state)
            if (zone := _zone_of(name)) is not None
        }
        ordered = sorted(
            found, key=lambda name: (moment.astimezone(found[name]).utcoffset() or _NONE, name)
        )
        return found[ordered[len(ordered) // 2]] if ordered else None


_NONE = UTC.utcoffset(None)


def _zone_of(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
