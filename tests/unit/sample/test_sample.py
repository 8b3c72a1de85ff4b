"""The sample is what its users take it for: valid, varied, told apart by tier, the same twice."""

import csv
from collections import Counter
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import phonenumbers
import pytest

from lambdas.domain.choosing import Wanted, candidates
from lambdas.domain.directory import Directory, Listing, pack, unpack
from lambdas.domain.golden import is_golden
from lambdas.domain.intake import understand
from lambdas.domain.phone import NotAPhoneNumber, parse_e164
from lambdas.domain.places import Places
from lambdas.domain.rejections import Rejections
from lambdas.domain.settings import Settings
from lambdas.domain.whereabouts import Knowledge, whereabouts
from local.demonstration import TIERS
from local.large_pool import large_pool
from local.sample import (
    HEADER,
    PLACES_FILE,
    SampleCustomer,
    SamplePool,
    sample_customers,
    write_large_pool,
    write_sample_pool,
)
from stacks.config import load
from tests.unit.builders import rules

CODES = {
    "United States": "US",
    "Canada": "CA",
    "United Kingdom": "GB",
    "Germany": "DE",
    "France": "FR",
    "Australia": "AU",
    "Jamaica": "JM",
}
CONFIG = Path("config/example.yaml")


@pytest.fixture(scope="module")
def pools(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SamplePool]:
    folder = tmp_path_factory.mktemp("sample")
    return {
        pool: write_sample_pool(folder / f"{pool}.xlsx", pool=pool) for pool in ("service", "sales")
    }


@pytest.fixture(scope="module")
def customers() -> list[SampleCustomer]:
    return sample_customers()


def rows_of(pool: SamplePool) -> list[tuple[int, tuple[object, ...]]]:
    sheet = openpyxl.load_workbook(pool.path).active
    rows = sheet.iter_rows(min_row=2, values_only=True)
    return [(number, row) for number, row in enumerate(rows, start=2) if any(row)]


def directory_of(pool: SamplePool) -> Directory:
    places = Places.load(PLACES_FILE.read_bytes())
    listings = []
    for number in pool.numbers:
        phone, place = parse_e164(number.e164), places.find(number.e164)
        if number.direction:
            continue
        listings.append(
            Listing(
                phone.e164,
                phone.region,
                place.state if place else "",
                phone.area_code,
                place.name if place else "",
                phone.kind,
                place.position if place else None,
                golden=is_golden(phone.e164),
            )
        )
    return unpack(pack(listings).values(), "", rules().prefixes)


def test_the_pool_is_large_and_of_many_countries(pools: dict[str, SamplePool]) -> None:
    numbers = pools["service"].numbers
    regions = Counter(number.country for number in numbers)
    assert len(numbers) >= 240
    assert len(regions) >= 9
    assert {"US", "CA", "GB", "DE", "FR", "ES", "AU", "BR", "MX", "JP", "JM", "PR"} <= set(regions)
    assert [number.direction for number in numbers if number.direction] == ["inbound only"]


def test_no_number_is_in_two_pools_or_a_customers(
    pools: dict[str, SamplePool], customers: list[SampleCustomer]
) -> None:
    ours = [number.e164 for pool in pools.values() for number in pool.numbers]
    theirs = [customer.e164 for customer in customers]
    assert len({*ours, *theirs}) == len(ours) + len(theirs)


def test_every_number_is_valid_for_its_country(
    pools: dict[str, SamplePool], customers: list[SampleCustomer]
) -> None:
    members = [(n.e164, n.country) for pool in pools.values() for n in pool.numbers]
    for e164, country in [*members, *((c.e164, c.country) for c in customers)]:
        parsed = phonenumbers.parse(e164)
        assert phonenumbers.is_valid_number_for_region(parsed, country)
        assert phonenumbers.region_code_for_number(parsed) == country


def test_toll_free_numbers_of_the_us_and_britain_are_among_them(
    pools: dict[str, SamplePool],
) -> None:
    free = {
        number.country
        for number in pools["service"].numbers
        if phonenumbers.number_type(phonenumbers.parse(number.e164))
        == phonenumbers.PhoneNumberType.TOLL_FREE
    }
    assert {"US", "GB", "NZ"} <= free


@pytest.mark.parametrize("pool", ["service", "sales"])
def test_every_good_row_is_read_as_its_number(pools: dict[str, SamplePool], pool: str) -> None:
    sample = pools[pool]
    read = set()
    for number, row in rows_of(sample):
        if number in sample.bad_rows:
            continue
        country = CODES.get(str(row[1]), str(row[1]))
        phone, _ = understand(str(row[0]), country)
        read.add(phone.e164)
    assert read == {number.e164 for number in sample.numbers}


def test_every_bad_row_is_refused(pools: dict[str, SamplePool]) -> None:
    sample = pools["service"]
    bad = [row for number, row in rows_of(sample) if number in sample.bad_rows]
    assert len(bad) == 3
    assert any("E+10" in str(row[0]) for row in bad)
    for row in bad:
        if "E+10" in str(row[0]):
            continue  # digits that Excel lost are the file reader's to see
        with pytest.raises(NotAPhoneNumber):
            understand(str(row[0]), CODES.get(str(row[1]), str(row[1])))


def test_the_file_is_as_excel_saves_it(pools: dict[str, SamplePool]) -> None:
    sheet = openpyxl.load_workbook(pools["service"].path).active
    assert tuple(cell.value for cell in sheet[1]) == HEADER
    kinds = Counter(type(row[0]).__name__ for _, row in rows_of(pools["service"]))
    assert kinds["int"] > 20
    assert kinds["str"] > 100
    assert sheet.max_row == pools["service"].last_row
    assert any(not any(row) for row in sheet.iter_rows(min_row=2, values_only=True)), "blank row"


def test_one_seed_gives_one_sample_and_another_seed_another(
    pools: dict[str, SamplePool], customers: list[SampleCustomer], tmp_path: Path
) -> None:
    again = write_sample_pool(tmp_path / "again.xlsx")
    other = write_sample_pool(tmp_path / "other.xlsx", seed=7)
    assert again.path.read_bytes() == pools["service"].path.read_bytes()
    assert sample_customers() == customers
    assert {n.e164 for n in other.numbers} != {n.e164 for n in again.numbers}


def test_customers_are_of_every_tier_and_of_many_countries(customers: list[SampleCustomer]) -> None:
    assert {customer.tier for customer in customers} == set(TIERS)
    assert len({customer.country for customer in customers}) >= 8


def test_each_customer_comes_to_the_tier_it_stands_for(
    pools: dict[str, SamplePool], customers: list[SampleCustomer]
) -> None:
    places = Places.load(PLACES_FILE.read_bytes())
    settings = Settings.from_json(load(CONFIG).settings())
    directories = {name: directory_of(pool) for name, pool in pools.items()}
    for customer in customers:
        stopped_by_the_hour = customer.hour is not None and customer.tier == "block"
        if customer.answers or stopped_by_the_hour:
            continue
        queue = settings.queues[customer.queue]
        phone = parse_e164(customer.e164)
        wanted = Wanted(
            phone,
            whereabouts(phone, told(customer), places),
            queue.purpose,
            contact_id="a-contact",
        )
        pool = settings.pools[queue.pool]
        best = next(candidates(directories[queue.pool], wanted, pool, rules(), Rejections()), None)
        expected = customer.tier if customer.tier not in ("default", "block") else None
        assert (best.tier if best else None) == expected, customer.note


def told(customer: SampleCustomer) -> Knowledge:
    known = dict(customer.knows)
    at = (known.pop("latitude", ""), known.pop("longitude", ""))
    return Knowledge(**known, position=(float(at[0]), float(at[1])) if all(at) else None)


def test_a_large_pool_holds_as_many_distinct_numbers_as_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "large.csv"
    assert write_large_pool(out, n=3_000, seed=1) == 3_000
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {
        understand(row["Phone number"], CODES.get(row["Country"], row["Country"]) or None)[0].e164
        for row in rows
    }
    assert len(numbers) == len(rows) == 3_000
    assert list(large_pool(50, seed=2)) == list(large_pool(50, seed=2))


def test_a_large_pool_can_be_a_workbook(tmp_path: Path) -> None:
    out = tmp_path / "large.xlsx"
    write_large_pool(out, n=200, seed=1)
    assert openpyxl.load_workbook(out, read_only=True).active.max_row == 201
