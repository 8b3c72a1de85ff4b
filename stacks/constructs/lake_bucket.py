"""Where the rows of the lake lie, and what queries answer."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.kept_bucket import kept_bucket

ROWS, ERRORS, ANSWERS = "calls/", "errors/", "answers/"
ANSWERS_DAYS = 30


class LakeBucket(Construct):
    """Private, encrypted, kept when the stack goes; rows expire after `keep_days`."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: kms.IKey, keep_days: int
    ) -> None:
        super().__init__(scope, construct_id)
        keep = cdk.Duration.days(keep_days)
        self.bucket = kept_bucket(
            self,
            key=key,
            keep=keep,
            rules=[
                s3.LifecycleRule(
                    expiration=keep,
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
                ),
                s3.LifecycleRule(
                    prefix=ANSWERS,
                    expiration=cdk.Duration.days(min(ANSWERS_DAYS, keep_days)),
                ),
            ],
        )
