"""Uploaded files in S3 and the notification that tells of them."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient

NUMBERS_FOLDER = "numbers"
REPLACE_FOLDER = "replace"
REPORT_ENDING = ".result.xlsx"
_COUNTRY_FOLDER = re.compile(r"country=(.+)", re.IGNORECASE)
SUBJECT_CHARACTERS = 100
LONGEST_KEY = 1_024
"""Bytes of an object key in S3."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """An object that staff dropped, as EventBridge tells of it."""

    bucket: str
    key: str
    size: int
    etag: str
    version: str

    @property
    def import_id(self) -> str:
        """The same for one version of one object, however often its event is delivered."""
        text = "\n".join((self.bucket, self.key, self.version, self.etag))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def name(self) -> str:
        return self.key.rsplit("/", 1)[-1]

    @property
    def is_report(self) -> bool:
        return self.key.endswith(REPORT_ENDING)

    @property
    def is_folder(self) -> bool:
        """Whether this is what "Create folder" leaves in a bucket."""
        return self.key.endswith("/")

    @property
    def report_key(self) -> str:
        """Beside the file; under a shorter name where the file's own leaves no room for it."""
        beside = self.key + REPORT_ENDING
        if len(beside.encode()) <= LONGEST_KEY:
            return beside
        folder = self.key.rpartition("/")[0]
        return f"{folder}/{self.import_id}{REPORT_ENDING}"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a file's numbers go, as its folders say: numbers/<pool>/[replace/][country=GB/].

    `country` is "" where none is said; `strange` are folders that mean nothing here.
    """

    pool: str
    replaces: bool
    country: str
    strange: tuple[str, ...]


def uploaded_file(body: str) -> UploadedFile:
    """Read S3's "Object Created" event as EventBridge puts it into the queue.

    Raises KeyError or ValueError for a message that is no such event.
    """
    detail: Mapping[str, Any] = json.loads(body)["detail"]
    item = detail["object"]
    return UploadedFile(
        bucket=detail["bucket"]["name"],
        key=item["key"],
        size=int(item.get("size", 0)),
        etag=item.get("etag", ""),
        version=item.get("version-id", ""),
    )


def destination(key: str) -> Destination | None:
    """Where the file goes; None when its folder names no pool."""
    folder, *inner = key.split("/")[:-1] or [""]
    if folder != NUMBERS_FOLDER or not inner:
        return None
    pool, *options = inner
    replaces, country, strange = False, "", []
    for option in options:
        if option.casefold() == REPLACE_FOLDER:
            replaces = True
        elif said := _COUNTRY_FOLDER.fullmatch(option):
            country = said[1]
        else:
            strange.append(option)
    return Destination(pool, replaces, country, tuple(strange))


@dataclass(frozen=True, slots=True)
class Uploads:
    s3: "S3Client"
    sns: "SNSClient"
    topic_arn: str

    def fetch(self, file: UploadedFile, target: Path) -> Mapping[str, str]:
        """Stream the object to a file on disk; returns the object's metadata."""
        wanted: Any = {"Bucket": file.bucket, "Key": file.key}
        if file.version:
            wanted["VersionId"] = file.version
        answer = self.s3.get_object(**wanted)
        with target.open("wb") as out:
            for chunk in answer["Body"].iter_chunks(1 << 20):
                out.write(chunk)
        return answer.get("Metadata", {})

    def put_report(self, file: UploadedFile, report: Path) -> None:
        with report.open("rb") as body:
            self.s3.put_object(
                Bucket=file.bucket,
                Key=file.report_key,
                Body=body,
                ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            )

    def notify(self, subject: str, message: str) -> None:
        """Tell the subscribers. SNS takes subjects of printable ASCII, 100 characters at most."""
        plain = re.sub(r"[^\x20-\x7e]", "?", subject)[:SUBJECT_CHARACTERS]
        self.sns.publish(TopicArn=self.topic_arn, Subject=plain, Message=message)
