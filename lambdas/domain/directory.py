"""The directory: a pool's numbers packed for a pick in constant time.

A pool is published as a few immutable segments. A segment is a header of groups and three columns;
a group is a run of numbers that are alike in all but their digits, so that every rule about where
a number is from is decided once a group, not once a number. Eleven bytes a number.

Groups are spread over segments by a hash of the group, and a segment is named by the hash of its
bytes: when one number changes, one segment is written anew and the others keep their names.
"""

import hashlib
import json
import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from lambdas.domain.geometry import Position
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import E164, Kind
from lambdas.domain.shelves import Group, Shelves

MAGIC = b"LPD2"
MAGIC_WITHOUT_POSITIONS = b"LPD1"
NUMBERS_PER_SEGMENT = 6_000
LARGEST_RUN = 16_000
LARGEST_SEGMENT = 350_000
"""Bytes; an item of DynamoDB holds 400 KB."""
LONGEST_PREFIX = 9
_EPOCH = date(1970, 1, 1).toordinal()
_HEADER = struct.Struct("<4sII")


class Listing(NamedTuple):
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
    position: Position | None = None
    ownership: Ownership = Ownership.CONNECT
    golden: bool = False
    weight: int = 255
    activated_on: int = 0

    @property
    def group(self) -> tuple[Any, ...]:
        """What the numbers of a group share, in an order that can be sorted."""
        return (
            self.region,
            self.state,
            self.area_code,
            self.place,
            self.kind.value,
            self.position or (),
            self.ownership.value,
            int(self.golden),
        )


def day_number(day: date) -> int:
    """Days from 1970-01-01, as `activated_on` counts them."""
    return day.toordinal() - _EPOCH


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
    groups: dict[tuple[Any, ...], list[Listing]] = defaultdict(list)
    for listing in listings:
        groups[listing.group].append(listing)
    for key in sorted(groups):
        members = sorted(groups[key], key=lambda listing: (len(listing.e164), listing.e164))
        for start in range(0, len(members), LARGEST_RUN):
            yield members[start : start + LARGEST_RUN]


def _bucket(first: Listing, buckets: int) -> int:
    key = json.dumps(first.group)
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
    shelves: Shelves

    def __len__(self) -> int:
        return len(self.numbers)

    def number(self, position: int) -> E164:
        return E164(f"+{self.numbers[position]}")


def unpack(segments: Iterable[bytes], version: str = "", prefixes: Iterable[str] = ()) -> Directory:
    """Load segments into one directory. Raises BrokenDirectory for bytes that are no segment.

    `prefixes` are the leading digits that rules ask for: groups are split so that all numbers of
    one begin with the same of them, or all with none.
    """
    numbers, days, weights = array("Q"), array("H"), array("B")
    groups: list[Group] = []
    for data in segments:
        _decode(data, numbers, days, weights, groups)
    named: dict[str, list[str]] = defaultdict(list)
    for prefix in sorted(prefixes):
        named[prefix[:1]].append(prefix)
    split = [part for group in groups for part in _split(group, numbers, named)]
    # By what they are and not by segment: a change elsewhere must not reorder a tier.
    split.sort(key=lambda group: (*group[:5], numbers[group.start]))
    return Directory(version, numbers, days, weights, tuple(split), Shelves(split))


def _split(
    group: Group, numbers: "array[int]", prefixes: Mapping[str, Sequence[str]]
) -> Iterable[Group]:
    """A group in parts, one for each of the rules' prefixes that its numbers begin with.

    `prefixes` are sorted, by their first digit.
    """
    first, last = str(numbers[group.start]), str(numbers[group.end - 1])
    if len(first) != len(last) or first[0] != last[0]:
        inside = [prefix for alike in prefixes.values() for prefix in alike]
    elif first[0] not in prefixes:
        return (group,)
    else:
        inside = _between(first, last, prefixes[first[0]])
    return _parts(group, numbers, inside) if inside else (group,)


def _parts(group: Group, numbers: "array[int]", inside: Sequence[str]) -> Iterator[Group]:
    first, last = str(numbers[group.start]), str(numbers[group.end - 1])
    borders = {group.start, group.end}
    for prefix in inside:
        for length in range(len(first), len(last) + 1):
            for border in (int(prefix.ljust(length, "0")), int(prefix.ljust(length, "9")) + 1):
                borders.add(bisect_left(numbers, border, group.start, group.end))
    edges = sorted(borders)
    for start, end in pairwise(edges):
        digits = str(numbers[start])
        begun = (prefix for prefix in inside if digits.startswith(prefix))
        series = max(begun, key=len, default="")
        yield group._replace(series=series, start=start, end=end)


def _between(first: str, last: str, prefixes: Sequence[str]) -> list[str]:
    """Those of the sorted prefixes that a number from `first` to `last` may begin with."""
    within = prefixes[bisect_left(prefixes, first) : bisect_right(prefixes, last)]
    at_first = (first[:length] for length in range(1, min(len(first), LONGEST_PREFIX + 1)))
    return [*(prefix for prefix in at_first if _holds(prefixes, prefix)), *within]


def _holds(prefixes: Sequence[str], prefix: str) -> bool:
    index = bisect_left(prefixes, prefix)
    return index < len(prefixes) and prefixes[index] == prefix


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
    if magic not in (MAGIC, MAGIC_WITHOUT_POSITIONS) or len(data) != columns + count * 11:
        raise BrokenDirectory(f"not a {MAGIC.decode()} segment, or cut short: {len(data)} bytes")
    try:
        rows = json.loads(data[_HEADER.size : columns])
        position = len(numbers)
        for row in rows:
            group = _group(row, position)
            groups.append(group)
            position = group.end
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


def _group(row: Sequence[Any], start: int) -> Group:
    """A line of a header; the first format knew no position, ownership or golden number."""
    *facts, length = row
    region, state, area_code, place, kind, *later = facts
    position, ownership, golden = later or ((), Ownership.CONNECT, 0)
    return Group(
        region,
        state,
        area_code,
        place,
        Kind(kind),
        (float(position[0]), float(position[1])) if position else None,
        Ownership(ownership),
        bool(golden),
        "",
        start,
        start + length,
    )
