"""Firehose on one machine: rows that were put become Parquet where the template says."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from local.errors import LocalError
from local.functions import FunctionFailed, Invocation
from local.parquet import Converter, Unconverted

if TYPE_CHECKING:
    import boto3

Json = Any
Properties = Mapping[str, Json]
_DAY = re.compile(r"!\{timestamp:yyyy-MM-dd\}")
_ERROR = re.compile(r"!\{firehose:error-output-type\}")
UNCONVERTED = "format-conversion-failed"


@dataclass(frozen=True)
class Stream:
    """What a template says of a delivery stream that converts by a Glue table's columns."""

    bucket: str
    prefix: str
    error_prefix: str
    columns: Mapping[str, str]
    timestamp_format: str

    @classmethod
    def read(cls, properties: Properties, tables: Mapping[tuple[str, str], Properties]) -> "Stream":
        """Raises LocalError for what would be done otherwise in AWS than here."""
        told = properties["ExtendedS3DestinationConfiguration"]
        conversion = told["DataFormatConversionConfiguration"]
        serde = conversion["InputFormatConfiguration"]["Deserializer"]
        written = conversion["OutputFormatConfiguration"]["Serializer"]
        if not conversion.get("Enabled") or set(serde) != {"HiveJsonSerDe"}:
            raise LocalError("A delivery stream is known here that reads JSON by Hive's SerDe.")
        if set(written) != {"ParquetSerDe"} or told.get("CompressionFormat") != "UNCOMPRESSED":
            raise LocalError("A delivery stream is known here that writes Parquet.")
        schema = conversion["SchemaConfiguration"]
        name = (schema["DatabaseName"], schema["TableName"])
        if name not in tables:
            raise LocalError(f"The delivery stream writes by {'.'.join(name)}, which is no table.")
        columns = tables[name]["StorageDescriptor"]["Columns"]
        return cls(
            bucket=told["BucketARN"].rpartition(":")[2],
            prefix=told["Prefix"],
            error_prefix=told["ErrorOutputPrefix"],
            columns={column["Name"]: column["Type"] for column in columns},
            timestamp_format=serde["HiveJsonSerDe"]["TimestampFormats"][0],
        )


class DeliverySource:
    """Gathers what was put and writes it, once whoever put it has come to rest."""

    def __init__(
        self, stream: Stream, gathered: str, session: "boto3.Session", now: Callable[[], datetime]
    ) -> None:
        """`gathered` is the bucket that holds rows as they were put."""
        self._stream, self._gathered, self._now = stream, gathered, now
        self._s3 = session.client("s3")
        self._converter: Converter | None = None
        self.answers: list[Invocation] = []
        self.failures: list[FunctionFailed] = []
        self.abandoned = 0

    def poll(self) -> int:
        """Write the rows that wait; how many there were."""
        keys = [
            item["Key"]
            for item in self._s3.list_objects_v2(Bucket=self._gathered).get("Contents", [])
        ]
        lines = [
            line
            for key in keys
            for line in self._s3.get_object(Bucket=self._gathered, Key=key)["Body"].iter_lines()
        ]
        if not lines:
            return 0
        good, bad = self._converted(lines)
        if good:
            self._put(self._stream.prefix, ".parquet", self.converter.file(good))
        if bad:
            self._put(_ERROR.sub(UNCONVERTED, self._stream.error_prefix), "", b"\n".join(bad))
        for key in keys:
            self._s3.delete_object(Bucket=self._gathered, Key=key)
        return len(lines)

    @property
    def converter(self) -> Converter:
        if self._converter is None:
            self._converter = Converter(self._stream.columns, self._stream.timestamp_format)
        return self._converter

    def _converted(self, lines: list[bytes]) -> tuple[list[dict[str, Any]], list[bytes]]:
        good, bad = [], []
        for line in lines:
            try:
                good.append(self.converter.row(line))
            except Unconverted:
                bad.append(line)
        return good, bad

    def _put(self, prefix: str, ending: str, body: bytes) -> None:
        day = f"{self._now():%Y-%m-%d}"
        key = f"{_DAY.sub(day, prefix)}{uuid.uuid4()}{ending}"
        self._s3.put_object(Bucket=self._stream.bucket, Key=key, Body=body)
