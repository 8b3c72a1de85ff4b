"""How a part of the Earth fits into a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import asinh, atan, atan2, cos, degrees, pi, radians, sin, sinh, tan
from typing import Any

Position = tuple[float, float]

MARGIN = 0.12
LEAST_SPAN = radians(5)
TALLEST, FLATTEST = 0.85, 0.5
FARTHEST_NORTH = 80.0
USA_SCALE, USA_MIDDLE = 1.28, 0.534
"""Widths of the picture in a radian of the Earth, and left of the projection's middle: as Vega fits
the states."""
SOUTH_OF_HAWAII, EAST_OF_MAINE, WEST_OF_ATTU = 18.8, -66.5, 170.0


@dataclass(frozen=True)
class Window:
    """A part of the Earth, in degrees: so far west and east of a meridian, and two parallels."""

    meridian: float
    west: float
    east: float
    south: float
    north: float


@dataclass(frozen=True)
class Frame:
    """A picture's size in pixels, Vega's projection for it, and what it shows of the Earth."""

    width: int
    height: int
    projection: Mapping[str, Any]
    window: Window | None = None

    def pixel(self, position: Position) -> tuple[float, float]:
        """Where a position is on the picture, x to the right and y downwards.

        Near enough to keep labels apart: where Vega fits the projection itself, to some pixels;
        Alaska and Hawaii are told far from where they are drawn.
        """
        latitude, longitude = map(radians, position)
        if self.projection["type"] == "mercator":
            turned = radians((position[1] + self.projection["rotate"][0] + 540) % 360 - 180)
            left, top = self.projection["translate"]
            scale = self.projection["scale"]
            return left + scale * turned, top - scale * _mercator(position[0])
        if self.projection["type"] == "albersUsa":
            x, y = _albers(latitude, longitude)
            return self.width * (
                USA_MIDDLE + x * USA_SCALE
            ), self.height / 2 - self.width * y * USA_SCALE
        return self.width * (0.5 + longitude / (2 * pi)), self.height * (0.5 - latitude / pi)


def world(width: int) -> Frame:
    """The whole Earth, in equal areas; Vega fits it to the outlines."""
    return Frame(width, round(width * 0.5), {"type": "equalEarth"})


def usa(width: int) -> Frame:
    """The states of the USA, with Alaska and Hawaii beside the south; see `in_usa`."""
    return Frame(width, round(width * 0.62), {"type": "albersUsa"})


def in_usa(position: Position) -> bool:
    """Whether the map of the USA has the position: it leaves out the territories overseas."""
    latitude, longitude = position
    return latitude > SOUTH_OF_HAWAII and (longitude < EAST_OF_MAINE or longitude > WEST_OF_ATTU)


def around(positions: Sequence[Position], width: int) -> Frame:
    """Mercator's projection, as near as all positions allow, with a margin."""
    turned = _middle_longitude(positions)
    across = [radians((longitude - turned + 540) % 360 - 180) for _, longitude in positions]
    along = [_mercator(latitude) for latitude, _ in positions]
    wide = max(max(across) - min(across), LEAST_SPAN)
    tall = max(max(along) - min(along), LEAST_SPAN)
    height = round(width * min(max(tall / wide, FLATTEST), TALLEST))
    scale = (1 - 2 * MARGIN) * min(width / wide, height / tall)
    middle = (max(across) + min(across)) / 2, (max(along) + min(along)) / 2
    projection = {
        "type": "mercator",
        "rotate": [-turned, 0, 0],
        "scale": scale,
        "translate": [width / 2 - scale * middle[0], height / 2 + scale * middle[1]],
        "clipExtent": [[-5, -5], [width + 5, height + 5]],
    }
    half_wide, half_tall = width / 2 / scale, height / 2 / scale
    window = Window(
        meridian=turned,
        west=degrees(middle[0] - half_wide),
        east=degrees(middle[0] + half_wide),
        south=degrees(atan(sinh(middle[1] - half_tall))),
        north=degrees(atan(sinh(middle[1] + half_tall))),
    )
    return Frame(width, height, projection, window)


def _albers(latitude: float, longitude: float) -> tuple[float, float]:
    """The conic projection in equal areas that maps of the USA have, from the middle of them."""
    south, north, middle = radians(29.5), radians(45.5), radians(38.7)
    cone = (sin(south) + sin(north)) / 2
    bulk = cos(south) ** 2 + 2 * cone * sin(south)
    turned = cone * (longitude + radians(96.6))
    away = max(bulk - 2 * cone * sin(latitude), 0.0) ** 0.5 / cone
    from_pole = (bulk - 2 * cone * sin(middle)) ** 0.5 / cone
    return away * sin(turned), from_pole - away * cos(turned)


def _mercator(latitude: float) -> float:
    bounded = max(min(latitude, FARTHEST_NORTH), -FARTHEST_NORTH)
    return asinh(tan(radians(bounded)))


def _middle_longitude(positions: Sequence[Position]) -> float:
    """A longitude amid the positions, so that none is beyond the edge of the map."""
    x = sum(cos(radians(longitude)) for _, longitude in positions)
    y = sum(sin(radians(longitude)) for _, longitude in positions)
    return round(degrees(atan2(y, x)), 1)


def circle(position: Position, radius_km: float, points: int = 48) -> Mapping[str, Any]:
    """A circle on the Earth as GeoJSON, wound as Vega wants it (clockwise)."""
    latitude, longitude = radians(position[0]), radians(position[1])
    reach = radius_km / 6371.0088
    ring = []
    for step in range(points + 1):
        angle = 2 * pi * step / points
        height = sin(latitude) * cos(reach) + cos(latitude) * sin(reach) * cos(angle)
        north = atan2(height, max(1 - height * height, 0.0) ** 0.5)
        east = longitude + atan2(
            sin(angle) * sin(reach) * cos(latitude), cos(reach) - sin(latitude) * sin(north)
        )
        ring.append([round(degrees(east), 4), round(degrees(north), 4)])
    return {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
