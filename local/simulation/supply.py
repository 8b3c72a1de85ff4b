"""The numbers that a simulation shows: a file's, or as many as are asked for, spread over towns."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from lambdas.domain.directory import Directory, Listing, pack, unpack
from lambdas.domain.phone import E164, Kind, NotAPhoneNumber, Phone, parse_e164
from lambdas.domain.places import Place
from local.coverage.ground import Ground
from local.coverage.reading import read_pool
from local.errors import LocalError
from local.spread_pool import LINE_DIGITS, LINES, Exchange, pool_of

TOWNS_WITH_NUMBERS = 0.7
TOLL_FREE_EVERY = 500
NEW_SHARE = 0.1
OLD_DAYS = 400
NEW_DAYS = 28
LIGHT_SHARE = 0.05
LIGHT = 128
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Supply:
    """A directory as pickers load it, and the towns in which its numbers are."""

    directory: Directory
    towns: Sequence[Exchange]


def spread(
    count: int, among: Sequence[Exchange], ground: Ground, now: datetime, rng: random.Random
) -> Supply:
    """`count` numbers in seven of ten towns; one in five hundred is toll-free.

    One in ten was put to use within the last four weeks, one in twenty has half the weight.
    Raises LocalError for more than these towns can have.
    """
    with_numbers = rng.sample(among, max(1, round(TOWNS_WITH_NUMBERS * len(among))))
    most = len(with_numbers) * LINES // 2
    if count > most:
        raise LocalError(f"A simulated pool holds {most:,} numbers at most; ask for fewer.")
    today = int(now.timestamp()) // _SECONDS_A_DAY
    free = _toll_free(count // TOLL_FREE_EVERY, with_numbers[0].sample.region)
    local = pool_of(count - len(free), with_numbers, seed=rng.getrandbits(32))
    listings = [_aged(listing, today, rng) for listing in (*local, *free)]
    return Supply(unpack(pack(listings).values(), "simulated", ground.rules.prefixes), with_numbers)


def from_file(path: Path, ground: Ground, now: datetime) -> Supply:
    """The numbers of a file as an upload would publish them; their own exchanges are the towns.

    Raises LocalError where no number of it is taken, or none of those taken is in a place.
    """
    segments, rows = read_pool(path, ground, None, now)
    if not rows.used:
        why = f" The commonest reason: {rows.reasons[0][0]}" if rows.reasons else ""
        raise LocalError(f"{path.name} holds no number that the importer takes.{why}")
    directory = unpack(segments, path.name, ground.rules.prefixes)
    towns = list(_exchanges(directory))
    if not towns:
        raise LocalError(
            f"No number in {path.name} belongs to a place, so nobody lives near one:"
            " a simulation needs local numbers."
        )
    return Supply(directory, towns)


def _aged(listing: Listing, today: int, rng: random.Random) -> Listing:
    days = rng.randrange(NEW_DAYS) if rng.random() < NEW_SHARE else OLD_DAYS
    weight = LIGHT if rng.random() < LIGHT_SHARE else listing.weight
    return listing._replace(activated_on=today - days, weight=weight)


def _toll_free(count: int, region: str) -> Sequence[Listing]:
    """Numbers of the range for fiction; only the North American plan has one that is toll-free."""
    if region not in ("US", "CA"):
        return ()
    numbers = (f"+1{code}55501{line:02d}" for code in (800, 888, 877) for line in range(100))
    return [
        Listing(E164(number), region, "", "", "", Kind.TOLL_FREE, golden=number.endswith("00"))
        for number, _ in zip(numbers, range(count), strict=False)
    ]


def _exchanges(directory: Directory) -> Iterator[Exchange]:
    for group in directory.groups:
        if not group.place:
            continue
        place = Place(group.place, group.state, group.place, group.position)
        numbers = directory.numbers[group.start : group.end]
        for begin, _ in groupby(numbers, key=lambda digits: digits // LINES):
            phone = _phone(f"+{begin}{'0' * LINE_DIGITS}")
            if phone and phone.placed:
                yield Exchange(phone, place)


def _phone(text: str) -> Phone | None:
    try:
        return parse_e164(text)
    except NotAPhoneNumber:
        return None
