"""Charts as SVG whose measures across are shares of the width, so that one fits any screen.

All of it is attributes and classes, never styles: the strictest content security policy leaves it
whole. Texts keep their size however wide the chart is.
"""

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Final, NamedTuple

from markupsafe import Markup, escape

_BAR: Final = (
    '<svg class="bar" width="100%" height="16" aria-hidden="true" focusable="false">{}</svg>'
)
_PICTURE: Final = (
    '<svg class="{look}" width="100%" height="{height}" role="img" aria-labelledby="{name}-t'
    ' {name}-d" focusable="false"><title id="{name}-t">{title}</title><desc id="{name}-d">{words}'
    "</desc>{parts}</svg>"
)
PLOT: Final = 170
TOP: Final = 12
BELOW: Final = 26
LEFT: Final = 0.055
MOST_DOTS: Final = 2_000
FUNNEL: Final = 300
Z_998: Final = 3.09
"""Of a thousand numbers with which nothing is wrong, one lies above the funnel and one below."""
HIGHEST: Final = 2.1


class Column(NamedTuple):
    """One column: its label below ("" for none), share, interval, and look."""

    label: str
    share: float
    low: float
    high: float
    look: str
    expected: float = 0.0


class Dot(NamedTuple):
    """A number: the answers that its calls get elsewhere, those that it got, and its look."""

    expected: float
    answered: int
    look: str
    name: str


def whisker(
    share: float, low: float, high: float, expected: float, most: float, look: str
) -> Markup:
    """A share with its interval, and what is expected as a dashed line (0 for none), on a scale
    that ends at `most`."""
    across = [min(1.0, value / most) for value in (share, low, high, expected)]
    middle, left, right, line = across
    parts = [
        _rectangle("ground", 0, 1, 0, 16),
        _rectangle(look, 0, middle, 0, 16),
        _line("whisker", (left, 8), (right, 8)),
        _line("whisker", (left, 4), (left, 12)),
        _line("whisker", (right, 4), (right, 12)),
    ]
    if expected:
        parts.append(_line("limit", (line, 0), (line, 16)))
    return _safe(_BAR.format("".join(parts)))


def stacked(parts: Sequence[tuple[float, str]]) -> Markup:
    """Shares of a whole side by side, each with its look."""
    drawn, at = [_rectangle("ground", 0, 1, 0, 16)], 0.0
    for share, look in parts:
        drawn.append(_rectangle(look, at, at + share, 0, 16))
        at += share
    return _safe(_BAR.format("".join(drawn)))


def columns(name: str, title: str, words: str, shown: Sequence[Column]) -> Markup:
    """Columns with their intervals, over an axis of percents. `name` is the chart's id."""
    most = _round_up(max((column.high for column in shown if column.share), default=0.1))
    parts = list(_axis(most))
    wide = (1 - LEFT) / max(len(shown), 1)
    for place, column in enumerate(shown):
        begin = LEFT + place * wide
        middle = begin + wide / 2
        if column.share or column.high:
            down = _down(column.share, most)
            parts.append(
                f'<rect class="{column.look}" x="{begin + wide * 0.14:.2%}" y="{down:.1f}"'
                f' width="{wide * 0.72:.2%}" height="{TOP + PLOT - down:.1f}"/>'
            )
            low, high = _down(column.low, most), _down(min(column.high, most), most)
            parts.append(_line("whisker", (middle, low), (middle, high)))
        if column.expected:
            at = _down(column.expected, most)
            parts.append(_line("limit", (begin, at), (begin + wide, at)))
        if column.label:
            parts.append(_text(column.label, middle, TOP + PLOT + 16))
    return _picture(name, "columns", title, words, TOP + PLOT + BELOW, parts)


def funnel(name: str, title: str, words: str, dots: Iterable[Dot]) -> Markup:
    """Numbers by how many answers were expected of them (across) and what they got for each one
    that was expected (upwards), with the limits between which chance alone explains them."""
    shown = list(dots)
    far = _round_far(max((dot.expected for dot in shown), default=1.0))
    parts = []
    for value in (0.0, 0.5, 1.0, 1.5, 2.0):
        down = _level(value)
        parts.append(_line("grid" if value != 1 else "usual", (LEFT, down), (1, down)))
        parts.append(_text(f"{100 * value:.0f} %", LEFT - 0.008, down + 4, anchor="end"))
    for step in range(1, 5):
        value = far * step / 4
        across = LEFT + (1 - LEFT) * value / far
        anchor = "end" if step == 4 else "middle"
        parts.append(_text(f"{value:.0f}", across, TOP + FUNNEL + 16, anchor=anchor))
    parts.append(_text("answers expected", 1, TOP + FUNNEL + 32, anchor="end"))
    parts.append(_limits(far))
    for dot in sorted(shown, key=lambda one: one.look == "poor"):
        ratio = min(HIGHEST, dot.answered / dot.expected if dot.expected else 0.0)
        across = LEFT + (1 - LEFT) * dot.expected / far
        size = 5 if dot.look == "poor" else 3
        parts.append(
            f'<circle class="dot {dot.look}" cx="{across:.2%}" cy="{_level(ratio):.1f}"'
            f' r="{size}"/>'
        )
    return _picture(name, "funnel", title, words, TOP + FUNNEL + BELOW + 14, parts)


def _limits(far: float) -> str:
    """The curves, in a picture within the picture that may be stretched."""
    sides = []
    for sign in (1, -1):
        points = []
        for step in range(1, 81):
            expected = far * step / 80
            root = max(0.0, sqrt(expected) + sign * Z_998 / 2)
            ratio = min(HIGHEST, root * root / expected)
            points.append(f"{100 * expected / far:.2f},{_level(ratio) - TOP:.1f}")
        sides.append("M" + " L".join(points))
    drawn = "".join(
        f'<path class="curve" d="{side}" vector-effect="non-scaling-stroke"/>' for side in sides
    )
    return (
        f'<svg x="{LEFT:.2%}" y="{TOP}" width="{1 - LEFT:.2%}" height="{FUNNEL}"'
        f' viewBox="0 0 100 {FUNNEL}" preserveAspectRatio="none">{drawn}</svg>'
    )


def _level(ratio: float) -> float:
    return TOP + FUNNEL * (1 - ratio / HIGHEST)


def _axis(most: float) -> Iterable[str]:
    for step in range(5):
        value = most * step / 4
        down = _down(value, most)
        yield _line("grid", (LEFT, down), (1, down))
        yield _text(f"{100 * value:g} %", LEFT - 0.008, down + 4, anchor="end")


def _down(share: float, most: float) -> float:
    return TOP + PLOT * (1 - min(1.0, share / most))


def _round_up(share: float) -> float:
    """A scale of four equal steps that reaches the share."""
    steps = (0.02, 0.04, 0.08, 0.12, 0.16, 0.2, 0.24, 0.28, 0.32, 0.4, 0.48, 0.6, 0.8, 1.0)
    return next((step for step in steps if share <= step), 1.0)


def _round_far(value: float) -> float:
    for step in (
        8,
        12,
        16,
        20,
        24,
        28,
        32,
        40,
        48,
        60,
        80,
        100,
        120,
        160,
        200,
        300,
        400,
        600,
        1000,
    ):
        if value <= step:
            return float(step)
    return value


def _picture(
    name: str, look: str, title: str, words: str, height: int, parts: Iterable[str]
) -> Markup:
    return _safe(
        _PICTURE.format(
            look=look,
            name=name,
            title=escape(title),
            words=escape(words),
            height=height,
            parts="".join(parts),
        )
    )


def _rectangle(look: str, start: float, end: float, top: int, height: int) -> str:
    width = max(0.0, end - start)
    return f'<rect class="{look}" x="{start:.2%}" y="{top}" width="{width:.2%}" height="{height}"/>'


def _line(look: str, start: tuple[float, float], end: tuple[float, float]) -> str:
    return (
        f'<line class="{look}" x1="{start[0]:.2%}" x2="{end[0]:.2%}" y1="{start[1]:.1f}"'
        f' y2="{end[1]:.1f}"/>'
    )


def _text(words: str, across: float, down: float, anchor: str = "middle") -> str:
    return f'<text x="{across:.2%}" y="{down:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _safe(drawn: str) -> Markup:
    return Markup(drawn)  # noqa: S704 - numbers, our own classes and escaped words only
