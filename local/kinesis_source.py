"""Kinesis to a function: the same delivery as of DynamoDB's stream, with other records."""

import base64
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from local.event_sources import Mapped
from local.stream_source import Record, StreamSource

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Json = Any


class KinesisSource(StreamSource):
    """Reads a data stream's shards in order. A stream that is the account's own is made here."""

    told_as = "KinesisBatchInfo"

    def __init__(self, mapped: Mapped, kinesis: Any, sqs: "SQSClient") -> None:
        super().__init__(mapped, kinesis, sqs, {})
        self.name = mapped.source_arn.rpartition("/")[2]
        self._kinesis = kinesis
        if self.name not in kinesis.list_streams()["StreamNames"]:
            kinesis.create_stream(StreamName=self.name, ShardCount=1)

    def put(self, data: bytes, key: str) -> None:
        """Write a record, as whoever feeds the stream does."""
        self._kinesis.put_record(StreamName=self.name, Data=data, PartitionKey=key)

    def _number(self, record: Record) -> str:
        return str(record["kinesis"]["sequenceNumber"])

    def _shards(self) -> list[str]:
        answer = self._kinesis.list_shards(StreamName=self.name)
        return [shard["ShardId"] for shard in answer["Shards"]]

    def _batches(self, shard: str) -> Iterator[list[Record]]:
        iterator = self._iterator(shard)
        while iterator is not None:
            answer = self._kinesis.get_records(
                ShardIterator=iterator, Limit=self._mapped.batch_size
            )
            if not answer["Records"]:
                return
            yield [self._lambda_record(record | {"Shard": shard}) for record in answer["Records"]]
            iterator = answer.get("NextShardIterator")

    def _iterator(self, shard: str) -> str:
        last = self._positions.get(shard)
        after = {"StartingSequenceNumber": last} if last else {}
        answer = self._kinesis.get_shard_iterator(
            StreamName=self.name,
            ShardId=shard,
            ShardIteratorType="AFTER_SEQUENCE_NUMBER" if last else "TRIM_HORIZON",
            **after,
        )
        return str(answer["ShardIterator"])

    def _lambda_record(self, record: Mapping[str, Json]) -> dict[str, Json]:
        number = record["SequenceNumber"]
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record["PartitionKey"],
                "sequenceNumber": number,
                "data": base64.b64encode(record["Data"]).decode(),
                "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{record['Shard']}:{number}",
            "eventName": "aws:kinesis:record",
            "awsRegion": self._mapped.function.region,
            "eventSourceARN": self._mapped.source_arn,
        }
