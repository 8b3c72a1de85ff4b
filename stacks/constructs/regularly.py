"""A function that looks at set times for what no event tells of."""

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.python_function import PythonFunction
from stacks.constructs.upload_queue import let_rule_send

HOURLY = "rate(1 hour)"
DAILY = "rate(1 day)"


class Regularly(Construct):
    """Invokes the function at a rate; a look that fails three times lies in `failures`.

    The function must have the right to send there.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        every: str,
        function: PythonFunction,
        failures: sqs.Queue,
        what: str,
    ) -> None:
        super().__init__(scope, construct_id)
        rule = events.CfnRule(
            self,
            "Rule",
            description=what,
            schedule_expression=every,
            targets=[
                events.CfnRule.TargetProperty(
                    id="Function",
                    arn=function.function.function_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                        arn=failures.queue_arn
                    ),
                )
            ],
        )
        lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=function.function.function_name,
            principal=iam.ServicePrincipal("events.amazonaws.com").service,
            source_arn=rule.attr_arn,
        )
        let_rule_send(failures, rule, who="Schedule")
        lambda_.CfnEventInvokeConfig(
            self,
            "Retries",
            function_name=function.function.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=2,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                    destination=failures.queue_arn
                )
            ),
        )
