"""From a file in the bucket to one invocation of the importer, and nothing lost on the way."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.python_function import PythonFunction


class UploadQueue(Construct):
    """Objects created under a prefix wait here; after five failures they lie in `failures`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        prefix: str,
        key: kms.IKey,
        consumer_timeout: cdk.Duration,
    ) -> None:
        super().__init__(scope, construct_id)
        self._key = key
        self.failures = encrypted_queue(self, "Failures", key=key)
        self.queue = encrypted_queue(
            self,
            "Waiting",
            key=key,
            # No longer than one run, so that what a crash left is soon taken up again.
            visibility=cdk.Duration.seconds(consumer_timeout.to_seconds() + 60),
            dead_letters=sqs.DeadLetterQueue(queue=self.failures, max_receive_count=5),
        )
        rule = self._rule(bucket, prefix)
        for queue in (self.queue, self.failures):
            let_rule_send(queue, rule)

    def feed(self, consumer: PythonFunction) -> None:
        """Invoke the function for each waiting file, one at a time."""
        consumer.may(
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            on=[self.queue.queue_arn],
        )
        consumer.may_use_key(self._key.key_arn, through="sqs")
        lambda_.CfnEventSourceMapping(
            self,
            "Feed",
            function_name=consumer.function.function_name,
            event_source_arn=self.queue.queue_arn,
            batch_size=1,
            function_response_types=["ReportBatchItemFailures"],
        )

    def _rule(self, bucket: s3.IBucket, prefix: str) -> events.CfnRule:
        return events.CfnRule(
            self,
            "Rule",
            description=f"Files dropped under {prefix or bucket.bucket_name}",
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": [bucket.bucket_name]},
                    **({"object": {"key": [{"prefix": prefix}]}} if prefix else {}),
                },
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="Waiting",
                    arn=self.queue.queue_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                        arn=self.failures.queue_arn
                    ),
                )
            ],
        )


def encrypted_queue(
    scope: Construct,
    construct_id: str,
    *,
    key: kms.IKey,
    visibility: cdk.Duration | None = None,
    dead_letters: sqs.DeadLetterQueue | None = None,
) -> sqs.Queue:
    """A queue that keeps messages for 14 days, encrypted, over TLS only."""
    return sqs.Queue(
        scope,
        construct_id,
        encryption=sqs.QueueEncryption.KMS,
        encryption_master_key=key,
        enforce_ssl=True,
        retention_period=cdk.Duration.days(14),
        visibility_timeout=visibility,
        dead_letter_queue=dead_letters,
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )


def queue_of_failures(scope: Construct, *, key: kms.IKey) -> sqs.Queue:
    """Where lies what failed for good; it has no such queue itself."""
    failures = encrypted_queue(scope, "Failures", key=key)
    acknowledge(failures, "AwsSolutions-SQS3", "This is itself the queue of failures.")
    return failures


def let_send(function: PythonFunction, queue: sqs.Queue, key: kms.IKey) -> None:
    """Let what the function fails at be sent to the queue, in the function's name."""
    function.may("sqs:SendMessage", on=[queue.queue_arn])
    function.may_use_key(key.key_arn, through="sqs", write=True)


def let_read_and_answer(function: PythonFunction, bucket_arn: str, prefix: str) -> None:
    """Let the function read the files that staff drop under a prefix, and put results beside."""
    dropped, results = f"{bucket_arn}/{prefix}*", f"{bucket_arn}/{prefix}*.result.xlsx"
    function.may("s3:GetObject", "s3:GetObjectVersion", on=[dropped])
    function.may("s3:PutObject", on=[results])
    for files in (dropped, results):
        acknowledge(
            function.role,
            f"AwsSolutions-IAM5[Resource::{files}]",
            "Staff choose the names of the files.",
        )


def let_rule_send(queue: sqs.Queue, rule: events.CfnRule, *, who: str = "Rule") -> None:
    """Let one EventBridge rule, and no other, send to the queue. A queue of several rules needs a
    name `who` for each."""
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            sid=f"Let{who}Send",
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": rule.attr_arn}},
        )
    )
