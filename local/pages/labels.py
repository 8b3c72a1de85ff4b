"""Where numbers stand on a map: beside their places, over as little as may be."""

from collections.abc import Mapping, Sequence
from math import cos, hypot, pi, sin
from typing import NamedTuple

DIRECTIONS = 16
FIRST_DIRECTION = -pi / 4
"""Up and to the right, where people look for a place's name first."""
GAPS = (3.0, 9.0, 16.0, 24.0, 34.0)
COST_OF_DISTANCE, COST_OF_TURNING = 0.08, 0.02
COST_OUTSIDE, COST_OF_OTHER_LABEL = 50.0, 6.0


class Spot(NamedTuple):
    """Something round on the picture: its middle and its radius in pixels, y downwards."""

    x: float
    y: float
    radius: float


def beside(
    places: Mapping[int, tuple[float, float]],
    spots: Sequence[Spot],
    size: tuple[float, float],
    radius: float,
) -> Mapping[int, tuple[float, float]]:
    """For each place the way in pixels to the middle of its label, a disc of that `radius`.

    A label never covers the middle of its own place. It stays inside a picture of that `size`,
    and off the spots and the labels before it as far as there is room.
    """
    found: dict[int, tuple[float, float]] = {}
    labels: list[Spot] = []
    for number, (x, y) in places.items():
        reach = 3 * radius + GAPS[-1] + max((spot.radius for spot in spots), default=0)
        near = [spot for spot in spots if hypot(spot.x - x, spot.y - y) < reach + spot.radius]
        own = max((spot.radius for spot in near if hypot(spot.x - x, spot.y - y) < 1), default=0)

        def cost(
            way: "_Way", at: tuple[float, float] = (x, y), near: Sequence[Spot] = tuple(near)
        ) -> float:
            label = Spot(at[0] + way.across, at[1] + way.down, radius)
            return (
                sum(_overlap(label, spot) for spot in near)
                + COST_OF_OTHER_LABEL * sum(_overlap(label, other) for other in labels)
                + COST_OUTSIDE * (not _is_inside(label, size))
                + way.cost
            )

        best = min(_ways(own + radius), key=cost)
        found[number] = (best.across, best.down)
        labels.append(Spot(x + best.across, y + best.down, radius))
    return found


class _Way(NamedTuple):
    across: float
    down: float
    cost: float


def _ways(least: float) -> list[_Way]:
    ways = []
    for gap in GAPS:
        for step in range(DIRECTIONS):
            turn = (step + 1) // 2 * (1 if step % 2 else -1)
            angle = FIRST_DIRECTION + 2 * pi * turn / DIRECTIONS
            away = least + gap
            cost = COST_OF_DISTANCE * gap + COST_OF_TURNING * step
            ways.append(_Way(away * cos(angle), away * sin(angle), cost))
    return ways


def _overlap(one: Spot, other: Spot) -> float:
    return max(one.radius + other.radius + 1 - hypot(one.x - other.x, one.y - other.y), 0.0)


def _is_inside(spot: Spot, size: tuple[float, float]) -> bool:
    edge = spot.radius + 1
    return edge <= spot.x <= size[0] - edge and edge <= spot.y <= size[1] - edge
