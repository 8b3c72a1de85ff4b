"""From contact records to a number that rests, returns and warms up; and labels; by the real
functions, from stream and bucket to the picker."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from lambdas.domain.directory import day_number
from lambdas.domain.lifecycle import Mode
from lambdas.domain.phone import E164
from lambdas.store.directories import PublishedDirectories
from lambdas.store.judges_mode import set_judges_mode
from lambdas.store.rests import DynamoRests
from local.cloud import LocalCloud
from local.contact_records import contact_record, decided
from local.dialling import Call, dial
from local.grants import recorded_calls, refused, uses
from local.kinesis_source import KinesisSource
from tests.journeys.conftest import upload

NUMBERS = [f"+1206555{line:04d}" for line in range(150, 156)]
WORN, *_ = NUMBERS
MORNING = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
HOURS, CALLS = 7, 6


@pytest.fixture(autouse=True)
def pool(cloud: LocalCloud, system_time: None, tmp_path: Path) -> None:
    cloud.clock.set(MORNING - timedelta(days=60))
    upload(cloud, tmp_path / "numbers.csv", "number\n" + "\n".join(NUMBERS), "service")


def test_a_worn_number_rests_is_shown_no_longer_and_returns_to_few_calls(
    cloud: LocalCloud,
) -> None:
    with recorded_calls() as calls:
        cloud.clock.set(MORNING + timedelta(hours=HOURS + 3))
        _set_mode(cloud, Mode.OBSERVE)
        _calls_became(cloud)
        cloud.an_hour_passes()
        assert WORN in _shown(cloud, 1000), "observing, nothing changes"
        assert [each["status"] for each in _history(cloud)] == ["WOULD_REST"]

        _set_mode(cloud, Mode.ENFORCE)
        cloud.an_hour_passes()
        (_, told) = _history(cloud)
        assert (told["status"], told["by"]) == ("RESTING", "reputation")
        assert f"0 of {HOURS * CALLS} calls were answered" in told["reason"]
        shown = _shown(cloud, 2000)
        assert shown <= set(NUMBERS) - {WORN}
        assert len(shown) > 1

        returns = cloud.clock.now() + timedelta(days=14, hours=1)
        cloud.clock.set(returns)
        cloud.an_hour_passes()
        assert _history(cloud)[-1]["status"] == "RETURNED"
        assert _activated_on(cloud, WORN) == day_number((returns - timedelta(hours=1)).date())
        assert WORN in _shown(cloud, 3000)
    judge = cloud.function_of("judge_numbers").name
    assert {call.operation for call in calls if call.function == judge} >= {
        "Query", "BatchGetItem", "PutItem", "TransactWriteItems",
    }  # fmt: skip
    assert refused(cloud, uses(cloud, calls)) == []
    assert cloud.failures() == []


def test_a_labelled_number_rests_at_once_until_the_label_is_lifted(cloud: LocalCloud) -> None:
    cloud.clock.set(MORNING + timedelta(days=20))
    with recorded_calls() as calls:
        rows = _labels(
            cloud,
            "monday.csv",
            "Number,Label,Vendor,Seen on\n"
            f"{NUMBERS[1]},Scam Likely,Example Labels,2026-12-12\n"
            f"{NUMBERS[2]},,Example Labels,\n"
            "+12065550111,Spam,Example Labels,\n"
            "nonsense,Spam,Example Labels,\n",
        )
        assert [row[5] for row in rows] == ["rests", "rejected", "rejected", "rejected"]
        assert "no number of a pool" in rows[2][6]
        assert NUMBERS[1] not in _shown(cloud, 4000)

        rows = _labels(cloud, "friday.csv", f"Number,Label\n{NUMBERS[1]},clean\n")
        assert [row[5] for row in rows] == ["returns"]
        assert NUMBERS[1] in _shown(cloud, 5000)
    assert refused(cloud, uses(cloud, calls)) == []
    assert cloud.failures() == []


def _calls_became(cloud: LocalCloud) -> None:
    """Half of all calls are answered, but none of one number."""
    stream = next(each for each in cloud.sources if isinstance(each, KinesisSource))
    for hour in range(HOURS):
        for index, number in enumerate(NUMBERS):
            for call in range(CALLS):
                began = MORNING + timedelta(hours=hour, minutes=5 * call + index)
                answered = number != WORN and (call + index + hour) % 2 == 0
                contact = f"{hour:08d}-0000-4000-8000-{index:06d}{call:06d}"
                record = contact_record(
                    contact,
                    customer=f"+1206777{hour:02d}{index}{call}",
                    began=began,
                    answered=began + timedelta(seconds=9) if answered else None,
                    ended=began + timedelta(seconds=90),
                    reason="AGENT_DISCONNECT" if answered else "TELECOM_UNANSWERED",
                    attributes=decided(contact, number=number),
                )
                stream.put(json.dumps(record).encode(), contact)
    cloud.settle()


def _labels(cloud: LocalCloud, name: str, content: str) -> list[tuple[str, ...]]:
    """Drop a file; the rows of its result."""
    cloud.upload(f"labels/{name}", content.encode())
    cloud.settle()
    result = cloud.download(f"labels/{name}.result.xlsx")
    assert result is not None
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(result)).get_sheet_by_index(1)
    rows = [tuple(map(str, row)) for row in sheet.to_python()]
    header = next(index for index, row in enumerate(rows) if row[0] == "row")
    return rows[header + 1 :]


def _shown(cloud: LocalCloud, start: int) -> set[str]:
    calls = (f"+1206778{number:04d}" for number in range(start, start + 12))
    return {dial(cloud, Call(to, "outbound-service", {})).caller_id for to in calls}


def _set_mode(cloud: LocalCloud, mode: Mode) -> None:
    client = cloud.session.client("dynamodb")
    set_judges_mode(client, cloud.name_of("NUMBER_POOL_TABLE"), mode)


def _history(cloud: LocalCloud) -> list[dict[str, str]]:
    rests = DynamoRests(cloud.session.client("dynamodb"), cloud.name_of("NUMBER_POOL_TABLE"))
    return rests.changes(E164(WORN))


def _activated_on(cloud: LocalCloud, number: str) -> int:
    directory = PublishedDirectories(
        cloud.session.client("dynamodb"), cloud.name_of("NUMBER_POOL_TABLE"), lambda: 0.0
    ).current("service")
    assert directory is not None
    row = next(each for each in range(len(directory)) if directory.number(each) == number)
    return directory.activated_on[row]
