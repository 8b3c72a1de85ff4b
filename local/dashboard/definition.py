"""A dashboard's definition, read from the template that deploys it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.assembly import Assembly
from local.errors import LocalError

DASHBOARD = "AWS::CloudWatch::Dashboard"
Json = Any


@dataclass(frozen=True)
class Line:
    """One line of a graph: a metric, or an expression over the other lines by their ids."""

    label: str
    identifier: str = ""
    namespace: str = ""
    metric: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: str = "Average"
    period: int = 300
    expression: str = ""
    is_visible: bool = True


@dataclass(frozen=True)
class Widget:
    """A graph in its place on a grid of 24 columns."""

    title: str
    x: int
    y: int
    width: int
    height: int
    is_stacked: bool
    lines: tuple[Line, ...]
    limits: Mapping[str, float]


def boards(assembly: Assembly) -> dict[str, list[Widget]]:
    """The widgets of each dashboard by its name. Raises LocalError when one is not understood."""
    return {
        _text(resource["Properties"]["DashboardName"], assembly.region): read(
            _text(resource["Properties"]["DashboardBody"], assembly.region)
        )
        for stack in assembly.stacks
        for resource in stack.resources().values()
        if resource["Type"] == DASHBOARD
    }


def read(body: str) -> list[Widget]:
    """The widgets of a dashboard's body. Raises LocalError for a kind that is not drawn here."""
    widgets = json.loads(body)["widgets"]
    for widget in widgets:
        view = widget["properties"].get("view")
        if widget["type"] != "metric" or view != "timeSeries":
            raise LocalError(f"A widget of type {widget['type']} ({view}) is not drawn here.")
    return [_widget(widget) for widget in widgets]


def _text(value: Json, region: str) -> str:
    """A text of the template; what is only known when it is deployed stands as its name."""
    match value:
        case str():
            return value
        case {"Fn::Join": [glue, parts]}:
            return str(glue).join(_text(part, region) for part in parts)
        case {"Ref": "AWS::Region"}:
            return region
        case {"Ref": name} | {"Fn::ImportValue": name}:
            return str(name)
    raise LocalError(f"A dashboard holds {value!r}, which is not understood here.")


def _widget(widget: Mapping[str, Json]) -> Widget:
    properties = widget["properties"]
    horizontal = properties.get("annotations", {}).get("horizontal", [])
    return Widget(
        title=properties["title"],
        x=widget["x"],
        y=widget["y"],
        width=widget["width"],
        height=widget["height"],
        is_stacked=properties.get("stacked", False),
        lines=tuple(_lines(properties)),
        limits={limit.get("label", ""): limit["value"] for limit in horizontal},
    )


def _lines(properties: Mapping[str, Json]) -> Iterator[Line]:
    """The lines, written as CloudWatch has them: namespace, name, pairs of dimensions, options."""
    for row in properties["metrics"]:
        options: dict[str, Json] = row[-1] if isinstance(row[-1], dict) else {}
        words = [word for word in row if isinstance(word, str)]
        if any(word.strip(".") == "" for word in words):
            raise LocalError("A graph refers to the line before; such a short form is not read.")
        namespace, metric, *pairs = words or ["", ""]
        yield Line(
            label=options.get("label") or metric or options.get("expression", ""),
            identifier=options.get("id", ""),
            namespace=namespace,
            metric=metric,
            dimensions=dict(zip(pairs[::2], pairs[1::2], strict=True)),
            statistic=str(options.get("stat") or properties.get("stat", "Average")),
            period=int(options.get("period") or properties.get("period", 300)),
            expression=options.get("expression", ""),
            is_visible=options.get("visible", True),
        )
