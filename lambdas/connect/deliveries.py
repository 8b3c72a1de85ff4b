"""Contact records as Lambda delivers them: out of a Kinesis stream, or out of the files that the
Firehose delivery stream of an instance leaves in S3, of which SQS tells.

A file holds records one after the other, with or without a line's end between, plain or gzipped.
"""

import base64
import codecs
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, NamedTuple

from lambdas.domain.phone import without_numbers

LONGEST_RECORD: Final = 1024 * 1024
"""Characters. Firehose takes no larger one; a record that never ends is given up behind them."""
MOST_BYTES: Final = 256 * 1024 * 1024
"""Of a file, unpacked: twice what Firehose gathers at most."""
_GZIP = b"\x1f\x8b"
_ANY_HEADER = zlib.MAX_WBITS | 32
_decoder = json.JSONDecoder()

Files = Callable[[str, str], Iterable[bytes]]
"""Opens a file by bucket and key: its bytes in pieces. Raises what the store raises."""


class Delivery(NamedTuple):
    """A record's text, and the identifier that `batchItemFailures` takes for it: a file's records
    share one. `at` is where it stands, for logs. A text may be no record at all."""

    identifier: str
    at: str
    data: bytes | str


def deliveries(event: Mapping[str, Any], files: Files) -> Iterator[Delivery]:
    """The records of a Lambda event in their order.

    What is damaged comes as a text that is no JSON, up to where the next record may begin. Raises
    what `files` raises: Lambda delivers the file again.
    """
    for item in event["Records"]:
        if "kinesis" in item:
            told = item["kinesis"]
            number = told["sequenceNumber"]
            yield Delivery(number, number, base64.b64decode(told["data"]))
        else:
            yield from _of_file(item, files)


def each(
    event: Mapping[str, Any], files: Files, heed: Callable[[Delivery], bool]
) -> dict[str, Any]:
    """What Lambda is answered after `heed` had every record: those to deliver again are the ones of
    which it said False."""
    again = [one.identifier for one in deliveries(event, files) if not heed(one)]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in dict.fromkeys(again)]}


def _of_file(message: Mapping[str, Any], files: Files) -> Iterator[Delivery]:
    detail = json.loads(message["body"])["detail"]
    bucket, key = detail["bucket"]["name"], detail["object"]["key"]
    if key.endswith("/"):  # what "Create folder" leaves in a bucket
        return
    shown = without_numbers(key)
    for number, text in enumerate(records(files(bucket, key))):
        yield Delivery(message["messageId"], f"{shown} {number}", text)


def records(pieces: Iterable[bytes]) -> Iterator[str]:
    """The texts of a file, one for each record."""
    utf8 = codecs.getincrementaldecoder("utf-8-sig")("replace")
    rest = ""
    for piece in _bounded(_unpacked(pieces)):
        rest += utf8.decode(piece)
        begin = 0
        while True:
            end = _end(rest, begin)
            if end is None:
                break
            yield rest[begin:end].strip()
            begin = end
        rest = rest[begin:].lstrip()
    rest += utf8.decode(b"", final=True)
    yield from _last(rest)


def _last(rest: str) -> Iterator[str]:
    """What stands at the end of a file: nothing comes behind that would end a record."""
    begin = 0
    while rest[begin:].strip():
        end = _end(rest, begin, is_whole=True)
        text = rest[begin:end].strip()
        yield text
        begin = len(rest) if end is None else end


def _end(text: str, begin: int, *, is_whole: bool = False) -> int | None:
    """Where the record that begins there ends; None where it is not known yet."""
    while begin < len(text) and text[begin].isspace():
        begin += 1
    if begin == len(text):
        return None
    try:
        return _decoder.raw_decode(text, begin)[1]
    except (ValueError, RecursionError):
        if not is_whole and len(text) - begin <= LONGEST_RECORD:
            return None
        return _next(text, begin) or (len(text) if is_whole else begin + LONGEST_RECORD)


def _next(text: str, begin: int) -> int | None:
    """Where the next record may begin: a brace at the start of a line or behind another's end."""
    at = begin
    while (at := text.find("{", at + 1)) != -1:
        before = text[max(begin, at - _LOOK_BACK) : at]
        if before.rstrip(" \t\r").endswith(("\n", "}")):
            return at
    return None


_LOOK_BACK: Final = 16


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of a file that may be gzipped, once or one archive behind the other. Where an
    archive is damaged a sign that is no JSON stands in its place."""
    source = iter(pieces)
    head = b""
    while len(head) < len(_GZIP) and (piece := next(source, b"")):
        head += piece
    if head[:2] != _GZIP:
        yield head
        yield from source
        return
    archive = zlib.decompressobj(_ANY_HEADER)
    try:
        for data in chain((head,), source):
            while data:
                if archive.eof:
                    archive = zlib.decompressobj(_ANY_HEADER)
                yield archive.decompress(data, LONGEST_RECORD)
                data = archive.unconsumed_tail or archive.unused_data
        yield archive.flush()
        if not archive.eof:
            yield b"\n<cut off>\n"
    except zlib.error:
        yield b"\n<damaged>\n"


def _bounded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    left = MOST_BYTES
    for piece in pieces:
        if len(piece) > left:
            yield piece[:left]
            yield b"\n<too long>\n"
            return
        left -= len(piece)
        yield piece
