"""The instance's contact records, and how functions are fed with them."""

from dataclasses import dataclass
from typing import NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config.opting_out import ContactRecords, RecordsBucket
from stacks.constructs import alarms
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.data_key import DataKey
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.upload_queue import UploadQueue, let_send, queue_of_failures

KEPT_HOURS = 168
"""How long what could not be read stays in the stream, to be read again by its position."""
STALE_MS = 15 * 60 * 1000


class RecordSource(NamedTuple):
    """Where the records are read: a Kinesis stream by its ARN, or the bucket that Firehose fills;
    `key_arn` is the key of either, None where AWS has it."""

    stream_arn: str
    bucket: RecordsBucket | None
    key_arn: str | None


class RecordStream(Construct):
    """A stream or a bucket that is there already, or a new stream that the instance is told to
    write to. Any number of functions may read it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        records: ContactRecords,
        instance_arn: str,
        key: DataKey,
    ) -> None:
        super().__init__(scope, construct_id)
        if records.bucket is not None:
            self.source = RecordSource("", records.bucket, records.bucket.key_arn)
        elif records.stream_arn is not None:
            self.source = RecordSource(records.stream_arn, None, records.key_arn)
        else:
            self.source = RecordSource(self._made(instance_arn, key), None, key.key_arn)

    def _made(self, instance_arn: str, key: DataKey) -> str:
        """A stream, and the one place that the instance's contact records go to."""
        stream = kinesis.CfnStream(
            self,
            "Stream",
            retention_period_hours=KEPT_HOURS,
            stream_mode_details=kinesis.CfnStream.StreamModeDetailsProperty(
                stream_mode="ON_DEMAND"
            ),
            stream_encryption=kinesis.CfnStream.StreamEncryptionProperty(
                encryption_type="KMS", key_id=key.key_arn
            ),
        )
        acknowledge(
            stream,
            "AwsSolutions-KDS3",
            "Contact records name customers; the policy of our own key says who may read them.",
        )
        _let_connect_write(key)
        connect.CfnInstanceStorageConfig(
            self,
            "Records",
            instance_arn=instance_arn,
            resource_type="CONTACT_TRACE_RECORDS",
            storage_type="KINESIS_STREAM",
            kinesis_stream_config=connect.CfnInstanceStorageConfig.KinesisStreamConfigProperty(
                stream_arn=stream.attr_arn
            ),
        )
        return stream.attr_arn


@dataclass(frozen=True)
class RecordFeed:
    """One function's own reading of the records, made in a scope: a reader that is slow or fails
    keeps no other one waiting.

    What fails for good lies in a queue without the record: by its position in the stream, or by
    the name of its file.
    """

    scope: Construct
    source: RecordSource
    key: DataKey
    bell: alarms.Bell

    def feed(self, reader: PythonFunction, *, timeout: cdk.Duration, stale: str, lost: str) -> None:
        """Invoke the function for what is new. `stale` and `lost` say what it means when records
        wait over a quarter of an hour, and when they are given up."""
        if self.source.bucket is None:
            failures = self._from_stream(reader)
            late = reader.function.metric("IteratorAge", period=alarms.MINUTE, statistic="Maximum")
            late_ms = STALE_MS
        else:
            queue = self._from_files(reader, self.source.bucket, timeout)
            failures = queue.failures
            late = queue.queue.metric_approximate_age_of_oldest_message(
                period=alarms.MINUTE, statistic="Maximum"
            )
            late_ms = STALE_MS // 1000
        self.bell.ring(self.scope, "Stale", when=late, reaches=late_ms, minutes=3, because=stale)
        self.bell.ring(
            self.scope,
            "Failed",
            when=failures.metric_approximate_number_of_messages_visible(
                period=alarms.MINUTE, statistic="Maximum"
            ),
            reaches=1,
            because=lost,
        )

    def _from_stream(self, reader: PythonFunction) -> sqs.Queue:
        failures = queue_of_failures(self.scope, key=self.key)
        reader.may(
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
            on=[self.source.stream_arn],
        )
        if self.source.key_arn is not None:
            reader.may_use_key(self.source.key_arn, through="kinesis")
        let_send(reader, failures, self.key)
        lambda_.CfnEventSourceMapping(
            self.scope,
            "Feed",
            function_name=reader.function.function_name,
            event_source_arn=self.source.stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=100,
            maximum_batching_window_in_seconds=1,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=20,
            function_response_types=["ReportBatchItemFailures"],
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=failures.queue_arn
                )
            ),
        )
        return failures

    def _from_files(
        self, reader: PythonFunction, told: RecordsBucket, timeout: cdk.Duration
    ) -> UploadQueue:
        bucket = s3.Bucket.from_bucket_name(self.scope, "Bucket", told.name)
        queue = UploadQueue(
            self.scope,
            "Files",
            bucket=bucket,
            prefix=told.prefix,
            key=self.key,
            consumer_timeout=timeout,
        )
        queue.feed(reader)
        files = bucket.arn_for_objects(f"{told.prefix}*")
        reader.may("s3:GetObject", on=[files])
        acknowledge(
            reader.role,
            f"AwsSolutions-IAM5[Resource::{files}]",
            "Firehose names the files.",
        )
        if self.source.key_arn is not None:
            reader.may_use_key(self.source.key_arn, through="s3")
        return queue


def _let_connect_write(key: DataKey) -> None:
    """Connect writes with its service-linked role, whose name ends in letters of its own."""
    roles = cdk.Stack.of(key).format_arn(
        service="iam",
        region="",
        resource="role",
        resource_name="aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_*",
    )
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="LetConnectWriteRecords",
            principals=[iam.AnyPrincipal()],
            actions=["kms:GenerateDataKey"],
            resources=["*"],
            conditions={
                "ArnLike": {"aws:PrincipalArn": roles},
                "StringEquals": {
                    "kms:ViaService": f"kinesis.{cdk.Stack.of(key).region}.amazonaws.com",
                    "aws:PrincipalAccount": cdk.Aws.ACCOUNT_ID,
                },
            },
        )
    )
