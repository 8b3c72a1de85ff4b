"""Which AWS calls the functions make, and whether their roles' policies in the template grant them.

moto does not enforce policies on what it fakes, so calls are recorded as botocore builds them and
compared with the statements.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from local.cloud import LocalCloud
from local.errors import LocalError

Json = Any


@dataclass(frozen=True, order=True)
class Use:
    """One permission that a function needed: an IAM action on a resource's ARN."""

    function: str
    action: str
    resource: str


@dataclass(frozen=True)
class ApiCall:
    """One call of an AWS API by a function, with its parameters."""

    function: str
    service: str
    operation: str
    parameters: Mapping[str, Json]


@contextmanager
def recorded_calls() -> Iterator[list[ApiCall]]:
    """Record the calls that functions make with clients built from now on, until the end."""
    import boto3
    from botocore import handlers

    calls: list[ApiCall] = []

    def record(params: Mapping[str, Json], model: Any, **_rest: Any) -> None:
        function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        if function:  # else the local cloud's own call
            service = model.service_model.service_name
            calls.append(ApiCall(function, service, model.name, dict(params)))

    hook = ("before-parameter-build", record)
    handlers.BUILTIN_HANDLERS.append(hook)
    boto3.DEFAULT_SESSION = None  # what handlers build clients with; a session keeps its hooks
    try:
        yield calls
    finally:
        handlers.BUILTIN_HANDLERS.remove(hook)
        boto3.DEFAULT_SESSION = None


def uses(cloud: LocalCloud, calls: list[ApiCall]) -> set[Use]:
    """The permissions that the calls needed. Raises LocalError for a call unknown here."""
    return {
        Use(call.function, action, resource)
        for call in calls
        for action, resource in _needs(cloud, call)
    }


def refused(cloud: LocalCloud, needed: set[Use]) -> list[Use]:
    """Those that no statement of the function's role grants, in order."""
    roles = {function.name: function.role for function in cloud.made.functions.values()}
    statements = {
        name: cloud.loaded.statements.get(role.rsplit(":", 1)[-1], [])
        for name, role in roles.items()
    }
    return sorted(use for use in needed if not _is_granted(use, statements[use.function]))


def _is_granted(use: Use, statements: list[Json]) -> bool:
    return any(
        statement["Effect"] == "Allow"
        and any(_fits(pattern, use.action) for pattern in _listed(statement["Action"]))
        and any(_fits(pattern, use.resource) for pattern in _listed(statement["Resource"]))
        for statement in statements
    )


def _fits(pattern: str, text: str) -> bool:
    return fnmatchcase(text.replace("[", "_"), pattern.replace("[", "_"))


def _listed(value: Json) -> list[str]:
    return value if isinstance(value, list) else [value]


_TOLD_BY = {
    "kms": "KeyId",
    "secretsmanager": "SecretId",
    "sns": "TopicArn",
    "stepfunctions": "stateMachineArn",
}
"""The parameter that names the resource of a call."""
_PREFIXES = {"stepfunctions": "states"}


def _needs(cloud: LocalCloud, call: ApiCall) -> Iterator[tuple[str, str]]:
    if call.service == "dynamodb":
        for operation, table in _table_uses(call):
            arn = f"arn:aws:dynamodb:{_region(cloud)}:{_account(cloud)}:table/{table}"
            yield f"dynamodb:{operation}", arn
    elif call.service == "s3":
        yield from _s3_needs(call)
    elif call.service in _TOLD_BY:
        service = _PREFIXES.get(call.service, call.service)
        yield f"{service}:{call.operation}", call.parameters[_TOLD_BY[call.service]]
    elif call.service == "sqs":
        name = call.parameters["QueueUrl"].rpartition("/")[2]
        yield f"sqs:{call.operation}", f"arn:aws:sqs:{_region(cloud)}:{_account(cloud)}:{name}"
    elif call.service == "firehose":
        name = call.parameters["DeliveryStreamName"]
        arn = f"arn:aws:firehose:{_region(cloud)}:{_account(cloud)}:deliverystream/{name}"
        yield f"firehose:{call.operation}", arn
    elif call.service == "sesv2":
        domain = call.parameters["FromEmailAddress"].rpartition("@")[2]
        # A message that the sender composed asks for the right to send raw ones.
        action = "SendRawEmail" if "Raw" in call.parameters["Content"] else call.operation
        # Identities are not made here: the template names them in the account of the config.
        account = cloud.loaded.instance_arn.split(":")[4]
        yield f"ses:{action}", f"arn:aws:ses:{_region(cloud)}:{account}:identity/{domain}"
    elif call.operation == "ListPhoneNumbersV2":
        home = cloud.loaded.instance_arn.partition(":instance/")[0]
        every = f"{home}:phone-number/*"
        yield "connect:ListPhoneNumbersV2", call.parameters.get("TargetArn", every)
    elif call.service == "connect":
        contact = call.parameters["ContactId"]
        yield f"connect:{call.operation}", f"{cloud.loaded.instance_arn}/contact/{contact}"
    else:
        raise LocalError(f"{call.function} calls {call.service} {call.operation}: unknown here.")


def _table_uses(call: ApiCall) -> Iterator[tuple[str, str]]:
    if call.operation.startswith("Transact"):
        # IAM knows no action for a transaction: each of its items needs its own.
        for item in call.parameters["TransactItems"]:
            for kind, body in item.items():
                name = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
                yield name, body["TableName"]
    elif call.operation.startswith("Batch"):
        for table in call.parameters["RequestItems"]:
            yield call.operation, table
    else:
        yield call.operation, call.parameters["TableName"]


_S3_ACTIONS = {
    "CopyObject": "PutObject",
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "HeadObject": "GetObject",
    "UploadPart": "PutObject",
}


def _s3_needs(call: ApiCall) -> Iterator[tuple[str, str]]:
    bucket = f"arn:aws:s3:::{call.parameters['Bucket']}"
    if call.operation == "ListObjectsV2":
        yield "s3:ListBucket", bucket
        return
    if call.operation == "CopyObject":
        yield "s3:GetObject", f"arn:aws:s3:::{call.parameters['CopySource']}"
    action = _S3_ACTIONS.get(call.operation, call.operation)
    if action == "GetObject" and "VersionId" in call.parameters:
        action = "GetObjectVersion"
    yield f"s3:{action}", f"{bucket}/{call.parameters['Key']}"


def _region(cloud: LocalCloud) -> str:
    return cloud.session.region_name


def _account(cloud: LocalCloud) -> str:
    return next(iter(cloud.made.functions.values())).arn.split(":")[4]
