"""What a container remembers of numbers at their limits."""

from datetime import datetime

from lambdas.domain.phone import E164

REMEMBERED = 200_000


class Worn:
    """Numbers that were found at a limit, until its minute, hour or day is over.

    Within one of these a count only rises, so what is remembered stays true without asking again:
    a pool that is used up costs no reads.
    """

    def __init__(self) -> None:
        self._between: dict[E164, tuple[datetime, datetime]] = {}

    def note(self, number: E164, now: datetime, until: datetime) -> None:
        if len(self._between) >= REMEMBERED:
            self._between.clear()
        self._between[number] = (now, until)

    def holds(self, number: E164, now: datetime) -> bool:
        """Whether the number is at a limit now. A clock that was put back knows of nothing."""
        between = self._between.get(number)
        return between is not None and between[0] <= now < between[1]
