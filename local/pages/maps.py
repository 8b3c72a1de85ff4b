"""A map as a picture: dots for many, squares for ours, numbered discs for what is suggested."""

import base64
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import altair as alt
import vl_convert

from local.pages.frames import Frame, Position, circle
from local.pages.outlines import Outlines

LAND, BORDER, SEA = "#f1efe9", "#b5ada0", "#ffffff"
GOOD, POOR, OURS, PROPOSED = "#0072b2", "#d55e00", "#111111", "#ffffff"
"""Blue and vermilion of Okabe and Ito, whom no common colour blindness confuses."""

MOST_DOTS = 1_500
FULL_WIDTH = 920
FINE_DEGREES = 0.05
SMALLEST, LARGEST, LARGE_AT_LEAST = 12, 700, 20

_PATH = re.compile(r' d="[^"]*"')
_DECIMALS = re.compile(r"(\.\d)\d+")


class Dot(NamedTuple):
    """So many (`size`) at a position; `good` of them are well served."""

    position: Position
    size: int
    good: int


@dataclass(frozen=True)
class Content:
    """What a map shows. `proposed` are drawn with their numbers and, unless
    `radius_km` is 0, a ring of that radius. Dots closer than `cell_degrees` may become one."""

    dots: Sequence[Dot]
    ours: Sequence[Position]
    proposed: Mapping[int, Position] = field(default_factory=dict)
    radius_km: float = 0
    outlines: Outlines | None = None
    cell_degrees: float = FINE_DEGREES


def svg(content: Content, frame: Frame) -> str:
    """The map, drawn."""
    layers = [
        *_land(content.outlines, frame),
        *_rings(content),
        *_dots(gathered(content.dots, content.cell_degrees), frame.width / FULL_WIDTH),
        *_squares(content.ours),
        *_discs(content.proposed),
    ]
    chart = (
        alt.layer(*layers)
        .properties(width=frame.width, height=frame.height, background=SEA, padding=2)
        .project(**frame.projection)
        .configure_view(stroke=BORDER, strokeWidth=0.5, clip=True)
        .configure(font="Arial, Helvetica, sans-serif", aria=False)
        .resolve_scale(size="independent", color="independent", shape="independent")
    )
    drawn = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    return _PATH.sub(lambda path: _DECIMALS.sub(r"\1", path[0]), drawn)


def data_address(picture: str) -> str:
    """An SVG as an address that a page can show without a second file; nothing in it can run."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


def _land(outlines: Outlines | None, frame: Frame) -> list[alt.Chart]:
    if outlines is None:
        return []
    if frame.window is not None:
        outlines = outlines.within(frame.window)
    data = alt.InlineData(
        values=dict(outlines.document),
        format=alt.TopoDataFormat(type="topojson", feature=outlines.feature),
    )
    return [alt.Chart(data).mark_geoshape(fill=LAND, stroke=BORDER, strokeWidth=0.6)]


def _rings(content: Content) -> list[alt.Chart]:
    if not content.proposed or not content.radius_km:
        return []
    rings = [circle(position, content.radius_km) for position in content.proposed.values()]
    chart = alt.Chart(alt.InlineData(values=rings)).mark_geoshape(
        fill=None, stroke=OURS, strokeWidth=0.8, strokeDash=[3, 2]
    )
    return [chart]


def _dots(dots: Sequence[Dot], zoom: float) -> list[alt.Chart]:
    """The poorly served below, the well served above; larger first, so that none hides another."""
    largest = max([LARGE_AT_LEAST, *(dot.size for dot in dots)])
    rows: dict[bool, list[Mapping[str, Any]]] = {False: [], True: []}
    for dot in sorted(dots, key=lambda one: -one.size):
        rows[2 * dot.good >= dot.size].append(_row(dot.position, n=dot.size))
    size = alt.Size(
        "n:Q",
        scale=alt.Scale(domain=[0, largest], range=[SMALLEST * zoom, LARGEST * zoom]),
        legend=None,
    )
    marks = {True: ("circle", GOOD, "#003a5c"), False: ("diamond", POOR, "#6b2f00")}
    return [
        alt.Chart(alt.InlineData(values=[dict(row) for row in found]))
        .mark_point(
            shape=marks[good][0],
            fill=marks[good][1],
            stroke=marks[good][2],
            strokeWidth=0.6,
            opacity=0.75,
        )
        .encode(longitude="x:Q", latitude="y:Q", size=size)
        for good, found in rows.items()
        if found
    ]


def _squares(ours: Sequence[Position]) -> list[alt.Chart]:
    if not ours:
        return []
    rows = [_row(position) for position in sorted(set(ours))]
    return [
        alt.Chart(alt.InlineData(values=rows))
        .mark_point(shape="square", size=34, fill=OURS, stroke="white", strokeWidth=1, opacity=1)
        .encode(longitude="x:Q", latitude="y:Q")
    ]


def _discs(proposed: Mapping[int, Position]) -> list[alt.Chart]:
    if not proposed:
        return []
    # The first on top: it is the one to look at.
    rows = [_row(position, number=str(number)) for number, position in sorted(proposed.items())][
        ::-1
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(longitude="x:Q", latitude="y:Q")
    disc = base.mark_point(
        shape="circle", size=260, fill=PROPOSED, stroke=OURS, strokeWidth=1.6, opacity=1
    )
    return [
        disc,
        base.mark_text(fontSize=11, fontWeight="bold", color=OURS).encode(text="number:N"),
    ]


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
