"""What became of calls: the function that counts them, and the lake that queries are asked of."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.config import Config
from stacks.constructs import alarms
from stacks.constructs.lake_bucket import LakeBucket
from stacks.constructs.lake_queries import LakeQueries
from stacks.constructs.lake_stream import LakeStream
from stacks.constructs.lake_table import LakeTable
from stacks.constructs.python_function import Code, PythonFunction
from stacks.constructs.record_stream import RecordFeed, RecordSource
from stacks.number_pool import NumberPoolStack
from stacks.report import add_report
from stacks.reputation import add_reputation
from stacks.suppression import Customers

STREAM_TIMEOUT, FILES_TIMEOUT = cdk.Duration.minutes(5), cdk.Duration.minutes(15)
LATE_S = 2 * 3600
"""Firehose gathers rows for a quarter of an hour."""


class OutcomesStack(cdk.Stack):
    """Counters, lake and queries, and what is judged and reported by them. Holds no data: the
    counters are in the Usage table and the rows in a bucket of the numbers' stack."""

    def __init__(
        self,
        scope: cdk.App,
        construct_id: str,
        *,
        config: Config,
        numbers: NumberPoolStack,
        records: RecordSource,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope, construct_id, env=env, description="Local presence: what became of calls"
        )
        self._config, self._numbers, self._records = config, numbers, records
        assert numbers.lake is not None  # noqa: S101 - made under the same condition
        self.lake = self._lake(numbers.lake)
        self._record()
        add_reputation(self, config, numbers)
        add_report(self, config, numbers)

    def _record(self) -> None:
        """The function reads the records on its own: opt-outs never wait behind counters."""
        numbers = self._numbers
        timeout = FILES_TIMEOUT if self._records.bucket else STREAM_TIMEOUT
        customers = Customers(numbers.customers, numbers.customer_key, numbers.key)
        recorder = PythonFunction(
            self,
            "RecordOutcomes",
            code=Code("record_outcomes", self._config.settings(), places=True, carriers=True),
            logging=numbers.logging,
            timeout=timeout,
            memory_mb=1024,
            environment={
                "USAGE_TABLE": numbers.usage.name,
                "CUSTOMERS_TABLE": customers.table.name,
                "CUSTOMER_KEY_SECRET_ARN": customers.hash_key.secret_arn,
                "LAKE_STREAM": self.lake.name,
            },
        )
        recorder.may_with_table(numbers.usage, "PutItem", "UpdateItem")
        recorder.may_with_table(customers.table, "GetItem", "Query", "UpdateItem")
        customers.let_hash(recorder)
        self.lake.take_from(recorder)
        numbers.bell.watch_function(
            recorder,
            recorder.function,
            slow_ms=0.8 * timeout.to_milliseconds(),
            what="Counting what became of calls",
        )
        scope = Construct(self, "OutcomeRecords")
        RecordFeed(scope, self._records, numbers.key, numbers.bell).feed(
            recorder,
            timeout=timeout,
            stale="What became of calls waits over a quarter of an hour to be counted.",
            lost="Contact records were given up, and their calls are counted nowhere; their "
            "positions, or their files' names, wait in the queue of failures.",
        )

    def _lake(self, bucket: LakeBucket) -> LakeStream:
        config, numbers = self._config, self._numbers
        keep_days = config.retention.lake_days
        table = LakeTable(
            self,
            "LakeTable",
            environment=config.environment,
            bucket=bucket.bucket.bucket_name,
            keep_days=keep_days,
        )
        stream = LakeStream(
            self,
            "Lake",
            bucket_arn=numbers.export_value(bucket.bucket.bucket_arn),
            key=numbers.key,
            table=table,
            logging=numbers.logging,
        )
        queries = LakeQueries(
            self,
            "Queries",
            environment=config.environment,
            bucket=bucket.bucket,
            key=numbers.key,
            table=table,
            gigabytes_a_query=config.outcomes.gigabytes_a_query,
        )
        self._watch_lake(stream)
        cdk.CfnOutput(self, "LakeWorkGroup", value=queries.name)
        return stream

    def _watch_lake(self, stream: LakeStream) -> None:
        ring = self._numbers.bell.ring
        ring(
            stream,
            "Stale",
            when=_of_firehose(stream, "DeliveryToS3.DataFreshness", "Maximum"),
            reaches=LATE_S,
            minutes=3,
            because="Rows wait over two hours for the lake: the log of Firehose says why.",
        )
        ring(
            stream,
            "Unconverted",
            when=_of_firehose(stream, "FailedConversion.Records", "Sum"),
            reaches=1,
            because="Rows did not fit the table and lie under errors/ of the lake's bucket: queries"
            " miss them, counters do not.",
        )


def _of_firehose(stream: LakeStream, name: str, statistic: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/Firehose",
        metric_name=name,
        dimensions_map={"DeliveryStreamName": stream.name},
        statistic=statistic,
        period=alarms.MINUTE,
    )
