"""From a message that somebody sends to one invocation, with no queue that would keep it."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.constructs import alarms
from stacks.constructs.data_key import DataKey
from stacks.constructs.python_function import PythonFunction

SERVICE = "sms-voice"
OLDEST = cdk.Duration.hours(6)


class InboundTexts(Construct):
    """A topic that AWS End User Messaging alone may publish to, and the function that hears of it.

    What fails three times is dropped: a queue of failures would hold the sender's number.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, key: DataKey, listener: PythonFunction
    ) -> None:
        super().__init__(scope, construct_id)
        mine = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
        key.let_deliver(SERVICE, mine)
        self.topic = alarms.topic(self, "Topic", key=key, email=None)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LetMessagingPublish",
                principals=[iam.ServicePrincipal(f"{SERVICE}.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions=mine,
            )
        )
        lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=listener.function.function_name,
            principal=iam.ServicePrincipal("sns.amazonaws.com").service,
            source_arn=self.topic.topic_arn,
        )
        sns.CfnSubscription(
            self,
            "Subscription",
            topic_arn=self.topic.topic_arn,
            protocol="lambda",
            endpoint=listener.function.function_arn,
        )
        lambda_.CfnEventInvokeConfig(
            self,
            "Retries",
            function_name=listener.function.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=int(OLDEST.to_seconds()),
        )
