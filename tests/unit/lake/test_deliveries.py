"""Records out of Kinesis events and out of the files that Firehose leaves."""

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.connect import deliveries
from lambdas.connect.deliveries import LONGEST_RECORD, each, records
from lambdas.connect.deliveries import deliveries as told

Json = Any
SMALL: list[Json] = [
    {"ContactId": "1", "Attributes": {"note": 'brace } and { and "quote" \\ {'}},
    {"ContactId": "2", "Customer": "ÄÖ 漢字 }\n{"},
    {"ContactId": "3", "Agent": {"Holds": [{"a": {}}, {"b": []}]}},
]


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    for begin in range(0, len(data), size):
        yield data[begin : begin + size]


def _read(data: bytes, size: int = 1 << 18) -> list[str]:
    return list(records(_pieces(data, size)))


def _sqs(key: str, identifier: str = "m-1") -> Json:
    detail = {"bucket": {"name": "ours"}, "object": {"key": key, "size": 5}}
    return {"messageId": identifier, "body": json.dumps({"detail": detail})}


@given(
    st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=20), min_size=1), max_size=8),
    st.lists(st.sampled_from(["", "\n", "\r\n", "  "]), min_size=8, max_size=8),
    st.integers(1, 40),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_records_come_out_as_they_went_in(
    wanted: list[Json], between: list[str], size: int, zipped: bool
) -> None:
    text = "".join(
        json.dumps(one, ensure_ascii=False) + gap for one, gap in zip(wanted, between, strict=False)
    )
    data = text.encode("utf-8", "surrogatepass") if text.isascii() else text.encode()
    if zipped:
        half = len(data) // 2
        data = gzip.compress(data[:half]) + gzip.compress(data[half:])

    assert [json.loads(one) for one in _read(data, size)] == wanted


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("glue", ["", "\n", "\n\n "])
def test_a_bad_record_keeps_none_of_its_neighbours_back(size: int, glue: str) -> None:
    good = [json.dumps(one, ensure_ascii=False) for one in SMALL]
    bad = '{"ContactId": "bad", "Agent": }'
    found = _read(glue.join([good[0], bad, *good[1:]]).encode(), size)

    assert found == [good[0], bad, *good[1:]]


def test_a_record_that_was_cut_off_ends_with_its_line() -> None:
    good = [json.dumps(one) for one in SMALL]
    cut = '{"ContactId": "cut", "Attributes": {"a": "b'

    assert _read("\n".join([cut, *good]).encode()) == [cut, *good]
    assert _read("\n".join([*good, cut]).encode()) == [*good, cut]


def test_text_that_is_no_json_is_one_text() -> None:
    assert _read(b"nothing of the kind") == ["nothing of the kind"]
    assert _read(b"") == []
    assert _read(b" \n ") == []
    assert _read(b"\xef\xbb\xbf{}") == ["{}"]


def test_a_record_that_never_ends_is_given_up_and_the_next_is_read() -> None:
    endless = '{"ContactId": "' + "x" * (LONGEST_RECORD + 500)
    good = json.dumps(SMALL[0])
    found = _read(f"{endless}\n{good}\n{good}".encode())

    assert found[-2:] == [good, good]
    assert all(len(one) <= LONGEST_RECORD + (1 << 19) for one in found)


def test_brackets_without_end_are_no_record_and_break_nothing() -> None:
    deep = '{"a":' + "[" * 100_000
    good = json.dumps(SMALL[0])

    assert _read(f"{deep}\n{good}".encode()) == [deep, good]


def test_of_a_damaged_archive_what_can_be_read_is_read() -> None:
    good = "\n".join(json.dumps({"ContactId": str(number)}) for number in range(50_000))
    whole = gzip.compress(good.encode())
    cut = _read(whole[: len(whole) // 2])

    assert 10_000 < len(cut) < 50_000
    assert json.loads(cut[0]) == {"ContactId": "0"}
    with pytest.raises(ValueError):
        json.loads(cut[-1])
    damaged = bytearray(whole)
    damaged[len(whole) // 2 : len(whole) // 2 + 50] = bytes(50)
    assert len(_read(bytes(damaged))) >= 2


def test_an_archive_that_unpacks_to_more_than_may_be_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliveries, "MOST_BYTES", 100_000)
    line = json.dumps({"ContactId": "1"}) + "\n"
    found = _read(gzip.compress(line.encode() * 50_000))

    assert 5_200 < len(found) < 5_300
    with pytest.raises(ValueError):
        json.loads(found[-1])


def test_kinesis_records_are_told_by_their_sequence_numbers() -> None:
    event = {
        "Records": [
            {"kinesis": {"sequenceNumber": "49", "data": base64.b64encode(b"{}").decode()}},
            {"kinesis": {"sequenceNumber": "50", "data": base64.b64encode(b"x").decode()}},
        ]
    }

    found = list(told(event, lambda *_: pytest.fail("no file is to be opened")))

    assert found == [("49", "49", b"{}"), ("50", "50", b"x")]


def test_a_files_records_share_the_messages_identifier() -> None:
    stored = {("ours", "ctr/2026/11/22/a"): b'{"ContactId":"1"}{"ContactId":"2"}'}
    event = {"Records": [_sqs("ctr/2026/11/22/a"), _sqs("ctr/", "m-2")]}

    def files(bucket: str, key: str) -> Iterator[bytes]:
        yield stored[bucket, key]

    seen: list[str] = []

    def refuse(one: deliveries.Delivery) -> bool:
        seen.append(str(one.data))
        return False

    answer = each(event, files, refuse)

    assert seen == ['{"ContactId":"1"}', '{"ContactId":"2"}']
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert each(event, files, lambda _one: True) == {"batchItemFailures": []}


def test_a_file_that_cannot_be_opened_is_delivered_again() -> None:
    def files(_bucket: str, _key: str) -> Iterator[bytes]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        each({"Records": [_sqs("a")]}, files, lambda _one: True)


def test_where_a_record_stands_tells_no_customer() -> None:
    event = {"Records": [_sqs("ctr/+12065550123/a")]}

    [found] = told(event, lambda *_: iter([b"{}"]))

    assert "2065550123" not in found.at
