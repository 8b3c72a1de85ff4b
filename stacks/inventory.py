"""Which numbers the instance really holds: looked at by the hour, and when CloudTrail tells."""

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.calling import CallingStack
from stacks.config import Config
from stacks.constructs import alarms
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.python_function import Code, PythonFunction
from stacks.constructs.regularly import Regularly
from stacks.constructs.upload_queue import let_rule_send, let_send, queue_of_failures
from stacks.number_pool import NumberPoolStack

FOLDER = "inventory/"
TIMEOUT = cdk.Duration.minutes(15)
CHANGES = ("ClaimPhoneNumber", "ImportPhoneNumber", "ReleasePhoneNumber", "UpdatePhoneNumber")
"""What moves a number to or from an instance. UpdatePhoneNumber gives it another target."""


class InventoryStack(cdk.Stack):
    """The job that lists numbers and takes those out of use that are gone. Holds no data."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        numbers: NumberPoolStack,
        calling: CallingStack,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Local presence: the numbers that the instance really holds",
        )
        self._config, self._numbers, self._calling = config, numbers, calling
        groups = config.inventory.traffic_distribution_groups
        self._targets = (calling.instance_arn, *groups)
        self.job = self._job()
        self.failures = queue_of_failures(self, key=numbers.key)
        let_send(self.job, self.failures, numbers.key)
        hours = config.inventory.every_hours
        Regularly(
            self,
            "Look",
            every="rate(1 hour)" if hours == 1 else f"rate({hours} hours)",
            function=self.job,
            failures=self.failures,
            what="The instance's numbers are compared with the pools",
        )
        self._hear_of_changes()
        self._watch()

    def _job(self) -> PythonFunction:
        numbers = self._numbers
        job = PythonFunction(
            self,
            "Inventory",
            code=Code("inventory", self._config.settings()),
            logging=numbers.logging,
            timeout=TIMEOUT,
            memory_mb=1024,
            environment={
                "NUMBER_POOL_TABLE": numbers.number_pool.name,
                "TARGET_ARNS": cdk.Stack.of(self).to_json_string(list(self._targets)),
                "QUEUE_NUMBERS": cdk.Stack.of(self).to_json_string(self._claimed()),
            },
        )
        job.may_with_table(
            numbers.number_pool,
            "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem",
        )  # fmt: skip
        every = f"arn:{self.partition}:connect:{self.region}:{self.account}:phone-number/*"
        job.may("connect:ListPhoneNumbersV2", on=[*self._targets, every])
        acknowledge(
            job.role,
            f"AwsSolutions-IAM5[Resource::{every}]",
            "A listing names no number: it is of every number of the account or of a target.",
        )
        self._let_report(job)
        return job

    def _let_report(self, job: PythonFunction) -> None:
        """The files lie in the uploads bucket, and those hear of them who hear of uploads."""
        uploads, topic = self._numbers.uploads, self._numbers.notifications
        if uploads is None or topic is None:
            return
        job.function.add_environment("UPLOADS_BUCKET", uploads.bucket.bucket_name)
        job.function.add_environment("NOTIFICATIONS_TOPIC_ARN", topic.topic_arn)
        files = [
            uploads.bucket.arn_for_objects(f"{FOLDER}inventory.{kind}") for kind in ("csv", "xlsx")
        ]
        job.may("s3:PutObject", on=files)
        job.may_use_key(self._numbers.key.key_arn, through="s3", write=True)
        job.may("sns:Publish", on=[topic.topic_arn])
        job.may_use_key(self._numbers.key.key_arn, through="sns", write=True)

    def _claimed(self) -> dict[str, str]:
        """The ARN of each queue's own number that is claimed for it; of the others the settings
        tell, for an environment takes 4 KB."""
        return {
            str(node.node.scope.node.id).removeprefix("Queue-"): node.attr_phone_number_arn
            for node in self._calling.node.find_all()
            if isinstance(node, connect.CfnPhoneNumber) and node.node.scope is not None
        }

    def _hear_of_changes(self) -> None:
        """Best effort: management events reach EventBridge only where CloudTrail keeps a trail."""
        rule = events.CfnRule(
            self,
            "Changes",
            description="Numbers that were claimed, moved or released, as CloudTrail tells",
            event_pattern={
                "source": ["aws.connect"],
                "detail-type": ["AWS API Call via CloudTrail"],
                "detail": {
                    "eventSource": ["connect.amazonaws.com"],
                    "eventName": list(CHANGES),
                },
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="Function",
                    arn=self.job.function.function_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                        arn=self.failures.queue_arn
                    ),
                )
            ],
        )
        lambda_.CfnPermission(
            self,
            "ChangesPermission",
            action="lambda:InvokeFunction",
            function_name=self.job.function.function_name,
            principal=iam.ServicePrincipal("events.amazonaws.com").service,
            source_arn=rule.attr_arn,
        )
        let_rule_send(self.failures, rule, who="Changes")

    def _watch(self) -> None:
        bell = self._numbers.bell
        between = cdk.Duration.hours(self._config.inventory.every_hours)
        bell.watch_function(
            self.job,
            self.job.function,
            slow_ms=0.8 * TIMEOUT.to_milliseconds(),
            what="The inventory of numbers",
        )
        bell.ring(
            self.job,
            "Drift",
            when=alarms.counted("NumbersNotHeld", period=between),
            reaches=1,
            because="The instance does not hold a number of a pool, or a queue's own: no call shows"
            " the first, and the second makes calls fail. inventory/inventory.xlsx names them.",
        )
        bell.ring(
            self.job,
            "Refused",
            when=alarms.counted("InventoryRefused", period=between),
            reaches=1,
            because="Amazon Connect listed no number at all; nothing was changed by that.",
        )
        bell.ring(
            self.job,
            "Failed",
            when=self.failures.metric_approximate_number_of_messages_visible(
                period=alarms.MINUTE, statistic="Maximum"
            ),
            reaches=1,
            because="The inventory failed three times in a row: which numbers are held is not"
            " known since.",
        )
