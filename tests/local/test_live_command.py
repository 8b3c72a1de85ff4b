"""Nobody is asked, and nothing is paid, before a person knows the cost and agrees."""

import argparse
import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lambdas.domain.live_validation import (
    MICRO,
    Finding,
    Price,
    Service,
    Status,
    Why,
    estimate,
)
from lambdas.domain.phone import E164
from lambdas.usecases.validate_live import LiveValidation, Pace, ServiceFault
from local.commands import live
from local.errors import LocalError

NOW = datetime(2026, 3, 2, tzinfo=UTC)
NUMBERS = [E164(f"+120655501{index:02d}") for index in range(4)]
HEADER = "Phone,Name,row,e164,kind,region"


class _Fake:
    """A service, what was kept, and a budget, all in one; the second number fails."""

    def __init__(self) -> None:
        self.asked: list[E164] = []

    def __call__(self, number: E164) -> Finding:
        self.asked.append(number)
        if number == NUMBERS[1]:
            raise ServiceFault(Why.FAILED)
        return Finding(Status.VALID, "mobile", "=1+1", "US")

    def kept(self, number: E164) -> Finding | None:
        return Finding(Status.INVALID, on=NOW.date()) if number == NUMBERS[2] else None

    def keep(self, number: E164, finding: Finding, now: datetime) -> None:
        pass

    def take(self, micro: int, now: datetime) -> bool:
        return True

    def give_back(self, micro: int, now: datetime) -> None:
        pass

    def validation(self, _options: argparse.Namespace) -> LiveValidation:
        price = Price(6_000, "USD", "made up", date(2026, 1, 1), verified=True)
        pace = Pace(100, lambda: 0.0, lambda _seconds: None)
        return LiveValidation(self, self, self, price, pace, lambda: NOW)


def _options(*told: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    live.add_options(parser)
    return parser.parse_args(told)


def _clean(folder: Path, header: str = HEADER, *, end: str = ",geographic,US") -> None:
    delimiter = ";" if ";" in header else ","
    lines = [f"x,Ann,{row},{number}{end}" for row, number in enumerate(NUMBERS, start=2)]
    lines.append(f"x,Bob,9,{NUMBERS[0]}{end}")
    text = "\r\n".join([header, *(line.replace(",", delimiter) for line in lines)]) + "\r\n"
    (folder / "clean.csv").write_text(text, encoding="utf-8-sig")


def _written(folder: Path) -> list[dict[str, str]]:
    with (folder / live.FILE).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_clean_row_is_in_the_result_whatever_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _clean(tmp_path)
    fake = _Fake()

    counts = live.run(tmp_path, _options("--live", "carrier", "--yes"), print, fake.validation)

    rows = _written(tmp_path)
    assert counts == {"valid": 3, "not_validated": 1, "invalid": 1}
    assert [row["row"] for row in rows] == ["2", "3", "4", "5", "9"]
    assert [row["status"] for row in rows] == [
        *("valid", "not_validated", "invalid", "valid", "valid")
    ]
    assert fake.asked == [NUMBERS[0], NUMBERS[1], NUMBERS[3]]
    assert [row["e164"] for row in rows][:4] == NUMBERS
    assert rows[0]["carrier"] == "'=1+1"
    assert rows[1]["message"] == "The service failed."
    assert rows[2]["kept"] == "yes"
    assert "Asking about 4 numbers costs up to 0.0240 USD" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "asked", "why"),
    [("y", True, "yes"), ("YES ", True, "yes"), ("", False, "Enter alone"), ("n", False, "no")],
)
def test_a_person_on_the_terminal_is_asked(
    answer: str, asked: bool, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    told = estimate(9, live.terms(Service.CARRIER), MICRO)

    assert live.agreed(told, yes=False, ask=lambda _question: answer) is asked, why


def test_where_nobody_can_be_asked_nothing_is_paid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    _clean(tmp_path)
    fake = _Fake()

    assert live.run(tmp_path, _options("--live", "validate"), print, fake.validation) is None

    assert fake.asked == []
    assert not (tmp_path / live.FILE).exists()
    assert "add --yes" in capsys.readouterr().err


def test_it_is_off_by_default_and_the_limit_is_a_sum_of_money() -> None:
    assert _options().live is None
    assert _options().spend_limit == live.USUAL_LIMIT
    assert _options("--spend-limit", "2.50").spend_limit == 2.5
    for wrong in ("-1", "nan", "x", "1e9"):
        with pytest.raises(SystemExit):
            _options("--spend-limit", wrong)


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        HEADER.replace(",", ";"),
        "row,e164,checked row,checked e164,kind,region",
        "e164,Name,row,checked e164,kind,region",
    ],
)
def test_our_columns_are_told_from_the_lists(header: str, tmp_path: Path) -> None:
    _clean(tmp_path, header)

    assert [row.number for row in live.clean_rows(tmp_path / "clean.csv")] == [
        *NUMBERS,
        NUMBERS[0],
    ]


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clean.csv").write_text("a,b\n1,2\n")

    def read() -> Iterator[live.CleanRow]:
        return live.clean_rows(tmp_path / "clean.csv")

    with pytest.raises(LocalError, match="no column 'row'"):
        list(read())
