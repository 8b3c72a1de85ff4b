"""Pages: what is inside the frame is on the picture, and texts stay texts."""

from itertools import pairwise
from math import atan2, cos, hypot, radians, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.geometry import great_circle_km
from local.pages import frames, labels, maps, outlines
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
        pytest.skip("npm brings the outlines with `make setup`; without them maps are drawn bare")
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


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 250)), min_size=1, max_size=10),
    st.lists(
        st.builds(labels.Spot, st.integers(0, 400), st.integers(0, 250), st.floats(1, 13)),
        max_size=60,
    ),
)
def test_a_number_never_covers_its_own_place(
    places: list[tuple[float, float]], spots: list[labels.Spot]
) -> None:
    ways = labels.beside(dict(enumerate(places, start=1)), spots, (400, 250), 7.5)
    assert list(ways) == list(range(1, len(places) + 1))
    for across, down in ways.values():
        assert hypot(across, down) > 7.5


def test_numbers_stand_off_each_other_and_off_the_dots_inside_the_picture() -> None:
    places = {1: (392.0, 8.0), 2: (385.0, 12.0), 3: (378.0, 9.0)}
    spots = [labels.Spot(x, y, 6) for x, y in places.values()]
    ways = labels.beside(places, spots, (400, 250), 7.5)
    discs = [(places[number][0] + x, places[number][1] + y) for number, (x, y) in ways.items()]
    for number, (x, y) in enumerate(discs):
        assert 7.5 <= x <= 392.5
        assert 7.5 <= y <= 242.5
        assert all(hypot(x - spot.x, y - spot.y) >= 13.5 for spot in spots)
        assert all(hypot(x - left, y - top) >= 15 for left, top in discs[:number])


@pytest.mark.parametrize(
    ("position", "across", "down", "reason"),
    [
        ((47.6, -122.3), 0.149, 0.089, "Seattle: above, on the left"),
        ((25.8, -80.2), 0.866, 0.911, "Miami: below, on the right"),
        ((40.76, -111.89), 0.284, 0.386, "Salt Lake City: in the west"),
    ],
)
def test_on_the_map_of_the_usa_pixels_are_told_nearly(
    position: tuple[float, float], across: float, down: float, reason: str
) -> None:
    frame = frames.usa(920)
    x, y = frame.pixel(position)
    assert (x / frame.width, y / frame.height) == pytest.approx((across, down), abs=0.01), reason


def test_the_disc_of_a_suggestion_leaves_the_dot_below_it_to_be_seen() -> None:
    here = (47.6, -122.3)
    content = maps.Content(dots=[maps.Dot(here, 9, 0)], ours=[], proposed={4: here})
    picture = maps.svg(content, frames.usa(420))
    assert maps.POOR in picture
    assert ">4</text>" in picture
    (way,) = labels.beside(
        {4: (100.0, 100.0)}, [labels.Spot(100.0, 100.0, 6.0)], (420, 260), 7.5
    ).values()
    assert hypot(*way) >= 13.5


def test_texts_are_escaped() -> None:
    page = render(
        "coverage.html",
        title="<b>", contacts_name="<script>alert(1)</script>", pool_name="\"'>", queue="q",
        made_on="", radius="80", figures=[], remarks=["<i>"], tiers=[], unseen="", maps=[],
        map_remark="",
        suggestions=[{"place": "<img src=x onerror=y>", "where": "", "area": "", "gain": "1",
                      "percent": "1 %", "share": 0.01}],
        no_suggestions="", states=[], files=[], outlines_remark="",
    )  # fmt: skip
    assert not any(hostile in page for hostile in ("<script", "<img src", "<i>", "<b>", "\"'>"))
