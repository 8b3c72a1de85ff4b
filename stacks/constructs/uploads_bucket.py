"""Where staff drop their files."""

from collections.abc import Iterator, Mapping

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.kept_bucket import kept_bucket


class UploadsBucket(Construct):
    """Private, encrypted, versioned; files expire. EventBridge hears of every new object.

    `keep_days` says for each folder how long its files are kept; what lies elsewhere goes with the
    last of them.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, key: kms.IKey, keep_days: Mapping[str, int]
    ) -> None:
        super().__init__(scope, construct_id)
        longest = cdk.Duration.days(max(keep_days.values()))
        self.bucket = kept_bucket(
            self,
            key=key,
            keep=longest,
            versioned=True,
            rules=[
                s3.LifecycleRule(
                    expiration=longest,
                    noncurrent_version_expiration=cdk.Duration.days(1),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
                ),
                *_shorter(keep_days),
            ],
        )
        self._tell_eventbridge()

    def _tell_eventbridge(self) -> None:
        """By the property of the resource; the CDK's own switch needs a custom resource."""
        resource = self.bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)  # noqa: S101 - what an L2 bucket is made of
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )


def _shorter(keep_days: Mapping[str, int]) -> Iterator[s3.LifecycleRule]:
    """Where rules overlap, the one that deletes first counts."""
    longest = max(keep_days.values())
    for folder, days in keep_days.items():
        if days < longest:
            yield s3.LifecycleRule(prefix=folder, expiration=cdk.Duration.days(days))
