"""The share of places that have a position, as the docs tell it."""

from pathlib import Path

import pytest

from tools.places.__main__ import main
from tools.places.coverage import BARS, Coverage, measured, page

DOCS = Path(__file__).parents[3] / "docs" / "places.md"
# GeoNames' towns of 500 people hold neither Australia's hamlets with an exchange nor all of the
# villages that Ontario merged into townships.
REACHED = {**BARS, "AU": 49, "CA": 94}


def test_the_page_tells_what_the_build_measures() -> None:
    assert page(measured()) == DOCS.read_text(encoding="utf-8"), (
        "Run: python -m tools.places --coverage docs/places.md"
    )


@pytest.mark.parametrize("region", sorted(REACHED))
def test_towns_have_positions(region: str) -> None:
    (found,) = [each for each in measured() if each.region == region]
    assert found.share >= REACHED[region]


def test_a_share_is_rounded_down_and_none_without_towns() -> None:
    assert Coverage("XX", 10, 3, 2, 8).share == 66.66
    assert Coverage("XX", 10, 3, 2, 7).unplaced == 1
    assert Coverage("XX", 10, 0, 0, 10).share == 0


def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["--coverage", "a", "b"]) == 2
    assert main(["--what"]) == 2
    assert "--coverage [PAGE]" in capsys.readouterr().err
