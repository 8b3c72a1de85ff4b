"""Neighbours through a grid of cubes: the same as asking every point."""

from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.geometry import great_circle_km
from local.coverage.neighbours import Neighbours

positions = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
close = st.tuples(st.floats(60, 62), st.floats(-1, 1))


@given(
    st.lists(st.one_of(positions, close), min_size=1, max_size=30),
    st.one_of(positions, close),
    st.floats(1, 1000),
)
def test_they_are_those_within_the_radius(
    points: list[tuple[float, float]], centre: tuple[float, float], radius_km: float
) -> None:
    neighbours = Neighbours(points, [1] * len(points), radius_km)
    found = set(neighbours.within(centre))
    for index, point in enumerate(points):
        distance = great_circle_km(centre, point)
        if abs(distance - radius_km) > 0.01:
            assert (index in found) == (distance <= radius_km)
    assert neighbours.at_most(centre) >= len(found)


def test_a_point_without_a_position_is_nobodys_neighbour() -> None:
    assert Neighbours([None, (1.0, 1.0)], [1, 1], 80).within((1.0, 1.0)) == [1]
