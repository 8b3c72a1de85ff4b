"""The time that the handlers are told: the machine's own, or a chosen one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time until `set` chooses another; then only `advance` moves it."""

    def __init__(self) -> None:
        self._chosen: datetime | None = None

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        return self._chosen if self._chosen is not None else datetime.now(UTC)

    def set(self, moment: datetime) -> None:
        """Stand still at an aware moment. Raises ValueError for one without a zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        self._chosen = moment.astimezone(UTC)

    @contextmanager
    def standing_at(self, moment: datetime) -> Iterator[None]:
        """Stand still at an aware moment, and go on as before."""
        before = self._chosen
        self.set(moment)
        try:
            yield
        finally:
            self._chosen = before

    def reset(self) -> None:
        """Back to real time."""
        self._chosen = None

    def advance(self, by: timedelta) -> None:
        """Move a chosen time on; real time moves by itself."""
        if self._chosen is not None:
            self._chosen += by
