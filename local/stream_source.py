"""DynamoDB's stream to a function: filter, batches, retries, halving, and the failure queue."""

import base64
import json
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from local.errors import LocalError
from local.event_filter import matches
from local.event_sources import Mapped, failed_items
from local.functions import FunctionFailed, Invocation

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_sqs import SQSClient

Json = Any
Record = Mapping[str, Json]


class StreamSource:
    """Reads every shard in order and hands batches over.

    `positions` (shard id → last sequence number handed over) may be kept by the caller, so that
    a later command goes on where this one ended. `abandoned` counts the records that every retry
    failed for.
    """

    told_as = "DDBStreamBatchInfo"

    def __init__(
        self,
        mapped: Mapped,
        streams: "DynamoDBStreamsClient",
        sqs: "SQSClient",
        positions: MutableMapping[str, str],
    ) -> None:
        self._mapped = mapped
        self._streams = streams
        self._sqs = sqs
        self._positions = positions
        self.answers: list[Invocation] = []
        self.failures: list[FunctionFailed] = []
        self.abandoned = 0

    def poll(self) -> int:
        """Hand over whatever the shards hold; how many records were read."""
        read = 0
        for shard in self._shards():
            for records in self._batches(shard):
                read += len(records)
                wanted = [one for one in records if matches(self._mapped.patterns, one)]
                if wanted:
                    self._deliver(shard, wanted, self._mapped.retries)
                self._positions[shard] = self._number(records[-1])
        return read

    def _number(self, record: Record) -> str:
        return str(record["dynamodb"]["SequenceNumber"])

    def _shards(self) -> list[str]:
        stream = self._streams.describe_stream(StreamArn=self._mapped.source_arn)
        return [shard["ShardId"] for shard in stream["StreamDescription"].get("Shards", [])]

    def _batches(self, shard: str) -> Iterator[list[Record]]:
        iterator: str | None = self._iterator(shard)
        while iterator is not None:
            answer = self._streams.get_records(
                ShardIterator=iterator, Limit=min(self._mapped.batch_size, 1000)
            )
            if not answer["Records"]:
                return
            yield [self._lambda_record(record) for record in answer["Records"]]
            iterator = answer.get("NextShardIterator")

    def _iterator(self, shard: str) -> str:
        last = self._positions.get(shard)
        if last is not None:
            try:
                return self._streams.get_shard_iterator(
                    StreamArn=self._mapped.source_arn,
                    ShardId=shard,
                    ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                    SequenceNumber=last,
                )["ShardIterator"]
            except self._streams.exceptions.TrimmedDataAccessException:
                pass  # older than a day: begin with the oldest that is left
        return self._streams.get_shard_iterator(
            StreamArn=self._mapped.source_arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def _deliver(self, shard: str, records: Sequence[Record], retries: int) -> None:
        rest = self._try(records)
        if not rest:
            return
        if self._mapped.bisects and len(rest) > 1:
            middle = len(rest) // 2
            self._deliver(shard, rest[:middle], retries)
            self._deliver(shard, rest[middle:], retries)
        elif retries > 0:
            self._deliver(shard, rest, retries - 1)
        elif retries < 0:
            raise LocalError(
                f"{self._mapped.function.name} fails and its mapping retries for ever:"
                f" {self.failures[-1] if self.failures else 'it reports failed items'}"
            )
        else:
            self._give_up(shard, rest)

    def _try(self, records: Sequence[Record]) -> Sequence[Record]:
        """Invoke once; the records that must be delivered again."""
        try:
            done = self._mapped.function.invoke({"Records": list(records)})
        except FunctionFailed as error:
            self.failures.append(error)
            return records
        self.answers.append(done)
        failed = failed_items(done.payload) if self._mapped.reports_failures else frozenset()
        for index, record in enumerate(records):
            if self._number(record) in failed:
                return records[index:]
        return []

    def _give_up(self, shard: str, records: Sequence[Record]) -> None:
        self.abandoned += len(records)
        if not self._mapped.on_failure:
            return
        numbers = [self._number(record) for record in records]
        name = self._mapped.on_failure.rsplit(":", 1)[-1]
        url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        told = {
            "requestContext": {
                "functionArn": self._mapped.function.arn,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": self._mapped.retries + 1,
            },
            self.told_as: {
                "shardId": shard,
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "batchSize": len(numbers),
                "streamArn": self._mapped.source_arn,
            },
        }
        self._sqs.send_message(QueueUrl=url, MessageBody=json.dumps(told))

    def _lambda_record(self, record: Mapping[str, Json]) -> dict[str, Json]:
        return {
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "eventVersion": record.get("eventVersion", "1.1"),
            "eventSource": "aws:dynamodb",
            "awsRegion": self._mapped.function.region,
            "dynamodb": _plain(record["dynamodb"]),
            "eventSourceARN": self._mapped.source_arn,
        }


def _plain(value: Json) -> Json:
    """As Lambda writes a record: binary in base64, times in seconds since 1970."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value
