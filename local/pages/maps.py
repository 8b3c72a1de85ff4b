"""A map as a picture: dots for many, squares for ours, numbered discs beside what is suggested."""

import base64
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import hypot
from typing import Any, NamedTuple

import altair as alt
import vl_convert

from local.pages.frames import Frame, Position, circle
from local.pages.labels import Spot, beside
from local.pages.outlines import Outlines

LAND, BORDER, SEA = "#f1efe9", "#b5ada0", "#ffffff"
GOOD, POOR, OURS, PROPOSED = "#0072b2", "#d55e00", "#111111", "#ffffff"
"""Blue and vermilion of Okabe and Ito, whom no common colour blindness confuses."""

MOST_DOTS = 1_500
FULL_WIDTH = 920
FINE_DEGREES = 0.05
SMALLEST, LARGEST, LARGE_AT_LEAST = 40, 700, 20
SMALL_DISC, LARGE_DISC = 7.5, 9.0
IN_PIXELS = 4
"""The size at which Vega takes the numbers in a path of ours for pixels."""

_PATH = re.compile(r' d="[^"]*"')
_DECIMALS = re.compile(r"(\.\d)\d+")


class Layer(NamedTuple):
    """A layer of the map, which refers to its data by `name`."""

    chart: alt.Chart
    name: str
    data: Any


class Dot(NamedTuple):
    """So many (`size`) at a position; `good` of them are well served."""

    position: Position
    size: int
    good: int

    @property
    def is_good(self) -> bool:
        """Whether most of them are."""
        return 2 * self.good >= self.size


@dataclass(frozen=True)
class Content:
    """What a map shows. `proposed` have their numbers beside them and, unless
    `radius_km` is 0, a ring of that radius. Dots closer than `cell_degrees` may become one."""

    dots: Sequence[Dot]
    ours: Sequence[Position]
    proposed: Mapping[int, Position] = field(default_factory=dict)
    radius_km: float = 0
    outlines: Outlines | None = None
    cell_degrees: float = FINE_DEGREES


def svg(content: Content, frame: Frame) -> str:
    """The map, drawn."""
    dots = gathered(content.dots, content.cell_degrees)
    layers = [
        *_land(content.outlines, frame),
        *_rings(content),
        *_dots(dots, frame.width / FULL_WIDTH),
        _squares(content.ours),
        *_discs(content.proposed, dots, frame),
    ]
    chart = (
        alt.layer(*(layer.chart for layer in layers))
        .properties(width=frame.width, height=frame.height, background=SEA, padding=2)
        .project(**frame.projection)
        .configure_view(stroke=BORDER, strokeWidth=0.5, clip=True)
        .configure(font="Arial, Helvetica, sans-serif", aria=False)
        .resolve_scale(size="independent", color="independent", shape="independent")
    )
    # Altair would copy and check each of the data's numbers, again and again.
    specification = chart.to_dict() | {"datasets": {layer.name: layer.data for layer in layers}}
    drawn = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    return _PATH.sub(lambda path: _DECIMALS.sub(r"\1", path[0]), drawn)


def data_address(picture: str) -> str:
    """An SVG as an address that a page can show without a second file; nothing in it can run."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


def _land(outlines: Outlines | None, frame: Frame) -> list[Layer]:
    if outlines is None:
        return []
    if frame.window is not None:
        outlines = outlines.within(frame.window)
    layout = alt.TopoDataFormat(type="topojson", feature=outlines.feature)
    chart = alt.Chart(alt.NamedData(name="land", format=layout))
    drawn = chart.mark_geoshape(fill=LAND, stroke=BORDER, strokeWidth=0.6)
    return [Layer(drawn, "land", outlines.document)]


def _rings(content: Content) -> list[Layer]:
    if not content.proposed or not content.radius_km:
        return []
    rings = [circle(position, content.radius_km) for position in content.proposed.values()]
    drawn = alt.Chart(alt.NamedData(name="rings")).mark_geoshape(
        fill=None, stroke=OURS, strokeWidth=0.8, strokeDash=[3, 2]
    )
    return [Layer(drawn, "rings", rings)]


def _dots(dots: Sequence[Dot], zoom: float) -> list[Layer]:
    """The poorly served below, the well served above; larger first, so that none hides another."""
    largest = _largest(dots)
    ordered = sorted(dots, key=lambda dot: -dot.size)
    sizes = alt.Scale(domain=[0, largest], range=[SMALLEST * zoom, LARGEST * zoom])
    return [
        Layer(
            _points(name)
            .mark_point(shape=shape, fill=fill, stroke=edge, strokeWidth=0.6, opacity=0.75)
            .encode(size=alt.Size("n:Q", scale=sizes, legend=None)),
            name,
            [_row(dot.position, n=dot.size) for dot in ordered if dot.is_good is good],
        )
        for good, name, shape, fill, edge in (
            (False, "poor", "diamond", POOR, "#6b2f00"),
            (True, "good", "circle", GOOD, "#003a5c"),
        )
    ]


def _squares(ours: Sequence[Position]) -> Layer:
    drawn = _points("ours").mark_point(
        shape="square", size=26, fill=OURS, stroke="white", strokeWidth=1, opacity=1
    )
    return Layer(drawn, "ours", [_row(position) for position in sorted(set(ours))])


def _discs(proposed: Mapping[int, Position], dots: Sequence[Dot], frame: Frame) -> Iterator[Layer]:
    """A numbered disc beside each place, and a line to it: what is there stays to be seen."""
    radius = SMALL_DISC if frame.width < FULL_WIDTH else LARGE_DISC
    ways = beside(
        {number: frame.pixel(position) for number, position in proposed.items()},
        _spots(dots, frame),
        (frame.width, frame.height),
        radius,
    )
    lines = [(number, _line(ways[number], radius)) for number in proposed]
    circles = [(number, _circle(ways[number], radius)) for number in proposed]
    for name, paths in (("lines", lines), ("discs", circles)):
        rows = [_row(proposed[number], path=path) for number, path in reversed(paths)]
        drawn = _points(name).mark_point(
            size=IN_PIXELS, fill=PROPOSED, stroke=OURS, strokeWidth=1.2, opacity=1
        )
        yield Layer(drawn.encode(shape=alt.Shape("path:N", scale=None)), name, rows)
    for number, (across, down) in ways.items():
        name = f"number-{number}"
        text = _points(name).mark_text(
            dx=across, dy=down, fontSize=round(1.3 * radius), fontWeight="bold", color=OURS
        )
        rows = [_row(proposed[number], number=str(number))]
        yield Layer(text.encode(text="number:N"), name, rows)


def _spots(dots: Sequence[Dot], frame: Frame) -> Sequence[Spot]:
    zoom, largest = frame.width / FULL_WIDTH, _largest(dots)
    areas = (SMALLEST + (LARGEST - SMALLEST) * dot.size / largest for dot in dots)
    return [
        Spot(*frame.pixel(dot.position), (area * zoom) ** 0.5 / 2)
        for dot, area in zip(dots, areas, strict=True)
    ]


def _circle(way: tuple[float, float], radius: float) -> str:
    x, y = way
    half = f"a{radius},{radius},0,1,1,"
    return f"M{x - radius:.1f},{y:.1f}{half}{2 * radius},0{half}{-2 * radius},0Z"


def _line(way: tuple[float, float], radius: float) -> str:
    x, y = way
    part = max(1 - radius / hypot(x, y), 0)
    return f"M0,0L{x * part:.1f},{y * part:.1f}"


def _largest(dots: Sequence[Dot]) -> int:
    return max([LARGE_AT_LEAST, *(dot.size for dot in dots)])


def _points(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name)).encode(longitude="x:Q", latitude="y:Q")


def gathered(dots: Sequence[Dot], step: float) -> Sequence[Dot]:
    """Few enough dots to tell apart: those of one cell become one, in ever larger cells."""
    while True:
        cells: dict[tuple[int, int], list[Dot]] = defaultdict(list)
        for dot in dots:
            latitude, longitude = dot.position
            cells[round(latitude / step), round(longitude / step)].append(dot)
        if len(cells) <= MOST_DOTS:
            return [_joined(members) for members in cells.values()]
        step *= 1.5


def _joined(members: Sequence[Dot]) -> Dot:
    largest = max(members, key=lambda dot: dot.size)
    return Dot(largest.position, sum(dot.size for dot in members), sum(dot.good for dot in members))


def _row(position: Position, **more: Any) -> dict[str, Any]:
    return {"y": position[0], "x": position[1], **more}
