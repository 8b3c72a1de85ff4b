"""From a change in the NumberPool table to the directory that pickers read."""

import json

from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.data_table import DataTable
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.upload_queue import queue_of_failures

_PUBLISHED = {
    "dynamodb": {
        "Keys": {"sk": {"S": ["HEAD", "PAPERS", {"prefix": "HELD#"}, {"prefix": "WITHHELD#"}]}}
    }
}
"""Commits of a pool and changes of a number's state; staged rows make no noise."""


class DirectoryFeed(Construct):
    """Invokes the publisher for each commit; a batch that fails for good is kept in `failures`.

    The kept message names shard and sequence numbers, never an item.
    """

    failures: sqs.Queue

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table: DataTable,
        publisher: PythonFunction,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self.failures = queue_of_failures(self, key=key)
        self._rights(publisher, table, key)
        lambda_.CfnEventSourceMapping(
            self,
            "Stream",
            function_name=publisher.function.function_name,
            event_source_arn=table.stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=100,
            maximum_batching_window_in_seconds=2,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=5,
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[
                    lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(_PUBLISHED))
                ]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=self.failures.queue_arn
                )
            ),
        )

    def _rights(self, publisher: PythonFunction, table: DataTable, key: kms.IKey) -> None:
        publisher.may(
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            on=[table.stream_arn],
        )
        publisher.may("dynamodb:ListStreams", on=["*"])
        acknowledge(
            publisher.role,
            "AwsSolutions-IAM5[Resource::*]",
            "Listing streams, which Lambda does to read one, cannot be limited to a table.",
        )
        publisher.may("sqs:SendMessage", on=[self.failures.queue_arn])
        publisher.may_use_key(key.key_arn, through="sqs", write=True)
