"""Nearest is nearest: the tier by distance against a search that measures every number."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from lambdas.domain.choosing import Wanted, candidates
from lambdas.domain.directory import Directory, Listing, pack, unpack
from lambdas.domain.geometry import Position
from lambdas.domain.phone import E164, Kind, Phone
from lambdas.domain.rejections import Rejections
from lambdas.domain.rules import Rules
from lambdas.domain.settings import AvoidRepeat, Limits, PoolSettings, Tier
from lambdas.domain.whereabouts import Whereabouts
from local.evidence import Finding, evidence
from local.toolchain import Say

PAIRS = 10_000
PAIRS_A_POOL = 25
SIZES = (1, 2, 12, 150, 1_000, 150, 6_000, 12, 1_000)
FEW_SITES = 4_000
FIRST = 2_000_000_000
TOWNS = 7
ODD_ONES = 0.1
ON_THE_EDGE = 0.3
RADII_KM = (0.0, 1.0, 10.0, 40.0, 80.0, 80.0, 200.0, 1_000.0, 4_000.0)
FARTHEST_KM = 5_000.0
METRE = 0.001
SEED = 20261122
EARTH_KM = 6371.0088
TO_THE_METRE = 3
SHOWN = 3

Level = tuple[float, frozenset[E164]]
"""Kilometres to the metre, and the numbers that are so far away."""

Place = Callable[[random.Random], Position]


class Pair(NamedTuple):
    """A pool's directory and the numbers in it, where a customer is, and how far is still near."""

    shape: str
    directory: Directory
    listings: Sequence[Listing]
    at: Position
    radius_km: float


@evidence("pick/nearest")
def nearest(say: Say) -> Finding:
    """Random pairs of pool and destination: the same numbers, level by level, ties together."""
    differing: list[str] = []
    levels = tied = 0
    for index, pair in enumerate(pairs(PAIRS, SEED)):
        if index % 500 == 0:
            say(f"{index:,} of {PAIRS:,} pairs")
        expected = searched(pair)
        found = chosen(pair)
        levels += len(expected)
        tied += sum(len(numbers) > 1 for _, numbers in expected)
        if found != expected:
            differing.append(f"{pair.shape} at {pair.at} within {pair.radius_km} km")
    return Finding(
        len(differing),
        f"0 of {PAIRS} pairs differ",
        not differing,
        f"{levels} levels, {tied} of several numbers; pools of 1 to 6 000 numbers, "
        f"{len(SHAPES)} shapes, seed {SEED}; {'; '.join(differing[:SHOWN]) or 'none differs'}",
    )


def chosen(pair: Pair) -> list[Level]:
    """The levels of the tier `nearest`, in the order in which choosing yields them."""
    pool = PoolSettings(
        "nearest",
        (Tier.NEAREST,),
        Limits(per_minute=1, per_hour=1, per_day=1),
        AvoidRepeat(0, 0),
        radius_km=pair.radius_km,
    )
    destination = Phone(E164("+10000000000"), "US", Kind.GEOGRAPHIC, "", valid=True)
    where = Whereabouts("", "", frozenset(), pair.at, False, (), "position")
    found = candidates(pair.directory, Wanted(destination, where, ""), pool, Rules(), Rejections())
    return [
        (distance or 0.0, frozenset(each.number for each in level))
        for distance, level in groupby(found, key=lambda candidate: candidate.distance_km)
    ]


def searched(pair: Pair) -> list[Level]:
    """The same by measuring every number."""
    levels: dict[float, set[E164]] = {}
    for listing in pair.listings:
        at_home = listing.region == "US" and listing.kind is not Kind.TOLL_FREE
        if at_home and listing.position is not None:
            away = round(haversine_km(pair.at, listing.position), TO_THE_METRE)
            if away <= pair.radius_km:
                levels.setdefault(away, set()).add(listing.e164)
    return [(away, frozenset(levels[away])) for away in sorted(levels)]


def haversine_km(one: Position, other: Position) -> float:
    """R. W. Sinnott, "Virtues of the Haversine", Sky & Telescope 68 (1984)."""
    north, east = (radians(other[i] - one[i]) for i in (0, 1))
    level = cos(radians(one[0])) * cos(radians(other[0]))
    half = sin(north / 2) ** 2 + level * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def pairs(count: int, seed: int) -> Iterator[Pair]:
    """Pools of several sizes and shapes, each with customers in and around it."""
    rng = random.Random(seed)
    for index in range(count):
        if index % PAIRS_A_POOL == 0:
            shape, place = SHAPES[index // PAIRS_A_POOL % len(SHAPES)]
            listings = _pool(rng, place, SIZES[index // PAIRS_A_POOL % len(SIZES)])
            directory = unpack(pack(listings).values())
        at = _customer(rng, place, listings)
        yield Pair(shape, directory, listings, at, _radius(rng, at, listings))


def _pool(rng: random.Random, place: Place, size: int) -> list[Listing]:
    """Numbers at up to so many places; some without a place, toll-free, or of another country."""
    places = [place(rng) for _ in range(rng.randint(1, size))]
    if size > FEW_SITES:
        places = [place(rng) for _ in range(size)]
    common = Listing(E164(""), "US", "", "1200", "", Kind.GEOGRAPHIC)
    odd = (
        common._replace(position=None),
        common._replace(kind=Kind.TOLL_FREE, area_code=""),
        common._replace(region="CA"),
    )
    listings = []
    for index in range(size):
        made = rng.choice(odd) if rng.random() < ODD_ONES else common
        where = rng.choice(places) if size <= FEW_SITES else places[index]
        listings.append(
            made._replace(
                e164=E164(f"+1{FIRST + index}"),
                place=f"Town {index % TOWNS}",
                position=None if made is odd[0] else where,
            )
        )
    return listings


def _customer(rng: random.Random, place: Place, listings: Sequence[Listing]) -> Position:
    """Somewhere in the same ground; at a number's own place; or half way between two."""
    one, other = (rng.choice(listings).position or place(rng) for _ in range(2))
    return rng.choice((place(rng), one, ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)))


def _radius(rng: random.Random, at: Position, listings: Sequence[Listing]) -> float:
    """A usual one, or one whose edge runs through a number, or just before it."""
    edge = round(haversine_km(at, rng.choice(listings).position or at), TO_THE_METRE)
    if edge <= FARTHEST_KM and rng.random() < ON_THE_EDGE:
        return max(0.0, round(edge - rng.choice((0, METRE)), TO_THE_METRE))
    return rng.choice(RADII_KM)


def _near(towns: Sequence[Position], spread: float, digits: int) -> Place:
    def place(rng: random.Random) -> Position:
        latitude, longitude = rng.choice(towns)
        return (
            round(max(-90.0, min(90.0, latitude + rng.uniform(-spread, spread))), digits),
            round((longitude + rng.uniform(-spread, spread) + 180) % 360 - 180, digits),
        )

    return place


def _between(south: float, north: float, west: float, east: float, digits: int = 3) -> Place:
    """`west` may be greater than `east`: then the ground holds the antimeridian."""
    width = (east - west) % 360 or 360

    def place(rng: random.Random) -> Position:
        longitude = (west + rng.uniform(0, width) + 180) % 360 - 180
        return round(rng.uniform(south, north), digits), round(longitude, digits)

    return place


SHAPES: Sequence[tuple[str, Place]] = (
    ("dense metros", _near([(40.71, -74.0), (34.05, -118.24), (41.88, -87.63)], 0.4, 3)),
    ("one town", _near([(47.6062, -122.3321)], 0.0, 4)),
    ("a country", _between(25, 49, -124, -67)),
    ("a grid with ties", _between(-2, 2, -2, 2, digits=1)),
    ("the antimeridian", _between(-25, 70, 175, -175)),
    ("high latitudes", _between(78, 90, -180, 180, digits=2)),
    ("the southern pole", _near([(-90.0, 0.0), (-89.0, 120.0)], 1.5, 1)),
    ("the Earth", _between(-90, 90, -180, 180)),
)
