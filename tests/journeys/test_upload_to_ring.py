"""From the file that staff drop to the number that the customer sees, through the real template."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from local import flow_script
from local.cloud import LocalCloud
from local.demonstration import TIERS, demonstrate
from local.dialling import Call, dial
from local.evidence.journey import covering
from local.grants import recorded_calls, refused, uses
from tests.journeys.conftest import upload

SEATTLE, NEW_YORK = "+12065550123", "+12125550123"
PORTLAND = ("+15035550123", "+15035550145")
MIAMI = ("+13055550123", "+13055550145")  # where the sample of the other pool has no numbers


@pytest.fixture(scope="module")
def notices(cloud: LocalCloud) -> str:
    """A queue that hears what staff are told; its URL."""
    sqs, sns = cloud.session.client("sqs"), cloud.session.client("sns")
    url = sqs.create_queue(QueueName="notices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(
        TopicArn=cloud.name_of("NOTIFICATIONS_TOPIC_ARN"),
        Protocol="sqs",
        Endpoint=arn["QueueArn"],
    )
    return url


def test_the_demo_comes_out_as_it_must_and_every_call_is_granted(cloud: LocalCloud) -> None:
    with recorded_calls() as calls:
        shown = demonstrate(cloud)
    assert shown.faults() == []
    assert set(shown.tiers()) == set(TIERS)
    needed = uses(cloud, calls)
    assert {use.action.split(":")[0] for use in needed} == {
        "dynamodb", "s3", "secretsmanager", "sns", "connect",
    }  # fmt: skip
    assert refused(cloud, needed) == []


def test_scripted_calls_take_every_branch_of_the_flows(cloud: LocalCloud, tmp_path: Path) -> None:
    coverage = covering(cloud)
    upload(cloud, tmp_path / "numbers.csv", f"number\n{SEATTLE}\n+12065550145\n", "service")
    for scene in flow_script.scenes():
        done = flow_script.play(cloud, scene)
        assert flow_script.how_it_ended(done) == scene.ends, f"{scene.why}: {done.as_json()}"
    assert coverage.missing() == []


def test_the_result_stands_beside_the_upload_and_staff_are_told(
    cloud: LocalCloud, notices: str, tmp_path: Path
) -> None:
    result = upload(cloud, tmp_path / "Böblingen, neu.csv", f"Nummer\n{NEW_YORK}\n12\n", "service")
    assert [(row.row, row.accepted) for row in result.results] == [(2, True), (3, False)]
    report = cloud.download(f"{result.key}.result.xlsx")
    assert report is not None
    assert "Rows" in CalamineWorkbook.from_filelike(BytesIO(report)).sheet_names
    messages = cloud.session.client("sqs").receive_message(QueueUrl=notices)["Messages"]
    told = json.loads(messages[-1]["Body"])
    assert "Böblingen, neu.csv" in told["Subject"] + told["Message"]


def test_the_same_file_again_changes_nothing(cloud: LocalCloud, tmp_path: Path) -> None:
    content = "number\n" + "\n".join(MIAMI)
    upload(cloud, tmp_path / "a.csv", content, "sales")
    again = upload(cloud, tmp_path / "b.csv", content, "sales")
    assert {row.outcome for row in again.results} == {"unchanged"}


def test_a_number_of_another_pool_is_refused_in_words(cloud: LocalCloud, tmp_path: Path) -> None:
    upload(cloud, tmp_path / "mine.csv", f"number\n{NEW_YORK}\n", "service")
    result = upload(cloud, tmp_path / "theirs.csv", f"number\n{NEW_YORK}\n", "sales")
    assert [row.accepted for row in result.results] == [False]
    assert "service" in result.results[0].message


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.csv", b"", "an empty file"),
        ("cut.xlsx", b"PK\x03\x04 and then nothing", "a spreadsheet that was cut off"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel file"),
        ("words.csv", b"number\nhello\nworld\n", "not one number in it"),
    ],
)
def test_a_file_that_cannot_be_used_has_a_result_in_words(
    cloud: LocalCloud, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    result = upload(cloud, tmp_path / name, content, "service")
    assert len(result.error) > 20, reason
    assert not any(row.accepted for row in result.results)
    assert cloud.failures() == []


def test_only_an_upload_that_replaces_removes_numbers(cloud: LocalCloud, tmp_path: Path) -> None:
    kept, given_up = MIAMI
    upload(cloud, tmp_path / "first.csv", "number\n" + "\n".join(MIAMI), "sales")
    upload(cloud, tmp_path / "second.csv", f"number\n{kept}\n", "sales")
    assert _shown_to(cloud, "+13055550160") == {kept, given_up}
    cloud.upload("numbers/sales/replace/third.csv", f"number\n{kept}\n".encode())
    cloud.settle()
    shown = _shown_to(cloud, "+13055550161")
    assert kept in shown
    assert given_up not in shown


def _shown_to(cloud: LocalCloud, customer: str) -> set[str]:
    """What a customer sees in two sales calls at noon; never the same number twice."""
    with cloud.clock.standing_at(datetime(2026, 12, 2, 17, tzinfo=UTC)):
        return {dial(cloud, Call(customer, "outbound-sales")).shown for _ in range(2)}


def test_a_number_is_not_shown_twice_to_one_customer(cloud: LocalCloud, tmp_path: Path) -> None:
    upload(cloud, tmp_path / "portland.csv", "number\n" + "\n".join(PORTLAND), "service")
    first, second = (dial(cloud, Call("+15035550160")) for _ in range(2))
    assert {first.shown, second.shown} == set(PORTLAND)


def test_one_contact_gets_one_answer(cloud: LocalCloud, tmp_path: Path) -> None:
    upload(cloud, tmp_path / "portland.csv", "number\n" + "\n".join(PORTLAND), "service")
    call = Call("+15035550161", contact_id="11111111-aaaa-4bbb-8ccc-222222222222")
    answers = {dial(cloud, call).shown for _ in range(4)}
    assert len(answers) == 1
    assert answers <= set(PORTLAND)
