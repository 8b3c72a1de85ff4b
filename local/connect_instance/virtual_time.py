"""Seconds that pass only when somebody waits."""

from dataclasses import dataclass


@dataclass(slots=True)
class VirtualTime:
    """A monotonic clock, and the sleep that moves it."""

    seconds: float = 0.0

    def monotonic(self) -> float:
        """The seconds that were slept so far."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.seconds += max(0.0, seconds)
