"""The importer's handler where something outside the file goes wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lambdas import wiring
from lambdas.files.report import read_report
from lambdas.import_numbers import handler as importer
from lambdas.store.uploads import UploadedFile
from lambdas.usecases.import_numbers import Upload
from lambdas.wiring import numbers
from tests.adapters.conftest import House
from tests.adapters.test_faults import SETTINGS
from tests.unit.builders import NOON, intake, nanp
from tools.countries.build import build as build_countries


@dataclass
class Desk:
    """Uploads without S3: the file's bytes, the reports that were put, the notices sent."""

    content: bytes
    folder: Path
    reports: list[Path] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    fetched: int = 0

    def fetch(self, file: UploadedFile, target: Path) -> Mapping[str, str]:
        self.fetched += 1
        target.write_bytes(self.content)
        return {}

    def put_report(self, file: UploadedFile, report: Path) -> None:
        kept = self.folder / f"{len(self.reports)}.xlsx"
        kept.write_bytes(report.read_bytes())
        self.reports.append(kept)

    def notify(self, subject: str, message: str) -> None:
        self.notices.append(f"{subject}\n{message}")


class Clock:
    """A context whose time runs out after so many looks."""

    def __init__(self, seconds: float = 600, step: float = 0) -> None:
        self.seconds, self.step = seconds, step

    def get_remaining_time_in_millis(self) -> int:
        self.seconds -= self.step
        return int(self.seconds * 1000)


@pytest.fixture
def desk(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(("number\n" + "\n".join(nanp("206", 3))).encode(), tmp_path)
    (tmp_path / "settings.json").write_text(json.dumps(SETTINGS), "utf-8")
    build_countries(tmp_path / "countries.json")
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))
    monkeypatch.setattr(numbers, "uploads", lambda: made)
    monkeypatch.setattr(numbers, "imports", lambda: house.imports)
    monkeypatch.setattr(numbers, "intake", intake)
    monkeypatch.setattr(importer, "BUSY_WAIT_SECONDS", 0.0)
    wiring.reset()
    return made


def message(key: str = "numbers/sales/a.csv", tries: int = 1, size: int = 60) -> dict[str, Any]:
    body = {
        "detail": {
            "bucket": {"name": "bucket"},
            "object": {"key": key, "size": size, "etag": "e", "version-id": "v"},
        }
    }
    record = {
        "messageId": "m",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": str(tries)},
    }
    return {"Records": [record]}


def test_a_file_is_taken_and_told(desk: Desk) -> None:
    done = importer.handler(message(), Clock())
    assert done["batchItemFailures"] == []
    assert done["files"][0]["outcome"] == "imported"
    assert [row["outcome"] for row in read_report(desk.reports[0])] == ["added"] * 3
    assert "3 numbers taken into sales" in desk.notices[0]


def test_staff_find_a_word_beside_a_file_that_keeps_failing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("something that nobody thought of")

    monkeypatch.setattr(importer, "open_table", crash)
    with pytest.raises(RuntimeError):
        importer.handler(message(tries=1), Clock())
    assert desk.reports == []
    with pytest.raises(RuntimeError):
        importer.handler(message(tries=2), Clock())
    assert "did not finish" in _summary(desk.reports[0])


def test_a_file_too_large_is_not_even_fetched(desk: Desk) -> None:
    importer.handler(message(size=200_000_000), Clock())
    assert desk.fetched == 0
    assert "200 MB" in desk.notices[0]


@pytest.mark.parametrize("key", ["numbers/nowhere/a.csv", "numbers/a.csv"])
def test_a_file_in_no_pools_folder_is_told_where_to_go(desk: Desk, key: str) -> None:
    importer.handler(message(key), Clock())
    assert "numbers/<pool>/" in desk.notices[0]
    assert "sales" in desk.notices[0]


def test_a_report_is_no_upload(desk: Desk) -> None:
    done = importer.handler(message("numbers/sales/a.csv.result.xlsx"), Clock())
    assert done == {"batchItemFailures": [], "files": []}
    assert desk.reports == []


def test_an_upload_waits_while_another_holds_the_pool_and_comes_again_later(
    desk: Desk, house: House
) -> None:
    house.imports.begin(Upload("other", "sales", False, "b.csv"), wiring.now())
    done = importer.handler(message(), Clock(seconds=400, step=100))
    assert done["batchItemFailures"] == [{"itemIdentifier": "m"}]
    assert desk.notices == []
    assert house.imports.members("sales") == {}


def test_the_day_of_first_use_is_the_day_of_the_import(desk: Desk, house: House) -> None:
    importer.handler(message(), Clock())
    days = {kept.member.activated_on for kept in house.imports.members("sales").values()}
    assert days == {(NOON.date() - NOON.date().replace(year=1970, month=1, day=1)).days}


def _summary(path: Path) -> str:
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Summary").to_python()
    return " ".join(str(cell) for row in rows for cell in row)


def test_the_folder_that_the_console_makes_is_no_upload(desk: Desk) -> None:
    assert importer.handler(message("numbers/sales/", size=0), Clock())["files"] == []
    assert desk.reports == []
    assert desk.notices == []


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("sales/Replace pool", "'Replace pool'"),
        ("sales/country=Atlantis", "'Atlantis'"),
        ("sales/2026", "'2026'"),
    ],
)
def test_a_folder_that_means_nothing_stops_the_import(
    desk: Desk, house: House, folder: str, words: str
) -> None:
    done = importer.handler(message(f"numbers/{folder}/a.csv"), Clock())
    assert done["files"][0]["outcome"] == "refused"
    assert words in desk.notices[0]
    assert house.imports.members("sales") == {}


@pytest.mark.parametrize("folder", ["country=UK", "Country=United Kingdom", "REPLACE/country=gb"])
def test_a_folder_may_say_the_country_in_words(desk: Desk, folder: str) -> None:
    desk.content = b"number\n020 7946 0123\n"
    done = importer.handler(message(f"numbers/sales/{folder}/a.csv"), Clock())
    assert done["files"][0]["outcome"] == "imported"
    assert read_report(desk.reports[0])[0]["e164"] == "+442079460123"


def test_a_file_whose_name_leaves_no_room_gets_a_shorter_result(desk: Desk) -> None:
    key = f"numbers/sales/{'n' * 1_005}.csv"
    (told,) = importer.handler(message(key), Clock())["files"]
    assert told["report_key"].startswith("numbers/sales/")
    assert told["report_key"].endswith(".result.xlsx")
    assert len(told["report_key"]) <= 1_024


def test_a_replacing_file_of_which_a_part_is_not_read_changes_nothing(
    desk: Desk, house: House
) -> None:
    first, second, third = nanp("206", 3)
    house.bring([first, second, third])
    desk.content = f"Phone 1,Phone 2\n{first},{second}\n".encode()
    done = importer.handler(message("numbers/sales/replace/a.csv"), Clock())
    assert done["files"][0]["outcome"] == "refused"
    assert "Phone 2" in desk.notices[0]
    assert len(house.imports.members("sales")) == 3
