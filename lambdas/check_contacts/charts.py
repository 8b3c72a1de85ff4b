"""Bars and whiskers as SVG whose measures are shares of its width: they fit any screen.

All of it is attributes and classes, never styles, so that the strictest content security policy
leaves it whole.
"""

from typing import Final

from markupsafe import Markup

_BAR = '<svg class="bar" width="100%" height="14" aria-hidden="true" focusable="false">{}</svg>'
_HALF: Final = 7


def bar(share: float, look: str = "") -> Markup:
    """A bar over `share` of the width, on a ground that shows the whole."""
    ground = _rectangle("ground", 0, 1, 0, 14)
    return _svg([ground, _rectangle(look or "plain", 0, share, 0, 14)])


def whisker(share: float, low: float, high: float, limit: float, most: float, look: str) -> Markup:
    """A share with its interval and the limit, on a scale that ends at `most`."""
    across = [min(1.0, value / most) for value in (share, low, high, limit)]
    middle, left, right, line = across
    return _svg(
        [
            _rectangle("ground", 0, 1, 0, 14),
            _rectangle(look, 0, middle, 0, 14),
            _line("whisker", left, right, _HALF, _HALF),
            _line("whisker", left, left, _HALF - 4, _HALF + 4),
            _line("whisker", right, right, _HALF - 4, _HALF + 4),
            _line("limit", line, line, 0, 14),
        ]
    )


def _svg(parts: list[str]) -> Markup:
    return Markup(_BAR.format("".join(parts)))  # noqa: S704 - numbers and our own classes only


def _rectangle(look: str, start: float, end: float, top: int, height: int) -> str:
    width = max(0.0, end - start)
    return f'<rect class="{look}" x="{start:.2%}" y="{top}" width="{width:.2%}" height="{height}"/>'


def _line(look: str, start: float, end: float, top: int, bottom: int) -> str:
    return f'<line class="{look}" x1="{start:.2%}" x2="{end:.2%}" y1="{top}" y2="{bottom}"/>'
