"""The inventory's files in the bucket, and the message that tells of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambdas.store.uploads import SUBJECT_CHARACTERS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient

FOLDER = "inventory"
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class InventoryReports:
    """One file of each kind, always under the same key: the bucket keeps versions."""

    s3: "S3Client"
    sns: "SNSClient"
    bucket: str
    topic_arn: str

    def put(self, file: Path) -> str:
        """Keep a file; its key."""
        key = f"{FOLDER}/{file.name}"
        with file.open("rb") as body:
            self.s3.put_object(
                Bucket=self.bucket, Key=key, Body=body, ContentType=_TYPES[file.suffix]
            )
        return key

    def notify(self, subject: str, message: str) -> None:
        """Tell the subscribers. Subjects are ASCII."""
        self.sns.publish(
            TopicArn=self.topic_arn, Subject=subject[:SUBJECT_CHARACTERS], Message=message
        )
