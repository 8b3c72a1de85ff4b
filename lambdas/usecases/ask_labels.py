"""Ask a service what phones show for our numbers, within a day's number of questions.

The labelled ones come first, so that they return soon when a label is lifted; of the others those
that were asked about longest ago.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from lambdas.domain.phone import E164
from lambdas.usecases.heed_labels import Report

TOGETHER = 50
WAITS = (2.0, 6.0, 18.0)
"""Seconds between tries while the service asks for patience."""


class Told(NamedTuple):
    """What is shown for a number; "" for no label. `seen_on` is a day, "" where none is told."""

    label: str
    seen_on: str = ""


class LabelFault(Exception):
    """No answer. `busy`: it may answer a little later. Nothing in it names a number."""

    def __init__(self, why: str, *, busy: bool = False) -> None:
        super().__init__(why)
        self.busy = busy


class LabelService(Protocol):
    def __call__(self, numbers: Sequence[E164]) -> Mapping[E164, Told]: ...


class Asked(Protocol):
    """What was asked today of the `most_a_day` that may be, and after which number to go on."""

    @property
    def most_a_day(self) -> int: ...

    def after(self) -> str: ...

    def take(self, count: int, after: str, now: datetime) -> bool:
        """Note so many questions; False where the day has no room for them."""


class Rate(Protocol):
    def wait(self) -> None: ...

    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class LabelQuestions:
    """`name` is that of the service, as reports say it."""

    service: LabelService
    asked: Asked
    pace: Rate
    name: str

    def reports(
        self, labelled: Iterable[E164], others: Iterable[E164], now: datetime
    ) -> Iterator[Report]:
        """What the service tells of as many numbers as may be asked about today. Raises
        LabelFault."""
        first, after = sorted(labelled), self.asked.after()
        known = set(first)
        rest = sorted(set(others) - known)
        later = [number for number in rest if number > after]
        sooner = [number for number in rest if number <= after]
        size = min(TOGETHER, self.asked.most_a_day)
        for part, moves in [
            *((part, False) for part in _parts(first, size)),
            *((part, True) for part in _parts([*later, *sooner], size)),
        ]:
            if not self.asked.take(len(part), part[-1] if moves else after, now):
                return
            after = part[-1] if moves else after
            for number, told in self._patiently(part).items():
                if told.label or number in known:
                    yield Report(number, told.label, self.name, told.seen_on)

    def _patiently(self, part: Sequence[E164]) -> Mapping[E164, Told]:
        for wait in WAITS:
            self.pace.wait()
            try:
                return self.service(part)
            except LabelFault as fault:
                if not fault.busy:
                    raise
            self.pace.sleep(wait)
        self.pace.wait()
        return self.service(part)


def _parts(numbers: Sequence[E164], size: int) -> Iterator[Sequence[E164]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
