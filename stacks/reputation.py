"""Who judges the numbers, and who hears that phones show a label for them."""

import json

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import Config
from stacks.config.reputation import LabelService
from stacks.constructs import alarms
from stacks.constructs.python_function import Code, PythonFunction
from stacks.constructs.regularly import DAILY, HOURLY, Regularly
from stacks.constructs.upload_queue import (
    UploadQueue,
    let_read_and_answer,
    let_send,
    queue_of_failures,
)
from stacks.number_pool import LABELS, NumberPoolStack

JUDGE_TIMEOUT = cdk.Duration.minutes(15)
LABELS_TIMEOUT = cdk.Duration.minutes(10)
BEHIND_HOURS = 12
"""Hours that wait to be judged, of all pools together."""


class JudgeNumbers(PythonFunction):
    """Looks at every pool by the hour: judges the hours that have passed, then decides."""

    def __init__(self, scope: Construct, *, config: Config, numbers: NumberPoolStack) -> None:
        super().__init__(
            scope,
            "JudgeNumbers",
            code=Code("judge_numbers", config.settings()),
            logging=numbers.logging,
            timeout=JUDGE_TIMEOUT,
            memory_mb=1769,
            environment={
                "NUMBER_POOL_TABLE": numbers.number_pool.name,
                "USAGE_TABLE": numbers.usage.name,
                "REPUTATION": json.dumps(config.reputation.told),
            },
        )
        self.may_with_table(
            numbers.number_pool,
            "Query", "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem",
        )  # fmt: skip
        self.may_with_table(numbers.usage, "BatchGetItem")
        failures = queue_of_failures(self, key=numbers.key)
        let_send(self, failures, numbers.key)
        Regularly(
            scope,
            "JudgeHourly",
            every=HOURLY,
            function=self,
            failures=failures,
            what="Numbers are judged by what became of their calls",
        )
        bell = numbers.bell
        bell.watch_function(
            self,
            self.function,
            slow_ms=0.8 * JUDGE_TIMEOUT.to_milliseconds(),
            what="Judging the numbers",
        )
        bell.ring(
            self,
            "Failed",
            when=failures.metric_approximate_number_of_messages_visible(
                period=alarms.MINUTE, statistic="Maximum"
            ),
            reaches=1,
            because="The judge failed three times in a row: nothing is judged since, and the hours"
            " wait for a week. Its log says why.",
        )
        bell.ring(
            self,
            "Waiting",
            when=alarms.counted("NumbersWaitingToRest", period=alarms.HOUR),
            reaches=1,
            minutes=3,
            because="Numbers are answered so seldom that they should rest, but as many of their"
            " pool rest already as may: python -m local reputation names them. Add numbers, or"
            " look what all of them have in common.",
        )
        bell.ring(
            self,
            "Behind",
            when=alarms.counted("HoursToJudge", period=alarms.HOUR),
            reaches=BEHIND_HOURS,
            minutes=6,
            because="The judge does not keep up with the calls: worn numbers are noticed late.",
        )


class HeedLabels(PythonFunction):
    """Takes in files of labels, and asks a label service daily where one is configured."""

    def __init__(self, scope: Construct, *, config: Config, numbers: NumberPoolStack) -> None:
        super().__init__(
            scope,
            "HeedLabels",
            code=Code("heed_labels", config.settings()),
            logging=numbers.logging,
            timeout=LABELS_TIMEOUT,
            memory_mb=1024,
            environment={
                "NUMBER_POOL_TABLE": numbers.number_pool.name,
                "REPUTATION": json.dumps(config.reputation.told),
            },
        )
        self._numbers = numbers
        self.may_with_table(numbers.number_pool, "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        if numbers.uploads is not None:
            self._take_files(scope, numbers.uploads.bucket)
        service = config.reputation.labels.service
        if service is not None:
            self._ask(scope, service)
        numbers.bell.watch_function(
            self,
            self.function,
            slow_ms=0.8 * LABELS_TIMEOUT.to_milliseconds(),
            what="Heeding labels of numbers",
        )

    def _take_files(self, scope: Construct, bucket: s3.IBucket) -> None:
        numbers = self._numbers
        queue = UploadQueue(
            scope,
            "Labels",
            bucket=bucket,
            prefix=LABELS,
            key=numbers.key,
            consumer_timeout=LABELS_TIMEOUT,
        )
        queue.feed(self)
        let_read_and_answer(self, numbers.export_value(bucket.bucket_arn), LABELS)
        self.may_use_key(numbers.key.key_arn, through="s3", write=True)
        assert numbers.notifications is not None  # noqa: S101 - made with the bucket
        self.function.add_environment("NOTIFICATIONS_TOPIC_ARN", numbers.notifications.topic_arn)
        self.may("sns:Publish", on=[numbers.notifications.topic_arn])
        self.may_use_key(numbers.key.key_arn, through="sns", write=True)
        numbers.bell.ring(
            queue,
            "FailedFile",
            when=queue.failures.metric_approximate_age_of_oldest_message(
                period=alarms.MINUTE, statistic="Maximum"
            ),
            reaches=60,
            because="A file of labels failed five times: numbers that it names may still be shown."
            " Find the cause in the log of HeedLabels, then redrive the queue.",
        )

    def _ask(self, scope: Construct, service: LabelService) -> None:
        numbers = self._numbers
        told = service.model_dump(
            include={"name", "url", "secret_arn", "most_numbers_a_day", "per_second"}
        )
        self.function.add_environment("LABEL_SERVICE", json.dumps(told))
        self.may_with_table(numbers.number_pool, "Query", "BatchGetItem")
        self.may("secretsmanager:GetSecretValue", on=[service.secret_arn])
        if service.secret_key_arn is not None:
            self.may_use_key(service.secret_key_arn, through="secretsmanager")
        failures = queue_of_failures(self, key=numbers.key)
        let_send(self, failures, numbers.key)
        Regularly(
            scope,
            "AskDaily",
            every=DAILY,
            function=self,
            failures=failures,
            what="A label service is asked what phones show for our numbers",
        )
        numbers.bell.ring(
            self,
            "NotAsked",
            when=alarms.counted("LabelServiceFailed", period=alarms.HOUR),
            reaches=1,
            because="The label service did not answer: labels of today are not known. The log of"
            " HeedLabels says how it failed.",
        )


def add_reputation(scope: Construct, config: Config, numbers: NumberPoolStack) -> None:
    """What judges numbers, where the config has it."""
    if not config.modules.reputation:
        return
    JudgeNumbers(scope, config=config, numbers=numbers)
    if numbers.uploads is not None or config.reputation.labels.service is not None:
        HeedLabels(scope, config=config, numbers=numbers)
