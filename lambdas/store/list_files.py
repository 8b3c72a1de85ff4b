"""Contact lists, the pieces of their checks and the results, in S3.

checks/<check id>/ holds what passes between functions and expires soon; what people read lies
beside the list. No key tells anything of a customer.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import ClientError

from lambdas.domain.list_checks import FOLDER, Check

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHECKS_FOLDER: Final = "checks"
TYPES: Final[Mapping[str, str]] = {
    ".csv": "text/csv; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Json = Any


class ListedObject(NamedTuple):
    """An object of the bucket, as a listing tells of it."""

    key: str
    size: int
    etag: str
    changed: datetime


def folder_of(check_id: str) -> str:
    return f"{CHECKS_FOLDER}/{check_id}/"


def check_key(check_id: str) -> str:
    """The check itself: which list, and when."""
    return f"{folder_of(check_id)}check.json"


def about_key(check_id: str) -> str:
    """All of the list but its rows."""
    return f"{folder_of(check_id)}about.json"


def round_key(check_id: str, number: int) -> str:
    """What one round of splitting wrote."""
    return f"{folder_of(check_id)}rounds/{number:04d}.json"


def chunk_key(check_id: str, chunk: int, number: int) -> str:
    """The piece of a chunk that one round of splitting wrote."""
    return f"{folder_of(check_id)}chunks/{chunk:05d}-{number:04d}.jsonl.gz"


def chunks_key(check_id: str) -> str:
    """The list of chunks that the map goes over."""
    return f"{folder_of(check_id)}chunks.json"


def result_key(check_id: str, chunk: int, name: str) -> str:
    """A result of one chunk."""
    return f"{folder_of(check_id)}results/{chunk:05d}/{name}"


@dataclass(frozen=True, slots=True)
class ListFiles:
    """The bucket of lists and checks."""

    s3: "S3Client"
    bucket: str

    def fetch(self, key: str, target: Path, version: str = "") -> None:
        """Stream an object to a file on disk."""
        wanted: Any = {"Bucket": self.bucket, "Key": key}
        if version:
            wanted["VersionId"] = version
        with target.open("wb") as out:
            for piece in self.s3.get_object(**wanted)["Body"].iter_chunks(1 << 20):
                out.write(piece)

    def put(self, key: str, source: Path) -> None:
        """Upload a file in parts, as large as it may be."""
        told = TYPES.get(source.suffix, "application/octet-stream")
        self.s3.upload_file(str(source), self.bucket, key, ExtraArgs={"ContentType": told})

    def copy(self, source: str, target: str) -> None:
        """Copy within the bucket, without the bytes passing through here."""
        self.s3.copy_object(
            Bucket=self.bucket, Key=target, CopySource={"Bucket": self.bucket, "Key": source}
        )

    def put_json(self, key: str, document: Json) -> None:
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        self.s3.put_object(
            Bucket=self.bucket, Key=key, Body=body.encode(), ContentType=TYPES[".json"]
        )

    def json(self, key: str) -> Json | None:
        """A JSON document; None where there is none."""
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=key)
        except ClientError as problem:
            if problem.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                return None
            raise
        return json.loads(answer["Body"].read())

    def document(self, key: str) -> Json:
        """A JSON document that must be there. Raises KeyError where it is not."""
        told = self.json(key)
        if told is None:
            raise KeyError(f"there is no {key}")
        return told

    def check(self, check_id: str) -> Check:
        """Raises KeyError where no such check was begun."""
        return Check.from_json(self.document(check_key(check_id)))

    def keep_only(self, keys: Collection[str], folder: str) -> None:
        """Delete what else lies in a folder."""
        for item in self._listed(folder):
            if item.key not in keys:
                self.s3.delete_object(Bucket=self.bucket, Key=item.key)

    def latest(self, key: str) -> tuple[str, str, int]:
        """Version, etag and size of a list as it stands. Raises KeyError where there is none."""
        try:
            told = self.s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError as problem:
            if problem.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                raise KeyError("there is no such list") from problem
            raise
        return told.get("VersionId", ""), told["ETag"].strip('"'), told["ContentLength"]

    def lists(self) -> Iterator[ListedObject]:
        """All that lies in the folder of the lists, results too, in the order of the keys."""
        return self._listed(f"{FOLDER}/")

    def _listed(self, prefix: str) -> Iterator[ListedObject]:
        pages = self.s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                yield ListedObject(
                    item["Key"], item["Size"], item["ETag"].strip('"'), item["LastModified"]
                )
