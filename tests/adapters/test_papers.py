"""Papers on DynamoDB Local: kept, counted once, and a condition of use."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lambdas import wiring
from lambdas.domain.cells import Direction
from lambdas.domain.paper_rows import read_row
from lambdas.domain.phone import E164
from lambdas.domain.registry import Paper, PaperKind, PaperState, Requirement, Terms
from lambdas.domain.registry import shares as by_papers
from lambdas.domain.rows import Member
from lambdas.domain.settings import AttestationShares
from lambdas.domain.withholding import Withheld
from lambdas.files.report import read_report
from lambdas.publish_directory import handler as publisher
from lambdas.registry.handler import handler
from lambdas.store import keys
from lambdas.store.papers import DynamoPapers
from lambdas.store.uploads import UploadedFile
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.keep_papers import Checked, check_papers, keep_papers
from lambdas.usecases.publish_directory import Shares, publish_directory
from lambdas.wiring import registry
from local.event_filter import matches
from stacks.constructs.directory_feed import _PUBLISHED
from tests.adapters.conftest import House
from tests.adapters.rested import ONE, THREE, TWO
from tests.adapters.test_faults import SETTINGS
from tests.adapters.test_import_handler import message
from tests.unit.builders import NOON

TERMS = Terms("sales", (Requirement.CNAM,))
CNAM = Paper(E164(ONE), PaperKind.CNAM, value="EXAMPLE", due=date(2027, 11, 20))


@pytest.fixture
def home(house: House) -> House:
    house.bring([ONE, TWO, THREE])
    house.publish()
    return house


def papers(home: House) -> DynamoPapers:
    return DynamoPapers(home.client, home.tables.number_pool)


def check(home: House, terms: Terms = TERMS, days: int = 0) -> Checked:
    members = [kept.member for kept in home.imports.members("sales").values()]
    held = DynamoWithholding(home.client, home.tables.number_pool)
    now = NOON + timedelta(days=days)
    return check_papers(terms, members, papers(home).all(), held, papers(home), now)


def test_papers_are_read_as_they_were_kept(home: House) -> None:
    whole = Paper(
        E164(ONE), PaperKind.LABELLING, "Vendor # One", PaperState.FILED, "value",
        date(2026, 1, 2), date(2026, 3, 4), "USD 10", "call them", "case 7",
    )  # fmt: skip
    papers(home).keep([whole, CNAM])

    assert papers(home).all() == {ONE: [CNAM, whole]}


def test_a_file_is_kept_once_and_its_later_row_counts(home: House) -> None:
    rows = [
        read_row(row, ONE, {"kind": "cnam", "value": value}, None)
        for row, value in enumerate(("FIRST", "SECOND"), start=2)
    ]
    members = [kept.member for kept in home.imports.members("sales").values()]
    stranger = read_row(4, "+12065550177", {"kind": "owner", "value": "Ada"}, None)
    first = keep_papers([*rows, stranger], members, papers(home))
    again = keep_papers(rows, members, papers(home))

    assert (first.changed, first.refused, again.changed) == (1, 1, 0)
    assert "not in this pool" in first.rows[2].message
    assert [paper.value for paper in papers(home).all()[E164(ONE)]] == ["SECOND"]


def test_numbers_without_what_their_pool_asks_for_are_out_of_use_until_they_have_it(
    home: House,
) -> None:
    papers(home).keep([CNAM])
    first = check(home)
    home.publish()
    assert sorted(first.held_back) == [(TWO, Withheld.LACKS_CNAM), (THREE, Withheld.LACKS_CNAM)]
    assert home.shown() == {ONE}

    papers(home).keep([CNAM._replace(number=E164(TWO))])
    second = check(home)
    home.publish()
    assert (second.held_back, second.let_go) == ([], [(TWO, Withheld.LACKS_CNAM)])
    assert home.shown() == {ONE, TWO}


def test_a_paper_that_runs_out_takes_its_number_out_of_use(home: House) -> None:
    papers(home).keep([CNAM])
    check(home)
    later = check(home, days=366)

    assert later.held_back == [(ONE, Withheld.LACKS_CNAM)]


def test_a_pool_that_asks_for_nothing_any_more_has_all_its_numbers_back(home: House) -> None:
    check(home)
    home.publish()
    assert home.shown() == set()
    check(home, Terms("sales"))
    home.publish()

    assert home.shown() == {ONE, TWO, THREE}


def test_a_number_that_is_not_held_stays_out_of_use_whatever_papers_it_has(home: House) -> None:
    from lambdas.usecases.withhold import Withholding

    held = DynamoWithholding(home.client, home.tables.number_pool)
    held.change(Withholding(E164(ONE), "sales", Withheld.NOT_HELD, True, "inventory", NOON))
    papers(home).keep([CNAM])
    check(home)

    assert held.withheld("sales")[E164(ONE)] == {Withheld.NOT_HELD}


def shares_of(home: House, terms: Terms) -> Shares:
    def shares(_pool: str, members: Sequence[Member]) -> Mapping[E164, int]:
        return by_papers(members, papers(home).all(), terms, NOON.date())

    return shares


def test_a_number_that_is_new_in_a_pool_that_asks_for_papers_is_not_shown_before_it_has_them(
    house: House,
) -> None:
    """No look at papers has met it yet."""
    house.bring([ONE, TWO])
    papers(house).keep([CNAM])

    publish_directory("sales", house.publishing, NOON, shares_of(house, TERMS))
    assert house.shown() == {ONE}

    papers(house).keep([CNAM._replace(number=E164(TWO))])
    publish_directory("sales", house.publishing, NOON, shares_of(house, TERMS))
    assert house.shown() == {ONE, TWO}


def test_a_number_below_a_is_published_with_less_weight(house: House) -> None:
    terms = Terms("sales", attestation=AttestationShares(b=50, unknown=20))
    house.bring([ONE, TWO, THREE])
    signed = Paper(E164(ONE), PaperKind.ATTESTATION, "Route one", value="A")
    papers(house).keep([signed, signed._replace(number=E164(TWO), value="B")])

    publish_directory("sales", house.publishing, NOON, shares_of(house, terms))

    directory = house.directories.current("sales")
    assert directory is not None
    weights = {directory.number(at): directory.weights[at] for at in range(len(directory))}
    assert weights == {ONE: 255, TWO: 128, THREE: 51}


def test_papers_that_change_what_is_shown_have_the_pool_published(home: House) -> None:
    terms = Terms("sales", attestation=AttestationShares(b=50))
    told: list[Any] = []

    def mark() -> dict[str, Any]:
        check(home, terms)
        key = keys.papers_mark("sales")
        item = home.client.get_item(TableName=home.tables.number_pool, Key=key)["Item"]
        told.append(item["digest"]["S"])
        return item

    mark()
    mark()
    signed = Paper(E164(ONE), PaperKind.ATTESTATION, "Route one", value="B")
    papers(home).keep([signed])
    item = mark()
    papers(home).keep([signed._replace(value="A")])
    mark()

    assert told[0] == told[1] != told[2] != told[3] == told[0]
    record = {"dynamodb": {"Keys": {name: item[name] for name in ("pk", "sk")}}}
    assert publisher._matters(record)
    assert publisher._pool(record) == "sales"
    assert matches([_PUBLISHED], record)


@dataclass
class Desk:
    """Uploads without S3."""

    content: bytes
    folder: Path
    reports: list[Path] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def fetch(self, _file: UploadedFile, target: Path) -> Mapping[str, str]:
        target.write_bytes(self.content)
        return {}

    def put_report(self, _file: UploadedFile, report: Path) -> None:
        kept = self.folder / f"{len(self.reports)}.xlsx"
        kept.write_bytes(report.read_bytes())
        self.reports.append(kept)

    def notify(self, subject: str, message: str) -> None:
        self.notices.append(f"{subject}\n{message}")


@pytest.fixture
def desk(home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    lines = f"Number,Paper,Name,Valid until\n{ONE},CNAM,EXAMPLE,2027-11-20\n{TWO},balloon,x,\n"
    made = Desk(lines.encode(), tmp_path)
    settings: dict[str, Any] = json.loads(json.dumps(SETTINGS))
    settings["pools"]["sales"] |= {"requires": ["cnam"], "country": "US"}
    (tmp_path / "settings.json").write_text(json.dumps(settings), "utf-8")
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))
    monkeypatch.setenv("NUMBER_POOL_TABLE", home.tables.number_pool)
    monkeypatch.setattr(registry, "dynamodb", lambda: home.client)
    monkeypatch.setattr(registry, "uploads", lambda: made)
    wiring.reset()
    wiring.use_clock(lambda: NOON)
    return made


@pytest.fixture(autouse=True)
def real_clock() -> Any:
    yield
    wiring.use_clock(None)


def test_a_dropped_file_is_kept_told_and_in_force_at_once(desk: Desk, home: House) -> None:
    done = handler(message("papers/sales/papers.csv"), object())
    home.publish()

    assert done["files"][0]["outcome"] == "kept"
    outcomes = [(row["e164"], row["outcome"]) for row in read_report(desk.reports[0])]
    assert outcomes == [(ONE, "accepted"), ("", "rejected")]
    assert "Papers of sales, changed: 1" in desk.notices[0]
    assert home.shown() == {ONE}


@pytest.mark.parametrize("key", ["papers/nowhere/a.csv", "papers/a.csv", "numbers/sales/a.csv"])
def test_a_file_in_the_wrong_folder_is_refused(desk: Desk, home: House, key: str) -> None:
    assert handler(message(key), object())["files"][0]["outcome"] == "refused"
    assert "papers/<pool>/" in desk.notices[0]
    assert papers(home).all() == {}


def test_a_file_that_does_not_say_what_its_rows_are_about_is_refused(desk: Desk) -> None:
    desk.content = f"Number,Colour\n{ONE},blue\n".encode()
    handler(message("papers/sales/a.csv"), object())

    assert "heading “Paper”" in desk.notices[0]


def test_the_hourly_look_counts_what_is_urgent(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    done = handler({"detail-type": "Scheduled Event"}, object())

    assert done == {"pools": {"sales": 3}}
    lines = map(json.loads, capsys.readouterr().out.splitlines())
    assert [line["UrgentGaps"] for line in lines if "UrgentGaps" in line] == [3]


def test_an_inbound_number_is_never_shown_and_needs_no_papers(house: House) -> None:
    from lambdas.domain.intake import Entry
    from lambdas.usecases.import_numbers import Upload, import_numbers
    from tests.unit.builders import intake

    entries = [Entry(2, ONE, direction="inbound"), Entry(3, TWO)]
    import_numbers(Upload("x", "sales", False, "f"), entries, intake(), house.imports, NOON)
    house.publish()
    members = [kept.member for kept in house.imports.members("sales").values()]

    assert house.shown() == {TWO}
    assert {one.direction for one in members} == {Direction.INBOUND, Direction.BOTH}
    assert [number for number, _ in check(house).held_back] == [TWO]
