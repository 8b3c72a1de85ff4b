import random
from math import pi

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lambdas.domain.geometry import EARTH_KM, FEW_SITES, Position, Sites, great_circle_km
from local.evidence.nearest import chosen, haversine_km, pairs, searched

HALF_AROUND = EARTH_KM * pi

latitudes = st.floats(-90, 90) | st.sampled_from([-90.0, 90.0, 0.0, 89.99, -0.25])
longitudes = st.floats(-180, 180) | st.sampled_from([-180.0, 180.0, 179.999, -179.999, 0.0])
positions = st.tuples(latitudes, longitudes)


@pytest.mark.parametrize(
    ("one", "other", "km", "source"),
    [
        ((36.12, -86.67), (33.94, -118.40), 2886.4, "Rosetta Code, Haversine formula: BNA to LAX"),
        ((50.06639, -5.71472), (58.64389, -3.07), 968.9, "Veness: Land's End to John o' Groats"),
        ((51.5074, -0.1278), (48.8566, 2.3522), 343.6, "London to Paris, as maps give it"),
        ((40.7128, -74.0060), (34.0522, -118.2437), 3935.7, "New York to Los Angeles, likewise"),
        ((0.0, 0.0), (0.0, 1.0), EARTH_KM * pi / 180, "a degree of the equator"),
        ((0.0, 0.0), (1.0, 0.0), EARTH_KM * pi / 180, "a degree of a meridian"),
        ((90.0, 0.0), (-90.0, 77.0), HALF_AROUND, "pole to pole, whatever the longitude"),
        ((0.0, 10.0), (0.0, -170.0), HALF_AROUND, "antipodes on the equator"),
        ((-17.0, 179.9), (-17.0, -179.9), 21.266, "across the antimeridian: 0.2 degrees of it"),
        ((90.0, 12.0), (90.0, -120.0), 0.0, "one pole, two longitudes"),
    ],
)
def test_distances_are_those_that_others_publish(
    one: Position, other: Position, km: float, source: str
) -> None:
    assert great_circle_km(one, other) == pytest.approx(km, abs=0.5, rel=1e-4), source


@given(positions, positions)
def test_the_way_there_is_as_long_as_the_way_back(one: Position, other: Position) -> None:
    assert great_circle_km(one, other) == great_circle_km(other, one)


@given(positions, positions, positions)
def test_no_detour_is_shorter(one: Position, other: Position, third: Position) -> None:
    detour = great_circle_km(one, third) + great_circle_km(third, other)
    assert great_circle_km(one, other) <= detour + 0.002


@given(positions, positions)
def test_distances_are_the_haversine_formulas(one: Position, other: Position) -> None:
    away = great_circle_km(one, other)
    # That formula's own error grows towards the antipode.
    allowed = 0.0011 if away < 0.99 * HALF_AROUND else 1.0
    assert away == pytest.approx(haversine_km(one, other), abs=allowed)


def found(sites: Sites[int], at: Position, radius_km: float) -> list[tuple[float, set[int]]]:
    return [(level.distance_km, set(level.sites)) for level in sites.near(at, radius_km)]


def measured(
    places: list[Position], at: Position, radius_km: float
) -> list[tuple[float, set[int]]]:
    levels: dict[float, set[int]] = {}
    for index, place in enumerate(places):
        away = great_circle_km(at, place)
        if away <= radius_km:
            levels.setdefault(away, set()).add(index)
    return sorted(levels.items())


@given(
    st.lists(positions, max_size=30),
    positions,
    st.sampled_from([0.0, 1.0, 80.0, 500.0, 5_000.0, 10_000.0]),
)
@example([(-90.0, 0.0), (-90.0, 60.0)], (-90.0, 119.0), 0.0)
@example([(12.0, 180.0), (12.0, -180.0)], (12.0, -180.0), 1.0)
@example([(89.9, 0.0), (89.9, 180.0)], (89.9, 0.0), 30.0)
def test_sites_are_found_as_by_measuring_each(
    places: list[Position], at: Position, radius_km: float
) -> None:
    sites = Sites([(place, index) for index, place in enumerate(places)])
    assert found(sites, at, radius_km) == measured(places, at, radius_km)


@pytest.mark.parametrize(
    ("south", "north", "at", "why"),
    [
        (-90, 90, (10.0, 10.0), "the whole Earth"),
        (25, 49, (40.7, -74.0), "all in one belt"),
        (85, 90, (89.9, 45.0), "around a pole, where cells are slivers"),
        (-20, 20, (0.0, 179.95), "across the antimeridian"),
    ],
)
@pytest.mark.parametrize("size", [FEW_SITES - 1, FEW_SITES + 500])
def test_many_sites_are_found_as_by_measuring_each(
    south: int, north: int, at: Position, why: str, size: int
) -> None:
    rng = random.Random(size)
    places = [
        (round(rng.uniform(south, north), 3), round(rng.uniform(-180, 180), 3)) for _ in range(size)
    ]
    sites = Sites([(place, index) for index, place in enumerate(places)])
    for radius_km in (5.0, 80.0, 1_500.0):
        assert found(sites, at, radius_km) == measured(places, at, radius_km), why


def test_a_site_on_the_edge_of_the_radius_is_near() -> None:
    sites = Sites([((0.0, 1.0), 1)])
    edge = great_circle_km((0.0, 0.0), (0.0, 1.0))
    assert found(sites, (0.0, 0.0), edge)
    assert not found(sites, (0.0, 0.0), edge - 0.001)


def test_the_nearest_of_a_pool_are_those_that_measuring_every_number_finds() -> None:
    for pair in pairs(225, seed=3):
        assert chosen(pair) == searched(pair), (pair.shape, pair.at, pair.radius_km)


def test_sites_equally_far_away_keep_their_order_whatever_lies_elsewhere() -> None:
    both = [((0.0, 4.0), 1), ((0.0, -4.0), 2)]
    for others in (0, 200):
        elsewhere = [((40.0, float(index % 180)), 3) for index in range(others)]
        (level,) = Sites([*both, *elsewhere]).near((0.0, 0.0), 500.0)
        assert level.sites == [1, 2]
