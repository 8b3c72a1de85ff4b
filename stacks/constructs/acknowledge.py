"""Findings of cdk-nag that are accepted, each with the reason."""

from typing import Any

import aws_cdk as cdk
from constructs import IConstruct


def acknowledge(scope: IConstruct, finding: str, reason: str) -> None:
    """Accept one finding, such as `AwsSolutions-IAM5[Resource::*]`, on everything below scope.

    A reference within the finding may be given as the CDK gives it. Raises ValueError without a
    reason, which cdk-nag itself would let pass.
    """
    if not reason.strip():
        raise ValueError(f"{finding} at {scope.node.path} is acknowledged without a reason")
    written = _as_nag_writes(cdk.Stack.of(scope).resolve(finding))
    cdk.Validations.of(scope).acknowledge(cdk.Acknowledgment(id=written, reason=reason))


def _as_nag_writes(value: Any) -> str:
    """cdk-nag writes references as `<LogicalId.Attribute>`."""
    match value:
        case {"Fn::Join": ["", parts]}:
            return "".join(_as_nag_writes(part) for part in parts)
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::ImportValue": str(name)}:
            return name
        case {"Ref": name}:
            return f"<{name}>"
        case _:
            return str(value)
