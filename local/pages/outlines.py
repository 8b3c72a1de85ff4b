"""Outlines of countries and of the states of the USA, as TopoJSON from npm packages.

Natural Earth (`world-atlas`) and the US Census Bureau (`us-atlas`), both in the public domain.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from local.pages.frames import Window
from local.toolchain import ROOT

MODULES = ROOT / "node_modules"
HOW_TO_BRING = "The map has no outlines of countries: `make setup` brings them."
_ANTARCTICA = "010"

_Arc = Sequence[Sequence[int]]
_Ring = Sequence[int]


@dataclass(frozen=True)
class Outlines:
    """A TopoJSON document, and the name of the layer to draw."""

    document: Mapping[str, Any]
    feature: str

    def within(self, window: Window) -> "Outlines":
        """Only the areas that reach into the window: all of them take Vega seconds to draw."""
        seen = [_reaches_into(arc, self.document["transform"], window) for arc in self._arcs]
        areas: list[dict[str, Any]] = [
            {"type": "MultiPolygon", "arcs": kept}
            for shape in self.document["objects"][self.feature]["geometries"]
            if (kept := [area for area in _areas(shape) if _is_seen(area, seen)])
        ]
        used = sorted({_arc(end) for area in areas for part in area["arcs"] for ring in part
                       for end in ring})  # fmt: skip
        renamed = {arc: number for number, arc in enumerate(used)}
        for area in areas:
            area["arcs"] = [
                [[renamed[end] if end >= 0 else ~renamed[~end] for end in ring] for ring in part]
                for part in area["arcs"]
            ]
        document = {
            "type": "Topology",
            "transform": self.document["transform"],
            "arcs": [self._arcs[arc] for arc in used],
            "objects": {self.feature: {"type": "GeometryCollection", "geometries": areas}},
        }
        return Outlines(document, self.feature)

    @property
    def _arcs(self) -> Sequence[_Arc]:
        arcs: Sequence[_Arc] = self.document["arcs"]
        return arcs


def world() -> Outlines | None:
    """All countries, coarsely, less Antarctica; None where the package is not there."""
    return _read("world-atlas/countries-110m.json", "countries")


def countries() -> Outlines | None:
    """All countries, finely; None where the package is not there."""
    return _read("world-atlas/countries-50m.json", "countries")


def states() -> Outlines | None:
    """The states of the USA; None where the package is not there."""
    return _read("us-atlas/states-10m.json", "states")


@cache
def _read(name: str, feature: str) -> Outlines | None:
    try:
        document = json.loads((MODULES / name).read_text("utf-8"))
        shapes = document["objects"][feature]["geometries"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    shapes[:] = [shape for shape in shapes if shape.get("id") != _ANTARCTICA]
    for shape in shapes:
        shape.pop("properties", None)
    return Outlines(document, feature)


def _areas(shape: Mapping[str, Any]) -> Sequence[Sequence[_Ring]]:
    """The polygons of a shape; each is a list of rings, and a ring of arcs."""
    if shape["type"] == "MultiPolygon":
        polygons: Sequence[Sequence[_Ring]] = shape["arcs"]
        return polygons
    return [shape["arcs"]] if shape["type"] == "Polygon" else []


def _is_seen(area: Sequence[_Ring], seen: Sequence[bool]) -> bool:
    return any(seen[_arc(end)] for ring in area for end in ring)


def _arc(end: int) -> int:
    """The number of an arc; one that is walked backwards is written as its complement."""
    return end if end >= 0 else ~end


def _reaches_into(arc: _Arc, transform: Mapping[str, Any], window: Window) -> bool:
    """Whether the box around an arc and the window overlap."""
    (scale_x, scale_y), (west, south) = transform["scale"], transform["translate"]
    across = [
        (x * scale_x + west - window.meridian + 540) % 360 - 180
        for x in accumulate(step[0] for step in arc)
    ]
    along = [y * scale_y + south for y in accumulate(step[1] for step in arc)]
    beside = min(across) <= window.east and max(across) >= window.west
    return bool(beside and min(along) <= window.north and max(along) >= window.south)
