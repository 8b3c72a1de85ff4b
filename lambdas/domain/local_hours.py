"""The hour of the day where a call arrived, by the zone in which most people of the region live."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_UTC = "UTC"


class LocalHours:
    """Local hours by region, as counters name regions: "US-WA", "GB"."""

    def __init__(self, zones: Mapping[str, str]) -> None:
        """`zones` has countries, and those of their states that differ: data/main_zones.json."""
        self._zones = zones
        self._known: dict[str, ZoneInfo] = {}
        self._hours: dict[tuple[str, datetime], int] = {}

    def zone(self, region: str) -> str:
        """The IANA zone; UTC for a region that nobody knows."""
        return self._zones.get(region) or self._zones.get(region.partition("-")[0]) or _UTC

    def hour(self, region: str, moment: datetime) -> int:
        """The hour, 0 to 23, in which a UTC hour begins there."""
        known = self._hours.get((region, moment))
        if known is not None:
            return known
        name = self.zone(region)
        zone = self._known.get(name)
        if zone is None:
            zone = self._known[name] = ZoneInfo(name)
        found = self._hours[region, moment] = moment.astimezone(UTC).astimezone(zone).hour
        return found
