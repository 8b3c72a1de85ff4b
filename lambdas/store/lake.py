"""Rows for the lake, through Firehose, which writes them to S3 as Parquet."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.domain.lake_row import LakeRow

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient

MOST_RECORDS = 500
MOST_BYTES = 4 * 1024 * 1024
"""What Firehose takes in one request."""
TRIES = 6
FIRST_WAIT_S = 0.1


class LakeAway(Exception):
    """Firehose did not take `lost` rows, however often it was asked."""

    def __init__(self, lost: int, code: str) -> None:
        super().__init__(f"{lost} rows were not taken: {code}")
        self.lost = lost
        self.code = code


@dataclass(frozen=True, eq=False, repr=False)
class FirehoseLake:
    """Puts rows into a delivery stream."""

    client: "FirehoseClient"
    delivery_stream: str
    sleep: Callable[[float], None] = time.sleep

    def put(self, rows: Sequence[LakeRow]) -> None:
        """Put every row at least once. Firehose takes some and refuses others: only those are put
        again, after a wait that doubles. Raises LakeAway for those that were never taken."""
        for lines in _requests([row.line() for row in rows]):
            self._put(lines)

    def _put(self, lines: list[bytes]) -> None:
        code, wait = "", FIRST_WAIT_S
        for turn in range(TRIES):
            if turn:
                self.sleep(wait)
                wait *= 2
            answer: Any = self.client.put_record_batch(
                DeliveryStreamName=self.delivery_stream,
                Records=[{"Data": line} for line in lines],
            )
            if not answer["FailedPutCount"]:
                return
            told = zip(lines, answer["RequestResponses"], strict=True)
            refused = [(line, reply["ErrorCode"]) for line, reply in told if "ErrorCode" in reply]
            lines = [line for line, _ in refused]
            code = refused[0][1]
        raise LakeAway(len(lines), code)


def _requests(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    request: list[bytes] = []
    size = 0
    for line in lines:
        if request and (len(request) == MOST_RECORDS or size + len(line) > MOST_BYTES):
            yield request
            request, size = [], 0
        request.append(line)
        size += len(line)
    if request:
        yield request
