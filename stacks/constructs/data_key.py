"""The key that everything at rest is encrypted with."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct


class DataKey(kms.Key):
    """A customer-managed key, rotated each year and kept when the stack goes.

    The services that write on our behalf may use it: alarms into their topic, logs into their
    groups, events into their queue. A use by EventBridge carries no account to check, so the
    queue's own policy is what names the rule.
    """

    def __init__(self, scope: Construct, construct_id: str, *, description: str) -> None:
        super().__init__(
            scope,
            construct_id,
            description=description,
            enable_key_rotation=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        self.let_deliver("cloudwatch", {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}})
        self.let_deliver("events", None)
        self._let_logs()

    def let_deliver(self, service: str, when: Mapping[str, Any] | None) -> None:
        """Let a service of AWS, such as `events`, write to what the key encrypts."""
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"Let{service.replace('-', '').capitalize()}Deliver",
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                conditions=when,
            )
        )

    def _let_logs(self) -> None:
        stack = cdk.Stack.of(self)
        groups = stack.format_arn(
            service="logs", resource="log-group", resource_name="*", arn_format=_COLON
        )
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LetLogsEncrypt",
                principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
                actions=[
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:Encrypt",
                    "kms:GenerateDataKey",
                    "kms:ReEncryptFrom",
                    "kms:ReEncryptTo",
                ],
                resources=["*"],
                conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            )
        )


_COLON = cdk.ArnFormat.COLON_RESOURCE_NAME
