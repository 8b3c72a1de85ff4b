"""Findings of cdk-nag that are accepted, each with the reason."""

import aws_cdk as cdk
from constructs import IConstruct


def acknowledge(scope: IConstruct, finding: str, reason: str) -> None:
    """Accept one finding, such as `AwsSolutions-IAM5[Resource::*]`, on everything below scope.

    Raises ValueError without a reason, which cdk-nag itself would let pass.
    """
    if not reason.strip():
        raise ValueError(f"{finding} at {scope.node.path} is acknowledged without a reason")
    cdk.Validations.of(scope).acknowledge(cdk.Acknowledgment(id=finding, reason=reason))
