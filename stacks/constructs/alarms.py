"""Alarms, and the topic that carries them to people."""

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

NAMESPACE = "LocalPresence"
MINUTE = cdk.Duration.minutes(1)
HOUR = cdk.Duration.hours(1)


def topic(scope: Construct, construct_id: str, *, key: kms.IKey, email: str | None) -> sns.Topic:
    """An encrypted topic, and the one address that hears of it."""
    made = sns.Topic(scope, construct_id, master_key=key, enforce_ssl=True)
    if email is not None:
        made.add_subscription(subscriptions.EmailSubscription(email))
    return made


def let_alarms_publish(made: sns.Topic) -> None:
    """Let the alarms of this account, and of no other, publish to the topic."""
    made.add_to_resource_policy(
        iam.PolicyStatement(
            sid="LetAlarmsPublish",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[made.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
        )
    )


@dataclass(frozen=True)
class Bell:
    """Rings for alarms: makes them in a scope and sends them to one topic."""

    topic: sns.ITopic

    def ring(
        self,
        scope: Construct,
        construct_id: str,
        *,
        when: cloudwatch.IMetric,
        reaches: float,
        because: str,
        minutes: int = 1,
    ) -> cloudwatch.Alarm:
        """An alarm for when a metric reaches a value for so many of its periods in a row.

        `because` says what it means and what to do; silence of the metric is no alarm.
        """
        alarm = cloudwatch.Alarm(
            scope,
            construct_id,
            metric=when,
            threshold=reaches,
            evaluation_periods=minutes,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=because,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        alarm.add_ok_action(actions.SnsAction(self.topic))
        return alarm

    def watch_function(
        self, scope: Construct, function: lambda_.IFunction, *, slow_ms: float, what: str
    ) -> list[cloudwatch.Alarm]:
        """Errors, throttles and slowness (p99) of a function or alias.

        Slowness counts three minutes in a row; where one invocation takes minutes there are not
        three such minutes in a row, and one is enough.
        """
        slow = function.metric_duration(period=MINUTE, statistic="p99")
        return [
            self.ring(
                scope,
                "Errors",
                when=function.metric_errors(period=MINUTE, statistic="Sum"),
                reaches=1,
                because=f"{what} failed; its log says why.",
            ),
            self.ring(
                scope,
                "Throttles",
                when=function.metric_throttles(period=MINUTE, statistic="Sum"),
                reaches=1,
                because=f"{what} was refused: the account's Lambda concurrency is used up.",
            ),
            self.ring(
                scope,
                "Slow",
                when=slow,
                reaches=slow_ms,
                minutes=3 if slow_ms < MINUTE.to_milliseconds() else 1,
                because=f"{what} takes {slow_ms:g} ms or more for one call in a hundred.",
            ),
        ]


def counted(
    name: str,
    dimensions: Mapping[str, str] | None = None,
    *,
    period: cdk.Duration = MINUTE,
) -> cloudwatch.Metric:
    """How often a function of ours reported something within a period."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map=dict(dimensions or {}),
        statistic="Sum",
        period=period,
    )
