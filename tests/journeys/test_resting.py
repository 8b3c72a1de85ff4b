"""A number rests, is shown to nobody, and comes back by itself, through the real functions."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from lambdas.domain.phone import E164
from lambdas.store.rests import DynamoRests
from lambdas.usecases.rest_number import rest
from local.cloud import LocalCloud
from local.dialling import Call, dial
from local.grants import recorded_calls, refused, uses
from tests.journeys.conftest import upload

RESTS, STAYS = "+12065550123", "+12065550145"
NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def _shown(cloud: LocalCloud, count: int, start: int) -> set[str]:
    calls = (f"+1206777{number:04d}" for number in range(start, start + count))
    return {dial(cloud, Call(to, "outbound-service", {})).caller_id for to in calls}


def test_a_resting_number_is_shown_to_nobody_and_returns_when_its_time_has_come(
    cloud: LocalCloud, system_time: None, tmp_path: Path
) -> None:
    with recorded_calls() as calls:
        cloud.clock.set(NOON)
        upload(cloud, tmp_path / "numbers.csv", f"number\n{RESTS}\n{STAYS}\n", "service")
        rests = DynamoRests(cloud.session.client("dynamodb"), cloud.name_of("NUMBER_POOL_TABLE"))
        assert _shown(cloud, 4, 1000) == {RESTS, STAYS}

        rest(E164(RESTS), NOON + timedelta(days=2), "flagged", "ada", now=NOON, store=rests)
        assert _shown(cloud, 3, 2000) == {STAYS}, "the directory is old, and the commit refuses"
        cloud.settle()

        cloud.clock.set(NOON + timedelta(days=2, minutes=30))
        assert _shown(cloud, 3, 3000) == {STAYS}
        cloud.an_hour_passes()
        assert _shown(cloud, 4, 4000) == {RESTS, STAYS}
    publisher = cloud.function_of("publish_directory").name
    asked = {call.operation for call in calls if call.function == publisher}
    assert asked >= {"Query", "UpdateItem", "DeleteItem"}
    assert refused(cloud, uses(cloud, calls)) == []
    assert cloud.failures() == []
