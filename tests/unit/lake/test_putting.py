"""Rows into Firehose: refused ones again, as many as a request takes, and none lost in silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import pytest

from lambdas.store import lake
from lambdas.store.lake import MOST_RECORDS, TRIES, FirehoseLake, LakeAway

Json = Any


@dataclass(frozen=True)
class Line:
    """What stands for a row: only its line is asked."""

    text: str

    def line(self) -> bytes:
        return self.text.encode()


class Firehose:
    """Refuses records by their place, request by request; always the first where told `ever`."""

    def __init__(self, *refuses: Sequence[int], ever: bool = False) -> None:
        self.requests: list[list[bytes]] = []
        self._refuses, self._ever = list(refuses), ever

    def put_record_batch(self, **told: Json) -> Json:
        lines = [record["Data"] for record in told["Records"]]
        self.requests.append(lines)
        refused = (0,) if self._ever else self._refuses.pop(0) if self._refuses else ()
        replies = [
            {"ErrorCode": "ServiceUnavailableException"} if place in refused else {"RecordId": "r"}
            for place in range(len(lines))
        ]
        return {"FailedPutCount": len(refused), "RequestResponses": replies}


def put(firehose: Firehose, *texts: str) -> list[float]:
    """Put rows; how long it waited between tries."""
    waits: list[float] = []
    store = FirehoseLake(cast("Any", firehose), "lake", sleep=waits.append)
    store.put(cast("Any", [Line(text) for text in texts]))
    return waits


def test_only_what_was_refused_is_put_again() -> None:
    firehose = Firehose([1, 2], [0])
    waits = put(firehose, "a", "b", "c", "d")

    assert firehose.requests == [[b"a", b"b", b"c", b"d"], [b"b", b"c"], [b"b"]]
    assert waits == [0.1, 0.2]


def test_what_is_never_taken_is_told() -> None:
    firehose = Firehose(ever=True)

    with pytest.raises(LakeAway) as told:
        put(firehose, "a", "b")

    assert (told.value.lost, told.value.code) == (1, "ServiceUnavailableException")
    assert len(firehose.requests) == TRIES


def test_no_request_holds_more_than_firehose_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    many = Firehose()
    put(many, *(str(number) for number in range(MOST_RECORDS + 1)))
    assert [len(request) for request in many.requests] == [MOST_RECORDS, 1]

    monkeypatch.setattr(lake, "MOST_BYTES", 10)
    large = Firehose()
    put(large, "x" * 6, "y" * 5, "z" * 5, "w" * 12)
    assert [len(request) for request in large.requests] == [1, 2, 1]


def test_nothing_to_put_asks_nobody() -> None:
    firehose = Firehose()
    put(firehose)

    assert firehose.requests == []
