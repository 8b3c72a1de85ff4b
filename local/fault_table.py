"""What can go wrong between the picker and its store, as answers of an endpoint that misbehaves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any, NamedTuple

from local import faulty_store as faulty
from local.faulty_store import Answer, Request

SKEW = timedelta(hours=7)


class When(NamedTuple):
    """Counted from 0: the invocation under way, and the request among all that may be befallen."""

    invocation: int
    request: int


Happens = Callable[[When], bool]


def _always(_: When) -> bool:
    return True


def _now_and_then(when: When) -> bool:
    return Random(when.request).random() < 0.1


def _in_bursts(when: When) -> bool:
    return when.invocation % 12 >= 6


SCHEDULES: dict[str, Happens] = {
    "100 %": _always,
    "10 %": _now_and_then,
    "bursts": _in_bursts,
}
"""Whether the fault happens; a burst lasts six invocations after six good ones."""


class Fault(NamedTuple):
    """One kind of trouble. `answers` are what it may look like, one an invocation, made for an
    engine's address; it befalls only `operations`, all where none is named. `skew` is how far the
    caller's clock is off, for a fault that is none of the store's."""

    name: str
    answers: Callable[[str], Sequence[Answer]]
    operations: frozenset[str] = frozenset()
    skew: timedelta = timedelta()


def _both(then: Answer) -> Callable[[str], Sequence[Answer]]:
    """The request is lost on its way, or is carried out and its answer lost."""
    return lambda address: (then, faulty.carried_out(address, then))


def _plain(*answers: Answer) -> Callable[[str], Sequence[Answer]]:
    return lambda _address: answers


def _slow(seconds: float) -> Callable[[str], Sequence[Answer]]:
    return lambda address: (faulty.forward(address, seconds),)


def _altered(*changes: Callable[[Any], None]) -> Callable[[str], Sequence[Answer]]:
    return lambda address: [faulty.altered(address, change) for change in changes]


def _items(document: Any) -> list[dict[str, Any]]:
    return [item for items in document.get("Responses", {}).values() for item in items]


def _garbage(document: Any) -> None:
    for item in _items(document):
        if "data" in item:
            item["data"] = {"B": "bm90IGEgc2VnbWVudA=="}


def _strange_pointer(document: Any) -> None:
    for item in _items(document):
        if "directory" in item:
            item["directory"] = {"M": {"version": {"N": "7"}}}


def _no_pointer(document: Any) -> None:
    for item in _items(document):
        item.pop("directory", None)


def _no_segments(document: Any) -> None:
    for table, items in document.get("Responses", {}).items():
        document["Responses"][table] = [item for item in items if "data" not in item]


_READS = frozenset({"Query", "BatchGetItem"})
_DIRECTORY = frozenset({"BatchGetItem"})
_COMMIT = frozenset({"TransactWriteItems"})

FAULTS = (
    Fault("time-out", _both(faulty.silence(3))),
    Fault(
        "throttling",
        _plain(
            faulty.error(400, "ProvisionedThroughputExceededException"),
            faulty.error(400, "ThrottlingException"),
        ),
    ),
    Fault(
        "throttled transaction",
        _plain(
            faulty.cancelled("ThrottlingError"),
            faulty.cancelled("ProvisionedThroughputExceeded"),
        ),
        _COMMIT,
    ),
    Fault("transaction conflict", _plain(faulty.cancelled("TransactionConflict")), _COMMIT),
    Fault("internal error", _both(faulty.error(500, "InternalServerError"))),
    Fault("connection reset", _both(faulty.reset)),
    Fault("answers after 50 ms", _slow(0.05)),
    Fault("answers after 200 ms", _slow(0.2)),
    Fault("answers after 1 s", _slow(1.0)),
    Fault("answers after 5 s", _slow(5.0)),
    Fault("reads answered by another", _plain(faulty.nonsense), _READS),
    Fault("unparseable directory", _altered(_garbage, _strange_pointer), _DIRECTORY),
    Fault("missing directory", _altered(_no_pointer, _no_segments), _DIRECTORY),
    Fault("table missing", _plain(faulty.error(400, "ResourceNotFoundException"))),
    Fault("clock off: request refused", _plain(faulty.error(400, "InvalidSignatureException"))),
    Fault("clock hours ahead", _plain(), skew=SKEW),
    Fault("clock hours behind", _plain(), skew=-SKEW),
)


@dataclass
class Troubled:
    """An endpoint's answers: the engine's own, but for the requests that the fault befalls."""

    address: str
    fault: Fault
    happens: Happens
    invocation: int = 0
    befell: int = 0
    _requests: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self._faulty = self.fault.answers(self.address)
        self._good = faulty.forward(self.address, 0)

    def __call__(self, request: Request) -> None:
        concerned = not self.fault.operations or request.operation in self.fault.operations
        if self._faulty and concerned and self.happens(When(self.invocation, next(self._requests))):
            self.befell += 1
            self._faulty[self.invocation % len(self._faulty)](request)
        else:
            self._good(request)
