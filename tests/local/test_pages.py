"""Pages: what is inside the frame is on the picture, and texts stay texts."""

from itertools import pairwise
from math import atan2, cos, radians, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.geometry import great_circle_km
from local.pages import frames, maps, outlines
from local.pages.rendering import render

positions = st.tuples(st.floats(-75, 75), st.floats(-180, 180))
near_the_date_line = st.tuples(st.floats(-40, 40), st.sampled_from((-179.0, 178.5, -175.0)))


@settings(deadline=None)
@given(
    st.one_of(
        st.lists(st.tuples(st.floats(30, 60), st.floats(-20, 60)), min_size=1, max_size=8),
        st.lists(near_the_date_line, min_size=1, max_size=8),
    )
)
def test_every_position_is_on_the_picture(found: list[tuple[float, float]]) -> None:
    frame = frames.around(found, 900)
    scale, (left, top) = frame.projection["scale"], frame.projection["translate"]
    for latitude, longitude in found:
        turned = (longitude + frame.projection["rotate"][0] + 540) % 360 - 180
        x = left + scale * radians(turned)
        y = top - scale * frames._mercator(latitude)
        assert 0 < x < frame.width
        assert 0 < y < frame.height


@given(positions, st.floats(1, 900))
def test_a_ring_is_as_far_away_everywhere(centre: tuple[float, float], radius_km: float) -> None:
    (ring,) = frames.circle(centre, radius_km)["geometry"]["coordinates"]
    for longitude, latitude in ring:
        assert great_circle_km(centre, (latitude, longitude)) == pytest.approx(radius_km, abs=0.1)
    assert ring[0] == ring[-1]


def test_a_ring_is_wound_so_that_its_inside_is_the_small_side() -> None:
    (ring,) = frames.circle((0.0, 0.0), 80)["geometry"]["coordinates"]
    turns = sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in pairwise(ring))
    assert turns > 0, "clockwise"


@given(st.lists(st.builds(maps.Dot, positions, st.integers(1, 9), st.just(1)), max_size=40))
def test_gathering_dots_loses_nobody(dots: list[maps.Dot]) -> None:
    found = maps.gathered(dots, 5.0)
    assert sum(dot.size for dot in found) == sum(dot.size for dot in dots)
    assert sum(dot.good for dot in found) == sum(dot.good for dot in dots)


def test_many_dots_become_few_enough_to_draw() -> None:
    dots = [maps.Dot((50 * sin(n), 170 * cos(n * n) * atan2(1, 2)), 1, 0) for n in range(20_000)]
    assert len(maps.gathered(dots, 0.05)) <= maps.MOST_DOTS


def test_only_areas_that_reach_into_the_window_are_drawn() -> None:
    countries = outlines.countries()
    if countries is None:
        pytest.skip("the npm packages are not there")
    window = frames.around([(-41.0, 174.0), (-18.0, -178.0)], 900).window
    assert window
    near = countries.within(window)
    shapes = near.document["objects"]["countries"]["geometries"]
    assert 1 <= len(shapes) < 400
    assert len(near.document["arcs"]) < len(countries.document["arcs"]) / 4
    arcs = {end if end >= 0 else ~end for shape in shapes for part in shape["arcs"]
            for ring in part for end in ring}  # fmt: skip
    assert arcs == set(range(len(near.document["arcs"])))


def test_a_map_is_drawn_of_nothing_much() -> None:
    picture = maps.svg(
        maps.Content(dots=[maps.Dot((47.6, -122.3), 1, 0)], ours=[]), frames.world(300)
    )
    assert picture.startswith("<svg")
    assert "NaN" not in picture


def test_texts_are_escaped() -> None:
    page = render(
        "coverage.html",
        title="<b>", contacts_name="<script>alert(1)</script>", pool_name="\"'>", queue="q",
        made_on="", radius="80", figures=[], remarks=["<i>"], tiers=[], maps=[], map_remark="",
        suggestions=[{"place": "<img src=x onerror=y>", "where": "", "area": "", "gain": "1",
                      "percent": "1 %", "share": 0.01}],
        no_suggestions="", states=[], files=[], outlines_remark="",
    )  # fmt: skip
    assert not any(hostile in page for hostile in ("<script", "<img src", "<i>", "<b>", "\"'>"))
