"""From the list that staff drop to its checked rows, in one function and in parts, and again."""

import csv
import io
import json
import random
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lambdas.check_contacts import splitter
from lambdas.check_contacts.chunk import handler as check_chunk
from lambdas.check_contacts.gatherer import handler as gather
from lambdas.domain.contact_rows import Summary
from lambdas.domain.phone import E164
from lambdas.domain.suppression import Reason, Suppression
from lambdas.store.sealing import KmsSeal
from lambdas.store.secret import CustomerKey
from lambdas.store.suppressions import DynamoSuppressions
from lambdas.usecases.suppress import Correction
from local.cloud import LocalCloud
from local.functions import FunctionFailed
from local.grants import recorded_calls, refused, uses
from local.states_language import FAILED, SUCCEEDED, Execution
from tests.journeys.conftest import upload

MONDAY = datetime(2026, 3, 2, 18, tzinfo=UTC)
FOLDER = "lists/outbound-service/country=US/spring/"
ROWS = 300
RESULTS = ("clean.csv", "rejected.csv", "corrections.csv")


def people(rows: int = ROWS, seed: int = 7) -> bytes:
    """A list with duplicates in other spellings, wrong numbers and cells of several lines."""
    rng = random.Random(seed)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("Name", "Phone", "Other phone", "Source"))
    for row in range(rows):
        number = f"{100 + rng.randrange(100):04d}"
        area = rng.choice(("206", "212", "305"))
        phone = rng.choice(
            (f"+1{area}555{number}", f"({area}) 555-{number}", f"{area}.555.{number}")
        )
        if row % 17 == 0:
            phone = rng.choice(("12", "none", "", f"+1{area}555"))
        other = f"+1503555{number}" if row % 23 == 0 else ""
        source = rng.choice(("web", "fair", "")) if row > rows // 2 else ""
        writer.writerow((rng.choice(("Ann", '=cmd|"x"', "B\nC", "D;E")), phone, other, source))
    return out.getvalue().encode()


@pytest.fixture(autouse=True)
def monday(cloud: LocalCloud) -> Iterator[None]:
    """The same moment for every check, and functions as the template has them afterwards."""
    cloud.clock.set(MONDAY)
    before = {name: dict(one.environment) for name, one in cloud.made.functions.items()}
    yield
    for name, function in cloud.made.functions.items():
        function.environment = before[name]
        function.replaced_by = None
    cloud.clock.reset()


def _set(cloud: LocalCloud, module: str, **variables: str) -> None:
    function = cloud.function_of(f"check_contacts.{module}")
    function.environment = {**function.environment, **variables}


def in_parts(cloud: LocalCloud) -> None:
    """Let lists of more than ten rows go through the state machine, forty rows a chunk."""
    _set(cloud, "handler", MOST_ROWS="10")
    _set(cloud, "splitter", ROWS_IN_CHUNK="40")


def drop(cloud: LocalCloud, name: str, body: bytes) -> str:
    """Drop a list and wait; the folder of its results."""
    cloud.upload(FOLDER + name, body)
    cloud.settle()
    return f"{FOLDER}{name}.check/"


def results(cloud: LocalCloud, folder: str) -> dict[str, bytes]:
    found = {name: cloud.download(folder + name) for name in RESULTS}
    assert None not in found.values(), found
    return {name: content for name, content in found.items() if content is not None}


def rows_of(content: bytes) -> list[Mapping[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def summary(cloud: LocalCloud, folder: str) -> Summary:
    content = cloud.download(folder + "summary.json")
    assert content is not None
    return Summary.from_json(json.loads(content))


def latest(cloud: LocalCloud) -> Execution:
    return list(cloud.state_machine().executions.values())[-1]


def suppressions(cloud: LocalCloud) -> DynamoSuppressions:
    session = cloud.session
    return DynamoSuppressions(
        session.client("dynamodb"),
        cloud.name_of("CUSTOMERS_TABLE"),
        CustomerKey(
            lambda: session.client("secretsmanager"), cloud.name_of("CUSTOMER_KEY_SECRET_ARN")
        ),
        KmsSeal(session.client("kms"), cloud.name_of("DATA_KEY_ARN")),
    )


def test_a_list_is_checked_in_one_function_with_every_right_granted(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    upload(cloud, tmp_path / "pool.csv", "number\n+12065550190\n+12125550190\n", "service")
    with recorded_calls() as calls:
        folder = drop(cloud, "people.csv", people())
    assert refused(cloud, uses(cloud, calls)) == []
    found = results(cloud, folder)
    clean, rejected = rows_of(found["clean.csv"]), rows_of(found["rejected.csv"])
    numbers = sorted(int(row["row"]) for row in [*clean, *rejected])
    assert len(numbers) == len(set(numbers)) == ROWS
    assert {"duplicate", "too_short"} <= {row["reason"] for row in rejected}
    assert {row["tier"] for row in clean} >= {"city", "country"}
    told = summary(cloud, folder)
    assert (told.rows, told.clean, told.rejected) == (ROWS, len(clean), len(rejected))
    assert set(told.by_campaign) == {"spring"}
    assert cloud.download(folder + "report.html")
    assert cloud.download(folder + "result.xlsx")
    assert cloud.failures() == []


def test_the_mapped_path_gives_the_same_bytes_with_every_right_granted(cloud: LocalCloud) -> None:
    body = people(seed=8)
    one = drop(cloud, "one.csv", body)
    in_parts(cloud)
    with recorded_calls() as calls:
        mapped = drop(cloud, "mapped.csv", body)
    assert latest(cloud).status == SUCCEEDED
    assert refused(cloud, uses(cloud, calls)) == []
    assert len(latest(cloud).done["CheckEach"]) == 8
    assert results(cloud, mapped) == results(cloud, one)
    told, expected = summary(cloud, mapped), summary(cloud, one)
    told.file = expected.file
    assert told.written() == expected.written()


def test_names_keys_and_the_machines_input_say_nothing_of_customers(cloud: LocalCloud) -> None:
    in_parts(cloud)
    drop(cloud, "quiet.csv", people(seed=9))
    execution = latest(cloud)
    assert execution.input == {"id": execution.name, "round": 0}
    assert re.fullmatch(r"[0-9a-f]{32}", execution.name)
    listed = cloud.session.client("s3").list_objects_v2(Bucket=cloud.bucket(), Prefix="checks/")
    for item in listed["Contents"]:
        assert re.fullmatch(r"checks/[0-9a-f]{32}/[a-z]+[/.0-9a-z-]*", item["Key"]), item["Key"]


def test_splitting_goes_on_in_another_round_when_time_is_up(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = people(seed=10)
    one = drop(cloud, "in_one_go.csv", body)
    in_parts(cloud)
    monkeypatch.setattr(splitter, "LOOK_AT_THE_CLOCK_EVERY", 70)
    monkeypatch.setattr(splitter, "KEPT_FOR_UPLOADS_SECONDS", 1_000.0)
    rounds = drop(cloud, "in_rounds.csv", body)
    assert latest(cloud).status == SUCCEEDED
    split = cloud.function_of("check_contacts.splitter").log[-5:]
    assert [one.payload["round"] for one in split] == [1, 2, 3, 4, 5]
    assert results(cloud, rounds) == results(cloud, one)


@pytest.mark.parametrize("module", ["splitter", "chunk", "gatherer"])
def test_a_step_that_breaks_off_and_is_redriven_ends_in_the_same_result(
    cloud: LocalCloud, module: str
) -> None:
    body = people(seed=11)
    expected = results(cloud, drop(cloud, f"whole_{module}.csv", body))
    in_parts(cloud)
    handlers = {"splitter": splitter.handler, "chunk": check_chunk, "gatherer": gather}
    asked: list[object] = []

    def breaks(event: Mapping[str, object], context: object) -> object:
        """Works for three calls, and then its container ends after the work and before the word."""
        asked.append(event)
        done = handlers[module](dict(event), context)
        if len(asked) in (1, 4, 5, 6, 7, 8) or module != "chunk":
            raise RuntimeError("the container ended")
        return done

    with cloud.replacing(f"check_contacts.{module}", breaks):
        folder = drop(cloud, f"broken_{module}.csv", body)
    execution = latest(cloud)
    assert execution.status == FAILED
    calls = len(cloud.function_of("check_contacts.chunk").log)
    cloud.state_machine().redrive(execution.name)
    assert execution.status == SUCCEEDED
    assert results(cloud, folder) == expected
    if module == "chunk":
        again = cloud.function_of("check_contacts.chunk").log[calls:]
        assert again
        assert all(done.payload["done_before"] for done in again)


def test_results_that_do_not_agree_with_the_rows_are_not_published(cloud: LocalCloud) -> None:
    in_parts(cloud)
    tampered: list[str] = []

    def loses_a_row(event: Mapping[str, object], context: object) -> object:
        done = check_chunk(dict(event), context)
        if not tampered:
            key = f"checks/{event['id']}/results/{done['number']:05d}/result.json"
            document = json.loads(cloud.content(cloud.bucket(), key))
            document["tally"][0] -= 1
            cloud.upload(key, json.dumps(document).encode())
            tampered.append(key)
        return done

    with cloud.replacing("check_contacts.chunk", loses_a_row):
        folder = drop(cloud, "lost.csv", people(seed=12))
    assert latest(cloud).status == FAILED
    assert "results for" in latest(cloud).cause
    assert cloud.download(folder + "summary.json") is None


def test_a_list_too_long_for_one_file_is_left_in_parts(cloud: LocalCloud) -> None:
    in_parts(cloud)
    _set(cloud, "gatherer", MOST_ROWS_MERGED="100")
    with recorded_calls() as calls:
        folder = drop(cloud, "parts.csv", people(seed=13))
    assert latest(cloud).status == SUCCEEDED
    assert refused(cloud, uses(cloud, calls)) == []
    listed = cloud.session.client("s3").list_objects_v2(Bucket=cloud.bucket(), Prefix=folder)
    names = {item["Key"].removeprefix(folder) for item in listed["Contents"]}
    assert {f"parts/{kind}-{chunk:05d}.csv.gz" for kind in ("clean", "rejected")
            for chunk in range(8)} <= names  # fmt: skip
    assert "clean.csv" not in names
    assert summary(cloud, folder).rows == ROWS


def test_the_same_event_again_starts_no_second_execution(cloud: LocalCloud) -> None:
    in_parts(cloud)
    drop(cloud, "twice.csv", people(seed=14))
    count = len(cloud.state_machine().executions)
    checker = cloud.function_of("check_contacts.handler")
    head = cloud.session.client("s3").head_object(Bucket=cloud.bucket(), Key=FOLDER + "twice.csv")
    detail = {
        "bucket": {"name": cloud.bucket()},
        "object": {"key": FOLDER + "twice.csv", "size": head["ContentLength"],
                   "etag": head["ETag"].strip('"'), "version-id": head["VersionId"]},
    }  # fmt: skip
    checker.invoke({"Records": [{"body": json.dumps({"detail": detail})}]})
    cloud.settle()
    assert len(cloud.state_machine().executions) == count


def test_who_must_not_be_called_is_rejected_and_corrections_flow_back(cloud: LocalCloud) -> None:
    store = suppressions(cloud)
    wrong, asked = E164("+12065550150"), E164("+12065550151")
    body = f"Phone\n{wrong}\n{asked}\n+12065550152\n".encode()
    before = drop(cloud, "known.csv", body)
    assert rows_of(results(cloud, before)["rejected.csv"]) == []

    store.add(wrong, Suppression(Reason.WRONG_NUMBER, MONDAY, by="anna"))
    store.correct(wrong, Correction(E164("+12065550199"), MONDAY, "anna"))
    store.add(asked, Suppression(Reason.OPT_OUT, MONDAY, by="anna"))
    with recorded_calls() as calls:
        cloud.invoke(
            cloud.function_of("check_contacts.rechecker").arn, {"key": FOLDER + "known.csv"}
        )
        cloud.settle()

    assert refused(cloud, uses(cloud, calls)) == []
    found = results(cloud, before)
    assert {row["reason"] for row in rows_of(found["rejected.csv"])} == {
        "suppressed_wrong_number", "suppressed_opt_out",
    }  # fmt: skip
    assert [
        (row["row"], row["number"], row["corrected_number"])
        for row in rows_of(found["corrections.csv"])
    ] == [("2", wrong, "+12065550199")]
    changes = cloud.download(before + "changes.csv")
    assert changes is not None
    assert [
        (row["row"], row["outcome_before"], row["reason_now"], row["corrected_number"])
        for row in rows_of(changes)
    ] == [
        ("2", "clean", "suppressed_wrong_number", "+12065550199"),
        ("3", "clean", "suppressed_opt_out", ""),
    ]


def test_a_list_is_due_again_after_ninety_days_and_not_before(cloud: LocalCloud) -> None:
    cloud.clock.reset()
    folder = drop(cloud, "due.csv", b"Phone\n+12065550160\n")
    checker = cloud.function_of("check_contacts.handler")
    checks = len(checker.log)
    now = datetime.now(UTC)
    cloud.clock.set(now + timedelta(days=89))
    cloud.a_day_passes()
    assert len(checker.log) == checks
    cloud.clock.set(now + timedelta(days=91))
    cloud.a_day_passes()
    assert len(checker.log) > checks
    assert summary(cloud, folder).at.startswith(f"{now + timedelta(days=91):%Y-%m-%d}")
    assert cloud.download(folder + "changes.csv") is not None


@pytest.mark.parametrize(
    ("key", "body", "words"),
    [
        ("lists/outbound-servce/a.csv", b"Phone\n+12065550100\n", "outbound-service"),
        ("lists/a.csv", b"Phone\n+12065550100\n", "no queue's folder"),
        ("lists/outbound-service/country=Narnia/a.csv", b"Phone\n+12065550100\n", "Narnia"),
        ("lists/outbound-service/empty.csv", b"", "empty"),
        ("lists/outbound-service/words.csv", b"Name\nAnn\n", "no column of phone numbers"),
    ],
)
def test_a_list_that_cannot_be_checked_says_why(
    cloud: LocalCloud, key: str, body: bytes, words: str
) -> None:
    cloud.upload(key, body)
    cloud.settle()
    told = cloud.download(f"{key}.check/not-checked.txt")
    assert told is not None
    assert words in told.decode()
    assert cloud.failures() == [] or all(
        isinstance(failure, FunctionFailed) and "container ended" in str(failure)
        for failure in cloud.failures()
        if failure.kind == "RuntimeError"
    )
