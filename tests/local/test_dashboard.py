"""A dashboard's definition, read and drawn."""

import json
from typing import Any

import pytest

from local.dashboard.definition import Line, Widget, read
from local.dashboard.drawing import page, svg
from local.dashboard.sample import DAY, values
from local.errors import LocalError


def _body(*metrics: Any, **properties: Any) -> str:
    told = {"view": "timeSeries", "title": "Calls <b>", "region": "x", "metrics": metrics}
    place = {"width": 12, "height": 6, "x": 12, "y": 3}
    return json.dumps({"widgets": [{"type": "metric", **place, "properties": told | properties}]})


def test_lines_are_read_as_cloudwatch_writes_them() -> None:
    [widget] = read(
        _body(
            ["LocalPresence", "Picks", "Action", "dial", "Queue", "a",
             {"label": "a: shown", "period": 900, "stat": "Sum"}],
            [{"expression": "100 * r / s", "label": "share", "id": "e"}],
            ["LocalPresence", "NumbersResting", "Pool", "p", {"id": "r", "visible": False}],
            stacked=True,
            annotations={"horizontal": [{"value": 900, "label": "alarm"}]},
        )
    )  # fmt: skip
    first, share, hidden = widget.lines

    assert first == Line("a: shown", "", "LocalPresence", "Picks", {"Action": "dial", "Queue": "a"},
                         "Sum", 900)  # fmt: skip
    assert (share.expression, share.metric, share.is_visible) == ("100 * r / s", "", True)
    assert (hidden.identifier, hidden.is_visible) == ("r", False)
    assert (widget.x, widget.y, widget.width, widget.is_stacked) == (12, 3, 12, True)
    assert widget.limits == {"alarm": 900}


@pytest.mark.parametrize(
    "body",
    [
        _body(["N", "M"], view="pie"),
        _body(["N", "M", "D", "x"], [".", ".", ".", "y"]),
        json.dumps({"widgets": [{"type": "text", "properties": {}}]}),
    ],
)
def test_what_is_not_drawn_is_refused(body: str) -> None:
    with pytest.raises(LocalError, match="not"):
        read(body)


def _share(expression: str) -> Widget:
    lines = (
        Line("rests", "r", "N", "NumbersResting", {"Pool": "p"}, is_visible=False, period=3600),
        Line("shown", "s", "N", "NumbersInPool", {"Pool": "p"}, is_visible=False, period=3600),
        Line("share", "e", expression=expression, period=3600),
    )
    return Widget("Share", 0, 0, 8, 7, False, lines, {"alarm": 900})


def test_expressions_are_computed_from_hidden_lines_and_limits_are_drawn() -> None:
    def fixed(line: Line) -> list[tuple[int, float]]:
        value = {"NumbersResting": 20.0, "NumbersInPool": 60.0}[line.metric]
        return [(second, value) for second in range(0, DAY, line.period)]

    drawn = svg(_share("100 * r / (r + s)"), fixed)

    assert "share" in drawn
    assert "rests" not in drawn
    assert "alarm: 900" in drawn


@pytest.mark.parametrize("expression", ["100 * r / unknown", "r ** s", "max(r)"])
def test_an_expression_that_is_not_understood_is_refused(expression: str) -> None:
    with pytest.raises(LocalError):
        svg(_share(expression), values)


def test_samples_are_the_same_every_time_and_cover_the_day() -> None:
    line = Line("x", "", "N", "Picks", {"Action": "dial", "Tier": "city"}, "Sum", 900)

    assert values(line) == values(line)
    assert [second for second, _ in values(line)] == list(range(0, DAY, 900))
    assert max(value for _, value in values(line)) > 0


def test_a_metric_without_a_sample_is_told() -> None:
    with pytest.raises(KeyError):
        values(Line("x", "", "N", "Unheard", {}))


def test_titles_are_escaped_and_the_page_runs_nothing() -> None:
    widgets = read(_body(["N", "Picks", "Mode", "on", {"label": "<i>on"}]))
    made = page("Board", widgets, values, "A note.")

    assert "Calls &lt;b&gt;" in made
    assert "&lt;i&gt;on" in made
    assert "<script" not in made
