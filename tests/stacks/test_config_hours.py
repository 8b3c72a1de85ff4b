"""A pool's own hours in the configuration, and the rules that it lifts."""

import json
from pathlib import Path

import pytest

from lambdas.domain.settings import LAW_ALONE, PoolHours, Settings
from stacks.config import Config, load

EXAMPLE = Path("config/example.yaml").read_text("utf-8")
COMMENTED = EXAMPLE[
    EXAMPLE.index("    # hours:\n") : EXAMPLE.index("    # A customer does not see")
]
OWN = "".join(f"    {line.removeprefix('    # ')}" for line in COMMENTED.splitlines(keepends=True))


def configured(hours: str, folder: Path) -> Config:
    path = folder / "config.yaml"
    path.write_text(EXAMPLE.replace(COMMENTED, hours), "utf-8")
    return load(path)


def pool_hours(config: Config) -> PoolHours:
    """As the functions read them, through the file that stands beside their code."""
    settings = Settings.from_json(json.loads(json.dumps(config.settings())))
    return settings.pools["service"].hours


def test_a_pool_that_says_nothing_keeps_to_the_law(tmp_path: Path) -> None:
    config = configured("", tmp_path)

    assert pool_hours(config) == LAW_ALONE
    assert not config.notes()


def test_what_the_example_shows_in_comments_is_a_configuration(tmp_path: Path) -> None:
    config = configured(OWN, tmp_path)

    assert pool_hours(config) == PoolHours(
        weekdays=((600, 1020),),
        saturday=(),
        sunday=(),
        holidays=False,
        automatic=False,
        lifted=(
            (
                "us_federal",
                "Counsel agreed on 2026-11-20, ticket LEGAL-14; these customers asked for calls",
            ),
        ),
    )


def test_every_synth_repeats_what_was_lifted_and_why(tmp_path: Path) -> None:
    notes = configured(OWN, tmp_path).notes()

    (words,) = notes.values()
    assert list(notes) == ["pools.service.hours.lifted.us_federal"]
    assert "Telephone solicitations in the United States are made from 08:00 to 21:00" in words
    assert words.endswith("these customers asked for calls")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('["00:00-24:00"]', ((0, 1440),)),
        ('["10:00-13:00", "14:00-17:30"]', ((600, 780), (840, 1050))),
        ("[]", ()),
    ],
)
def test_windows_of_a_day(tmp_path: Path, written: str, read: tuple[tuple[int, int], ...]) -> None:
    config = configured(f"    hours:\n      weekdays: {written}\n", tmp_path)

    assert pool_hours(config).weekdays == read
    assert pool_hours(config).saturday is None
