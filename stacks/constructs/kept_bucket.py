"""A bucket of data: private, encrypted with our key, kept when the stack goes."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct


def kept_bucket(
    scope: Construct,
    *,
    key: kms.IKey,
    keep: cdk.Duration,
    rules: Sequence[s3.LifecycleRule],
    versioned: bool | None = None,
) -> s3.Bucket:
    """The bucket; what asks for it is logged for as long as it keeps what is in it."""
    # S3 writes access logs only to buckets without a key of ours; they name files, no numbers.
    access_log = s3.Bucket(
        scope,
        "AccessLog",
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=cdk.RemovalPolicy.RETAIN,
        lifecycle_rules=[s3.LifecycleRule(expiration=keep)],
    )
    return s3.Bucket(
        scope,
        "Bucket",
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        versioned=versioned,
        removal_policy=cdk.RemovalPolicy.RETAIN,
        server_access_logs_bucket=access_log,
        lifecycle_rules=list(rules),
    )
