"""Distances and centres on the globe; positions are (latitude, longitude) in degrees."""

from collections.abc import Collection
from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt
from statistics import median

Position = tuple[float, float]

EARTH_KM = 6371.0088


def distance_km(a: Position, b: Position) -> float:
    """Great-circle distance."""
    south, north = radians(a[0]), radians(b[0])
    half_chord = (
        sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(radians(b[1] - a[1]) / 2) ** 2
    )
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half_chord)))


def centre(positions: Collection[Position]) -> Position:
    """The mean of positions as points of the globe, so that none is torn apart at 180 degrees."""
    x = y = z = 0.0
    for latitude, longitude in positions:
        phi, lam = radians(latitude), radians(longitude)
        x += cos(phi) * cos(lam)
        y += cos(phi) * sin(lam)
        z += sin(phi)
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))


def spread_km(positions: Collection[Position], middle: Position) -> float:
    """The median distance of positions from their middle."""
    return median(distance_km(position, middle) for position in positions)
