"""The files of contact records in S3, read as they come."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PIECE = 256 * 1024


@dataclass(frozen=True, eq=False)
class S3Files:
    """Calling it opens an object: its bytes in pieces. `client` makes the client: who reads a
    stream needs none."""

    client: Callable[[], "S3Client"]

    def __call__(self, bucket: str, key: str) -> Iterator[bytes]:
        answer = self.client().get_object(Bucket=bucket, Key=key)
        yield from answer["Body"].iter_chunks(PIECE)
