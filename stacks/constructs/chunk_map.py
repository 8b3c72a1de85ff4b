"""The state machine that checks a long list in parts, each as often as it takes."""

import json
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.python_function import Logging

_INVOKE = "arn:aws:states:::lambda:invoke"
_LONGEST_SECONDS = 24 * 3600
_AGAIN = [
    {
        "ErrorEquals": ["States.TaskFailed"],
        "IntervalSeconds": 5,
        "MaxAttempts": 4,
        "BackoffRate": 3,
        "MaxDelaySeconds": 120,
        "JitterStrategy": "FULL",
    }
]


class ChunkMap(Construct):
    """Split until it is done, check each chunk, gather. What passes is the check's id and places
    in the bucket; the log says which step ran and when, without any of it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        lists_of_chunks: str,
        splitter: lambda_.IFunction,
        checker: lambda_.IFunction,
        gatherer: lambda_.IFunction,
        chunks_at_once: int,
        logging: Logging,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        log = logging.group(self)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        grants = iam.Policy(self, "Grants", roles=[role])
        functions = [splitter, checker, gatherer]
        lists = bucket.arn_for_objects(lists_of_chunks)
        grants.add_statements(
            _may("lambda:InvokeFunction", on=[one.function_arn for one in functions]),
            _may("s3:GetObject", on=[lists]),
            _may("kms:Decrypt", "kms:DescribeKey", on=[key.key_arn], when=_through_s3(self)),
            _may(*_DELIVER_LOGS, on=["*"]),
            _may(*_TRACE, on=["*"]),
        )
        acknowledge(
            grants,
            "AwsSolutions-IAM5[Resource::*]",
            "Delivery of logs and traces knows no resource to limit it to.",
        )
        acknowledge(
            grants,
            f"AwsSolutions-IAM5[Resource::{lists}]",
            "Each check has its own list of chunks.",
        )
        machine = stepfunctions.CfnStateMachine(
            self,
            "Machine",
            role_arn=role.role_arn,
            state_machine_type="STANDARD",
            # Not by the CDK's to_json_string, which leaves out what is null.
            definition_string=json.dumps(
                _definition(bucket.bucket_name, splitter, checker, gatherer, chunks_at_once)
            ),
            logging_configuration=stepfunctions.CfnStateMachine.LoggingConfigurationProperty(
                level="ALL",
                include_execution_data=False,
                destinations=[
                    stepfunctions.CfnStateMachine.LogDestinationProperty(
                        cloud_watch_logs_log_group=stepfunctions.CfnStateMachine.CloudWatchLogsLogGroupProperty(
                            log_group_arn=log.log_group_arn
                        )
                    )
                ],
            ),
            tracing_configuration=stepfunctions.CfnStateMachine.TracingConfigurationProperty(
                enabled=True
            ),
        )
        machine.node.add_dependency(grants)  # it is refused while it cannot write its log
        self.arn = machine.attr_arn
        self._let_run_its_map(role, machine)

    def _let_run_its_map(self, role: iam.Role, machine: stepfunctions.CfnStateMachine) -> None:
        """The items of a distributed map are executions of their own."""
        children = cdk.Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{machine.attr_name}/*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        policy = iam.Policy(self, "RunMap", roles=[role])
        policy.add_statements(
            _may("states:StartExecution", on=[machine.attr_arn]),
            _may(
                "states:DescribeExecution",
                "states:StopExecution",
                "states:RedriveExecution",
                on=[children],
            ),
        )
        acknowledge(
            policy,
            f"AwsSolutions-IAM5[Resource::{children}]",
            "Step Functions names the executions of a map's items itself.",
        )


_DELIVER_LOGS = (
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)
_TRACE = (
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
)


def _may(
    *actions: str, on: list[str], when: Mapping[str, Any] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=on, conditions=when)


def _through_s3(scope: Construct) -> Mapping[str, Any]:
    return {"StringEquals": {"kms:ViaService": f"s3.{cdk.Stack.of(scope).region}.amazonaws.com"}}


def _definition(
    bucket: str,
    splitter: lambda_.IFunction,
    checker: lambda_.IFunction,
    gatherer: lambda_.IFunction,
    chunks_at_once: int,
) -> dict[str, Any]:
    return {
        "Comment": "Check a long contact list in parts",
        "StartAt": "Split",
        "TimeoutSeconds": _LONGEST_SECONDS,
        "States": {
            "Split": {
                **_task(splitter, {"id.$": "$.id", "round.$": "$.round"}),
                "ResultSelector": {
                    "id.$": "$.Payload.id",
                    "round.$": "$.Payload.round",
                    "done.$": "$.Payload.done",
                    "chunks.$": "$.Payload.chunks",
                },
                "Next": "IsSplit",
            },
            "IsSplit": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.done", "BooleanEquals": True, "Next": "CheckEach"}],
                "Default": "Split",
            },
            "CheckEach": {
                "Type": "Map",
                "Label": "Chunks",
                "MaxConcurrency": chunks_at_once,
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": {"InputType": "JSON"},
                    "Parameters": {"Bucket": bucket, "Key.$": "$.chunks"},
                },
                "ItemSelector": {"id.$": "$.id", "chunk.$": "$$.Map.Item.Value"},
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": "Check",
                    "States": {"Check": {**_task(checker, None), "OutputPath": None, "End": True}},
                },
                "ResultPath": None,
                "Next": "Gather",
            },
            "Gather": {**_task(gatherer, {"id.$": "$.id"}), "ResultPath": None, "End": True},
        },
    }


def _task(function: lambda_.IFunction, payload: Mapping[str, str] | None) -> dict[str, Any]:
    """Invoke a function with a payload, or with the state's whole input."""
    given: dict[str, Any] = {"Payload.$": "$"} if payload is None else {"Payload": payload}
    return {
        "Type": "Task",
        "Resource": _INVOKE,
        "Parameters": {"FunctionName": function.function_arn, **given},
        "Retry": _AGAIN,
    }
