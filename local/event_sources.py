"""What Lambda does between a queue or stream and a function, as the template's mapping says.

Waits are left out: a failed message or batch is tried again at once, the batching window is
nothing, and the number of tries stays what the template says.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from local.errors import LocalError
from local.event_filter import matches
from local.functions import FunctionFailed, Invocation, LocalFunction

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Json = Any
Properties = Mapping[str, Json]


class Source(Protocol):
    """Something that feeds a function."""

    def poll(self) -> int:
        """Hand over what is waiting; how many records were taken from the source."""


@dataclass(frozen=True)
class Mapped:
    """The members of an event source mapping that matter to every source."""

    function: LocalFunction
    source_arn: str
    batch_size: int
    patterns: tuple[Mapping[str, Json], ...]
    reports_failures: bool
    retries: int
    bisects: bool
    on_failure: str

    @classmethod
    def read(cls, properties: Properties, function: LocalFunction) -> "Mapped":
        """Read a resolved mapping. Raises LocalError for members that would change delivery."""
        unknown = set(properties) - _KNOWN
        if unknown:
            raise LocalError(f"Event source mapping: {', '.join(sorted(unknown))} is unknown here.")
        filters = properties.get("FilterCriteria", {}).get("Filters", [])
        destination = properties.get("DestinationConfig", {}).get("OnFailure", {})
        return cls(
            function=function,
            source_arn=properties["EventSourceArn"],
            batch_size=int(properties.get("BatchSize", 10)),
            patterns=tuple(json.loads(one["Pattern"]) for one in filters),
            reports_failures="ReportBatchItemFailures"
            in properties.get("FunctionResponseTypes", []),
            retries=int(properties.get("MaximumRetryAttempts", -1)),
            bisects=bool(properties.get("BisectBatchOnFunctionError", False)),
            on_failure=destination.get("Destination", ""),
        )


_KNOWN = frozenset(
    {
        "BatchSize",
        "BisectBatchOnFunctionError",
        "DestinationConfig",
        "Enabled",
        "EventSourceArn",
        "FilterCriteria",
        "FunctionName",
        "FunctionResponseTypes",
        "KmsKeyArn",
        "MaximumBatchingWindowInSeconds",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ParallelizationFactor",
        "ScalingConfig",
        "StartingPosition",
        "Tags",
    }
)


class QueueSource:
    """SQS to a function: partial batches, redelivery, and the queue's own dead-letter rule."""

    def __init__(self, mapped: Mapped, url: str, client: "SQSClient") -> None:
        self._mapped = mapped
        self._url = url
        self._client = client
        self.answers: list[Invocation] = []
        self.failures: list[FunctionFailed] = []
        self.abandoned = 0  # its queue moves messages to the dead-letter queue by itself

    def poll(self) -> int:
        """Deliver one batch; what fails becomes visible again at once."""
        messages = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(self._mapped.batch_size, 10),
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            return 0
        records = [self._record(message) for message in messages]
        wanted = [one for one in records if matches(self._mapped.patterns, _parsed(one))]
        failed = self._deliver(wanted) if wanted else frozenset[str]()
        for record in records:
            if record["messageId"] in failed:
                self._client.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
                )
            else:
                self._client.delete_message(
                    QueueUrl=self._url, ReceiptHandle=record["receiptHandle"]
                )
        return len(messages)

    def _deliver(self, records: Sequence[Mapping[str, Json]]) -> frozenset[str]:
        everything = frozenset(record["messageId"] for record in records)
        try:
            done = self._mapped.function.invoke({"Records": list(records)})
        except FunctionFailed as error:
            self.failures.append(error)
            return everything
        self.answers.append(done)
        if not self._mapped.reports_failures:
            return frozenset()
        failed = failed_items(done.payload)
        return failed if failed <= everything else everything

    def _record(self, message: Mapping[str, Json]) -> dict[str, Json]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {},
            "md5OfBody": message.get("MD5OfBody", ""),
            "eventSource": "aws:sqs",
            "eventSourceARN": self._mapped.source_arn,
            "awsRegion": self._mapped.function.region,
        }


def failed_items(payload: Json) -> frozenset[str]:
    """The identifiers in an answer's batchItemFailures; none when the answer has no such member."""
    items = payload.get("batchItemFailures") or [] if isinstance(payload, Mapping) else []
    return frozenset(item["itemIdentifier"] for item in items)


def _parsed(record: Mapping[str, Json]) -> dict[str, Json]:
    try:
        return {**record, "body": json.loads(record["body"])}
    except ValueError:
        return dict(record)
