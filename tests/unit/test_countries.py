"""What people write for a country, as the build's table of names understands it."""

import json
from pathlib import Path

import pytest

from lambdas.domain.cells import country_code
from tools.countries.build import ALSO, build


@pytest.fixture(scope="module")
def countries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    path: Path = tmp_path_factory.mktemp("countries") / "countries.json"
    build(path)
    names: dict[str, str] = json.loads(path.read_text("utf-8"))
    return names


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [
        ("United Kingdom", "GB", "its name"),
        ("Great Britain", "GB", "the island for the country"),
        ("Northern Ireland", "GB", "a part of it, as England is"),
        ("England", "GB", "a part of it"),
        ("GBR", "GB", "three letters, as other systems export them"),
        ("deu", "DE", "three letters, small"),
        ("Deutschland", "DE", "in its own language"),
        ("United States of America", "US", "the long name"),
        ("Republic of Ireland", "IE", "the long name"),
        ("Holland", "NL", "a part for the whole"),
    ],
)
def test_a_country_is_understood(
    countries: dict[str, str], said: str, code: str, reason: str
) -> None:
    assert country_code(said, countries) == code, reason


def test_no_other_name_is_that_of_another_country(countries: dict[str, str]) -> None:
    assert all(countries[name] == region for name, region in ALSO.items())
    assert set(ALSO.values()) <= set(countries.values())
