"""The directory: a pool's numbers packed for a pick in constant time.

A pool is published as a few immutable segments. A segment is a header of groups and three columns;
a group is a run of numbers that share region, state, area code, place and kind, so that every rule
about where a number is from is decided once a group, not once a number. Eleven bytes a number.

Groups are spread over segments by a hash of the group, and a segment is named by the hash of its
bytes: when one number changes, one segment is written anew and the others keep their names.
"""

import hashlib
import json
import struct
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lambdas.domain.phone import E164, Kind

MAGIC = b"LPD1"
NUMBERS_PER_SEGMENT = 6_000
LARGEST_RUN = 16_000
LARGEST_SEGMENT = 350_000
"""Bytes; an item of DynamoDB holds 400 KB."""
_HEADER = struct.Struct("<4sII")


@dataclass(frozen=True, slots=True)
class Listing:
    """One number as the directory shows it.

    `weight` is 1 to 255 (255: an untroubled number); `activated_on` is the number of days from
    1970-01-01 to the day when it was put to use.
    """

    e164: E164
    region: str
    state: str
    area_code: str
    place: str
    kind: Kind
    weight: int = 255
    activated_on: int = 0

    @property
    def group(self) -> tuple[str, str, str, str, str]:
        return (self.region, self.state, self.area_code, self.place, self.kind.value)


@dataclass(frozen=True, slots=True)
class Group:
    """Numbers `start` to `end` (exclusive) of the directory, alike in all that these fields say."""

    region: str
    state: str
    area_code: str
    place: str
    kind: Kind
    start: int
    end: int

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return (self.region, self.state, self.area_code, self.place, self.kind.value)

    def __len__(self) -> int:
        return self.end - self.start


class BrokenDirectory(ValueError):
    """The bytes are not a directory segment that this code reads."""


def pack(listings: Iterable[Listing]) -> dict[str, bytes]:
    """Pack listings into segments: name -> bytes. The same listings give the same segments."""
    runs = list(_runs(listings))
    total = sum(len(run) for run in runs)
    buckets = 1
    while buckets * NUMBERS_PER_SEGMENT < total:
        buckets *= 2
    spread: dict[int, list[Sequence[Listing]]] = defaultdict(list)
    for run in runs:
        spread[_bucket(run[0], buckets)].append(run)
    segments = (data for bucket in sorted(spread) for data in _fitted(spread[bucket]))
    return {hashlib.sha256(data).hexdigest()[:16]: data for data in segments}


def _fitted(runs: Sequence[Sequence[Listing]]) -> Iterator[bytes]:
    """One segment, or as many as it takes: places with long names need more room than numbers."""
    data = _encode(runs)
    if len(data) <= LARGEST_SEGMENT or len(runs) == 1:
        yield data
        return
    half = len(runs) // 2
    yield from _fitted(runs[:half])
    yield from _fitted(runs[half:])


def _runs(listings: Iterable[Listing]) -> Iterator[Sequence[Listing]]:
    groups: dict[tuple[str, ...], list[Listing]] = defaultdict(list)
    for listing in listings:
        groups[listing.group].append(listing)
    for key in sorted(groups):
        members = sorted(groups[key], key=lambda listing: (len(listing.e164), listing.e164))
        for start in range(0, len(members), LARGEST_RUN):
            yield members[start : start + LARGEST_RUN]


def _bucket(first: Listing, buckets: int) -> int:
    key = "|".join(first.group)
    if buckets > 1:
        key += first.e164[:-4]
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % buckets


def _encode(runs: Sequence[Sequence[Listing]]) -> bytes:
    header = json.dumps(
        [[*run[0].group, len(run)] for run in runs], separators=(",", ":"), ensure_ascii=False
    ).encode()
    members = [listing for run in runs for listing in run]
    columns = (
        array("Q", (int(listing.e164[1:]) for listing in members)),
        array("H", (listing.activated_on for listing in members)),
        array("B", (listing.weight for listing in members)),
    )
    for column in columns:
        _little_endian(column)
    body = b"".join(column.tobytes() for column in columns)
    return _HEADER.pack(MAGIC, len(header), len(members)) + header + body


def _little_endian(column: "array[int]") -> None:
    if sys.byteorder == "big":
        column.byteswap()


@dataclass(frozen=True, slots=True)
class Directory:
    """A pool's numbers, ready to choose from. Made once a container, by `unpack`."""

    version: str
    numbers: "array[int]"
    activated_on: "array[int]"
    weights: "array[int]"
    groups: tuple[Group, ...]
    by_area: Mapping[str, Sequence[Group]] = field(repr=False)
    by_state: Mapping[tuple[str, str], Sequence[Group]] = field(repr=False)
    by_region: Mapping[str, Sequence[Group]] = field(repr=False)
    toll_free: Mapping[str, Sequence[Group]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    def number(self, position: int) -> E164:
        return E164(f"+{self.numbers[position]}")


def unpack(segments: Iterable[bytes], version: str = "") -> Directory:
    """Load segments into one directory. Raises BrokenDirectory for bytes that are no segment."""
    numbers, days, weights = array("Q"), array("H"), array("B")
    groups: list[Group] = []
    for data in segments:
        _decode(data, numbers, days, weights, groups)
    # By what they are and not by segment: a change elsewhere must not reorder a tier.
    groups.sort(key=lambda group: (*group.key, numbers[group.start]))
    by_area: dict[str, list[Group]] = defaultdict(list)
    by_state: dict[tuple[str, str], list[Group]] = defaultdict(list)
    by_region: dict[str, list[Group]] = defaultdict(list)
    toll_free: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        if group.kind is Kind.TOLL_FREE:
            toll_free[group.region].append(group)
            continue
        by_region[group.region].append(group)
        if group.area_code:
            by_area[group.area_code].append(group)
        if group.state:
            by_state[group.region, group.state].append(group)
    return Directory(
        version,
        numbers,
        days,
        weights,
        tuple(groups),
        dict(by_area),
        dict(by_state),
        dict(by_region),
        dict(toll_free),
    )


def _decode(
    data: bytes,
    numbers: "array[int]",
    days: "array[int]",
    weights: "array[int]",
    groups: list[Group],
) -> None:
    try:
        magic, header_length, count = _HEADER.unpack_from(data)
    except struct.error as problem:
        raise BrokenDirectory("shorter than its header") from problem
    columns = _HEADER.size + header_length
    if magic != MAGIC or len(data) != columns + count * 11:
        raise BrokenDirectory(f"not a {MAGIC.decode()} segment, or cut short: {len(data)} bytes")
    try:
        rows = json.loads(data[_HEADER.size : columns])
        position = len(numbers)
        for region, state, area_code, place, kind, length in rows:
            end = position + length
            groups.append(Group(region, state, area_code, place, Kind(kind), position, end))
            position = end
    except (ValueError, TypeError) as problem:
        raise BrokenDirectory("its header does not list groups") from problem
    if position - len(numbers) != count:
        raise BrokenDirectory("its groups and its numbers do not add up")
    for column, offset, width in (
        (numbers, columns, 8),
        (days, columns + count * 8, 2),
        (weights, columns + count * 10, 1),
    ):
        part = array(column.typecode, data[offset : offset + count * width])
        _little_endian(part)
        column.extend(part)
