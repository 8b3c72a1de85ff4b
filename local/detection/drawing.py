"""The curves of the documentation: how soon each detector notices, and what it costs."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt
import vl_convert

from local.detection.detectors import LENT, OURS
from local.detection.record import Record

SHOWN: Mapping[str, tuple[str, str, list[int]]] = {
    OURS: ("ours", "#0072b2", [1, 0]),
    LENT[0]: ("CUSUM, lent our baseline", "#56b4e9", [2, 2]),
    "CUSUM": ("CUSUM, pool-wide rate", "#d55e00", [8, 3]),
    "two proportions": ("two proportions", "#009e73", [5, 2, 1, 2]),
    "fixed threshold": ("fixed threshold", "#5f5f5f", [3, 3]),
}
"""Label, colour (Okabe and Ito's, whom no common colour blindness confuses) and dashes."""
TITLES = {"halved": "Answers fall to a half", "a fifth": "Answers fall to a fifth"}
WIDTH, HEIGHT = 380, 250
INK = "#222222"
_PLACES = re.compile(r' (?:d|transform)="[^"]*"')
_DECIMALS = re.compile(r"(\.\d)\d+")


def delays(record: Record) -> str:
    """The share of worn numbers that have been noticed after so many calls."""
    end = record["calls_in_a_month"]
    rows = [
        {"kind": TITLES[kind], "detector": SHOWN[family][0], "calls": calls, "share": share}
        for kind, of_each in record["delays"].items()
        for family in SHOWN
        for calls, share in _steps(of_each[family]["calls"], of_each[family]["of"], end)
    ]
    panel = (
        alt.Chart()
        .mark_line(interpolate="step-after", strokeWidth=2.2)
        .encode(
            x=alt.X(
                "calls:Q",
                title="calls of the number since it wore out",
                scale=alt.Scale(domain=[0, end], nice=False),
            ),
            y=alt.Y(
                "share:Q",
                title="noticed",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 0.9, 1]),
            ),
            **_by_detector(),
        )
        .properties(width=WIDTH, height=HEIGHT)
    )
    return _drawn(panel.facet(_facet(TITLES.values()), data=alt.Data(values=rows), columns=2))


def traded(record: Record) -> str:
    """Calls until a rest, against the share of healthy numbers that rest by mistake."""
    titles = []
    rows = []
    for kind, of_each in record["trade_off"].items():
        for place, what in ((1, "median"), (2, "90 % noticed")):
            titles.append(f"{TITLES[kind]}: {what}")
            rows += [
                {
                    "kind": titles[-1],
                    "detector": SHOWN[family][0],
                    "rests": point[0],
                    "calls": point[place],
                }
                for family in SHOWN
                for point in of_each[family]
                if point[place] is not None
            ]
    panel = (
        alt.Chart()
        .mark_line(strokeWidth=2.2, point=alt.OverlayMarkDef(size=22, filled=True))
        .encode(
            x=alt.X(
                "rests:Q",
                title="healthy numbers that rest by mistake in a month",
                scale=alt.Scale(type="log", domain=[0.001, 0.1], nice=False),
                axis=alt.Axis(
                    values=[0.001, 0.003, 0.01, 0.03, 0.1],
                    labelExpr="format(100 * datum.value, '~r') + ' %'",
                ),
            ),
            y=alt.Y("calls:Q", title="calls until it rests", axis=alt.Axis(tickCount=6)),
            **_by_detector(),
        )
        .properties(width=WIDTH, height=HEIGHT)
    )
    facets = panel.facet(_facet(titles), data=alt.Data(values=rows), columns=2)
    return _drawn(facets.resolve_scale(y="independent"))


def _steps(calls: Iterable[float], of: int, end: float) -> list[tuple[float, float]]:
    """From nothing at the beginning to what was noticed at the end."""
    points = [(0.0, 0.0)]
    for count, at in enumerate(calls, start=1):
        points.append((at, round(count / of, 4)))
    return [*points, (end, points[-1][1])]


def _by_detector() -> dict[str, Any]:
    labels, colours, dashes = (list(column) for column in zip(*SHOWN.values(), strict=True))
    legend = alt.Legend(
        title=None, orient="top", symbolStrokeWidth=2.6, symbolSize=420, symbolType="stroke",
        labelLimit=240, columnPadding=14,
    )  # fmt: skip
    return {
        "color": alt.Color(
            "detector:N", sort=labels, legend=legend, scale=alt.Scale(domain=labels, range=colours)
        ),
        "strokeDash": alt.StrokeDash(
            "detector:N", sort=labels, legend=legend, scale=alt.Scale(domain=labels, range=dashes)
        ),
    }


def _facet(titles: Iterable[str]) -> alt.Facet:
    return alt.Facet(
        "kind:N",
        sort=list(titles),
        title=None,
        header=alt.Header(labelFontSize=14, labelFontWeight="bold", labelColor=INK),
    )


def _drawn(chart: alt.FacetChart) -> str:
    ready = (
        chart.resolve_axis(x="independent", y="independent")
        .properties(background="#ffffff", padding=8)
        .configure(font="Arial, Helvetica, sans-serif", aria=False)
        .configure_axis(
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelColor=INK,
            titleColor=INK, gridColor="#e4e4e4",
        )
        .configure_legend(labelFontSize=13, labelColor=INK)
        .configure_facet(spacing=26)
    )  # fmt: skip
    drawn: str = vl_convert.vegalite_to_svg(ready.to_dict(), allowed_base_urls=[])
    return _PLACES.sub(lambda place: _DECIMALS.sub(r"\1", place[0]), drawn) + "\n"
