"""The instance's contact records, and a function that reads them."""

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config.opting_out import ContactRecords
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.data_key import DataKey
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.upload_queue import encrypted_queue

KEPT_HOURS = 168
"""How long what could not be read stays in the stream, to be read again by its position."""


class RecordStream(Construct):
    """A stream that is there already, or a new one that the instance is told to write to.

    What fails for good lies in `failures` by its position in the stream, without the record.
    """

    failures: sqs.Queue

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        records: ContactRecords,
        instance_arn: str,
        key: DataKey,
        reader: PythonFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        self.arn = records.stream_arn or self._made(instance_arn, key)
        self.failures = encrypted_queue(self, "Failures", key=key)
        acknowledge(self.failures, "AwsSolutions-SQS3", "This is itself the queue of failures.")
        reader.may(
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
            on=[self.arn],
        )
        key_arn = key.key_arn if records.create else records.key_arn
        if key_arn is not None:
            reader.may_use_key(key_arn, through="kinesis")
        reader.may("sqs:SendMessage", on=[self.failures.queue_arn])
        reader.may_use_key(key.key_arn, through="sqs", write=True)
        self._feed(reader)

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

    def _feed(self, reader: PythonFunction) -> None:
        lambda_.CfnEventSourceMapping(
            self,
            "Feed",
            function_name=reader.function.function_name,
            event_source_arn=self.arn,
            starting_position="TRIM_HORIZON",
            batch_size=100,
            maximum_batching_window_in_seconds=1,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=20,
            function_response_types=["ReportBatchItemFailures"],
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=self.failures.queue_arn
                )
            ),
        )


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
