"""Tiers and shares: what a pick for each contact alone would come to."""

import random
from pathlib import Path

import pytest

from lambdas.domain.choosing import Wanted, candidates
from lambdas.domain.directory import unpack
from lambdas.domain.places import Places
from lambdas.domain.rejections import Rejections
from lambdas.domain.settings import Tier
from lambdas.domain.whereabouts import whereabouts
from local.coverage import shares
from local.coverage.ground import PLACES, Ground
from local.coverage.reading import read_contacts, read_pool
from local.coverage.report import ALL_USED, of, tell_tiers
from local.coverage.sample import write_sample_contacts
from local.coverage.tally import sorted_contacts
from local.toolchain import silent
from tests.local.coverage_samples import POOL, ground, sort
from tools.places.build import build

POOL_FILE = (
    "number,city\n+12065550123,\n+12125550145,New York\n+442079460123,London\n+18885550123,\n"
)


@pytest.fixture(scope="module")
def real_ground() -> Ground:
    build(PLACES)
    return ground(Places.load(PLACES.read_bytes()))


def test_each_contact_gets_the_tier_of_its_own_pick(tmp_path: Path, real_ground: Ground) -> None:
    from datetime import UTC, datetime

    (tmp_path / "pool.csv").write_text(POOL_FILE)
    write_sample_contacts(tmp_path / "contacts.csv", 1_500, real_ground.places, seed=7)
    segments, _ = read_pool(tmp_path / "pool.csv", real_ground, "US", datetime.now(UTC))
    contacts, _ = read_contacts(tmp_path / "contacts.csv", real_ground, None, silent)
    directory = unpack(segments, prefixes=real_ground.rules.prefixes)
    sorts = sorted_contacts(contacts, real_ground)
    tell_tiers(sorts, directory, real_ground)
    counted = dict.fromkeys(Tier, 0)
    for contact in contacts:
        where = whereabouts(contact.phone, contact.knowledge, real_ground.places)
        wanted = Wanted(contact.phone, where, "service", contact_id=contact.phone.e164)
        drawn = candidates(directory, wanted, POOL, real_ground.rules, Rejections())
        best = next(drawn, None)
        counted[best.tier if best else Tier.DEFAULT] += 1
    assert {tier: count for tier, count in counted.items() if count} == {
        tier: count for tier, count in shares.by_tier(sorts, POOL).items() if count
    }
    assert counted[Tier.CITY]
    assert counted[Tier.NEAREST]


def test_states_go_by_iso_code_and_countries_without_states_by_theirs() -> None:
    sorts = [
        sort("+12065550123", "Seattle", "WA", (47.6, -122.3), 3),
        sort("+442079460123", "London", "", (51.5, -0.1), 2),
    ]
    sorts[0].tier = Tier.NEAREST
    assert shares.by_state(sorts) == {"US-WA": (3, 3), "GB": (2, 0)}
    assert shares.by_region(sorts) == {"US": (3, 3), "GB": (2, 0)}
    assert shares.total(sorts) == (5, 3)


def test_the_first_rows_of_a_file_that_are_nowhere_are_told(
    tmp_path: Path, real_ground: Ground
) -> None:
    nowhere = [f"+49176{number:08d},DE,\n" for number in range(10_000_000, 10_000_008)]
    rows = ["number,country,city\n", "+12065550123,,\n", *nowhere[:6], "+4917612345678,DE,Berlin\n"]
    (tmp_path / "c.csv").write_text("".join([*rows, *nowhere[6:]]))
    contacts, read = read_contacts(tmp_path / "c.csv", real_ground, None, silent)
    found = of(contacts, [], real_ground, (ALL_USED, read))
    assert (found.without_place, found.unplaced_rows) == (8, [3, 4, 5, 6, 7])
    assert found.as_json()["first_without_place"] == [3, 4, 5, 6, 7]
    assert found.home == "DE"


def test_a_town_stands_at_one_position_whatever_postal_codes_are_in_it() -> None:
    rng = random.Random(1)
    sorts = [
        sort("+12065550123", "Seattle", "WA", (47.6 + rng.random() / 100, -122.3), 1)
        for _ in range(20)
    ]
    (town,) = shares.towns(sorts)
    assert town.share.contacts == 20
    assert town.position == pytest.approx((47.6, -122.3), abs=0.02)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], None),
        ([(10.0, 1)], (10.0, 10.0)),
        ([(10.0, 95), (70.0, 5)], (10.0, 10.0)),
        ([(10.0, 40), (70.0, 60)], (70.0, 70.0)),
    ],
)
def test_distances_are_of_the_numbers_from_the_neighbourhood(
    counts: list[tuple[float, int]], expected: tuple[float, float] | None
) -> None:
    sorts = [sort("+12065550123", "Kent", "WA", None, count) for _, count in counts]
    for one, (distance, _) in zip(sorts, counts, strict=True):
        one.tier, one.distance_km = Tier.NEAREST, distance
    assert shares.distances(sorts) == expected
