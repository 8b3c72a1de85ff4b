"""What functions need that read contact records, besides what they do with them."""

import boto3
from botocore.config import Config

from lambdas.store.record_files import S3Files
from lambdas.wiring import once

_PATIENT = Config(
    connect_timeout=2, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5}
)


@once
def files() -> S3Files:
    return S3Files(boto3.client("s3", config=_PATIENT))
