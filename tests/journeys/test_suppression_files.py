"""From a file of suppressions, or of a national register, to a call that is not made."""

from datetime import UTC, datetime, timedelta

import pytest

from local.cloud import LocalCloud
from local.dialling import Call, Dial, dial
from local.grants import recorded_calls, refused, uses
from tests.journeys.conftest import upload

OURS = ("+12065550123", "+12065550145")
NOON = datetime(2026, 11, 18, 20, tzinfo=UTC)  # of a Wednesday in Seattle


@pytest.fixture(scope="module", autouse=True)
def pools(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pools")
    for pool, number in zip(("service", "sales"), OURS, strict=True):
        upload(cloud, folder / f"{pool}.csv", f"number\n{number}\n", pool)


@pytest.fixture(autouse=True)
def at_noon(cloud: LocalCloud, system_time: None) -> None:
    cloud.clock.set(NOON)


def drop(cloud: LocalCloud, key: str, content: str) -> None:
    """Every call of the function that takes the file in is granted."""
    with recorded_calls() as calls:
        cloud.upload(key, content.encode())
        cloud.settle()
    assert {use.function for use in uses(cloud, calls)}
    assert refused(cloud, uses(cloud, calls)) == []
    assert cloud.failures() == []
    assert cloud.download(f"{key}.result.xlsx") is not None
    cloud.forget_container()


def ring(cloud: LocalCloud, to: str, queue: str = "outbound-service") -> Dial:
    return dial(cloud, Call(to, queue))


def test_people_of_a_file_are_not_called_by_the_brand_that_they_do_not_want(
    cloud: LocalCloud,
) -> None:
    care, both = "+12065550171", "+12065550172"
    assert ring(cloud, care).action == "dial"

    drop(cloud, "suppressions/Example Care/a.csv", f"phone,reason\n{care},stop\n")
    drop(
        cloud,
        "suppressions/all/b.csv",
        f"phone,reason,new number\n{both},wrong number,+12065550173\n",
    )

    assert ring(cloud, care).reason == "suppressed_opt_out"
    assert ring(cloud, care, "outbound-sales").action == "dial"
    assert ring(cloud, both).reason == "suppressed_wrong_number"
    assert ring(cloud, both, "outbound-sales").reason == "suppressed_wrong_number"


def test_a_national_register_bars_marketing_and_marketing_alone(cloud: LocalCloud) -> None:
    listed, other = "+12065550181", "+12065550182"
    folder = f"registers/us_national/date={NOON.date()}"

    drop(cloud, f"{folder}/full.txt", "206,5550181\n206,5550190\n")

    assert ring(cloud, listed, "outbound-sales").reason == "on_do_not_call_register"
    assert ring(cloud, other, "outbound-sales").action == "dial"
    assert ring(cloud, listed).action == "dial"

    cloud.clock.set(NOON + timedelta(days=32))
    cloud.forget_container()
    assert ring(cloud, other, "outbound-sales").reason == "do_not_call_register_too_old"
    assert ring(cloud, other).action == "dial"


def test_a_file_in_no_folder_of_these_is_told_of(cloud: LocalCloud) -> None:
    drop(cloud, "registers/nowhere/a.txt", "206,5550181\n")
