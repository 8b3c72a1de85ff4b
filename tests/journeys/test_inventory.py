"""A number is given up elsewhere: the next hour takes it out of use, through the real functions."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3

from lambdas.files.report import read_report
from local.cloud import LocalCloud
from local.dialling import Call, dial
from local.grants import recorded_calls, refused, uses
from local.held_numbers import held_numbers
from tests.journeys.conftest import upload

GONE, STAYS = "+12065550123", "+12065550145"
NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
RELEASED = {
    "source": "aws.connect",
    "detail-type": "AWS API Call via CloudTrail",
    "detail": {"eventSource": "connect.amazonaws.com", "eventName": "ReleasePhoneNumber"},
}


def _shown(cloud: LocalCloud, count: int, start: int) -> set[str]:
    calls = (f"+1206777{number:04d}" for number in range(start, start + count))
    return {dial(cloud, Call(to, "outbound-service", {})).caller_id for to in calls}


def test_a_number_that_the_instance_gave_up_is_shown_to_nobody_until_it_is_claimed_again(
    cloud: LocalCloud, system_time: None, tmp_path: Path
) -> None:
    with recorded_calls() as calls:
        cloud.clock.set(NOON)
        upload(cloud, tmp_path / "numbers.csv", f"number\n{GONE}\n{STAYS}\n", "service")
        assert _shown(cloud, 4, 1000) == {GONE, STAYS}

        cloud.connect.held.numbers = lambda: held_numbers(cloud, [STAYS])
        cloud.an_hour_passes()
        assert _shown(cloud, 3, 2000) == {STAYS}
        report = _report(cloud, tmp_path)
        assert report[GONE]["outcome"] == "not_held"
        assert report[STAYS]["outcome"] == "held"

        cloud.connect.held.numbers = lambda: held_numbers(cloud, [STAYS, GONE])
        cloud.invoke(cloud.function_of("inventory").arn, RELEASED)
        cloud.settle()
        cloud.forget_container()
        cloud.clock.set(NOON + timedelta(hours=2))
        assert _shown(cloud, 4, 3000) == {GONE, STAYS}
    asked = {call.operation for call in calls if call.function == _name(cloud)}
    assert asked >= {"ListPhoneNumbersV2", "TransactWriteItems", "PutObject", "Publish"}
    assert refused(cloud, uses(cloud, calls)) == []
    assert cloud.failures() == []


def _name(cloud: LocalCloud) -> str:
    return cloud.function_of("inventory").name


def _report(cloud: LocalCloud, folder: Path) -> dict[str, dict[str, str]]:
    bucket = cloud.function_of("inventory").environment["UPLOADS_BUCKET"]
    path = folder / "inventory.xlsx"
    boto3.client("s3").download_file(bucket, "inventory/inventory.xlsx", str(path))
    return {row["number"]: row for row in read_report(path)}
