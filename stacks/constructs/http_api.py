"""An HTTP API whose callers IAM knows, in front of one function."""

import json
from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.constructs.python_function import Logging, PythonFunction

_LOGGED = {
    "requestId": "$context.requestId",
    "at": "$context.requestTime",
    "caller": "$context.identity.userArn",
    "ip": "$context.identity.sourceIp",
    "route": "$context.routeKey",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "error": "$context.error.message",
}
"""Neither bodies nor addresses: the one holds numbers, and the other is the route."""


class HttpApi(Construct):
    """Routes with IAM authorisation, a limit on calls, and an access log without bodies."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: PythonFunction,
        routes: Sequence[str],
        log: logs.CfnLogGroup,
        description: str,
    ) -> None:
        super().__init__(scope, construct_id)
        api = gateway.CfnApi(
            self,
            "Api",
            name=f"{cdk.Stack.of(self).stack_name} {construct_id}",
            protocol_type="HTTP",
            description=description,
        )
        integration = gateway.CfnIntegration(
            self,
            "Function",
            api_id=api.ref,
            integration_type="AWS_PROXY",
            integration_uri=function.function.function_arn,
            payload_format_version="2.0",
        )
        for number, route in enumerate(routes, start=1):
            gateway.CfnRoute(
                self,
                f"Route{number}",
                api_id=api.ref,
                route_key=route,
                authorization_type="AWS_IAM",
                target=f"integrations/{integration.ref}",
            )
        gateway.CfnStage(
            self,
            "Stage",
            api_id=api.ref,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=gateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.attr_arn, format=json.dumps(_LOGGED)
            ),
            default_route_settings=gateway.CfnStage.RouteSettingsProperty(
                throttling_burst_limit=50, throttling_rate_limit=20
            ),
        )
        lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=function.function.function_name,
            principal=iam.ServicePrincipal("apigateway.amazonaws.com").service,
            source_arn=cdk.Stack.of(self).format_arn(
                service="execute-api", resource=api.ref, resource_name="*/*/suppressions*"
            ),
        )
        self.endpoint = api.attr_api_endpoint


def access_log(scope: Construct, construct_id: str, *, logging: Logging) -> logs.CfnLogGroup:
    """The group that an API writes its access log to."""
    group = logs.CfnLogGroup(
        scope, construct_id, retention_in_days=logging.days, kms_key_id=logging.key.key_arn
    )
    group.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return group
