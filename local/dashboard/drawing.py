"""A dashboard as a page: each widget drawn as CloudWatch would, with values of a sample."""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import altair as alt
import vl_convert

from local.dashboard.definition import Line, Widget
from local.errors import LocalError
from local.pages.maps import data_address
from local.pages.rendering import render

Values = Callable[[Line], list[tuple[int, float]]]

COLUMN, ROW = 46, 34
COLOURS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f", "#b3a100",
    "#5d3a9b", "#1b1b1b",
)  # fmt: skip
"""Okabe and Ito's, whom no common colour blindness confuses, and a few more."""

MARGINS = 64
LEGEND_ROW, WIDE_LABEL = 16, 180
_OPERATORS: Final[Mapping[type, Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def page(name: str, widgets: Sequence[Widget], values: Values, note: str) -> str:
    """The dashboard as one HTML file without scripts."""
    return render(
        "dashboard.html",
        title=name,
        note=note,
        widgets=[
            {
                "title": widget.title,
                "place": f"{widget.x + 1} / span {widget.width}",
                "image": data_address(svg(widget, values)),
                "words": ", ".join(line.label for line in widget.lines if line.is_visible),
            }
            for widget in widgets
        ],
    )


def svg(widget: Widget, values: Values) -> str:
    """One graph, drawn."""
    shown = [line.label for line in widget.lines if line.is_visible]
    width, height = widget.width * COLUMN, widget.height * ROW
    columns = max(width // WIDE_LABEL, 1)
    legend = -(-len(shown) // columns) * LEGEND_ROW
    colours = [COLOURS[at % len(COLOURS)] for at in range(len(shown))]
    drawn = (
        alt.Chart(alt.NamedData(name="values")).mark_area(opacity=0.85, interpolate="monotone")
        if widget.is_stacked
        else alt.Chart(alt.NamedData(name="values")).mark_line(strokeWidth=1.4)
    ).encode(
        x=alt.X(
            "hour:Q",
            title=None,
            scale=alt.Scale(domain=[0, 24], nice=False),
            axis=alt.Axis(
                values=[0, 4, 8, 12, 16, 20, 24],
                labelExpr="format(datum.value, '02') + ':00'",
                grid=False,
            ),
        ),
        y=alt.Y(
            "value:Q",
            title=None,
            stack="zero" if widget.is_stacked else None,
            scale=alt.Scale(zero=True),
            axis=alt.Axis(tickCount=4),
        ),
        color=alt.Color(
            "line:N",
            sort=shown,
            scale=alt.Scale(domain=shown, range=colours),
            legend=alt.Legend(
                orient="bottom",
                title=None,
                columns=columns,
                labelLimit=WIDE_LABEL - 30,
                symbolType="square" if widget.is_stacked else "stroke",
                symbolSize=70,
                symbolStrokeWidth=1 if widget.is_stacked else 3,
                rowPadding=1,
            ),
        ),
        order=alt.Order("at:Q"),
    )
    layers = [drawn, *_limits(widget)]
    chart = (
        alt.layer(*layers)
        .properties(
            width=width - MARGINS,
            height=max(height - 62 - legend, 70),
            background="white",
            padding=6,
        )
        .configure_view(stroke=None)
        .configure(font="Arial, Helvetica, sans-serif", aria=False)
    )
    rows = [
        {"line": line.label, "at": at, "hour": second / 3600, "value": value}
        for at, (line, series) in enumerate(_series(widget.lines, values))
        for second, value in series
    ]
    specification = chart.to_dict()
    specification.setdefault("datasets", {})["values"] = rows
    drawn_svg: str = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    return drawn_svg


def _limits(widget: Widget) -> Iterator[Any]:
    for label, value in widget.limits.items():
        rows = alt.InlineData(values=[{"value": value, "label": f"{label}: {value:g}", "hour": 24}])
        base = alt.Chart(rows).encode(y="value:Q")
        yield base.mark_rule(color="#b00020", strokeDash=[5, 3])
        yield base.mark_text(color="#b00020", align="right", dy=-6, fontSize=10).encode(
            x="hour:Q", text="label:N"
        )


def _series(
    lines: Sequence[Line], values: Values
) -> Iterator[tuple[Line, list[tuple[int, float]]]]:
    by_id = {line.identifier: values(line) for line in lines if not line.expression}
    for line in lines:
        if not line.is_visible:
            continue
        if line.expression:
            yield line, list(_computed(line.expression, by_id))
        else:
            yield line, values(line)


def _computed(
    expression: str, by_id: Mapping[str, list[tuple[int, float]]]
) -> Iterator[tuple[int, float]]:
    tree = ast.parse(expression, mode="eval").body
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    if not set(names) <= set(by_id):
        raise LocalError(f"{expression} names lines that the graph does not have.")
    for moments in zip(*(by_id[name] for name in names), strict=True):
        known = {name: value for name, (_, value) in zip(names, moments, strict=True)}
        yield moments[0][0], _evaluated(tree, known)


def _evaluated(node: ast.expr, known: Mapping[str, float]) -> float:
    match node:
        case ast.Name(id=name):
            return known[name]
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_evaluated(left, known), _evaluated(right, known))
    raise LocalError(f"{ast.unparse(node)} is not computed here.")
