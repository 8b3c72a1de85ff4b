"""Amazon Connect's request limits: one token bucket for each operation, filled at a steady rate."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class Rate(NamedTuple):
    """Requests a second, and how many may come at once after a rest."""

    per_second: float
    burst: float


EVERYTHING_ELSE = Rate(2, 5)
RATES = {
    **dict.fromkeys(
        (
            "DescribeContact",
            "GetContactAttributes",
            "StopContact",
            "UpdateContact",
            "UpdateContactAttributes",
        ),
        Rate(10, 15),
    ),
    **dict.fromkeys(("TagContact", "UntagContact"), Rate(20, 25)),
    "GetCurrentMetricData": Rate(5, 8),
    "GetMetricDataV2": Rate(10, 10),
    "ListIntegrationAssociations": Rate(25, 50),
    "SearchContacts": Rate(10, 30),
}
"""Defaults of the service quotas' page, by account and region."""


@dataclass
class Buckets:
    """The buckets of one account in one region. `refused` counts what was throttled."""

    monotonic: Callable[[], float] = time.monotonic
    refused: int = 0
    _filled: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, operation: str) -> bool:
        """Whether a request may be answered now; it then counts."""
        rate, now = RATES.get(operation, EVERYTHING_ELSE), self.monotonic()
        tokens, then = self._filled.get(operation, (rate.burst, now))
        tokens = min(rate.burst, tokens + (now - then) * rate.per_second)
        allowed = tokens >= 1
        self._filled[operation] = (tokens - allowed, now)
        self.refused += not allowed
        return allowed
