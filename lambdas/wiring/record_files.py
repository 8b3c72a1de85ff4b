"""What functions need that read contact records, besides what they do with them."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambdas.store.record_files import S3Files
from lambdas.wiring import once

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PATIENT = Config(
    connect_timeout=2, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5}
)


@once
def s3() -> "S3Client":
    return boto3.client("s3", config=_PATIENT)


@once
def files() -> S3Files:
    return S3Files(s3)
