"""The papers of our numbers: how they come in, and who looks what is due."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import Config
from stacks.constructs import alarms
from stacks.constructs.data_table import DataTable
from stacks.constructs.python_function import Code, Logging, PythonFunction
from stacks.constructs.regularly import HOURLY, Regularly
from stacks.constructs.upload_queue import (
    UploadQueue,
    let_read_and_answer,
    let_send,
    queue_of_failures,
)
from stacks.constructs.uploads_bucket import UploadsBucket

PREFIX = "papers/"
TIMEOUT = cdk.Duration.minutes(10)


class Registry(PythonFunction):
    """One function for both: it takes files in, and looks every hour."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: Config,
        number_pool: DataTable,
        key: kms.IKey,
        logging: Logging,
        bell: alarms.Bell,
        uploads: UploadsBucket | None,
        notifications: sns.ITopic | None,
    ) -> None:
        super().__init__(
            scope,
            "Registry",
            code=Code("registry", config.settings(), countries=True),
            logging=logging,
            timeout=TIMEOUT,
            memory_mb=1024,
            environment={"NUMBER_POOL_TABLE": number_pool.name},
        )
        self._key, self._bell = key, bell
        self.may_with_table(number_pool, "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        if uploads is not None and notifications is not None:
            failures = self._papers(scope, uploads, notifications)
        else:
            failures = queue_of_failures(self, key=key)
        let_send(self, failures, key)
        Regularly(
            scope,
            "PapersDue",
            every=HOURLY,
            function=self,
            failures=failures,
            what="Papers that are due, and numbers that lack some",
        )
        self._watch()

    def _papers(
        self, scope: Construct, uploads: UploadsBucket, notifications: sns.ITopic
    ) -> sqs.Queue:
        """Files dropped under papers/<pool>/."""
        key = self._key
        queue = UploadQueue(
            scope,
            "Papers",
            bucket=uploads.bucket,
            prefix=PREFIX,
            key=key,
            consumer_timeout=TIMEOUT,
        )
        queue.feed(self)
        self.function.add_environment("NOTIFICATIONS_TOPIC_ARN", notifications.topic_arn)
        let_read_and_answer(self, uploads.bucket.bucket_arn, PREFIX)
        self.may_use_key(key.key_arn, through="s3", write=True)
        self.may("sns:Publish", on=[notifications.topic_arn])
        self.may_use_key(key.key_arn, through="sns", write=True)
        self._bell.ring(
            queue,
            "FailedUpload",
            when=queue.failures.metric_approximate_age_of_oldest_message(
                period=alarms.MINUTE, statistic="Maximum"
            ),
            reaches=60,
            because="A file of papers failed five times, or the hourly look three times: find the"
            " cause in the log of Registry, then redrive the queue.",
        )
        return queue.failures

    def _watch(self) -> None:
        self._bell.watch_function(
            self,
            self.function,
            slow_ms=0.8 * TIMEOUT.to_milliseconds(),
            what="The registry of numbers",
        )
        self._bell.ring(
            self,
            "Gaps",
            when=alarms.counted("UrgentGaps", period=alarms.HOUR),
            reaches=1,
            because="Papers of numbers are overdue or missing, or a test call showed a label: "
            "python -m local registry --due lists them.",
        )
