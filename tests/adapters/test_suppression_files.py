"""Files of suppressions and of national registers: every row, resumed, and never backwards."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lambdas import wiring
from lambdas.domain.phone import E164
from lambdas.domain.screening import Imported, Screening
from lambdas.files.report import read_report
from lambdas.import_suppressions import handler as importer
from lambdas.import_suppressions.register_lines import numbers_of
from lambdas.store import registers as register_store
from lambdas.store.registers import DynamoRegisters
from lambdas.store.suppressions import DynamoSuppressions
from lambdas.store.uploads import UploadedFile
from lambdas.usecases.import_register import RegisterFile
from lambdas.usecases.suppress import Known
from lambdas.wiring import importing_suppressions, suppressing
from tests.adapters.conftest import House
from tests.adapters.test_suppressions import PlainSeal
from tests.unit.builders import NOON

TODAY = NOON.date()
DATA = Path(__file__).parents[2] / "lambdas" / "domain" / "data" / "do_not_call_registers.json"


@dataclass
class Desk:
    """Uploads without S3, and the function's clock."""

    house: House
    folder: Path
    registers: DynamoRegisters
    suppressions: DynamoSuppressions
    content: bytes = b""
    seconds: list[float] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def fetch(self, file: UploadedFile, target: Path) -> Mapping[str, str]:
        target.write_bytes(self.content)
        return {}

    def put_report(self, file: UploadedFile, report: Path) -> None:
        (self.folder / "result.xlsx").write_bytes(report.read_bytes())

    def notify(self, subject: str, message: str) -> None:
        self.notices.append(f"{subject}\n{message}")

    def get_remaining_time_in_millis(self) -> float:
        return 1000 * (self.seconds.pop(0) if self.seconds else 900)

    def drop(self, key: str, content: str) -> dict[str, Any]:
        self.content = content.encode()
        detail = {
            "bucket": {"name": "bucket"},
            "object": {"key": key, "size": len(content), "etag": "e", "version-id": key},
        }
        record = {"messageId": "m", "body": json.dumps({"detail": detail})}
        return importer.handler({"Records": [record]}, self)

    def rows(self) -> list[tuple[str, ...]]:
        return [tuple(row.values()) for row in read_report(self.folder / "result.xlsx")]

    def listed(self, number: str) -> Mapping[str, date]:
        return self.house.claims.read(E164(number)).listed


@pytest.fixture
def desk(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    client, customers = house.client, house.tables.customers
    made = Desk(
        house, tmp_path,
        DynamoRegisters(client, customers, house.tables.number_pool, lambda: b"key"),
        DynamoSuppressions(client, customers, lambda: b"key", PlainSeal()),
    )  # fmt: skip
    screening = Screening.from_json(json.loads(DATA.read_text()))
    for module, name, value in (
        (importing_suppressions, "uploads", made),
        (importing_suppressions, "registers", made.registers),
        (suppressing, "suppressions", made.suppressions),
        (suppressing, "known", Known(("Example Care",))),
        (wiring, "screening", screening),
        (wiring, "now", NOON),
    ):
        monkeypatch.setattr(module, name, _always(value))
    return made


def _always(value: Any) -> Callable[[], Any]:
    return lambda: value


def test_each_row_of_a_file_has_its_result(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    content = (
        "Phone;Reason;Brand;Valid until;Comment;New number\n"
        "+12065550142;stop;;;asked;\n"
        "(206) 555-0143;temporary;example care;2027-01-31;;\n"
        "+12065550144;;;;;\n"
        "+12065550142;STOP;;;;\n"
        "nonsense;stop;;;;\n"
        "+12065550145;whim;;;;\n"
        "+12065550146;wrong number;;;;+12065550147\n"
    )

    done = desk.drop("suppressions/all/country=US/people.csv", content)

    assert done["files"][0]["outcome"] == "imported"
    outcomes = [row[2] for row in desk.rows()]
    assert sorted(outcomes) == ["added"] * 4 + ["rejected"] * 2 + ["unchanged"]
    assert [row[2] for row in desk.rows()][4:6] == ["rejected", "rejected"]
    [first] = desk.suppressions.standing(E164("+12065550142"))
    assert (first.reason, first.through) == ("opt_out", "file")
    [second] = desk.suppressions.standing(E164("+12065550143"))
    assert (second.reason, second.brand) == ("temporary", "Example Care")
    [third] = desk.suppressions.standing(E164("+12065550144"))
    assert (third.reason, third.by) == ("do_not_call", "people.csv")
    correction = desk.suppressions.corrections(E164("+12065550146"))
    assert correction is not None
    assert correction.number == "+12065550147"
    logged = capsys.readouterr().out
    assert json.loads(logged)["SuppressionRowsRefused"] == 2
    assert "5550142" not in logged


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    for _ in range(2):
        desk.drop("suppressions/Example Care/a.csv", "number\n+12065550142\n")

    assert [row[2] for row in desk.rows()] == ["unchanged"]
    [one] = desk.suppressions.standing(E164("+12065550142"))
    assert one.brand == "Example Care"
    assert len(desk.suppressions.history(E164("+12065550142"))) == 1


@pytest.mark.parametrize(
    ("key", "content", "words"),
    [
        ("suppressions/people.csv", "number\n+12065550142\n", "The folder says neither"),
        ("registers/us_national/a.csv", "206,5550142\n", "The folder says neither"),
        ("registers/nowhere/date=2026-01-01/a.csv", "206,5550142\n", "No such register"),
        ("registers/us_national/date=2026-13-01/a.csv", "206,5550142\n", "is no day"),
        ("registers/us_national/date=2999-01-01/a.csv", "206,5550142\n", "in the future"),
        (f"registers/us_national/date={TODAY}/a.csv", "1,2\n3,4\n206,5550142\n", "are no numbers"),
        (f"registers/us_national/date={TODAY}/a.csv", "area code,number\n", "are no numbers"),
        ("suppressions/all/a.csv", "name\nAda\n", "Nothing was changed"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_of(
    desk: Desk, key: str, content: str, words: str
) -> None:
    done = desk.drop(key, content)

    assert done["files"][0]["outcome"] == "refused"
    assert words in desk.notices[0]
    assert desk.registers.imported("us_national") is None


def test_a_register_is_in_force_once_all_its_numbers_are_entered(desk: Desk) -> None:
    content = "area code,number\n206,5550142\n206,5550143\n"

    desk.drop(f"registers/us_national/date={TODAY}/full.csv", content)

    assert desk.registers.imported("us_national") == Imported(TODAY, TODAY)
    assert desk.listed("+12065550142") == {"us_national": TODAY}
    assert desk.house.directories.current("none") is None
    assert desk.house.directories.registers() == {"us_national": Imported(TODAY, TODAY)}


def test_additions_keep_the_day_of_the_whole_file_and_nothing_goes_backwards(desk: Desk) -> None:
    before, after = TODAY - timedelta(days=9), TODAY - timedelta(days=1)
    desk.drop(f"registers/us_national/date={before}/full.csv", "206,5550142\n")
    desk.drop(f"registers/us_national/date={after}/additions/more.txt", "2065550143\n")

    assert desk.registers.imported("us_national") == Imported(after, before)
    assert desk.listed("+12065550143") == {"us_national": after}

    done = desk.drop(f"registers/us_national/date={before}/late.csv", "206,5550144\n")
    assert done["files"][0]["outcome"] == "refused"
    assert desk.registers.imported("us_national") == Imported(after, before)
    assert not desk.registers.publish("us_national", Imported(before, before))


def test_a_register_may_come_in_parts_of_which_the_last_is_the_complete_file(desk: Desk) -> None:
    desk.drop(f"registers/us_national/date={TODAY}/additions/1.csv", "206,5550142\n")
    assert desk.registers.imported("us_national") is None

    desk.drop(f"registers/us_national/date={TODAY}/2.csv", "206,5550143\n")

    assert desk.registers.imported("us_national") == Imported(TODAY, TODAY)
    assert desk.listed("+12065550142") == desk.listed("+12065550143") == {"us_national": TODAY}


def test_a_long_register_goes_on_where_it_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_store, "AT_ONCE", 50)
    content = "".join(f"206,7{line:06d}\n" for line in range(200))
    key = f"registers/us_national/date={TODAY}/full.csv"
    written: list[int] = []
    real = DynamoRegisters._write

    def counted(self: DynamoRegisters, register: str, dated: date, batch: Any) -> None:
        written.append(len(batch))
        real(self, register, dated, batch)

    monkeypatch.setattr(DynamoRegisters, "_write", counted)
    desk.seconds = [900.0, 900.0, 20.0]
    done = desk.drop(key, content)
    assert done == {
        "batchItemFailures": [{"itemIdentifier": "m"}],
        "files": [{"key": key, "outcome": "goes on"}],
    }
    assert desk.registers.imported("us_national") is None
    assert sum(written) == 100

    done = desk.drop(key, content)
    assert done["files"][0]["outcome"] == "imported"
    assert sum(written) == 200
    assert desk.listed("+12067000199") == desk.listed("+12067000000") == {"us_national": TODAY}


@pytest.mark.parametrize(
    ("line", "region", "number"),
    [
        ("206,5550142", "US", "+12065550142"),
        ("2065550142", "US", "+12065550142"),
        ("12065550142", "US", "+12065550142"),
        ("+1 (206) 555-0142", "US", "+12065550142"),
        ("416;5550142;2020-01-01", "CA", "+14165550142"),
        ("106,5550142", "US", None),
        ("206,555014", "US", None),
        ("02079460123", "GB", "+442079460123"),
        ("442079460123", "GB", "+442079460123"),
        ('"020 7946 0123","x"', "GB", "+442079460123"),
        ("123", "GB", None),
    ],
)
def test_lines_of_registers(tmp_path: Path, line: str, region: str, number: str | None) -> None:
    path = tmp_path / "register.txt"
    path.write_text(f"heading\n\n{line}\r\n", "latin-1")

    assert list(numbers_of(path, region)) == [number]


def test_a_file_of_today_is_no_file_of_tomorrow_where_the_day_began_already(desk: Desk) -> None:
    tomorrow = TODAY + timedelta(days=1)  # at noon of UTC it is past midnight in Auckland
    desk.drop(f"registers/us_national/date={tomorrow}/full.csv", "206,5550142\n")
    assert desk.registers.imported("us_national") == Imported(tomorrow, tomorrow)
    later = TODAY + timedelta(days=2)
    desk.drop(f"registers/us_national/date={later}/full.csv", "206,5550142\n")
    assert desk.registers.imported("us_national") == Imported(tomorrow, tomorrow)


@pytest.mark.parametrize("name", ["+12065550142", "206-555-0142", "John (206) 555.0142 wife"])
def test_a_file_that_is_named_after_a_person_names_nobody_in_logs_and_notices(
    desk: Desk, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    done = desk.drop(f"suppressions/all/{name}.csv", "phone\n+12065550142\n")
    log = capsys.readouterr().out
    assert "0142" not in f"{done} {log} {desk.notices}"
    assert "suppressions/all/" in log
    [standing] = desk.suppressions.standing(E164("+12065550142"))
    assert "0142" not in standing.by


def test_files_of_several_days_are_not_entered_at_once(desk: Desk) -> None:
    older = RegisterFile("us_national", TODAY - timedelta(days=30))
    newer = RegisterFile("us_national", TODAY)
    now = NOON
    later = now + timedelta(minutes=30)
    assert desk.registers.begin(older, "a", now, later)
    assert desk.registers.begin(older, "b", now, later), "parts of one day may"
    done = desk.drop(f"registers/us_national/date={TODAY}/new.csv", "206,5550142\n")
    assert done["batchItemFailures"], "delivered again"
    assert desk.registers.imported("us_national") is None
    desk.registers.end(older, "a")
    assert not desk.registers.begin(newer, "c", now, later), "one is at it still"
    desk.registers.end(older, "b")
    desk.drop(f"registers/us_national/date={TODAY}/new.csv", "206,5550142\n")
    assert desk.registers.imported("us_national") == Imported(TODAY, TODAY)
    assert desk.registers.begin(older, "d", now, later), "what ended lets others begin"


def test_a_file_whose_entering_broke_off_lets_others_begin_in_time(desk: Desk) -> None:
    older = RegisterFile("us_national", TODAY - timedelta(days=30))
    now = NOON
    assert desk.registers.begin(older, "a", now - timedelta(hours=2), now - timedelta(hours=1))
    assert desk.registers.begin(RegisterFile("us_national", TODAY), "b", now, now)
