"""Connect's right to invoke a function from a flow."""

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct


class ConnectInvocation(Construct):
    """Lets one instance, and no other, invoke the function; lists it in the flow designer.

    Flows that name `arn` depend on this construct: Connect checks the right when they run.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.IFunction,
        instance_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.arn = function.function_arn
        lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=self.arn,
            principal=iam.ServicePrincipal("connect.amazonaws.com").service,
            source_arn=instance_arn,
            source_account=cdk.Stack.of(self).account,
        )
        connect.CfnIntegrationAssociation(
            self,
            "Association",
            instance_id=instance_arn,
            integration_type="LAMBDA_FUNCTION",
            integration_arn=self.arn,
        )
