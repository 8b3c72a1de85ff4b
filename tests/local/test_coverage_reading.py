"""The contacts file: judged as the intake judges, and told in words that repeat nothing of it."""

from pathlib import Path

import pytest

from lambdas.domain.intake import WORDS
from local.coverage.reading import DUPLICATE, Contact, Rows, read_contacts, read_pool
from local.errors import LocalError
from local.toolchain import silent
from tests.local.coverage_samples import NoPlaces, ground


def read(
    path: Path, content: str | bytes, country: str | None = None
) -> tuple[list[Contact], Rows]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    contacts, rows = read_contacts(path, ground(NoPlaces()), country, silent)
    return list(contacts), rows


def test_what_is_known_of_a_contact_is_kept(tmp_path: Path) -> None:
    content = "Phone;Country;City;State;ZIP\n+12065550123;;Seattle;WA;98101\n"
    contacts, rows = read(tmp_path / "c.csv", content)
    assert contacts[0].knowledge[:3] == ("98101", "Seattle", "WA")
    assert (rows.count, rows.used) == (1, 1)


@pytest.mark.parametrize(
    ("row", "why", "reason"),
    [
        (",US", WORDS["empty"], "no number at all"),
        ("ask Jo,US", WORDS["not_a_number"], "words"),
        ("+1206555,US", WORDS["too_short"], "digits are missing"),
        ("206 555 0123,Atlantis", WORDS["unknown_country"], "a country that nobody knows"),
        ("+12065550100,US", DUPLICATE, "the number of an earlier row"),
    ],
)
def test_rows_that_cannot_be_used_are_told_by_their_number(
    tmp_path: Path, row: str, why: str, reason: str
) -> None:
    contacts, rows = read(tmp_path / "c.csv", f"number,country\n+12065550100,US\n{row}\n")
    assert len(contacts) == 1
    if row.startswith(","):
        assert [one.row for one in rows.unusable] == [3], reason
    assert rows.unusable[0] == (3, why), reason


def test_the_words_repeat_nothing_of_the_row(tmp_path: Path) -> None:
    _, rows = read(tmp_path / "c.csv", "number,country\n+12065550100,US\n+12,+442079460123\n")
    assert "7946" not in rows.unusable[0].why


@pytest.mark.parametrize("cell", ["1.20655E+10", "2026-11-22", "#N/A", "12065550123.7"])
def test_what_excel_damaged_is_not_quoted_either(tmp_path: Path, cell: str) -> None:
    _, rows = read(tmp_path / "c.csv", f"number,x\n+12065550100,1\n{cell},1\n")
    assert cell not in rows.unusable[0].why


@pytest.mark.parametrize(("country", "region"), [(None, "US"), ("GB", "GB"), ("germany", "DE")])
def test_national_numbers_are_of_the_country_that_is_named(
    tmp_path: Path, country: str | None, region: str
) -> None:
    number = {"US": "206 555 0100", "GB": "020 7946 0123", "DE": "030 23125 123"}[region]
    chosen = ground(NoPlaces())
    (tmp_path / "c.csv").write_text(f"number,x\n{number},1\n")
    contacts, _ = read_contacts(tmp_path / "c.csv", chosen, country, silent)
    assert [contact.phone.region for contact in contacts] == [region]


def test_a_country_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="'Narnia' is no country"):
        read(tmp_path / "c.csv", "number\n+12065550100\n", "Narnia")


def test_a_postal_code_that_excel_took_for_a_number_gets_its_zeros_back(tmp_path: Path) -> None:
    import xlsxwriter  # type: ignore[import-untyped]

    with xlsxwriter.Workbook(str(tmp_path / "c.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Number", "Postal code"))
        sheet.write_row(1, 0, ("+16175550123", 2139))
    contacts, _ = read_contacts(tmp_path / "c.xlsx", ground(NoPlaces()), None, silent)
    assert contacts[0].knowledge.postal_code == "02139"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 not a workbook", "damaged"),
        (b"name,town\nJo,Leeds\n", "no column of phone numbers"),
        (b"\x00\x01\x02\xff" * 50, ""),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(LocalError) as caught:
        read(tmp_path / "c.csv", content)
    assert str(caught.value).startswith("c.csv: ")
    assert words in str(caught.value)


def test_inbound_numbers_are_in_no_directory(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from lambdas.domain.directory import unpack

    (tmp_path / "p.csv").write_text("number,direction\n+12065550100,inbound\n+12065550101,both\n")
    segments, rows = read_pool(tmp_path / "p.csv", ground(NoPlaces()), None, datetime.now(UTC))
    assert (len(unpack(segments)), rows.used) == (1, 2)
