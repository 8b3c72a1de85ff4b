"""The alias that callers use, and how traffic moves to a new version behind it."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.acknowledge import acknowledge

NAME = "live"


class LiveAlias(Construct):
    """`live`: each deployment publishes a version and points the alias to it."""

    def __init__(self, scope: Construct, construct_id: str, *, function: lambda_.Function) -> None:
        super().__init__(scope, construct_id)
        self.alias = lambda_.Alias(self, "Alias", alias_name=NAME, version=function.current_version)

    def shift_gently(self, *, back_on: Sequence[cloudwatch.IAlarm]) -> None:
        """One call in ten for five minutes, then all; back at once when an alarm rings."""
        group = codedeploy.LambdaDeploymentGroup(
            self,
            "Canary",
            alias=self.alias,
            deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
            alarms=list(back_on),
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )
        acknowledge(
            group,
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AWSCodeDeployRoleForLambdaLimited]",
            "AWS keeps this policy for CodeDeploy; it moves Lambda aliases and reads alarms.",
        )
