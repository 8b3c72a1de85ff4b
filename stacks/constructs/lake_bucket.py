"""Where the rows of the lake lie, and what queries answer."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

ROWS, ERRORS, ANSWERS = "calls/", "errors/", "answers/"
ANSWERS_DAYS = 30


class LakeBucket(Construct):
    """Private, encrypted, kept when the stack goes; rows expire after `keep_days`."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: kms.IKey, keep_days: int
    ) -> None:
        super().__init__(scope, construct_id)
        # S3 writes access logs only to buckets without a key of ours; they name files, no numbers.
        access_log = s3.Bucket(
            self,
            "AccessLog",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(keep_days))],
        )
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            server_access_logs_bucket=access_log,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(keep_days),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
                ),
                s3.LifecycleRule(
                    prefix=ANSWERS,
                    expiration=cdk.Duration.days(min(ANSWERS_DAYS, keep_days)),
                ),
            ],
        )
